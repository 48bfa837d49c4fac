// Reports of broken duties, from subjects that validate their caller: each bit must be reported exactly when
// the duty is broken by our own reading (duty_facts.cpp). A call that bug-checks need not report what it
// bug-checks for. Does not cover: reactions other than reports.
#include "oracle/check.hpp"

#include <algorithm>

namespace poolproof::oracle {

namespace {

template <std::uint32_t Bits> Outcome reported_when_broken(const Context& c) {
    return judge_report(c, Bits);
}

Outcome high_irql_is_reported(const Context& c) {
    const bool paged_rule = c.world->irql() == DISPATCH_LEVEL && c.alloc.paged;
    return paged_rule ? Outcome::not_relevant : judge_report(c, fault_irql);
}

Outcome paged_irql_is_reported(const Context& c) {
    return c.world->irql() > DISPATCH_LEVEL ? Outcome::not_relevant : judge_report(c, fault_irql);
}

template <Target T> Outcome bad_pointer_is_reported(const Context& c) {
    return c.free.target == T ? judge_report(c, fault_free_address) : Outcome::not_relevant;
}

// EAM-07: the pairing is documented for blocks of EngAllocMem.
Outcome wrong_routine_is_reported(const Context& c) {
    const Block* block = c.free.block;
    const bool whole = c.free.target == Target::start || c.free.target == Target::unpaired;
    return whole && block->routine == Routine::EngAllocMem ? judge_report(c, fault_wrong_free_routine)
                                                           : Outcome::not_relevant;
}

bool has_entry(const Context& c, std::uint8_t type) {
    ExtendedParameter entries[max_parameters];
    const unsigned count = parameters_of(*c.op, entries);
    return std::any_of(entries, entries + count,
                       [type](const ExtendedParameter& entry) { return entry.type == type; });
}

Outcome node_entry_is_reported(const Context& c) {
    return has_entry(c, parameter_node) ? judge_report(c, fault_parameters) : Outcome::not_relevant;
}

Outcome unused_type_is_reported(const Context& c) {
    const bool unused = has_entry(c, 0) || has_entry(c, parameter_max);
    return unused ? judge_report(c, fault_parameters) : Outcome::not_relevant;
}

Outcome ordinary_parameters_are_reported(const Context& c) {
    const bool ordinary = c.free.target == Target::start && !c.free.block->secure;
    return ordinary ? judge_report(c, fault_parameters) : Outcome::not_relevant;
}

// EFP2-05 wants one secure entry, EFP2-06 the right one.
template <bool one_entry> Outcome secure_parameters_are_reported(const Context& c) {
    ExtendedParameter entries[max_parameters];
    const bool one = parameters_of(*c.op, entries) == 1 && entries[0].type == parameter_secure_pool;
    const bool secure = c.free.target == Target::start && c.free.block->secure;
    return secure && one == one_entry ? judge_report(c, fault_parameters) : Outcome::not_relevant;
}

Outcome older_free_of_a_secure_block_is_reported(const Context& c) {
    const bool secure = c.free.target == Target::unpaired && c.free.block->secure_known;
    return secure ? judge_report(c, fault_wrong_free_routine) : Outcome::not_relevant;
}

template <Routine R> Outcome pool_call_irql_is_reported(const Context& c) {
    return c.op->routine == R ? judge_report(c, fault_irql) : Outcome::not_relevant;
}

constexpr std::uint32_t tag_bits = fault_tag_zero | fault_tag_character;
Outcome quota_call_is_reported(const Context& c) {
    return is_quota_call(c.op->routine) ? judge_report(c, fault_irql | fault_quota_type)
                                        : Outcome::not_relevant;
}

constexpr RoutineSet tag_takers =
    by_tagged_classic_ex | by_pool_flags | by_tagged_free | set_of(Routine::ExFreePool2);
constexpr OpSet on_both = on_allocate | on_free;
constexpr const char* zero_tag = "a report exactly for a tag that is zero";
constexpr const char* tag_character = "a report exactly for a tag character out of range";
constexpr const char* tag = "a report exactly for a tag that is zero or has a character out of range";
constexpr const char* zero_bytes = "a report exactly for a request of no bytes";
constexpr const char* irql = "a report exactly for too high an IRQL";
constexpr const char* must = "a report exactly for a must-succeed type";
constexpr const char* pointer = "a report exactly for a pointer that is not the start of a live block";
constexpr const char* entry = "a report exactly for parameters that are not those of the block";
constexpr const char* process = "a report exactly for user memory of another process";

constexpr Row rows[] = {
    {"TAG-01", reported_when_broken<fault_tag_zero>, on_both, tag_takers, can_report, can_validate, zero_tag},
    {"TAG-02", reported_when_broken<fault_tag_character>, on_both, tag_takers, can_report, can_validate,
     tag_character},
    {"EAPT-05", reported_when_broken<tag_bits>, on_allocate, by_tag_routine, can_report, can_validate, tag},
    {"EATP-04", reported_when_broken<tag_bits>, on_allocate, by_priority_routine, can_report, can_validate,
     tag},
    {"EFPT-04", reported_when_broken<tag_bits>, on_free, by_tagged_free, can_report, can_validate, tag},
    {"FPT-04", reported_when_broken<tag_bits>, on_allocate, by_fsrtl, can_report, can_validate,
     "a report exactly for a tag that is zero or not 7-bit ASCII"},
    {"EAM-06", reported_when_broken<fault_tag_zero>, on_allocate, by_eng, can_report, can_validate, zero_tag},
    {"EAU-14", reported_when_broken<fault_tag_zero>, on_allocate, by_eng_user, can_report, can_validate,
     zero_tag},
    {"ZER-01", reported_when_broken<fault_zero_bytes>, on_allocate, by_classic_ex, can_report, can_validate,
     zero_bytes},
    {"EAPT-19", reported_when_broken<fault_zero_bytes>, on_allocate, by_tag_routine, can_report, can_validate,
     zero_bytes},
    {"EATP-15", reported_when_broken<fault_zero_bytes>, on_allocate, by_priority_routine, can_report,
     can_validate, zero_bytes},
    {"ZER-03", reported_when_broken<fault_zero_bytes>, on_allocate, by_fsrtl, can_report, can_validate,
     zero_bytes},
    {"FPT-03", reported_when_broken<fault_zero_bytes>, on_allocate, by_fsrtl, can_report, can_validate,
     zero_bytes},
    {"EATP-22", reported_when_broken<fault_priority>, on_allocate, by_priority_routine, can_report,
     can_validate, "a report exactly for a priority that is none of the nine"},
    {"FPT-01", reported_when_broken<fault_pool_type>, on_allocate, by_fsrtl, can_report, can_validate,
     "a report exactly for a pool type that is none of the four"},
    {"FPT-02", reported_when_broken<fault_must_succeed>, on_allocate, by_fsrtl, can_report, can_validate,
     must},
    {"MS-04", reported_when_broken<fault_must_succeed>, on_allocate, by_type_takers, can_report, can_validate,
     must},
    {"IRQ-01", high_irql_is_reported, on_allocate, by_ex_family, can_report, can_validate, irql},
    {"IRQ-02", paged_irql_is_reported, on_allocate, by_ex_family, can_report, can_validate, irql},
    {"EAPT-16", high_irql_is_reported, on_allocate, by_tag_routine, can_report, can_validate, irql},
    {"EAPT-17", paged_irql_is_reported, on_allocate, by_tag_routine, can_report, can_validate, irql},
    {"EATP-13", reported_when_broken<fault_irql>, on_allocate, by_priority_routine, can_report, can_validate,
     irql},
    {"FPT-09", reported_when_broken<fault_irql>, on_allocate, by_fsrtl, can_report, can_validate, irql},
    {"EAP-06", reported_when_broken<fault_irql>, on_allocate, by_plain_pool, can_report, can_validate, irql},
    {"EAP-07", reported_when_broken<fault_zero_bytes>, on_allocate, by_plain_pool, can_report, can_validate,
     zero_bytes},
    {"EAPQ-08", reported_when_broken<fault_zero_bytes>, on_allocate, by_quota_routine, can_report,
     can_validate, zero_bytes},
    {"EAPQ-11", reported_when_broken<fault_irql>, on_allocate, by_quota_routine, can_report, can_validate,
     irql},
    {"EAQT-06", reported_when_broken<tag_bits>, on_allocate, by_quota_tag_routine, can_report, can_validate,
     tag},
    {"EAQT-11", reported_when_broken<fault_zero_bytes>, on_allocate, by_quota_tag_routine, can_report,
     can_validate, zero_bytes},
    {"EAQT-15", reported_when_broken<fault_irql>, on_allocate, by_quota_tag_routine, can_report, can_validate,
     irql},
    {"FPQT-02", reported_when_broken<fault_pool_type | fault_must_succeed>, on_allocate, by_fsrtl_quota,
     can_report, can_validate, "a report exactly for a pool type that is none of the four"},
    {"FPQT-03", reported_when_broken<tag_bits>, on_allocate, by_fsrtl_quota, can_report, can_validate,
     "a report exactly for a tag that is zero or not 7-bit ASCII"},
    {"FPQT-08", reported_when_broken<fault_irql>, on_allocate, by_fsrtl_quota, can_report, can_validate,
     irql},
    {"IRQ-04", reported_when_broken<fault_irql>, on_free, by_ex_free, can_report, can_validate, irql},
    {"EFP-04", reported_when_broken<fault_irql>, on_free, by_plain_free, can_report, can_validate, irql},
    {"EFPT-05", reported_when_broken<fault_irql>, on_free, by_tagged_free, can_report, can_validate, irql},
    {"EFP-05", bad_pointer_is_reported<Target::foreign>, on_free, by_ex_free, can_report, can_validate,
     pointer},
    {"EFP-06", bad_pointer_is_reported<Target::inside>, on_free, by_ex_free, can_report, can_validate,
     pointer},
    {"EFP-07", bad_pointer_is_reported<Target::freed>, on_free, by_ex_free, can_report, can_validate,
     pointer},
    {"EFP-08", bad_pointer_is_reported<Target::user>, on_free, by_ex_free, can_report, can_validate, pointer},
    {"EFPT-01", reported_when_broken<fault_free_address>, on_free, by_tagged_free, can_report, can_validate,
     pointer},
    {"EFPT-02", reported_when_broken<fault_free_tag>, on_free, by_tagged_free, can_report, can_validate,
     "a report exactly for another tag than the allocation's"},
    {"EAM-07", wrong_routine_is_reported, on_free, 0, can_report, can_validate,
     "a report exactly for a block of EngAllocMem released by another routine than EngFreeMem"},
    {"EAU-04", reported_when_broken<fault_wrong_process>, on_free, by_user_free, can_report, can_validate,
     process},
    {"EFU-02", reported_when_broken<fault_wrong_process>, on_free, by_user_free, can_report, can_validate,
     process},
    {"PSQ-05", quota_call_is_reported, on(OpKind::call), 0, can_report, can_validate,
     "a report exactly for too high an IRQL or a pool type that quota is not charged for"},
    {"EAU-08", reported_when_broken<fault_printer_memory>, on(OpKind::print), 0, can_report, can_validate,
     "a report exactly for user memory passed to EngWritePrinter"},
    {"ZER-02", reported_when_broken<fault_zero_bytes>, on_allocate, by_pool_flags, can_report, can_validate,
     zero_bytes},
    {"EAP2-05", reported_when_broken<fault_zero_bytes>, on_allocate, by_pool_flags, can_report, can_validate,
     zero_bytes},
    {"EAP2-06", reported_when_broken<tag_bits>, on_allocate, by_pool_flags, can_report, can_validate, tag},
    {"EAP2-15", reported_when_broken<fault_irql>, on_allocate, by_pool_flags, can_report, can_validate, irql},
    {"EAP2-16", paged_irql_is_reported, on_allocate, by_pool_flags, can_report, can_validate, irql},
    {"EAP2-22", reported_when_broken<fault_pool_flags>, on_allocate, by_pool_flags, can_report, can_validate,
     "a report exactly for flags that are the system's"},
    {"EAP3-09", node_entry_is_reported, on_allocate, by_pool3, can_report, can_validate,
     "a report exactly for a node entry without POOL_FLAG_NON_PAGED"},
    {"EAP3-11", unused_type_is_reported, on_allocate, by_pool3, can_report, can_validate,
     "a report exactly for an entry of a type that is not to be used"},
    {"ZW-09", reported_when_broken<tag_bits>, on_allocate, by_wrappers, can_report, can_validate, tag},
    {"ZW-11", reported_when_broken<fault_irql>, on_allocate, by_wrappers, can_report, can_validate, irql},
    {"EFP2-02", reported_when_broken<fault_free_address>, on_free, by_second_free, can_report, can_validate,
     pointer},
    {"EFP2-03", reported_when_broken<fault_free_tag>, on_free, by_second_free, can_report, can_validate,
     "a report exactly for another tag than the allocation's"},
    {"EFP2-04", ordinary_parameters_are_reported, on_free, by_second_free, can_report, can_validate, entry},
    {"EFP2-05", secure_parameters_are_reported<false>, on_free, by_second_free, can_report, can_validate,
     entry},
    {"EFP2-06", secure_parameters_are_reported<true>, on_free, by_second_free, can_report, can_validate,
     entry},
    {"EFP2-05", older_free_of_a_secure_block_is_reported, on_free, by_ex_free, can_report, can_validate,
     "a report for a secure block released without its entry"},
    {"EFP2-10", reported_when_broken<fault_irql>, on_free, by_second_free, can_report, can_validate, irql},
    {"ECP-08", pool_call_irql_is_reported<Routine::ExCreatePool>, on(OpKind::call), 0, can_report,
     can_validate | can_secure_pools, irql},
    {"EDP-04", pool_call_irql_is_reported<Routine::ExDestroyPool>, on(OpKind::call), 0, can_report,
     can_validate | can_secure_pools, irql},
};

} // namespace

std::span<const Row> duty_rows() {
    return rows;
}

} // namespace poolproof::oracle
