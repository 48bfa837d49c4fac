// Implements ddi/rules.hpp. Codes and parameters are those of contract facts 12.
#include "ddi/rules.hpp"

#include "ddi/verifier_rules.hpp"

#include <ddi/bugcodes.h>
#include <ddi/wdm.h>

#include <algorithm>
#include <array>

namespace poolproof {

namespace {

constexpr std::uint32_t must_succeed_bit = 2;

bool has_letter_or_digit(std::uint32_t tag) {
    for (; tag != 0; tag >>= 8) {
        const std::uint32_t c = tag & 0xFF;
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
            return true;
    }
    return false;
}

// TAG-07 does not say which values spell it: taken are the literals 'BIG' and 'BIG '.
bool spells_big(std::uint32_t tag) {
    return tag == 0x00424947 || tag == 0x42494720;
}

bool irql_is_too_high(const Processor& processor, bool paged) {
    return processor.irql > (paged ? APC_LEVEL : DISPATCH_LEVEL);
}

// Register X-33: the cache-aligned types are listed, and no-execute ones are tolerated.
bool is_listed_for_fsrtl(std::uint32_t pool_type) {
    return (Machine::Impl::recorded_type(pool_type) & ~(5U | NonPagedPoolNx)) == 0;
}

[[noreturn]] void bug_check(std::uint32_t code, std::uint64_t p1, std::uint64_t p2, std::uint64_t p3,
                            std::uint64_t p4) {
    throw BugCheck{code, {p1, p2, p3, p4}};
}

void check_tag(const Machine::Impl& system, const AllocationCall& call) {
    const std::uint32_t tag = call.request.tag;
    const std::uint32_t type = call.request.pool_type;
    if (spells_big(tag))
        bug_check(BAD_POOL_CALLER, 0x9C, type, call.request.bytes, call.request.caller);
    const bool looks =
        system.verifier || system.config.policies.tag_without_alnum == Policies::TagWithoutAlnum::bug_check;
    if (tag != 0 && looks && !has_letter_or_digit(tag))
        bug_check(BAD_POOL_CALLER, 0x9D, tag, type, call.request.caller);
    if (tag == 0 && system.config.policies.tag_zero == Policies::TagZero::bug_check)
        bug_check(BAD_POOL_CALLER, 0x9B, type, call.request.bytes, call.request.caller);
}

void check_irql(const Machine::Impl& system, const AllocationCall& call, const Processor& processor) {
    const std::uint32_t type = call.request.pool_type;
    const bool paged = Machine::Impl::is_paged(type);
    if (!irql_is_too_high(processor, paged))
        return;
    if (system.wants_special(call.request))
        bug_check(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, processor.irql, type, call.request.bytes, 0x30);
    if (system.verifier)
        bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION, paged ? 0x1 : 0x2, processor.irql, type,
                  call.request.bytes);
    check_irql_rule(system, call, processor);
    bug_check(BAD_POOL_CALLER, 0x8, processor.irql, type, call.request.bytes);
}

} // namespace

// Register X-07: the high bytes that a short literal leaves zero are no characters.
bool tag_characters_are_valid(std::uint32_t tag, bool seven_bit) {
    const std::uint32_t low = seven_bit ? 0 : 0x20;
    const std::uint32_t high = seven_bit ? 0x7F : 0x7E;
    for (; tag != 0; tag >>= 8)
        if ((tag & 0xFF) < low || (tag & 0xFF) > high)
            return false;
    return true;
}

bool is_documented_priority(std::uint32_t priority) {
    static constexpr std::array<std::uint32_t, 9> documented = {0, 8, 9, 16, 24, 25, 32, 40, 41};
    return std::find(documented.begin(), documented.end(), priority) != documented.end();
}

std::uint32_t broken_duties(const AllocationCall& call, const Processor& processor) {
    const PoolRequest& request = call.request;
    const RoutineRules& rules = call.rules;
    std::uint32_t broken = 0;
    if (request.tag == 0)
        broken |= duty_tag_zero;
    if (!rules.tag_is_lenient && !tag_characters_are_valid(request.tag, rules.tag_is_seven_bit))
        broken |= duty_tag_character;
    if (request.bytes == 0 && !rules.zero_bytes_rejected)
        broken |= duty_zero_bytes;
    if (irql_is_too_high(processor, Machine::Impl::is_paged(request.pool_type)))
        broken |= duty_irql;
    if (!is_documented_priority(call.priority))
        broken |= duty_priority;
    if (rules.listed_types_only && !is_listed_for_fsrtl(request.pool_type & ~must_succeed_bit))
        broken |= duty_pool_type;
    if ((request.pool_type & must_succeed_bit) != 0)
        broken |= duty_must_succeed;
    return broken;
}

bool check_allocation(const Machine::Impl& system, const AllocationCall& call, const Processor& processor) {
    const PoolRequest& request = call.request;
    const Policies& policies = system.config.policies;
    if ((request.pool_type & must_succeed_bit) != 0)
        bug_check(BAD_POOL_CALLER, 0x9A, request.pool_type, request.bytes, request.tag);
    if (!call.rules.tag_is_lenient)
        check_tag(system, call);
    check_irql(system, call, processor);
    if (system.verifier_flags != 0)
        check_flags_of_verifier(system, call, processor);
    if (request.bytes == 0) {
        if (call.rules.zero_bytes_rejected)
            return false;
        if (system.verifier)
            bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x0, processor.irql, request.pool_type, 0);
        if (policies.zero_bytes == Policies::ZeroBytes::bug_check)
            bug_check(BAD_POOL_CALLER, 0x0, 0, request.pool_type, request.tag);
    }
    return request.tag != 0 || call.rules.tag_is_lenient || policies.tag_zero != Policies::TagZero::null;
}

void check_free_irql(const Machine::Impl& system, const PoolBlock& block, const Processor& processor) {
    if (!irql_is_too_high(processor, block.paged))
        return;
    const std::uint32_t type = block.attributes.pool_type;
    if (block.special)
        bug_check(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, processor.irql, type, block.start, 0x31);
    if (system.verifier)
        bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION, block.paged ? 0x11 : 0x12, processor.irql, type,
                  block.start);
    bug_check(BAD_POOL_CALLER, 0x9, processor.irql, type, block.start);
}

void refuse_free(const PoolBlock& block, std::uint64_t address) {
    if (block.special && block.what == AddressClass::interior)
        bug_check(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, address, block.bytes, block.given, 0x21);
    if (block.special)
        bug_check(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, address, 0, 0, 0x20);
    if (block.what == AddressClass::free_start)
        bug_check(BAD_POOL_CALLER, 0x7, 0, 0, address);
    if (block.what == AddressClass::interior && block.paged)
        bug_check(BAD_POOL_CALLER, 0x41286, 0, 0, address & (page_size - 1));
    bug_check(BAD_POOL_CALLER, 0x46, address, 0, 0);
}

} // namespace poolproof
