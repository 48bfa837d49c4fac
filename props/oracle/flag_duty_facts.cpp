// Duties that came with POOL_FLAGS, ExFreePool2 and private pools. Does not cover: those of the older
// routines (duty_facts.cpp).
#include "oracle/duty_facts.hpp"

namespace poolproof::oracle {

namespace {

void judge_tag(std::uint32_t tag, DutyFacts& duties) {
    if (tag == 0) {
        duties.broken |= fault_tag_zero;
        duties.open |= fault_tag_character;
    } else {
        judge_tag_characters(tag, false, duties);
    }
}

// EAP2-22. What other flags are invalid is not the caller's duty to know.
void judge_flags(const Context& c, DutyFacts& duties) {
    if ((c.op->pool_type & (pool_flag_session | pool_flag_reserved)) != 0) {
        duties.broken |= fault_pool_flags;
    } else if (c.alloc.ask.flags != Validity::valid) {
        duties.open |= fault_pool_flags;
    }
}

// EAP3-09, EAP3-11. An optional entry may be there to be ignored.
void judge_entry(const Op& op, const ExtendedParameter& entry, DutyFacts& duties) {
    const bool unused_type = entry.type == 0 || entry.type == parameter_max;
    const bool misplaced_node = entry.type == parameter_node && (op.pool_type & pool_flag_non_paged) == 0;
    if ((unused_type || misplaced_node) && !entry.optional) {
        duties.broken |= fault_parameters;
    } else if (entry.type != parameter_priority) {
        duties.open |= fault_parameters;
    }
}

} // namespace

void judge_flag_allocation(const Context& c, DutyFacts& duties) {
    const Op& op = *c.op;
    const std::uint8_t irql = c.world->irql();
    judge_tag(op.tag, duties);
    duties.broken |= op.size == 0 ? fault_zero_bytes : 0U;
    duties.broken |= irql > DISPATCH_LEVEL || (irql == DISPATCH_LEVEL && c.alloc.paged) ? fault_irql : 0U;
    if (irql == DISPATCH_LEVEL && c.alloc.ask.flags != Validity::valid) {
        duties.open |= fault_irql; // which kind of pool is asked for is not known
    }
    duties.open |= fault_priority | fault_pool_type | fault_must_succeed;
    judge_flags(c, duties);
    ExtendedParameter entries[max_parameters];
    const unsigned count = traits_of(op.routine).takes(takes_parameters) ? parameters_of(op, entries) : 0;
    for (unsigned i = 0; i < count; ++i) {
        judge_entry(op, entries[i], duties);
    }
    duties.open |= count > 1 ? fault_parameters : 0U; // EAP3-03: of one type twice
}

void judge_second_free(const Context& c, DutyFacts& duties) {
    const FreeFacts& f = c.free;
    if (c.op->routine != Routine::ExFreePool2) {
        return;
    }
    judge_tag(c.op->tag, duties);
    if (f.target != Target::start) {
        duties.open = ~0U;
        return;
    }
    duties.broken |= f.block->tag != c.op->tag ? fault_free_tag : 0U;
    if ((f.defects & defect_free_parameters) != 0) {
        (f.parameters_open ? duties.open : duties.broken) |= fault_parameters;
    }
}

// ECP-08, EDP-04.
void judge_pool_call(const Context& c, DutyFacts& duties) {
    const Routine routine = c.op->routine;
    duties.open |= ~std::uint32_t{fault_irql};
    if (routine == Routine::ExCreatePool || routine == Routine::ExDestroyPool) {
        duties.broken |= c.world->irql() != PASSIVE_LEVEL ? fault_irql : 0U;
    } else {
        duties.open |= fault_irql;
    }
}

} // namespace poolproof::oracle
