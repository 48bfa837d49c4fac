// Facts of an allocation: what memory and quota allow, what it has to end in, neighbours. Does not cover:
// broken duties and their reactions (alloc_defects.cpp).
#include "oracle/alloc_defects.hpp"

#include <algorithm>

namespace poolproof::oracle {

namespace {

constexpr std::uint64_t user_half_bytes = 1ULL << 47;
constexpr std::uint64_t small_user_block = 1U << 20; // bytes; such requests are granted while few live
constexpr std::uint64_t few_user_blocks = 64;
// Pages that every pool is taken to have, whoever cannot be told how many.
constexpr std::uint64_t least_pool_pages = 16;

// Whether the bytes charged be those asked for or rounded up is open, and for a page or more X-16 as well.
void find_quota_fit(Context& c) {
    AllocFacts& a = c.alloc;
    if (!a.ask.quota || !c.claims->can(can_quota)) {
        return;
    }
    const QuotaRow& row = c.world->quota[c.world->process()][a.paged];
    const QuotaCharge charge = charge_of(c.op->routine, a.ask.size);
    const bool short_of_least =
        charge.least > row.limit || (!row.loose && !row.allows(row.least, charge.least));
    a.quota_short = charge.least != 0 && short_of_least;
    a.quota_fits = charge.most == 0 || (!row.loose && row.allows(row.most, charge.most));
    a.impossible = a.impossible || a.quota_short;
    a.certain = a.certain && a.quota_fits;
    a.plenty = a.plenty && a.quota_fits;
}

// An entry may come from the list itself, where nothing is allocated.
void find_list_fit(Context& c) {
    AllocFacts& a = c.alloc;
    const bool may_hold = c.world->held_by(*c.op) != 0;
    a.injected = a.injected && !may_hold;
    a.impossible = a.impossible && !may_hold;
    a.certain = a.certain && (c.world->fail_in != 1);
}

void find_fit(Context& c) {
    AllocFacts& a = c.alloc;
    const World& w = *c.world;
    const std::uint64_t bytes = a.ask.size;
    a.injected = w.fail_in == 1;
    if (a.ask.user) {
        a.impossible = bytes > user_half_bytes;
        if (w.may_fail) {
            return;
        }
        a.certain = a.plenty = bytes < small_user_block && w.user_live < few_user_blocks &&
                               w.user_bytes < few_user_blocks * small_user_block;
        return;
    }
    const std::uint64_t pages = pages_of(bytes);
    const std::uint64_t most = w.most_pages[a.paged];
    if (!c.claims->can(can_budget)) {
        a.impossible = bytes > user_half_bytes;
        a.certain = a.plenty = !w.may_fail && most + pages <= least_pool_pages;
        return;
    }
    const std::uint64_t total = w.total_budget(a.paged);
    const std::uint64_t best = a.ask.wants_node ? w.budget[a.ask.node][a.paged]
                                                : std::max(w.budget[0][a.paged], w.budget[1][a.paged]);
    const std::uint64_t least = w.overdrawn[a.paged] ? 0 : w.least_pages[a.paged];
    a.impossible =
        bytes > user_half_bytes || (bytes < page_bytes ? total == 0 && most == 0 : pages + least > total);
    a.impossible = a.impossible || (a.ask.wants_node && pages > best && (bytes >= page_bytes || most == 0));
    if (a.impossible || pages > best || w.may_fail) {
        return;
    }
    // One node alone has the pages, and however the live blocks lie, they leave a range that is long enough.
    a.certain = best >= most + pages && pages * (w.blocks[a.paged] + 1) + most <= arena_pages;
    a.plenty = a.certain && total > 2 * (most + pages);
}

Expect expectation(const Context& c, bool odd) {
    const AllocFacts& a = c.alloc;
    if (a.defects != 0) {
        return Expect::reaction;
    }
    if (odd) {
        return Expect::open;
    }
    if (a.injected || a.impossible) {
        return Expect::failure;
    }
    const bool may_be_refused_early = a.ask.has_priority && a.ask.priority < HighPoolPriority;
    return (may_be_refused_early ? a.plenty : a.certain) ? Expect::memory : Expect::either;
}

void find_neighbours(Context& c) {
    AllocFacts& a = c.alloc;
    const std::uint64_t start = c.event->address;
    const World::Neighbours around = c.world->neighbours(start, a.ask.user, a.ask.process);
    a.before = around.before;
    a.after = around.after;
    const std::uint64_t length = a.ask.size == 0 ? 1 : a.ask.size;
    if (a.before != nullptr && a.before->end() > start) {
        a.overlapped = a.before;
    } else if (a.after != nullptr && a.after->address - start < length) {
        a.overlapped = a.after;
    }
}

void find_eligibility(Context& c) {
    const World& w = *c.world;
    const AllocationRequest& ask = c.alloc.ask;
    const bool of_a_list = traits_of(c.op->routine).memory == Memory::list; // its entries may be older
    if (ask.user || of_a_list || ask.size == 0 || ask.size >= page_bytes) {
        return;
    }
    if (w.special_by_verifier || ask.wants_special) {
        c.facts |= is_eligible;
        return;
    }
    if (!w.special_by_tag) {
        return;
    }
    const std::uint32_t granule = c.claims->granule();
    c.alloc.gflags = gflags_selection(w.special_tag, ask.tag, ask.size, granule);
    if (w.former_special_tag) {
        c.alloc.formerly_selected =
            gflags_selection(*w.former_special_tag, ask.tag, ask.size, granule).selects();
    }
    c.facts |= c.alloc.gflags.selects() ? is_eligible : 0U;
}

} // namespace

void find_alloc_facts(Context& c) {
    const Op& op = *c.op;
    const World& w = *c.world;
    AllocFacts& a = c.alloc = AllocFacts{};
    const AllocationRequest& ask = a.ask = request_of(op, w.process(), w.lists);
    const bool ex = traits_of(op.routine).memory == Memory::pool;
    a.base = ask.pool_type & ~type_modifiers;
    a.paged = ask.paged;
    if (ex) {
        const bool flag = traits_of(op.routine).failure == OnFailure::null_or_type_flag ||
                          traits_of(op.routine).failure == OnFailure::null_or_pool_flag;
        const bool typed = traits_of(op.routine).type == TypeArgument::pool_type;
        c.facts |= flag && ask.raises ? wants_raise : 0U;
        c.facts |= typed && (op.pool_type & POOL_COLD_ALLOCATION) != 0 ? wants_cold : 0U;
    }
    a.nonpaged_exact = !a.paged && ask.size >= 1 && ask.size <= page_bytes;
    a.side = w.special_side;
    // Of a call that asks for special pool by itself, no page says whose side counts once no setting stands.
    a.side_open = ask.wants_special && !w.special_by_verifier && !w.special_by_tag && a.side != Side::end;
    if (ask.has_priority) {
        const bool known = is_ex_pool_priority(ask.priority) && !ask.may_ignore_priority;
        a.side_open = a.side_open || !known;
        if (known && (ask.priority & 8U) != 0) {
            c.facts |= has_variant;
            a.side_open = false;
            a.side = (ask.priority & 1U) != 0 ? Side::start : Side::end;
        }
    }
    find_eligibility(c);
    if (c.event->block.known) {
        c.facts |= has_info | (c.event->block.special && c.has(is_pointer) ? in_special : 0U);
    }
    if (c.event->block.known || c.event->block.rights_known) {
        c.facts |= has_rights;
    }
    find_fit(c);
    find_quota_fit(c);
    if (traits_of(op.routine).memory == Memory::list) {
        find_list_fit(c);
    }
    a.defects = ex ? defects_of(c) : 0;
    const bool odd = is_odd(c);
    a.unsimulated = expectation(c, odd);
    a.certain = a.certain && !w.simulates_shortage();
    a.plenty = a.plenty && !w.simulates_shortage();
    a.expect = expectation(c, odd);
    if (a.defects != 0) {
        c.facts |= is_defective;
        a.matched = reactions(c);
        // An undocumented type hides which reaction is due; must-succeed types are documented.
        const bool odd_type =
            (!is_plain_type(a.base) && (a.defects & defect_must_succeed) == 0) ||
            ask.flags == Validity::open || ask.parameters == Validity::open ||
            (ask.size == 0 && traits_of(op.routine).zero_bytes == ZeroBytesRule::undefined);
        constexpr std::uint32_t of_flags =
            defect_executable | defect_unloading | defect_quota_idle | defect_quota_dpc;
        const bool may_fail_first = odd && (a.defects & ~of_flags) == 0; // before any flag is looked at
        a.tolerated = odd_type || may_fail_first || is_tolerated(c);
    } else if (!odd) {
        c.facts |= is_sound;
    }
    if (c.has(is_pointer)) {
        find_neighbours(c);
    }
}

} // namespace poolproof::oracle
