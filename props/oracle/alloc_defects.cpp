// See alloc_defects.hpp.
#include "oracle/alloc_defects.hpp"

#include <ddi/bugcodes.h>

namespace poolproof::oracle {

namespace {

constexpr std::uint32_t big_tag = 0x00424947;   // 'BIG'
constexpr std::uint32_t big_tag_4 = 0x42494720; // 'BIG '

bool is_must_succeed(std::uint32_t base) {
    return base == NonPagedPoolMustSucceed || base == NonPagedPoolCacheAlignedMustS ||
           base == NonPagedPoolMustSucceedSession || base == NonPagedPoolCacheAlignedMustSSession;
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

bool is_big(std::uint32_t tag) {
    return tag == big_tag || tag == big_tag_4;
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

// Of routines that take POOL_FLAGS no page says which pool type a bug check names.
bool names_type(const Context& c, std::uint64_t reported) {
    return traits_of(c.op->routine).type != TypeArgument::pool_type || same_type(reported, c.op->pool_type);
}

std::uint32_t tag_defects(const Context& c) {
    const std::uint32_t tag = c.op->tag;
    const TagWithoutAlnum plain = c.claims->tag_without_alnum;
    if (tag == 0) {
        return defect_tag_zero;
    }
    if (is_big(tag)) {
        return defect_tag_big;
    }
    const bool looks = plain != TagWithoutAlnum::verifier_only || c.world->verifier;
    return !has_alnum(tag) && looks ? std::uint32_t{defect_tag_plain} : 0U;
}

bool irql_reaction(const Context& c) {
    const std::uint8_t irql = c.world->irql();
    const bool arguments = c.has(is_bug_check) && names_type(c, c.p(3)) && c.p(4) == c.alloc.ask.size;
    switch (c.event->code) {
    case BAD_POOL_CALLER:
        return arguments && c.p(1) == 0x08 && c.p(2) == irql;
    case DRIVER_VERIFIER_DETECTED_VIOLATION:
        if (c.p(1) == 0x00020004) {
            return c.world->verifier || c.world->verifies(compliance_flag);
        }
        return c.world->verifier &&
               ((arguments && c.p(1) == (c.alloc.paged ? 0x01U : 0x02U) && c.p(2) == irql));
    case SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION:
        return (c.has(is_eligible) || c.alloc.gflags.open) && c.p(1) == irql && names_type(c, c.p(2)) &&
               c.p(3) == c.alloc.ask.size && c.p(4) == 0x30;
    case IRQL_NOT_LESS_OR_EQUAL:
        return true;
    default:
        return false;
    }
}

bool zero_reaction(const Context& c) {
    return (c.world->verifier && c.bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION) && c.p(1) == 0 &&
            c.p(2) == c.world->irql() && names_type(c, c.p(3)) && c.p(4) == 0) ||
           (c.bug_check(BAD_POOL_CALLER) && c.p(1) == 0 && c.p(2) == 0 && names_type(c, c.p(3)) &&
            c.p(4) == c.alloc.ask.tag);
}

// The standing defects that may be none: registers where the subject declares nothing, and of
// the unverified list which value the tag BIG is, and whether a tag without letter or digit needs a verifier.
std::uint32_t doubtful(const Context& c) {
    const bool takes_flags = traits_of(c.op->routine).type == TypeArgument::pool_flags;
    std::uint32_t doubts = defect_tag_big | defect_quota_irql;
    // The rules name the routines that always charge; X-16 leaves open whether they charge for whole pages.
    const bool surely_charged =
        traits_of(c.op->routine).quota == Quota::always && c.alloc.ask.size < page_bytes;
    doubts |= surely_charged ? 0U : defect_quota_idle | defect_quota_dpc;
    doubts |= c.claims->tag_zero == TagZero::unstated && !takes_flags ? defect_tag_zero : 0U;
    doubts |= c.claims->tag_without_alnum == TagWithoutAlnum::unstated ? defect_tag_plain : 0U;
    const bool may_be_served =
        c.claims->must_succeed != MustSucceed::bug_check && c.alloc.ask.size <= page_bytes;
    doubts |= may_be_served ? defect_must_succeed : 0U;
    const bool zero_open = !c.world->verifier && c.claims->zero_bytes == ZeroBytes::unstated;
    doubts |= traits_of(c.op->routine).zero_bytes == ZeroBytesRule::no_outcome || zero_open
                  ? defect_zero_bytes
                  : 0U;
    return doubts & c.alloc.defects;
}

} // namespace

bool is_plain_type(std::uint32_t base) {
    return base == NonPagedPool || base == PagedPool || base == NonPagedPoolCacheAligned ||
           base == PagedPoolCacheAligned;
}

bool failed_in_form(const Context& c) {
    const AllocationRequest& ask = c.alloc.ask;
    return ask.form_open ? c.has(is_raised) || c.has(is_null)
           : ask.raises  ? c.has(is_raised)
                         : c.has(is_null);
}

namespace {

std::uint32_t verifier_defects(const Context& c) {
    const World& w = *c.world;
    const AllocationRequest& ask = c.alloc.ask;
    std::uint32_t defects = 0;
    const bool executable = !c.alloc.paged && (ask.pool_type & POOL_NX_ALLOCATION) == 0;
    defects |= w.verifies(integrity_flag) && executable ? defect_executable : 0U;
    if (w.verifies(tracking_flag)) {
        defects |= w.unloading[w.drivers[w.processor]] ? defect_unloading : 0U;
        defects |= ask.quota && w.idle_process == w.process() ? defect_quota_idle : 0U;
        defects |= ask.quota && w.in_dpc[w.processor] ? defect_quota_dpc : 0U;
    }
    defects |= w.verifies(compliance_flag) && ask.quota && w.irql() > APC_LEVEL ? defect_quota_irql : 0U;
    return defects;
}

// What Driver Verifier reports for its own defects.
std::uint32_t verifier_reactions(const Context& c) {
    if (!c.bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION)) {
        return 0;
    }
    switch (c.p(1)) {
    case 0x2000:
        return names_type(c, c.p(3)) && c.p(4) == c.alloc.ask.tag ? defect_executable : 0U;
    case 0x61:
        return defect_unloading;
    case 0x10A:
        return c.p(2) == 0 && c.p(3) == 0 && c.p(4) == 0 ? defect_quota_idle : 0U;
    case 0x10B:
        return c.p(2) == 0 && c.p(3) == 0 && c.p(4) == 0 ? defect_quota_dpc : 0U;
    case 0x00020006:
        return defect_quota_irql;
    default:
        return 0;
    }
}

} // namespace

std::uint32_t defects_of(const Context& c) {
    const RoutineTraits& traits = traits_of(c.op->routine);
    const AllocationRequest& ask = c.alloc.ask;
    const std::uint8_t irql = c.world->irql();
    std::uint32_t defects = 0;
    if (traits.type == TypeArgument::pool_type && is_must_succeed(c.alloc.base)) {
        defects |= defect_must_succeed;
    }
    defects |= traits.tag != TagRule::none ? tag_defects(c) : 0U;
    defects |= ask.flags == Validity::invalid ? defect_pool_flags : 0U;
    defects |= ask.parameters == Validity::invalid ? defect_parameters : 0U;
    // without a verifier the classic family may serve such a request like any other.
    const bool served = traits.zero_bytes != ZeroBytesRule::no_outcome && !c.world->verifier &&
                        c.claims->zero_bytes == ZeroBytes::smallest_block;
    const bool forbidden =
        traits.zero_bytes == ZeroBytesRule::forbidden || traits.zero_bytes == ZeroBytesRule::no_outcome;
    if (ask.size == 0 && forbidden && !served) {
        defects |= defect_zero_bytes;
    }
    if (irql > DISPATCH_LEVEL || (irql == DISPATCH_LEVEL && c.alloc.paged)) {
        defects |= defect_irql;
    }
    return defects | verifier_defects(c);
}

// Which of the standing defects got their documented reaction.
std::uint32_t reactions(const Context& c) {
    const Op& op = *c.op;
    const bool caller_bug = c.bug_check(BAD_POOL_CALLER);
    std::uint32_t matched = 0;
    if (caller_bug && c.p(1) == 0x9A && names_type(c, c.p(2)) && c.p(3) == c.alloc.ask.size &&
        c.p(4) == c.alloc.ask.tag) {
        matched |= defect_must_succeed;
    }
    // EAP2-07, EAP2-08, EAP3-02: such calls fail.
    const bool takes_flags = traits_of(op.routine).type == TypeArgument::pool_flags;
    if (takes_flags && failed_in_form(c)) {
        matched |= defect_tag_zero | defect_pool_flags | defect_parameters;
    }
    const bool names_request = caller_bug && names_type(c, c.p(2)) && c.p(3) == c.alloc.ask.size;
    if ((names_request && c.p(1) == 0x9B && !takes_flags && c.claims->tag_zero != TagZero::null) ||
        (!takes_flags && c.claims->tag_zero != TagZero::bug_check && failed_in_form(c))) {
        matched |= defect_tag_zero;
    }
    if (names_request && c.p(1) == 0x9C) {
        matched |= defect_tag_big;
    }
    if (caller_bug && c.p(1) == 0x9D && c.p(2) == c.alloc.ask.tag && names_type(c, c.p(3))) {
        matched |= defect_tag_plain;
    }
    if (zero_reaction(c)) {
        matched |= defect_zero_bytes;
    }
    if (c.has(is_bug_check) && irql_reaction(c)) {
        matched |= defect_irql;
    }
    return (matched | verifier_reactions(c)) & c.alloc.defects;
}

// Outcomes that the documents leave open although a defect stands.
bool is_tolerated(const Context& c) {
    const std::uint32_t defects = c.alloc.defects;
    if (failed_in_form(c) && (c.alloc.injected || !c.alloc.certain)) {
        return true; // memory may have been asked for first
    }
    // Where no defect surely stands, the form of a failure is no matter of theirs.
    if (c.has(is_pointer) || c.has(is_null) || c.has(is_raised)) {
        const AllocationRequest& ask = c.alloc.ask;
        const bool may_fail_first = traits_of(c.op->routine).type == TypeArgument::pool_flags &&
                                    (ask.size == 0 || ask.parameters == Validity::open); // X-12, EAP3-10
        return (defects & ~doubtful(c)) == 0 || (may_fail_first && failed_in_form(c));
    }
    if ((defects & defect_must_succeed) != 0 &&
        ((c.world->verifier && c.bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION)) ||
         c.bug_check(MUST_SUCCEED_POOL_EMPTY))) {
        return true;
    }
    if ((defects & defect_tag_zero) != 0 && c.bug_check(BAD_POOL_CALLER) && c.p(1) == 0x9D && c.p(2) == 0) {
        return true; // zero has no letter and no digit either
    }
    if (c.alloc.ask.size == 0 && zero_reaction(c)) {
        return true; // a check for zero bytes may come first, where none is demanded as well
    }
    // ZER-03: FsRtl leaves open what zero bytes get.
    return (defects & defect_zero_bytes) != 0 &&
           traits_of(c.op->routine).zero_bytes == ZeroBytesRule::no_outcome;
}

bool is_odd(const Context& c) {
    const Op& op = *c.op;
    const RoutineTraits& traits = traits_of(op.routine);
    const AllocationRequest& ask = c.alloc.ask;
    const World& w = *c.world;
    const bool high = w.irql() >= DISPATCH_LEVEL;
    const bool too_high = w.irql() > DISPATCH_LEVEL || (high && c.alloc.paged);
    const bool watched = w.verifies(integrity_flag | tracking_flag);
    switch (traits.memory) {
    case Memory::eng_pool:
        return watched || op.size == 0 || op.tag == 0 || (op.pool_type & ~3U) != 0 || high;
    case Memory::user:
    case Memory::private_user:
        return op.size == 0 || op.tag == 0 || high;
    case Memory::list: {
        if (watched) {
            return true; // what a list allocates is under the same checks, what it holds is not
        }
        const ListSetting& list = list_of(op, c.world->lists);
        return !list.live || w.unsure_of_list(op) || list.size == 0 || list.tag == 0 || list.own_routines ||
               too_high || !is_plain_type(c.alloc.base) || has_bad_character(list.tag, false) ||
               !has_alnum(list.tag) || is_big(list.tag);
    }
    case Memory::aligned:
        return watched || op.tag == 0 || too_high || !is_plain_type(c.alloc.base) ||
               has_bad_character(op.tag, false) || !has_alnum(op.tag) || is_big(op.tag);
    default:
        break;
    }
    const bool zero_open = ask.size == 0 && (traits.zero_bytes == ZeroBytesRule::unstated ||
                                             traits.zero_bytes == ZeroBytesRule::undefined);
    const bool tag_open =
        traits.tag != TagRule::none && has_bad_character(op.tag, traits.tag == TagRule::seven_bit);
    return !is_plain_type(c.alloc.base) || zero_open || tag_open || ask.flags == Validity::open ||
           ask.parameters == Validity::open || (ask.has_priority && !is_ex_pool_priority(ask.priority));
}

} // namespace poolproof::oracle
