// TAG-15, TAG-16, EAU-18: rows of the tag ledger. Bytes may be counted as requested or rounded up, to pages
// at most. Does not cover: tags recorded with blocks (tag_checks.cpp).
#include "oracle/check.hpp"

namespace poolproof::oracle {

namespace {

constexpr LedgerRow nothing{};

// The row as it should be; nullptr when the model cannot know it.
const LedgerRow* expected_row(const Context& c) {
    const LedgerRow* row = c.world->ledger(c.op->tag, c.op->paged ? 1 : 0);
    if (row == nullptr) {
        return &nothing;
    }
    return row->loose ? nullptr : row;
}

bool adds_up(const Context& c, const LedgerRow& row) {
    const TagRow& seen = c.event->row;
    return seen.allocations >= seen.frees && seen.allocations - seen.frees == row.live &&
           seen.frees == row.frees && seen.allocations >= row.seen_allocations &&
           seen.frees >= row.seen_frees && seen.bytes >= row.bytes && seen.bytes <= row.rounded_bytes;
}

Outcome row_adds_up(const Context& c) {
    const LedgerRow* row = expected_row(c);
    return row == nullptr ? Outcome::unspecified : hold_if(adds_up(c, *row));
}

Outcome live_blocks_have_a_row(const Context& c) {
    const LedgerRow* row = expected_row(c);
    if (row == nullptr || row->live == 0) {
        return Outcome::not_relevant;
    }
    return hold_if(c.event->row.allocations >= row->live);
}

// User memory of the tag has to leave the rows of pool alone.
Outcome user_memory_is_not_counted(const Context& c) {
    const LedgerRow* row = expected_row(c);
    if (row == nullptr || c.world->ledger(c.op->tag, 2) == nullptr) {
        return Outcome::not_relevant;
    }
    return hold_if(adds_up(c, *row));
}

constexpr OpSet on_query = on(OpKind::query_tag);
constexpr Row rows[] = {
    {"TAG-15", row_adds_up, on_query, 0, is_value, can_ledger,
     "counts that only grow, whose difference is the live blocks, and the bytes in use"},
    {"TAG-16", live_blocks_have_a_row, on_query, 0, is_value, can_ledger,
     "every live block counted under its tag"},
    {"EAU-18", user_memory_is_not_counted, on_query, 0, is_value, can_ledger,
     "user memory to be counted in no pool"},
};

} // namespace

std::span<const Row> ledger_rows() {
    return rows;
}

} // namespace poolproof::oracle
