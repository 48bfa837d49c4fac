// Quota: EAPQ-02, EAPQ-03, EAQT-02, FPQT-01, QTA-03, QTA-04 and PSQ. How many bytes a charge counts is open
// between those asked for and whole pages, and by register X-16 whether a page or more is charged at all;
// only ExAllocatePoolWithQuota's page frees it of charge. Does not cover: what a shortage of quota answers
// (failure.cpp), Driver Verifier's rules of quota, reports of broken duties (duties.cpp).
#include "oracle/check.hpp"

#include <ddi/bugcodes.h>
#include <ddi/ntstatus.h>

namespace poolproof::oracle {

namespace {

constexpr RoutineSet by_charge = set_of(Routine::PsChargePoolQuota);
constexpr RoutineSet by_return = set_of(Routine::PsReturnPoolQuota);

const QuotaRow& asked_row(const Context& c) {
    return c.world->quota[c.op->index][c.op->paged];
}

// Where several have charged the process, no answer tells which of them is wrong. Bytes too many after a
// free, a return or a page of ExAllocatePoolWithQuota are those rules' matter.
template <RoutineSet By> Outcome is_charged(const Context& c) {
    const QuotaRow& row = asked_row(c);
    if ((row.users & By) == 0 || row.loose) {
        return Outcome::not_relevant;
    }
    const bool alone = (row.users & ~(By | by_return)) == 0;
    if (c.event->number < row.least) {
        return alone ? Outcome::violated : Outcome::unspecified;
    }
    const bool other_rule =
        !alone || row.returned || (row.users & by_return) != 0 || (row.large & by_quota_routine) != 0;
    return c.event->number <= row.most ? Outcome::holds
           : other_rule                ? Outcome::unspecified
                                       : Outcome::violated;
}

Outcome pages_are_not_charged(const Context& c) {
    const QuotaRow& row = asked_row(c);
    const bool asked = (row.large & by_quota_routine) != 0 && !row.loose && !row.returned;
    return asked ? hold_if(c.event->number <= row.most) : Outcome::not_relevant;
}

// A limit below the size is no obstacle.
Outcome pages_need_no_quota(const Context& c) {
    const bool none_left =
        c.op->size >= page_bytes && c.world->quota[c.world->process()][c.alloc.paged].limit < c.op->size;
    return none_left && c.alloc.expect == Expect::memory ? hold_if(c.has(is_pointer)) : Outcome::not_relevant;
}

Outcome free_returns_the_quota(const Context& c) {
    const QuotaRow& row = asked_row(c);
    return row.returned && !row.loose ? hold_if(c.event->number <= row.most) : Outcome::not_relevant;
}

// The place of the owner is documented nowhere, so no write surely corrupts it.
Outcome bad_owner_is_caught(const Context& c) {
    if (!c.murky || !c.free.block->charged) {
        return Outcome::not_relevant;
    }
    const bool caught = c.bug_check(BAD_POOL_CALLER) && c.p(1) >= 0x0B && c.p(1) <= 0x0D &&
                        c.p(2) == c.event->used && c.p(3) == c.free.block->tag;
    return caught ? Outcome::holds : Outcome::unspecified;
}

// Of a call that breaks a duty, or that Driver Verifier may stop, no outcome is stated.
bool is_plain_call(const Context& c) {
    const World& w = *c.world;
    return w.irql() < DISPATCH_LEVEL && is_quota_type(c.op->pool_type) && !w.verifies(tracking_flag);
}

Outcome excess(const Context& c, bool surely, bool surely_not) {
    const bool raised =
        c.has(is_raised) && c.event->status == static_cast<std::uint32_t>(STATUS_QUOTA_EXCEEDED);
    if (!raised && !c.has(is_value)) {
        return Outcome::violated;
    }
    return !surely && !surely_not ? Outcome::unspecified : hold_if(raised == surely);
}

Outcome charges_what_is_left(const Context& c) {
    const QuotaRow& row = c.world->quota[c.op->index][(c.op->pool_type & PagedPool) != 0];
    if (c.op->routine != Routine::PsChargePoolQuota || !is_plain_call(c) || row.loose) {
        return Outcome::not_relevant;
    }
    // Whether nothing at all can exceed a limit that was lowered below the charge, is stated nowhere.
    const bool surely = c.op->size != 0 && !row.allows(row.least, c.op->size);
    return excess(c, surely, row.allows(row.most, c.op->size));
}

Outcome returns_what_was_charged(const Context& c) {
    const QuotaRow& row = c.world->quota[c.op->index][(c.op->pool_type & PagedPool) != 0];
    if (c.op->routine != Routine::PsReturnPoolQuota || !is_plain_call(c) || row.loose) {
        return Outcome::not_relevant;
    }
    return excess(c, c.op->size > row.most, c.op->size <= row.by_call);
}

// PSQ-03: charges by call and their returns cancel out.
Outcome returns_balance_charges(const Context& c) {
    const QuotaRow& row = asked_row(c);
    if ((row.users & by_return) == 0 || row.by_call != 0 || row.loose || row.returned) {
        return Outcome::not_relevant;
    }
    return hold_if(c.event->number >= row.least && c.event->number <= row.most);
}

constexpr OpSet on_query = on(OpKind::query_quota);
constexpr OpSet on_call = on(OpKind::call);
constexpr const char* charged = "the bytes of the live blocks to be charged to the process that asked";
constexpr const char* free_of_charge = "no charge for a block of PAGE_SIZE bytes or more";
constexpr const char* given_back = "the quota of a freed block to be given back";
constexpr const char* limited = "the amount charged, or STATUS_QUOTA_EXCEEDED where it does not suffice";

constexpr Row rows[] = {
    {"EAPQ-02", is_charged<by_quota_routine>, on_query, 0, is_value, can_quota, charged},
    {"EAPQ-03", pages_are_not_charged, on_query, 0, is_value, can_quota, free_of_charge},
    {"EAPQ-03", pages_need_no_quota, on_allocate, by_quota_routine, is_sound, can_quota, free_of_charge},
    {"EAQT-02", is_charged<by_quota_tag_routine>, on_query, 0, is_value, can_quota, charged},
    {"FPQT-01", is_charged<by_fsrtl_quota>, on_query, 0, is_value, can_quota, charged},
    {"QTA-03", free_returns_the_quota, on_query, 0, is_value, can_quota, given_back},
    {"QTA-04", bad_owner_is_caught, on_free, by_ex_free, on_live, can_bug_check | can_quota,
     "bug check 0xC2 with 0x0B, 0x0C or 0x0D for a corrupt owner of a charged block", true},
    {"PSQ-01", charges_what_is_left, on_call, 0, 0, can_quota | can_raise, limited},
    {"PSQ-01", is_charged<by_charge>, on_query, 0, is_value, can_quota, "what was charged by call, no more"},
    {"PSQ-03", returns_balance_charges, on_query, 0, is_value, can_quota,
     "the quota to be as before once every charge was returned"},
    {"PSQ-04", returns_what_was_charged, on_call, 0, 0, can_quota | can_raise,
     "STATUS_QUOTA_EXCEEDED for more than is charged, and for no less"},
};

} // namespace

std::span<const Row> quota_rows() {
    return rows;
}

} // namespace poolproof::oracle
