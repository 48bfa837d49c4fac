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

// Driver Verifier's flags (contract facts 13.4).
constexpr std::uint32_t pool_tracking_flag = 0x8;
constexpr std::uint32_t ddi_compliance_flag = 0x20000;

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

// EAP2-07, EAP3-02: what fails such a call without a bug check.
bool fails_by_pool_flags(const Machine::Impl& system, const AllocationCall& call) {
    const PoolRequest& request = call.request;
    if (request.bytes == 0 &&
        system.config.policies.pool_flags_zero_bytes == Policies::PoolFlagsZeroBytes::refused)
        return true;
    const bool pool_is_gone = request.secure && !system.secure_pools.is_open(request.secure->pool);
    return call.invalid || request.tag == 0 || pool_is_gone;
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

// the rule IrqlExApcLte2 with DDI compliance checking on; then what charging comes to.
void check_quota(const Machine::Impl& system, const AllocationCall& call, const Processor& processor) {
    static constexpr char message[] = "Quota is charged at APC_LEVEL or below only.";
    if ((system.verifier_flags & ddi_compliance_flag) != 0 && processor.irql > APC_LEVEL)
        bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x00020006, reinterpret_cast<std::uint64_t>(message), 0,
                  0);
    if (system.quota_weight(call.request.bytes) != 0)
        check_charge(system, processor.process, processor);
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

bool has_letter_or_digit(std::uint32_t tag) {
    for (; tag != 0; tag >>= 8) {
        const std::uint32_t c = tag & 0xFF;
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
            return true;
    }
    return false;
}

bool is_documented_priority(std::uint32_t priority) {
    static constexpr std::array<std::uint32_t, 9> documented = {0, 8, 9, 16, 24, 25, 32, 40, 41};
    return std::find(documented.begin(), documented.end(), priority) != documented.end();
}

PoolPriority urgency_of(std::uint32_t priority) {
    switch (is_documented_priority(priority) ? priority & 0x30 : std::uint32_t{NormalPoolPriority}) {
    case LowPoolPriority:
        return PoolPriority::low;
    case HighPoolPriority:
        return PoolPriority::high;
    default:
        return PoolPriority::normal;
    }
}

std::optional<VerifySide> variant_of(std::uint32_t priority) {
    if ((priority & 8) == 0 || !is_documented_priority(priority))
        return std::nullopt;
    return (priority & 1) != 0 ? VerifySide::start : VerifySide::end;
}

std::uint32_t broken_duties(const AllocationCall& call, const Processor& processor) {
    const PoolRequest& request = call.request;
    const RoutineRules& rules = call.rules;
    std::uint32_t broken = call.own_duties;
    if (request.tag == 0)
        broken |= duty_tag_zero;
    if (!rules.tag_is_lenient && !tag_characters_are_valid(request.tag, rules.tag_is_seven_bit))
        broken |= duty_tag_character;
    if (request.bytes == 0 && !rules.zero_bytes_rejected && !rules.zero_bytes_unstated &&
        !rules.zero_bytes_allowed)
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
    if (call.rules.takes_pool_flags && fails_by_pool_flags(system, call))
        return false;
    if ((request.pool_type & must_succeed_bit) != 0)
        bug_check(BAD_POOL_CALLER, 0x9A, request.pool_type, request.bytes, request.tag);
    if (!call.rules.tag_is_lenient)
        check_tag(system, call);
    check_irql(system, call, processor);
    if (system.verifier_flags != 0)
        check_flags_of_verifier(system, call, processor);
    if (request.bytes == 0 && !call.rules.zero_bytes_allowed) {
        if (call.rules.zero_bytes_rejected)
            return false;
        if (system.verifier)
            bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x0, processor.irql, request.pool_type, 0);
        if (policies.zero_bytes == Policies::ZeroBytes::bug_check && !call.rules.takes_pool_flags)
            bug_check(BAD_POOL_CALLER, 0x0, 0, request.pool_type, request.tag);
    }
    if (request.charges_quota)
        check_quota(system, call, processor);
    return request.tag != 0 || call.rules.tag_is_lenient || policies.tag_zero != Policies::TagZero::null;
}

void check_charge(const Machine::Impl& system, unsigned process, const Processor& processor) {
    if ((system.verifier_flags & pool_tracking_flag) == 0)
        return;
    if (system.idle_process == process)
        bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x10A, 0, 0, 0);
    if (processor.in_dpc)
        bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x10B, 0, 0, 0);
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

// The one worked example of such a bug check counts the header in, in the start and in the size.
void check_live_objects(const Machine::Impl& system, const PoolBlock& block) {
    if ((system.verifier_flags & verifier_misc_checks) == 0)
        return;
    const void* const list = system.lookasides.find_within(block.start, block.bytes);
    if (list == nullptr)
        return;
    const std::uint64_t start = block.header != 0 ? block.header : block.start;
    bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCC, reinterpret_cast<std::uint64_t>(list), start,
              block.start + block.bytes - start);
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
