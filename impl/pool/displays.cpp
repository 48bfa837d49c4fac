// Implements poolproof/displays.h.
#include "poolproof/displays.h"

#include "pool/system.hpp"
#include "poolproof/tag_text.h"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace poolproof {

namespace {

template <class... Values> std::string line(const char* format, Values... values) {
    char text[160];
    const int length = std::snprintf(text, sizeof text, format, values...);
    return {text, static_cast<std::size_t>(std::clamp(length, 0, static_cast<int>(sizeof text) - 1))};
}

std::string shown(std::uint32_t tag) {
    const auto text = tag_text(tag);
    return {text.begin(), text.end()};
}

struct TagRow {
    std::string tag;
    PoolKind kind = PoolKind::nonpaged;
    TagCounters counters;

    std::uint64_t difference() const { return counters.allocations - counters.frees; }
    std::uint64_t per_allocation() const { return difference() == 0 ? 0 : counters.bytes / difference(); }
    std::uint64_t key(PoolmonOrder order) const {
        switch (order) {
        case PoolmonOrder::tag:
            break;
        case PoolmonOrder::allocations:
            return counters.allocations;
        case PoolmonOrder::frees:
            return counters.frees;
        case PoolmonOrder::difference:
            return difference();
        case PoolmonOrder::bytes:
            return counters.bytes;
        case PoolmonOrder::per_allocation:
            return per_allocation();
        }
        return 0;
    }
};

struct BlockLine {
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    std::uint64_t previous = 0;
    const char* state = "";
    std::uint32_t tag = 0;
};

std::string text_of(const BlockLine& block, std::uint64_t looked_at) {
    const char mark = looked_at - block.address < block.size ? '*' : ' ';
    const std::string tag = block.tag == 0 ? std::string() : mark + shown(block.tag);
    std::string text =
        line("%c%016llx size: %5llx previous size: %5llx  %-12s %s", mark,
             static_cast<unsigned long long>(block.address), static_cast<unsigned long long>(block.size),
             static_cast<unsigned long long>(block.previous), block.state, tag.c_str());
    text.erase(text.find_last_not_of(' ') + 1);
    return text + '\n';
}

std::string heading(std::uint64_t address, const char* region) {
    return line("Pool page %016llx region is %s\n",
                static_cast<unsigned long long>(address & ~std::uint64_t{page_size - 1}), region);
}

std::string page_of_special_pool(const SpecialMemory& special, std::uint64_t address) {
    std::string text = heading(address, "Special pool");
    const SpecialBlock* const block = special.find(address);
    if (block == nullptr)
        return text + " no block\n";
    return text + text_of({block->start(), block->bytes, 0, block->is_live() ? "(Allocated)" : "(Free)",
                           block->attributes.tag},
                          address);
}

std::string page_of_arena(const Arena& arena, const char* region, std::uint64_t address) {
    static constexpr const char* states[] = {"(Free)", "(Allocated)", "(Large)"};
    std::string text = heading(address, region);
    const std::size_t empty = text.size();
    arena.for_each_in_page(address, [&](const PageEntry& entry) {
        text += text_of({entry.address, entry.size, entry.previous,
                         states[static_cast<std::size_t>(entry.state)], entry.tag},
                        address);
    });
    return text.size() == empty ? text + " no block\n" : text;
}

} // namespace

std::string poolmon(const Machine& machine, PoolmonOrder order) {
    std::vector<TagRow> rows;
    {
        const std::lock_guard lock(machine.impl().lock);
        machine.impl().tags.for_each([&](std::uint32_t tag, PoolKind kind, const TagCounters& counters) {
            rows.push_back({shown(tag), kind, counters});
        });
    }
    std::sort(rows.begin(), rows.end(), [order](const TagRow& a, const TagRow& b) {
        if (a.key(order) != b.key(order))
            return a.key(order) > b.key(order);
        return a.tag != b.tag ? a.tag < b.tag : a.kind < b.kind;
    });
    std::string text = line(" %-4s %-5s %10s %10s %10s %14s %10s\n", "Tag", "Type", "Allocs", "Frees", "Diff",
                            "Bytes", "Per Alloc");
    for (const TagRow& row : rows)
        text += line(" %s %-5s %10llu %10llu %10llu %14llu %10llu\n", row.tag.c_str(),
                     row.kind == PoolKind::paged ? "Paged" : "Nonp",
                     static_cast<unsigned long long>(row.counters.allocations),
                     static_cast<unsigned long long>(row.counters.frees),
                     static_cast<unsigned long long>(row.difference()),
                     static_cast<unsigned long long>(row.counters.bytes),
                     static_cast<unsigned long long>(row.per_allocation()));
    return text;
}

std::string pool_page(const Machine& machine, const void* address) {
    static constexpr const char* regions[arena_count] = {"Nonpaged pool", "Nonpaged pool", "Paged pool"};
    const auto at = reinterpret_cast<std::uint64_t>(address);
    const std::lock_guard lock(machine.impl().lock);
    if (machine.impl().special.owns(at))
        return page_of_special_pool(machine.impl().special, at);
    for (std::size_t i = 0; i < arena_count; ++i) {
        const Arena& arena = machine.impl().arenas[i];
        if (at - reinterpret_cast<std::uint64_t>(arena.base()) < arena_bytes)
            return page_of_arena(arena, regions[i], at);
    }
    return line("%016llx is not in pool\n", static_cast<unsigned long long>(at));
}

} // namespace poolproof
