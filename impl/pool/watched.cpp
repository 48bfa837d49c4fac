// The part of pool/system.hpp that runs while Driver Verifier or the linter watches: what the former counts,
// tracks, logs and finds, and the fill of the latter.
#include "pool/system.hpp"

#include <ddi/bugcodes.h>

#include <algorithm>
#include <bit>

namespace poolproof {

namespace {

// In `watched` beside the flags.
constexpr std::uint32_t watched_by_switch = 1U << 31; // of the automatic checks
constexpr std::uint32_t watched_by_linter = 1U << 30;

BugCheck violation(std::uint64_t p1, std::uint64_t p2, std::uint64_t p3, std::uint64_t p4) {
    return {DRIVER_VERIFIER_DETECTED_VIOLATION, {p1, p2, p3, p4}};
}

} // namespace

void Machine::Impl::set_verifier_flags(std::uint32_t flags) {
    if ((flags & verify_pool_tracking) != 0)
        driver_verifier.log.open();
    if (((flags ^ verifier_flags) & verify_special_pool) != 0)
        verifier_special = (flags & verify_special_pool) != 0;
    verifier_flags = flags;
    set_verifier(verifier_switch);
}

void Machine::Impl::set_verifier(bool on) {
    verifier_switch = on;
    const bool by_flags = config.policies.automatic_checks == Policies::AutomaticChecks::by_any_flag;
    verifier = on || (by_flags && verifier_flags != 0);
    update_watched();
}

void Machine::Impl::update_watched() {
    watched =
        verifier_flags | (verifier_switch ? watched_by_switch : 0) | (linter.is_on() ? watched_by_linter : 0);
}

bool Machine::Impl::injects_fault(const FaultCandidate& call) {
    const bool fails = driver_verifier.faults.fails(verifier_flags, call);
    driver_verifier.counters.faults_injected += fails ? 1 : 0;
    return fails;
}

void* Machine::Impl::allocate_watched(const PoolRequest& request, const Processor& processor) {
    void* const block = is_verified() ? allocate_verified(request, processor) : place(request, processor, 0);
    if (block != nullptr && linter.is_on())
        fill_unwritten(block, request.bytes);
    return block;
}

void* Machine::Impl::allocate_verified(const PoolRequest& request, const Processor& processor) {
    VerifierCounters& counters = driver_verifier.counters;
    driver_verifier.count_attempt(request.tag);
    if (injects_fault({request.routine, request.caller, request.tag, processor.process}))
        return nullptr;
    const bool is_large = request.bytes >= page_size;
    const bool tracked =
        tracks_pool() && (!is_large || config.policies.page_blocks == Policies::PageBlocks::tracked);
    void* const bytes =
        place(request, processor, tracked ? std::uint16_t{block_is_tracked} : std::uint16_t{0});
    if (bytes == nullptr) {
        ++counters.failed;
        return nullptr;
    }
    ++counters.succeeded;
    const PoolBlock block = locate(reinterpret_cast<std::uint64_t>(bytes));
    counters.succeeded_special += block.special ? 1 : 0;
    if (!tracks_pool())
        return bytes;
    driver_verifier.log.add({block.start, block.bytes, request.caller, request.tag, processor.driver, false});
    if (tracked)
        driver_verifier.track(block.attributes, kind_of(request.pool_type), block.bytes);
    else
        ++counters.not_tracked;
    if (tracked && !is_large && !block.special)
        arena_of(block).fill_slack(block.start, block.bytes, config.policies.special_pattern);
    return bytes;
}

// A tracked block stays so when Pool Tracking is switched off, so that its free is never counted twice.
void Machine::Impl::note_release(const PoolBlock& block, std::uint64_t caller) {
    if ((block.attributes.flags & block_is_tracked) != 0)
        driver_verifier.untrack(block.attributes, block.paged ? PoolKind::paged : PoolKind::nonpaged,
                                block.bytes);
    if (tracks_pool())
        driver_verifier.log.add({block.start, block.bytes, caller, block.attributes.tag,
                                 static_cast<std::uint8_t>(block.attributes.driver()), true});
}

void Machine::Impl::check_tracked_start(const PoolBlock& block, std::uint64_t address) {
    if (!tracks_pool() || block.what != AddressClass::interior || block.special ||
        (block.attributes.flags & block_is_tracked) == 0)
        return;
    throw BugCheck{violation(0x13E, address, block.start, driver_verifier.cell_for(block.start))};
}

// PT-03, PT-04: the header of a sub-page block is what its tracking rests on. 0x13A and 0x13D would say the
// same of it in other parameters; 0x13B, 0x52 to 0x54 and 0x59 name parts of a tracker that is not modelled.
std::optional<BugCheck> Machine::Impl::find_tracked_damage(const PoolBlock& block) {
    if (block.bytes >= page_size)
        return std::nullopt;
    const Arena& arena = arena_of(block);
    if (const auto own = arena.changed_header(block.start, HeaderOf::block)) {
        if (own->word == 1 && is_charged(block.attributes.flags))
            return std::nullopt;                          // the process that is charged, for 0xC2/0x0C
        const std::uint64_t low = own->contents & 0xFFFF; // word 0: size in granules, word 1: bytes
        if (low == (own->expected & 0xFFFF))
            return violation(0x13C, block.start, own->contents, own->address);
        const std::uint64_t freed =
            own->word == 0 ? (std::max<std::uint64_t>(low, 1) - 1) * arena.granule() : low;
        return violation(0x13F, block.start, freed, driver_verifier.cell_for(block.bytes));
    }
    if (const auto slack = arena.changed_slack(block.start, block.bytes, config.policies.special_pattern))
        return violation(0x51, block.start, *slack, block.bytes);
    if (const auto next = arena.changed_header(block.start, HeaderOf::next)) {
        const auto first_bit = static_cast<unsigned>(std::countr_zero(next->contents ^ next->expected));
        return violation(0x51, block.start, next->address + first_bit / 8, block.bytes);
    }
    return std::nullopt;
}

} // namespace poolproof
