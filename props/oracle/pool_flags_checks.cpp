// What POOL_FLAGS and extended parameters ask for: CON-03, EAP2 and EAP3 clauses, and NX-01. Rules restated
// from older routines have their rows with those (geometry.cpp, failure.cpp and so on). Does not cover:
// secure-pool entries (secure_pool_checks.cpp).
#include "oracle/alloc_defects.hpp"
#include "oracle/check.hpp"

#include <algorithm>

namespace poolproof::oracle {

namespace {

constexpr std::uint32_t call_defects = defect_tag_zero | defect_pool_flags;

// The outcome of a sound request, where memory decides it.
Outcome comes_to_what_memory_allows(const Context& c) {
    switch (c.alloc.expect) {
    case Expect::memory:
        return hold_if(c.has(is_pointer) && c.alloc.overlapped == nullptr);
    case Expect::failure:
        return hold_if(failed_in_form(c));
    default:
        return Outcome::not_relevant;
    }
}

// CON-03, EAP2-09, EAP3-01. What a secure block holds is stated nowhere.
Outcome zeroed_unless_waived(const Context& c) {
    const AllocationRequest& ask = c.alloc.ask;
    if (c.event->zeroed == Seen::not_looked) {
        return Outcome::not_relevant;
    }
    SecureEntry entry;
    const bool secure = secure_entry_of(*c.op, entry) != SecureAsk::none;
    if (!ask.zeroed || secure || ask.flags == Validity::open) {
        return Outcome::unspecified;
    }
    return hold_if(c.event->zeroed == Seen::yes);
}

Outcome bad_required_flag_fails(const Context& c) {
    return judge_alloc(c, defect_pool_flags);
}

Outcome unknown_optional_flag_is_ignored(const Context& c) {
    const std::uint64_t flags = std::uint64_t{c.op->flags_high} << 32;
    return (flags & ~std::uint64_t{pool_flag_special_pool}) != 0 ? comes_to_what_memory_allows(c)
                                                                 : Outcome::not_relevant;
}

// where special pool cannot serve, NULL is as good as ordinary pool.
Outcome known_optional_flag_does_no_harm(const Context& c) {
    if (!c.alloc.ask.wants_special || c.has(in_special)) {
        return Outcome::not_relevant;
    }
    return hold_if(failed_in_form(c) || (c.has(is_pointer) && c.alloc.overlapped == nullptr));
}

Outcome bad_call_fails(const Context& c) {
    const std::uint32_t standing = c.alloc.defects & call_defects;
    return standing == 0 ? Outcome::not_relevant : judge_alloc(c, standing & (~standing + 1));
}

Outcome bad_call_returns_null(const Context& c) {
    return c.has(wants_raise) ? Outcome::not_relevant : bad_call_fails(c);
}

Outcome bad_call_raises(const Context& c) {
    return c.has(wants_raise) ? bad_call_fails(c) : Outcome::not_relevant;
}

Outcome quota_decides(const Context& c) {
    const bool within = c.alloc.expect == Expect::memory;
    return c.alloc.ask.quota && (c.alloc.quota_short || within) ? comes_to_what_memory_allows(c)
                                                                : Outcome::not_relevant;
}

// Bytes charged be those asked for or rounded up (unverified list).
Outcome is_charged(const Context& c) {
    const QuotaRow& row = c.world->quota[c.op->index][c.op->paged];
    if (row.by_flag == 0 || row.loose || (row.users & ~by_pool_flags) != 0 || c.world->ordinary_corrupt) {
        return Outcome::not_relevant;
    }
    return hold_if(c.event->number >= row.least && c.event->number <= row.most);
}

// X-23 leaves paged pool of x86 open, and no page says it of special pool.
Outcome executability(const Context& c, bool no_execute) {
    const BlockInfo& block = c.event->block;
    if (c.alloc.paged) {
        return c.claims->is_64_bit ? hold_if(!block.executable) : Outcome::unspecified;
    }
    if (no_execute) {
        return hold_if(!block.executable);
    }
    return block.special ? Outcome::unspecified : hold_if(block.executable);
}

Outcome flags_decide_executability(const Context& c) {
    return executability(c, (c.op->pool_type & pool_flag_non_paged) != 0);
}

Outcome type_decides_executability(const Context& c) {
    return c.alloc.paged ? Outcome::not_relevant
                         : executability(c, (c.op->pool_type & POOL_NX_ALLOCATION) != 0);
}

Outcome cache_alignment_is_best_effort(const Context& c) {
    const bool asked = (c.op->pool_type & pool_flag_cache_aligned) != 0;
    return asked && c.has(is_pointer) ? Outcome::unspecified : Outcome::not_relevant;
}

Outcome tries_special_pool(const Context& c) {
    return c.alloc.ask.wants_special ? special_as_long_as_room(c) : Outcome::not_relevant;
}

Outcome falls_back_to_ordinary_pool(const Context& c) {
    return c.alloc.ask.wants_special && c.alloc.expect == Expect::memory ? hold_if(c.has(is_pointer))
                                                                         : Outcome::not_relevant;
}

struct Entries {
    ExtendedParameter entry[max_parameters];
    unsigned count = 0;

    explicit Entries(const Op& op) { count = parameters_of(op, entry); }
    template <class Is> bool any(const Is& is) const { return std::any_of(entry, entry + count, is); }
};

Outcome bad_parameters_fail(const Context& c) {
    return judge_alloc(c, defect_parameters);
}

template <class Is> Outcome bad_entry_fails(const Context& c, const Is& is) {
    const auto required = [&is](const ExtendedParameter& p) { return !p.optional && is(p); };
    return Entries(*c.op).any(required) ? bad_parameters_fail(c) : Outcome::not_relevant;
}

bool is_unknown(const ExtendedParameter& p) {
    return p.type > parameter_max;
}

// EAP3-03: both entries count, not the first alone.
Outcome every_entry_is_read(const Context& c) {
    Op first = *c.op;
    first.extended &= 0xFFFFU;
    if (Entries(*c.op).count < 2 ||
        request_of(first, c.world->process(), c.world->lists).parameters != Validity::valid) {
        return Outcome::not_relevant;
    }
    return c.has(is_sound) ? comes_to_what_memory_allows(c) : bad_parameters_fail(c);
}

Outcome unknown_required_type_fails(const Context& c) {
    return bad_entry_fails(c, is_unknown);
}

Outcome unknown_optional_type_is_ignored(const Context& c) {
    const bool there =
        Entries(*c.op).any([](const ExtendedParameter& p) { return p.optional && is_unknown(p); });
    return there ? comes_to_what_memory_allows(c) : Outcome::not_relevant;
}

Outcome unused_type_fails(const Context& c) {
    return bad_entry_fails(c,
                           [](const ExtendedParameter& p) { return p.type == 0 || p.type == parameter_max; });
}

Outcome bad_priority_fails(const Context& c) {
    return bad_entry_fails(c, [](const ExtendedParameter& p) {
        return p.type == parameter_priority && !is_ex_pool_priority(p.value);
    });
}

// As EATP-05 to EATP-07: no threshold is documented.
Outcome priority_is_served(const Context& c) {
    const AllocationRequest& ask = c.alloc.ask;
    if (!ask.has_priority || c.alloc.injected || c.alloc.impossible) {
        return Outcome::not_relevant;
    }
    if (c.has(is_pointer)) {
        return Outcome::holds;
    }
    const bool high = ask.priority >= HighPoolPriority;
    return (high ? c.alloc.certain : c.alloc.plenty) ? Outcome::violated : Outcome::unspecified;
}

Outcome node_is_the_one_named(const Context& c) {
    return c.alloc.ask.wants_node ? hold_if(c.event->block.node == c.alloc.ask.node) : Outcome::not_relevant;
}

// Another node would have had the pages.
Outcome node_alone_will_do(const Context& c) {
    return c.alloc.ask.wants_node ? comes_to_what_memory_allows(c) : Outcome::not_relevant;
}

Outcome preferred_node_is_no_condition(const Context& c) {
    const AllocationRequest& ask = c.alloc.ask;
    return ask.names_node && !ask.wants_node ? comes_to_what_memory_allows(c) : Outcome::not_relevant;
}

Outcome node_without_nonpaged_fails(const Context& c) {
    const bool nonpaged = (c.op->pool_type & pool_flag_non_paged) != 0;
    return nonpaged ? Outcome::not_relevant
                    : bad_entry_fails(c, [](const ExtendedParameter& p) { return p.type == parameter_node; });
}

constexpr std::uint32_t told = is_pointer | has_info;
constexpr std::uint32_t rights = is_pointer | has_rights;
constexpr std::uint32_t nodes = can_block_info | can_budget;
constexpr const char* zeroes = "a block full of zeroes unless POOL_FLAG_UNINITIALIZED was given";
constexpr const char* required = "a failure for a required flag that is not known";
constexpr const char* optional = "an optional flag that is not known to change nothing";
constexpr const char* entry = "a failure for an entry that is required and not valid";
constexpr const char* array = "every entry of the array to be read";
constexpr const char* executable = "memory that may be executed exactly where that was asked for";
constexpr const char* only_node = "memory of the node named, or a failure";
constexpr const char* quota =
    "a charge to the quota with POOL_FLAG_USE_QUOTA, and a failure when it is spent";

constexpr Row rows[] = {
    {"CON-03", zeroed_unless_waived, on_allocate, by_pool_flags, is_pointer, 0, zeroes},
    {"NX-01", type_decides_executability, on_allocate, by_type_takers, rights | is_sound, can_page_rights,
     executable},
    {"EAP2-01", bad_required_flag_fails, on_allocate, by_pool_flags, is_defective, 0, required},
    {"EAP2-01", unknown_optional_flag_is_ignored, on_allocate, by_pool_flags, is_sound, 0, optional},
    {"EAP2-02", bad_required_flag_fails, on_allocate, by_pool_flags, is_defective, 0, required},
    {"EAP2-03", unknown_optional_flag_is_ignored, on_allocate, by_pool_flags, is_sound, 0, optional},
    {"EAP2-04", known_optional_flag_does_no_harm, on_allocate, by_pool_flags, is_sound, 0,
     "memory of the caller's own, or a failure, where POOL_FLAG_SPECIAL_POOL cannot be met"},
    {"EAP2-07", bad_call_returns_null, on_allocate, by_pool_flags, is_defective, 0,
     "NULL for a zero tag or flags that are not valid"},
    {"EAP2-08", bad_call_raises, on_allocate, by_pool_flags, is_defective | wants_raise, can_raise,
     "an exception for a zero tag or flags that are not valid"},
    {"EAP2-09", zeroed_unless_waived, on_allocate, by_pool_flags, is_pointer, 0, zeroes},
    {"EAP2-10", quota_decides, on_allocate, by_pool_flags, is_sound, can_quota, quota},
    {"EAP2-10", is_charged, on(OpKind::query_quota), 0, is_value, can_quota, quota},
    {"EAP2-19", flags_decide_executability, on_allocate, by_pool_flags, rights | is_sound, can_page_rights,
     executable},
    {"EAP2-20", cache_alignment_is_best_effort, on_allocate, by_pool_flags, is_sound, 0,
     "a block, aligned or not", true},
    {"EAP2-21", tries_special_pool, on_allocate, by_pool_flags, told | is_eligible, can_block_info,
     "special pool for POOL_FLAG_SPECIAL_POOL while it has room"},
    {"EAP2-21", falls_back_to_ordinary_pool, on_allocate, by_pool_flags, is_sound, 0,
     "ordinary pool where special pool does not serve the request"},
    {"EAP3-01", zeroed_unless_waived, on_allocate, by_pool3, is_pointer, 0, zeroes},
    {"EAP3-02", bad_parameters_fail, on_allocate, by_pool3, is_defective, 0, entry},
    {"EAP3-03", every_entry_is_read, on_allocate, by_pool3, 0, 0, array},
    {"EAP3-05", unknown_required_type_fails, on_allocate, by_pool3, is_defective, 0,
     "a failure for a required entry of unknown type"},
    {"EAP3-06", unknown_optional_type_is_ignored, on_allocate, by_pool3, is_sound, 0,
     "an optional entry of unknown type to change nothing"},
    {"EAP3-07", bad_priority_fails, on_allocate, by_pool3, is_defective, 0,
     "a failure for a priority that is none of the nine"},
    {"EAP3-07", priority_is_served, on_allocate, by_pool3, is_sound, can_budget,
     "a request to be served as its priority says"},
    {"EAP3-08", node_is_the_one_named, on_allocate, by_pool3, told | is_sound, nodes, only_node},
    {"EAP3-08", node_alone_will_do, on_allocate, by_pool3, is_sound, can_budget, only_node},
    {"EAP3-08", preferred_node_is_no_condition, on_allocate, by_pool3, is_sound, can_budget,
     "a preferred node to be no reason to fail"},
    {"EAP3-09", node_without_nonpaged_fails, on_allocate, by_pool3, is_defective, 0,
     "a failure for a required node entry without POOL_FLAG_NON_PAGED"},
    {"EAP3-11", unused_type_fails, on_allocate, by_pool3, is_defective, 0,
     "a failure for a required entry of a type that is not to be used"},
};

} // namespace

std::span<const Row> pool_flags_rows() {
    return rows;
}

} // namespace poolproof::oracle
