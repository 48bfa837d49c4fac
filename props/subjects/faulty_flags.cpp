// Faulty subjects that break POOL_FLAGS, extended parameters and the header wrappers. Does not cover:
// ExFreePool2 and secure pools (faulty_secure_pools.cpp).
#include "subjects/faulty.hpp"

#include "trace/request.hpp"

#include <ddi/wdm.h>

#include <algorithm>

namespace poolproof::faulty {

namespace {

bool takes_flags(const Op& op) {
    return is_allocation(op) && traits_of(op.routine).type == TypeArgument::pool_flags;
}

// A request with nothing odd about it besides: a good tag, some bytes, no unknown optional flag.
bool is_plain(const Op& op) {
    const auto is_letter = [](std::uint32_t c) { return (c | 0x20U) >= 'a' && (c | 0x20U) <= 'z'; };
    return is_letter(op.tag >> 24) && is_letter(op.tag >> 16 & 0xFFU) && is_letter(op.tag >> 8 & 0xFFU) &&
           is_letter(op.tag & 0xFFU) && op.size > 0 && op.flags_high <= 1;
}

// Passes plain allocations with POOL_FLAGS on as `changed` has them.
template <class Change> class ChangedFlags : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        if (!takes_flags(*call.op) || !is_plain(*call.op)) {
            return forward(call);
        }
        Op op = *call.op;
        Change::apply(op);
        const Event event = forward(op);
        return event.kind == EventKind::bug_check ? again(*call.op) : event;
    }
};

// Charges nothing, as long as no limit makes that a matter of memory.
class QuotaFlagIgnored : public Base {
    using Base::Base;
    bool reset(bool is_64_bit) override {
        limited_ = false;
        return Base::reset(is_64_bit);
    }
    Event serve(const Call& call) override {
        Op op = *call.op;
        limited_ = limited_ || op.kind == OpKind::quota;
        if (takes_flags(op) && is_plain(op) && !limited_) {
            op.pool_type &= ~std::uint32_t{pool_flag_use_quota};
        }
        return forward(op, call.address);
    }
    bool limited_ = false;
};

// The same for what is not plain in the one way that the rule is about.
template <class Change> class ChangedOddity : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        if (!takes_flags(*call.op)) {
            return forward(call);
        }
        Op op = *call.op;
        Change::apply(op);
        Event event = forward(op);
        if (call.op->tag == 0) {
            event.caller_faults |= fault_tag_zero;
            event.block.tag = 0;
        }
        return event.kind == EventKind::bug_check ? again(*call.op) : event;
    }
};

struct NoUnknownRequired {
    static void apply(Op& op) { op.pool_type &= ~std::uint32_t{pool_flag_undefined}; }
};
struct OptionalIsRequired {
    static void apply(Op& op) { op.pool_type |= (op.flags_high & 2U) != 0 ? 0x800U : 0U; }
};
struct NoRaise {
    static void apply(Op& op) {
        const bool valid =
            request_of(op, 0, {}).flags == Validity::valid && op.extended == 0 && op.flags_high == 0;
        op.pool_type &= valid ? ~std::uint32_t{pool_flag_raise_on_failure} : ~0U;
    }
};
struct NoSpecialPool {
    static void apply(Op& op) { op.flags_high &= ~1U; }
};
struct TagZeroIsGood {
    static void apply(Op& op) { op.tag = op.tag == 0 ? 0x46726564U : op.tag; }
};
struct NoExecute {
    static void apply(Op& op) {
        const std::uint32_t kinds = pool_flag_non_paged | pool_flag_non_paged_execute | pool_flag_paged;
        if ((op.pool_type & kinds) == pool_flag_non_paged && op.extended == 0) {
            op.pool_type ^= static_cast<std::uint32_t>(pool_flag_non_paged | pool_flag_non_paged_execute);
        }
    }
};

// Keeps the entries for which `Keeps::keep` answers true.
template <class Keeps> class ChangedEntries : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const bool quiet = (call.op->pool_type & (pool_flag_raise_on_failure | pool_flag_use_quota)) == 0;
        if (!is_allocation(*call.op, Routine::ExAllocatePool3) || !is_plain(*call.op) || !quiet) {
            return forward(call);
        }
        Op op = *call.op;
        ExtendedParameter entries[max_parameters];
        const unsigned count = parameters_of(op, entries);
        op.extended = 0;
        for (unsigned i = count; i-- > 0;) {
            if (Keeps::keep(entries[i], i)) {
                op.extended = op.extended << 16 | packed(Keeps::changed(entries[i]));
            }
        }
        return unless_bug_check(forward(op), *call.op);
    }
};

struct AsIs {
    static ExtendedParameter changed(ExtendedParameter entry) { return entry; }
};
struct OnlyKnown : AsIs {
    static bool keep(const ExtendedParameter& entry, unsigned) {
        return entry.type <= parameter_max || entry.optional;
    }
};
struct OnlyFirst : AsIs {
    static bool keep(const ExtendedParameter&, unsigned index) { return index == 0; }
};
struct OptionalIsNot {
    static bool keep(const ExtendedParameter&, unsigned) { return true; }
    static ExtendedParameter changed(ExtendedParameter entry) {
        entry.optional = entry.optional && entry.type <= parameter_max;
        return entry;
    }
};
struct AnyNode {
    static bool keep(const ExtendedParameter&, unsigned) { return true; }
    static ExtendedParameter changed(ExtendedParameter entry) {
        entry.any_node = entry.any_node || entry.type == parameter_node;
        return entry;
    }
};
struct PriorityForgiven : AsIs {
    static bool keep(const ExtendedParameter& entry, unsigned) {
        return entry.type != parameter_priority || entry.value == 16;
    }
};

// Leaves a byte in a block that should be zero.
template <Routine routine> class NotZeroed final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const Op& op = *call.op;
        const bool waived = takes_flags(op) && (op.pool_type & pool_flag_uninitialized) != 0;
        if (event.kind == EventKind::pointer && op.routine == routine && op.size > 0 && !waived) {
            constexpr std::uint8_t old[] = {0xA5};
            poke(event.address + op.size - 1, old);
        }
        return event;
    }
};

// What was raised comes back as NULL, or the other way round for the quota wrappers.
class WrapperIgnoresRaiseFlag final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = event.kind == EventKind::raised && is_allocation(*call.op) &&
                            call.op->routine == Routine::ExAllocatePoolPriorityUninitialized;
        return broken ? quiet(event, EventKind::null) : event;
    }
};
class QuotaWrapperReturnsNull final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = event.kind == EventKind::raised && is_allocation(*call.op) &&
                            call.op->routine == Routine::ExAllocatePoolQuotaUninitialized;
        return broken ? quiet(event, EventKind::null) : event;
    }
};

constexpr Routine pool_2 = Routine::ExAllocatePool2;

constexpr Row rows[] = {
    {{"pool2-not-zeroed", "ExAllocatePool2 leaves a byte of old contents", "CON-03", true, false},
     make<NotZeroed<pool_2>>},
    {{"pool3-not-zeroed", "ExAllocatePool3 leaves a byte of old contents", "CON-03", true, false},
     make<NotZeroed<Routine::ExAllocatePool3>>},
    {{"unknown-required-flag-accepted", "an undefined required flag is ignored", "EAP2-01", true, false},
     make<ChangedFlags<NoUnknownRequired>>},
    {{"optional-flag-fails", "bit 33, an unknown optional flag, makes the call fail", "EAP2-01", true, false},
     make<ChangedOddity<OptionalIsRequired>>},
    {{"pool2-raise-flag-ignored", "POOL_FLAG_RAISE_ON_FAILURE is ignored", "EAP2-08", true, false},
     make<ChangedFlags<NoRaise>>},
    {{"pool2-quota-flag-ignored", "POOL_FLAG_USE_QUOTA charges nothing", "EAP2-10", true, false},
     make<QuotaFlagIgnored>},
    {{"special-flag-ignored", "POOL_FLAG_SPECIAL_POOL is ignored", "EAP2-21", true, false},
     make<ChangedFlags<NoSpecialPool>>},
    {{"pool2-zero-tag-accepted", "ExAllocatePool2 serves a request with tag zero", "EAP2-06", true, false},
     make<ChangedOddity<TagZeroIsGood>>},
    {{"nonpaged-flag-executable", "POOL_FLAG_NON_PAGED memory may be executed", "EAP2-19", true, false},
     make<ChangedFlags<NoExecute>>},
    {{"unknown-entry-ignored", "a required entry of unknown type is ignored", "EAP3-02", true, false},
     make<ChangedEntries<OnlyKnown>>},
    {{"second-entry-unread", "only the first extended parameter is read", "EAP3-02", true, false},
     make<ChangedEntries<OnlyFirst>>},
    {{"optional-entry-required", "an optional entry of unknown type makes the call fail", "EAP3-06", true,
      false},
     make<ChangedEntries<OptionalIsNot>>},
    {{"odd-priority-entry-accepted", "a priority entry that is none of the nine is ignored", "EAP3-02", true,
      false},
     make<ChangedEntries<PriorityForgiven>>},
    {{"required-node-not-honoured", "a node entry is a preference only", "EAP3-08", true, false},
     make<ChangedEntries<AnyNode>>},
    {{"zero-wrapper-not-zeroing", "ExAllocatePoolZero leaves a byte of old contents", "CON-04", true, false},
     make<NotZeroed<Routine::ExAllocatePoolZero>>},
    {{"quota-zero-not-zeroing", "ExAllocatePoolQuotaZero leaves a byte of old contents", "CON-04", true,
      false},
     make<NotZeroed<Routine::ExAllocatePoolQuotaZero>>},
    {{"priority-zero-not-zeroing", "ExAllocatePoolPriorityZero leaves a byte of old contents", "CON-04", true,
      false},
     make<NotZeroed<Routine::ExAllocatePoolPriorityZero>>},
    {{"wrapper-ignores-raise-flag", "ExAllocatePoolPriorityUninitialized never raises", "SHR-07", true,
      false},
     make<WrapperIgnoresRaiseFlag>},
    {{"quota-wrapper-returns-null", "ExAllocatePoolQuotaUninitialized returns NULL instead of a raise",
      "ZW-06", true, false},
     make<QuotaWrapperReturnsNull>},
};

} // namespace

std::span<const Row> pool_flags() {
    return rows;
}

} // namespace poolproof::faulty
