// Implements pool/tags.hpp: a hash table with linear probing that remembers which rows a reset must clear.
#include "pool/tags.hpp"

namespace poolproof {

TagLedger::TagLedger() : rows_(1024) {
    used_.reserve(512);
}

void TagLedger::reset() {
    for (const std::uint32_t at : used_)
        rows_[at] = Row{};
    used_.clear();
}

std::size_t TagLedger::position(std::uint64_t key) const {
    std::size_t at = (key * 0x9E3779B97F4A7C15U >> 32) & (rows_.size() - 1);
    while (rows_[at].key != 0 && rows_[at].key != key)
        at = (at + 1) & (rows_.size() - 1);
    return at;
}

TagLedger::Row& TagLedger::row(std::uint32_t tag, PoolKind kind) {
    const std::uint64_t key = key_of(tag, kind);
    std::size_t at = position(key);
    if (rows_[at].key == key)
        return rows_[at];
    if (used_.size() * 2 >= rows_.size()) {
        std::vector<Row> old(rows_.size() * 2);
        old.swap(rows_);
        used_.clear();
        for (const Row& row : old) {
            if (row.key == 0)
                continue;
            const std::size_t to = position(row.key);
            rows_[to] = row;
            used_.push_back(static_cast<std::uint32_t>(to));
        }
        at = position(key);
    }
    rows_[at].key = key;
    used_.push_back(static_cast<std::uint32_t>(at));
    return rows_[at];
}

void TagLedger::allocated(std::uint32_t tag, PoolKind kind, std::uint64_t bytes) {
    TagCounters& counters = row(tag, kind).counters;
    ++counters.allocations;
    counters.bytes += bytes;
}

void TagLedger::freed(std::uint32_t tag, PoolKind kind, std::uint64_t bytes) {
    TagCounters& counters = row(tag, kind).counters;
    ++counters.frees;
    counters.bytes -= bytes;
}

TagCounters TagLedger::counters(std::uint32_t tag, PoolKind kind) const {
    return rows_[position(key_of(tag, kind))].counters;
}

} // namespace poolproof
