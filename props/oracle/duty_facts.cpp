// Which of the caller's duties an op breaks, by our own reading: what a validating subject has to report.
// Does not cover: judging the reports (duties.cpp).
#include "oracle/duty_facts.hpp"

namespace poolproof::oracle {

// TAG-02 for the Ex routines, FPT-04 (7-bit ASCII) for FsRtl. Register X-07: a short literal has zero bytes
// in its unused high bytes; whether those are characters is open.
void judge_tag_characters(std::uint32_t tag, bool seven_bit, DutyFacts& duties) {
    bool zero_above = false;
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        const std::uint32_t c = (tag >> shift) & 0xFF;
        const bool unused = c == 0 && (shift == 24 || zero_above);
        zero_above = unused;
        if (unused || (seven_bit && c == 0)) {
            duties.open |= fault_tag_character;
        } else if (seven_bit ? c > 0x7F : (c < 0x20 || c > 0x7E)) {
            duties.broken |= fault_tag_character;
        }
    }
}

namespace {

void judge_type(const Context& c, DutyFacts& duties) {
    const std::uint32_t base = c.alloc.base;
    const bool fsrtl = traits_of(c.op->routine).listed_types_only;
    switch (base) {
    case NonPagedPool:
    case PagedPool:
    case NonPagedPoolCacheAligned:
    case PagedPoolCacheAligned:
        if (fsrtl && (c.op->pool_type & POOL_NX_ALLOCATION) != 0) {
            duties.open |= fault_pool_type; // accepted, with a warning at most
        }
        break;
    case NonPagedPoolMustSucceed:
    case NonPagedPoolCacheAlignedMustS:
    case NonPagedPoolMustSucceedSession:
    case NonPagedPoolCacheAlignedMustSSession:
        duties.broken |= fault_must_succeed;
        duties.open |= fault_pool_type;
        break;
    default: // reserved values with bit 1 set may count as must-succeed
        duties.open |= (base & NonPagedPoolMustSucceed) != 0 ? fault_must_succeed : 0U;
        (fsrtl ? duties.broken : duties.open) |= fault_pool_type;
        break;
    }
    if (!fsrtl) {
        duties.open |= fault_pool_type; // EAPT-23: no page lists what the Ex routines refuse
    }
}

void judge_allocation(const Context& c, DutyFacts& duties) {
    const Op& op = *c.op;
    const RoutineTraits& traits = traits_of(op.routine);
    const std::uint8_t irql = c.world->irql();
    duties.broken |= traits.tag != TagRule::none && op.tag == 0 ? fault_tag_zero : 0U;
    if (traits.memory != Memory::pool) {
        duties.open |= fault_tag_character | (op.size == 0 ? fault_zero_bytes : 0U) | fault_pool_type |
                       (irql >= DISPATCH_LEVEL ? fault_irql : 0U);
        return;
    }
    if (traits.tag != TagRule::none && op.tag == 0) {
        duties.open |= fault_tag_character;
    } else if (traits.tag != TagRule::none) {
        judge_tag_characters(op.tag, traits.tag == TagRule::seven_bit, duties);
    }
    const bool forbidden =
        traits.zero_bytes == ZeroBytesRule::forbidden || traits.zero_bytes == ZeroBytesRule::no_outcome;
    if (op.size == 0) {
        (forbidden ? duties.broken : duties.open) |= fault_zero_bytes;
    }
    duties.broken |= irql > DISPATCH_LEVEL || (irql == DISPATCH_LEVEL && c.alloc.paged) ? fault_irql : 0U;
    if (traits.takes(takes_priority) && !is_ex_pool_priority(op.priority)) {
        duties.broken |= fault_priority;
    }
    if (traits.type == TypeArgument::pool_type) {
        judge_type(c, duties);
    }
}

void judge_ex_free(const Context& c, DutyFacts& duties) {
    const Op& op = *c.op;
    const FreeFacts& f = c.free;
    const std::uint8_t irql = c.world->irql();
    const bool live = f.target == Target::start;
    if (f.target == Target::null && c.claims->null_free != NullFree::bug_check) {
        duties.open = ~0U; // EFP-12: where NULL may be ignored nothing is said of such a free
        return;
    }
    duties.broken |= c.has(on_nothing) ? fault_free_address : 0U;
    duties.broken |= irql > DISPATCH_LEVEL || (f.defects & defect_free_irql) != 0 ? fault_irql : 0U;
    if (irql == DISPATCH_LEVEL && !live) {
        duties.open |= fault_irql; // whether the memory is paged is not known
    }
    if (f.target == Target::unpaired) {
        duties.broken |= fault_wrong_free_routine;
        duties.open |= fault_free_tag | fault_free_address;
    } else if (!live) {
        duties.open |= fault_wrong_free_routine | fault_wrong_process;
    }
    if (traits_of(op.routine).tag == TagRule::none) {
        return;
    }
    duties.broken |= op.tag == 0 ? fault_tag_zero : 0U;
    if (op.tag == 0) {
        duties.open |= fault_tag_character;
    } else {
        judge_tag_characters(op.tag, false, duties);
    }
    if (live) {
        const TagRule given = traits_of(f.block->routine).tag;
        if (given == TagRule::none) {
            duties.open |= fault_free_tag; // none was given that it could equal
        } else {
            duties.broken |= f.block->tag != op.tag ? fault_free_tag : 0U;
        }
        if (given == TagRule::seven_bit) {
            duties.open |= fault_tag_character; // FPT-04 let the allocation have a wider range
        }
    } else {
        duties.open |= fault_free_tag;
    }
}

void judge_eng_free(const Context& c, DutyFacts& duties) {
    const FreeFacts& f = c.free;
    duties.open |= c.world->irql() >= DISPATCH_LEVEL ? fault_irql : 0U;
    if (f.target == Target::start) {
        return;
    }
    duties.open |= fault_free_address | fault_wrong_free_routine | fault_wrong_process;
    if (f.target == Target::elsewhere) {
        duties.broken |= fault_wrong_process;
    }
}

// PSQ-05.
void judge_quota_call(const Context& c, DutyFacts& duties) {
    duties.broken |= c.world->irql() >= DISPATCH_LEVEL ? fault_irql : 0U;
    duties.broken |= is_quota_type(c.op->pool_type) ? 0U : fault_quota_type;
}

void judge_print(const Context& c, DutyFacts& duties) {
    const World& w = *c.world;
    const Block* block = w.covering(c.event->used);
    if (block != nullptr && block->life == Life::live) {
        return;
    }
    block = w.user_covering(w.process(), c.event->used);
    if (block != nullptr && block->life == Life::live) {
        duties.broken |= fault_printer_memory;
    } else {
        duties.open |= fault_printer_memory;
    }
    duties.open |= fault_wrong_process | fault_free_address;
}

} // namespace

void find_duty_facts(Context& c) {
    DutyFacts& duties = c.duties = DutyFacts{};
    if (find_other_duties(c)) {
        return;
    }
    switch (c.op->kind) {
    case OpKind::allocate:
        if (traits_of(c.op->routine).type == TypeArgument::pool_flags) {
            judge_flag_allocation(c, duties);
        } else {
            judge_allocation(c, duties);
        }
        break;
    case OpKind::free:
        if (c.free.target == Target::uncertain || c.free.target == Target::null) {
            duties.open = ~0U;
        }
        if (is_ex_free(c.op->routine)) {
            judge_ex_free(c, duties);
            judge_second_free(c, duties);
        } else {
            judge_eng_free(c, duties);
        }
        break;
    case OpKind::print:
        judge_print(c, duties);
        break;
    case OpKind::call:
        if (is_quota_call(c.op->routine)) {
            judge_quota_call(c, duties);
        } else {
            judge_pool_call(c, duties);
        }
        break;
    default:
        break;
    }
}

} // namespace poolproof::oracle
