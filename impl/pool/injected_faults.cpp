// Implements pool/injected_faults.hpp.
#include "pool/injected_faults.hpp"

#include "machine/stacks.hpp"
#include "poolproof/tag_text.h"

namespace poolproof {

namespace {

constexpr std::size_t first_stacks = 1024;

// The finishing step of splitmix64.
std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9U;
    value = (value ^ value >> 27) * 0x94D049BB133111EBU;
    return value ^ value >> 31;
}

std::uint64_t hash_of(const FaultCandidate& call, const Stack& stack) {
    std::uint64_t hash = reinterpret_cast<std::uint64_t>(call.routine);
    for (std::uint32_t i = 0; i < stack.depth; ++i)
        hash = mixed(hash + stack.frames[i]);
    return hash | 1; // never the empty mark
}

// False when it was there already.
bool insert(std::vector<std::uint64_t>& table, std::uint64_t hash) {
    std::size_t at = (hash >> 1) & (table.size() - 1);
    while (table[at] != 0 && table[at] != hash)
        at = (at + 1) & (table.size() - 1);
    const bool is_new = table[at] == 0;
    table[at] = hash;
    return is_new;
}

} // namespace

void InjectedFaults::reset() {
    clock_ = 0;
    stacks_.clear();
    stacks_seen_ = 0;
    set(LowResources{});
}

void InjectedFaults::set(const LowResources& settings) {
    settings_ = settings;
    tags_ = settings.tags;
    settings_.tags = ""; // not ours to keep
    calls_left_ = settings.delay_calls;
    random_ = settings.seed;
}

bool InjectedFaults::fails(std::uint32_t flags, const FaultCandidate& call) {
    if ((flags & verify_systematic_low_resources) != 0 && is_new_stack(call))
        return true;
    return (flags & verify_low_resources) != 0 && fails_by_chance(call);
}

bool InjectedFaults::fails_by_chance(const FaultCandidate& call) {
    if (clock_ < settings_.delay_seconds)
        return false;
    if (settings_.processes != 0 && (settings_.processes >> call.process & 1U) == 0)
        return false;
    if (!tag_matches_any(tags_, call.tag))
        return false;
    if (calls_left_ != 0) {
        --calls_left_;
        return false;
    }
    random_ += 0x9E3779B97F4A7C15U;
    return mixed(random_) % 10000 < settings_.probability;
}

bool InjectedFaults::is_new_stack(const FaultCandidate& call) {
    if (stacks_.empty())
        stacks_.resize(first_stacks);
    if (stacks_seen_ * 2 >= stacks_.size()) {
        std::vector<std::uint64_t> larger(stacks_.size() * 2);
        for (const std::uint64_t hash : stacks_)
            if (hash != 0)
                insert(larger, hash);
        stacks_.swap(larger);
    }
    Stack stack;
    take_stack_from(call.caller, stack);
    const bool is_new = insert(stacks_, hash_of(call, stack));
    stacks_seen_ += is_new ? 1 : 0;
    return is_new;
}

} // namespace poolproof
