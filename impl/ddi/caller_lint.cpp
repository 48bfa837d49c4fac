// Implements ddi/caller_lint.hpp.
#include "ddi/caller_lint.hpp"

#include "ddi/pool_flags.hpp"

#include <ddi/wdm.h>

namespace poolproof {

namespace {

constexpr std::uint32_t must_succeed_bit = 2;

// An enumerator of POOL_TYPE (contract facts 11.1), with or without modifiers that POOL_FLAGS have no use
// for.
bool is_pool_type(std::uint64_t value) {
    value &= ~std::uint64_t{POOL_RAISE_IF_ALLOCATION_FAILURE | POOL_ZERO_ALLOCATION};
    return value <= 7 || (value >= 32 && value <= 38) || value == NonPagedPoolNx ||
           value == NonPagedPoolNxCacheAligned || value == NonPagedPoolSessionNx;
}

// EAP2-22 keeps these for the system; where none is set, no kind of pool is (EAP2-23).
const char* clause_of_flags(std::uint64_t flags) {
    constexpr std::uint64_t kept = 0x4 | 0x10 | 0x200 | 0x400;
    return (flags & kept) != 0 ? "EAP2-22" : "EAP2-23";
}

// Four characters, a letter or digit among them: half a gigabyte at least, which nobody asks for by such a
// number.
bool spells_a_tag(std::uint64_t bytes) {
    const auto tag = static_cast<std::uint32_t>(bytes);
    return bytes == tag && tag >> 24 != 0 && tag_characters_are_valid(tag, false) && has_letter_or_digit(tag);
}

// 0 is a warning of its own; a literal of three or four characters is larger.
bool is_small_number(std::uint32_t tag) {
    return tag != 0 && tag <= 0xFFFF;
}

} // namespace

void lint(Machine::Impl& system, const AllocationCall& call) {
    if (!system.linter.is_on())
        return;
    const PoolRequest& request = call.request;
    const RoutineRules& rules = call.rules;
    const auto warn = [&](WarningKind kind, const char* clause, std::uint64_t argument) {
        system.linter.add({kind, clause, request.routine, request.caller, argument});
    };
    const bool swapped = spells_a_tag(request.bytes) && is_small_number(request.tag);
    if (swapped)
        warn(WarningKind::size_and_tag_swapped, "TAG-01", request.bytes);
    if (request.tag == 0)
        warn(WarningKind::tag_zero, rules.tag_is_lenient ? "EAM-06" : "TAG-01", 0);
    else if (!rules.tag_is_lenient && !swapped && !has_letter_or_digit(request.tag))
        warn(WarningKind::tag_without_alnum, "TAG-08", request.tag);
    if (rules.takes_pool_flags) {
        if (!pool_flags_are_valid(call.pool_flags) && is_pool_type(call.pool_flags))
            warn(WarningKind::pool_type_as_flags, clause_of_flags(call.pool_flags), call.pool_flags);
        return;
    }
    if ((request.pool_type & must_succeed_bit) != 0)
        warn(WarningKind::must_succeed, rules.raises_always ? "FPT-02" : "MS-04", request.pool_type);
    const bool executable =
        !Machine::Impl::is_paged(request.pool_type) && (request.pool_type & POOL_NX_ALLOCATION) == 0;
    if (executable && !request.eng && !rules.listed_types_only && system.config.since_2004)
        warn(WarningKind::executable_pool, "NX-01", request.pool_type);
}

} // namespace poolproof
