// Implements pool/lookaside.hpp.
#include "pool/lookaside.hpp"

#include "machine/sanitizer.hpp"

#include <algorithm>
#include <utility>

namespace poolproof {

namespace {

constexpr std::uint64_t head_bytes = sizeof(LOOKASIDE_LIST_EX);
static_assert(sizeof(NPAGED_LOOKASIDE_LIST) == head_bytes && sizeof(PAGED_LOOKASIDE_LIST) == head_bytes);

} // namespace

Lookaside::Lookaside(const LookasideBacking& backing, std::uint32_t depth, std::uint64_t serial)
    : backing_(backing), depth_(depth), serial_(serial) {
    use_.known = true;
    cached_.reserve(std::min(depth, 256U));
}

LookasideUse Lookaside::use() const {
    LookasideUse use = use_;
    use.cached = static_cast<std::uint32_t>(cached_.size());
    return use;
}

bool Lookaside::is_out(std::uint64_t entry) const {
    const auto found = is_cached_.find(entry);
    return found != is_cached_.end() && !found->second;
}

std::uint64_t Lookaside::take() {
    if (cached_.empty())
        return 0;
    const std::uint64_t entry = cached_.back();
    cached_.pop_back();
    is_cached_[entry] = false;
    reopen(entry);
    return entry;
}

bool Lookaside::keep(std::uint64_t entry, bool guarded) {
    if (cached_.size() >= depth_)
        return false;
    cached_.push_back(entry);
    is_cached_[entry] = true;
    // Memory of custom routines need not be as large as an entry.
    if (backing_.is_all_pool() && !guarded)
        poison(reinterpret_cast<const void*>(entry), backing_.bytes);
    return true;
}

void Lookaside::reopen(std::uint64_t entry) const {
    if (backing_.is_all_pool())
        unpoison(reinterpret_cast<const void*>(entry), backing_.bytes);
}

std::vector<std::uint64_t> Lookaside::empty() {
    std::vector<std::uint64_t> held = std::exchange(cached_, {});
    cached_.reserve(held.capacity());
    std::reverse(held.begin(), held.end());
    for (const std::uint64_t entry : held) {
        reopen(entry);
        forget(entry);
    }
    return held;
}

void Lookasides::reset() {
    for (auto& [head, list] : lists_)
        list.empty();
    lists_.clear();
    next_serial_ = 0;
}

void Lookasides::initialise(const void* head, const LookasideBacking& backing, std::uint32_t depth) {
    remove(head);
    lists_.emplace(head, Lookaside(backing, depth, next_serial_++));
}

Lookaside* Lookasides::find(const void* head) {
    const auto found = lists_.find(head);
    return found == lists_.end() ? nullptr : &found->second;
}

void Lookasides::remove(const void* head) {
    if (Lookaside* const list = find(head))
        list->empty();
    lists_.erase(head);
}

const void* Lookasides::find_within(std::uint64_t start, std::uint64_t bytes) const {
    const void* lowest = nullptr;
    for (const auto& [head, list] : lists_) {
        const auto address = reinterpret_cast<std::uint64_t>(head);
        const bool overlaps = address < start ? start - address < head_bytes : address - start < bytes;
        if (bytes != 0 && overlaps && (lowest == nullptr || head < lowest))
            lowest = head;
    }
    return lowest;
}

std::vector<const void*> Lookasides::heads() const {
    std::vector<std::pair<std::uint64_t, const void*>> by_age;
    by_age.reserve(lists_.size());
    for (const auto& [head, list] : lists_)
        by_age.emplace_back(list.serial(), head);
    std::sort(by_age.begin(), by_age.end());
    std::vector<const void*> heads;
    heads.reserve(by_age.size());
    for (const auto& [serial, head] : by_age)
        heads.push_back(head);
    return heads;
}

} // namespace poolproof
