// Facts of an allocation: broken duties and their documented reactions, what memory allows, neighbours.
// Does not cover: the subject's reports of broken duties (duty_facts.cpp).
#include "oracle/context.hpp"

#include <ddi/bugcodes.h>

#include <algorithm>

namespace poolproof::oracle {

namespace {

constexpr std::uint64_t user_half_bytes = 1ULL << 47;
constexpr std::uint64_t small_user_block = 1U << 20; // bytes; such requests are granted while few live
constexpr std::uint64_t few_user_blocks = 64;
constexpr std::uint32_t big_tag = 0x00424947;   // 'BIG'
constexpr std::uint32_t big_tag_4 = 0x42494720; // 'BIG '

bool is_must_succeed(std::uint32_t base) {
    return base == NonPagedPoolMustSucceed || base == NonPagedPoolCacheAlignedMustS ||
           base == NonPagedPoolMustSucceedSession || base == NonPagedPoolCacheAlignedMustSSession;
}

// Types that every system serves. Session types are documented too, but deprecated.
bool is_plain_type(std::uint32_t base) {
    return base == NonPagedPool || base == PagedPool || base == NonPagedPoolCacheAligned ||
           base == PagedPoolCacheAligned;
}

bool has_alnum(std::uint32_t tag) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
        const auto c = static_cast<unsigned char>(tag >> shift);
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
            return true;
        }
    }
    return false;
}

// TAG-02 with register X-07: zero bytes in the unused high bytes of a short literal are no characters.
bool has_bad_character(std::uint32_t tag, bool seven_bit) {
    for (; tag != 0; tag >>= 8) {
        const std::uint32_t c = tag & 0xFF;
        if (seven_bit ? c > 0x7F : (c < 0x20 || c > 0x7E)) {
            return true;
        }
    }
    return false;
}

bool is_priority(std::uint8_t priority) {
    return (priority & ~0x39U) == 0 && (priority & 0x30U) != 0x30U && (priority & 9U) != 1U;
}

std::uint32_t defects_of(const Context& c) {
    const Op& op = *c.op;
    const std::uint8_t irql = c.world->irql();
    const TagWithoutAlnum plain = c.claims->tag_without_alnum;
    std::uint32_t defects = 0;
    if (is_must_succeed(c.alloc.base)) {
        defects |= defect_must_succeed;
    }
    if (op.tag == 0) {
        defects |= defect_tag_zero;
    } else if (op.tag == big_tag || op.tag == big_tag_4) {
        defects |= defect_tag_big;
    } else if (!has_alnum(op.tag) && (plain != TagWithoutAlnum::verifier_only || c.world->verifier)) {
        defects |= defect_tag_plain;
    }
    // without a verifier the classic family may serve such a request like any other.
    const bool served = op.routine != Routine::FsRtlAllocatePoolWithTag && !c.world->verifier &&
                        c.claims->zero_bytes == ZeroBytes::smallest_block;
    if (op.size == 0 && !served) {
        defects |= defect_zero_bytes;
    }
    if (irql > DISPATCH_LEVEL || (irql == DISPATCH_LEVEL && c.alloc.paged)) {
        defects |= defect_irql;
    }
    return defects;
}

// Whether NULL or a raise is the form in which this call fails.
bool failed_in_form(const Context& c) {
    const bool raises = c.op->routine == Routine::FsRtlAllocatePoolWithTag || c.has(wants_raise);
    return raises ? c.has(is_raised) : c.has(is_null);
}

bool irql_reaction(const Context& c) {
    const std::uint8_t irql = c.world->irql();
    const bool arguments = c.has(is_bug_check) && same_type(c.p(3), c.op->pool_type) && c.p(4) == c.op->size;
    switch (c.event->code) {
    case BAD_POOL_CALLER:
        return arguments && c.p(1) == 0x08 && c.p(2) == irql;
    case DRIVER_VERIFIER_DETECTED_VIOLATION:
        return c.world->verifier &&
               (c.p(1) == 0x00020004 ||
                (arguments && c.p(1) == (c.alloc.paged ? 0x01U : 0x02U) && c.p(2) == irql));
    case SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION:
        return (c.has(is_eligible) || c.alloc.gflags.open) && c.p(1) == irql &&
               same_type(c.p(2), c.op->pool_type) && c.p(3) == c.op->size && c.p(4) == 0x30;
    case IRQL_NOT_LESS_OR_EQUAL:
        return true;
    default:
        return false;
    }
}

bool zero_reaction(const Context& c) {
    return (c.world->verifier && c.bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION) && c.p(1) == 0 &&
            c.p(2) == c.world->irql() && same_type(c.p(3), c.op->pool_type) && c.p(4) == 0) ||
           (c.bug_check(BAD_POOL_CALLER) && c.p(1) == 0 && c.p(2) == 0 &&
            same_type(c.p(3), c.op->pool_type) && c.p(4) == c.op->tag);
}

// Which of the standing defects got their documented reaction.
std::uint32_t reactions(const Context& c) {
    const Op& op = *c.op;
    const bool caller_bug = c.bug_check(BAD_POOL_CALLER);
    std::uint32_t matched = 0;
    if (caller_bug && c.p(1) == 0x9A && same_type(c.p(2), op.pool_type) && c.p(3) == op.size &&
        c.p(4) == op.tag) {
        matched |= defect_must_succeed;
    }
    const bool names_request = caller_bug && same_type(c.p(2), op.pool_type) && c.p(3) == op.size;
    if ((names_request && c.p(1) == 0x9B && c.claims->tag_zero != TagZero::null) ||
        (c.claims->tag_zero != TagZero::bug_check && failed_in_form(c))) {
        matched |= defect_tag_zero;
    }
    if (names_request && c.p(1) == 0x9C) {
        matched |= defect_tag_big;
    }
    if (caller_bug && c.p(1) == 0x9D && c.p(2) == op.tag && same_type(c.p(3), op.pool_type)) {
        matched |= defect_tag_plain;
    }
    if (zero_reaction(c)) {
        matched |= defect_zero_bytes;
    }
    if (c.has(is_bug_check) && irql_reaction(c)) {
        matched |= defect_irql;
    }
    return matched & c.alloc.defects;
}

// The standing defects that may be none: registers where the subject declares nothing, and of
// the unverified list which value the tag BIG is, and whether a tag without letter or digit needs a verifier.
std::uint32_t doubtful(const Context& c) {
    const bool fsrtl = c.op->routine == Routine::FsRtlAllocatePoolWithTag;
    std::uint32_t doubts = defect_tag_big;
    doubts |= c.claims->tag_zero == TagZero::unstated ? defect_tag_zero : 0U;
    doubts |= c.claims->tag_without_alnum == TagWithoutAlnum::unstated ? defect_tag_plain : 0U;
    const bool zero_open = !c.world->verifier && c.claims->zero_bytes == ZeroBytes::unstated;
    doubts |= fsrtl || zero_open ? defect_zero_bytes : 0U;
    return doubts & c.alloc.defects;
}

// Outcomes that the documents leave open although a defect stands.
bool is_tolerated(const Context& c) {
    const std::uint32_t defects = c.alloc.defects;
    if (failed_in_form(c) && (c.alloc.injected || !c.alloc.certain)) {
        return true; // memory may have been asked for first
    }
    if (c.has(is_pointer) || failed_in_form(c)) {
        return (defects & ~doubtful(c)) == 0;
    }
    if ((defects & defect_must_succeed) != 0 &&
        ((c.world->verifier && c.bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION)) ||
         c.bug_check(MUST_SUCCEED_POOL_EMPTY))) {
        return true;
    }
    if ((defects & defect_tag_zero) != 0 && c.bug_check(BAD_POOL_CALLER) && c.p(1) == 0x9D && c.p(2) == 0) {
        return true; // zero has no letter and no digit either
    }
    // ZER-03: FsRtl leaves open what zero bytes get.
    return (defects & defect_zero_bytes) != 0 && c.op->routine == Routine::FsRtlAllocatePoolWithTag;
}

void find_fit(Context& c) {
    AllocFacts& a = c.alloc;
    const World& w = *c.world;
    const std::uint64_t bytes = c.op->size;
    a.injected = w.fail_in == 1;
    if (c.op->routine == Routine::EngAllocUserMem) {
        a.certain = a.plenty = bytes < small_user_block && w.user_live < few_user_blocks &&
                               w.user_bytes < few_user_blocks * small_user_block;
        a.impossible = bytes > user_half_bytes;
        return;
    }
    const std::uint64_t pages = pages_of(bytes);
    const std::uint64_t most = w.most_pages[a.paged];
    const std::uint64_t total = w.total_budget(a.paged);
    const std::uint64_t best = std::max(w.budget[0][a.paged], w.budget[1][a.paged]);
    const std::uint64_t least = w.overdrawn[a.paged] ? 0 : w.least_pages[a.paged];
    a.impossible =
        bytes > user_half_bytes || (bytes < page_bytes ? total == 0 && most == 0 : pages + least > total);
    if (a.impossible || pages > best) {
        return;
    }
    // One node alone has the pages, and however the live blocks lie, they leave a range that is long enough.
    a.certain = best >= most + pages && pages * (w.blocks[a.paged] + 1) + most <= arena_pages;
    a.plenty = a.certain && total > 2 * (most + pages);
}

bool is_odd(const Context& c) {
    const Op& op = *c.op;
    switch (op.routine) {
    case Routine::EngAllocMem:
        return op.size == 0 || op.tag == 0 || (op.pool_type & ~3U) != 0 || c.world->irql() >= DISPATCH_LEVEL;
    case Routine::EngAllocUserMem:
        return op.size == 0 || op.tag == 0 || c.world->irql() >= DISPATCH_LEVEL;
    case Routine::FsRtlAllocatePoolWithTag:
        return !is_plain_type(c.alloc.base) || has_bad_character(op.tag, true);
    default:
        return !is_plain_type(c.alloc.base) || has_bad_character(op.tag, false) ||
               (op.routine == Routine::ExAllocatePoolWithTagPriority && !is_priority(op.priority));
    }
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
    const bool may_be_refused_early =
        c.op->routine == Routine::ExAllocatePoolWithTagPriority && c.op->priority < HighPoolPriority;
    return (may_be_refused_early ? a.plenty : a.certain) ? Expect::memory : Expect::either;
}

void find_neighbours(Context& c) {
    AllocFacts& a = c.alloc;
    const bool user = c.op->routine == Routine::EngAllocUserMem;
    const std::uint64_t start = c.event->address;
    const World::Neighbours around = c.world->neighbours(start, user, c.world->process());
    a.before = around.before;
    a.after = around.after;
    const std::uint64_t length = c.op->size == 0 ? 1 : c.op->size;
    if (a.before != nullptr && a.before->end() > start) {
        a.overlapped = a.before;
    } else if (a.after != nullptr && a.after->address - start < length) {
        a.overlapped = a.after;
    }
}

void find_eligibility(Context& c) {
    const World& w = *c.world;
    const Op& op = *c.op;
    if (op.routine == Routine::EngAllocUserMem || op.size == 0 || op.size >= page_bytes) {
        return;
    }
    if (w.special_by_verifier) {
        c.facts |= is_eligible;
        return;
    }
    if (!w.special_by_tag) {
        return;
    }
    const std::uint32_t granule = c.claims->granule();
    c.alloc.gflags = gflags_selection(w.special_tag, op.tag, op.size, granule);
    if (w.former_special_tag) {
        c.alloc.formerly_selected =
            gflags_selection(*w.former_special_tag, op.tag, op.size, granule).selects();
    }
    c.facts |= c.alloc.gflags.selects() ? is_eligible : 0U;
}

} // namespace

void find_alloc_facts(Context& c) {
    const Op& op = *c.op;
    const World& w = *c.world;
    AllocFacts& a = c.alloc = AllocFacts{};
    const bool ex = is_ex_allocator(op.routine);
    if (ex) {
        a.base = op.pool_type & ~type_modifiers;
        a.paged = (op.pool_type & PagedPool) != 0;
        c.facts |= (op.pool_type & POOL_RAISE_IF_ALLOCATION_FAILURE) != 0 ? wants_raise : 0U;
        c.facts |= (op.pool_type & POOL_COLD_ALLOCATION) != 0 ? wants_cold : 0U;
    } else {
        a.paged = op.routine == Routine::EngAllocMem && (op.pool_type & FL_NONPAGED_MEMORY) == 0;
    }
    a.nonpaged_exact = !a.paged && op.size >= 1 && op.size <= page_bytes;
    a.side = w.special_side;
    if (op.routine == Routine::ExAllocatePoolWithTagPriority) {
        a.side_open = !is_priority(op.priority);
        if (!a.side_open && (op.priority & 8U) != 0) {
            c.facts |= has_variant;
            a.side = (op.priority & 1U) != 0 ? Side::start : Side::end;
        }
    }
    find_eligibility(c);
    if (c.event->block.known) {
        c.facts |= has_info | (c.event->block.special && c.has(is_pointer) ? in_special : 0U);
    }
    find_fit(c);
    a.defects = ex ? defects_of(c) : 0;
    const bool odd = is_odd(c);
    a.expect = expectation(c, odd);
    if (a.defects != 0) {
        c.facts |= is_defective;
        a.matched = reactions(c);
        // An undocumented type hides which reaction is due; must-succeed types are documented.
        const bool odd_type = !is_plain_type(a.base) && (a.defects & defect_must_succeed) == 0;
        a.tolerated = odd_type || is_tolerated(c);
    } else if (!odd) {
        c.facts |= is_sound;
    }
    if (c.has(is_pointer)) {
        find_neighbours(c);
    }
}

} // namespace poolproof::oracle
