// Faulty subjects that break what comes of requests that cannot, or can, be served.
#include "subjects/faulty.hpp"

#include <ddi/wdm.h>

#include <algorithm>

namespace poolproof::faulty {

namespace {

Event raising(const Event& event, std::uint32_t status) {
    Event raised = quiet(event, EventKind::raised);
    raised.status = status;
    return raised;
}

bool is_priority_request(const Op& op) {
    return is_allocation(op, Routine::ExAllocatePoolWithTagPriority);
}

class NullInsteadOfRaise final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = event.kind == EventKind::raised &&
                            traits_of(call.op->routine).failure == OnFailure::null_or_type_flag;
        return broken ? quiet(event, EventKind::null) : event;
    }
};

// Raises where one routine should return NULL.
template <Routine routine> class RaiseInsteadOfNull final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = event.kind == EventKind::null && call.op->routine == routine;
        return broken ? raising(event, 0xC000009A) : event;
    }
};

class FsRtlReturnsNull final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken =
            event.kind == EventKind::raised && call.op->routine == Routine::FsRtlAllocatePoolWithTag;
        return broken ? quiet(event, EventKind::null) : event;
    }
};

class FsRtlRaisesAnotherStatus final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken =
            event.kind == EventKind::raised && call.op->routine == Routine::FsRtlAllocatePoolWithTag;
        return broken ? raising(event, 0xC0000017) : event; // STATUS_NO_MEMORY
    }
};

class HugeSizeWraps final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Op& op = *call.op;
        if (!is_allocation(op, Routine::ExAllocatePoolWithTag) || op.size + PAGE_SIZE > op.size ||
            (op.pool_type & POOL_RAISE_IF_ALLOCATION_FAILURE) != 0) {
            return forward(call);
        }
        Event event = forward(sized(op, PAGE_SIZE));
        if (event.kind == EventKind::bug_check) {
            return again(op);
        }
        event.block.bytes = op.size;
        return event;
    }
};

class ColdRequestsFail final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Op& op = *call.op;
        if (is_allocation(op) && is_ex_allocator(op.routine) && op.size > 0 &&
            (op.pool_type & POOL_COLD_ALLOCATION) != 0) {
            return refused(op);
        }
        return forward(call);
    }
};

class HighServedLikeLow final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Op op = *call.op;
        if (is_priority_request(op) &&
            (op.priority == HighPoolPriority || op.priority == HighPoolPrioritySpecialPoolOverrun ||
             op.priority == HighPoolPrioritySpecialPoolUnderrun)) {
            op.priority = static_cast<std::uint8_t>(op.priority - HighPoolPriority);
        }
        return forward(op, call.address);
    }
};

// Fails requests of a page or more with a priority of `from` or more and below `bound`.
template <std::uint8_t from, std::uint8_t bound> class PriorityRefused final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Op& op = *call.op;
        if (is_priority_request(op) && op.priority >= from && op.priority < bound && op.size >= PAGE_SIZE &&
            (op.pool_type & POOL_COLD_ALLOCATION) == 0) {
            return refused(op);
        }
        return forward(call);
    }
};

constexpr Row rows[] = {
    {{"cold-requests-fail", "POOL_COLD_ALLOCATION makes requests fail", "SHR-06", true, false},
     make<ColdRequestsFail>},
    {{"null-instead-of-raise", "a failed request with POOL_RAISE_IF_ALLOCATION_FAILURE returns NULL",
      "SHR-07", true, false},
     make<NullInsteadOfRaise>},
    {{"raise-instead-of-null", "ExAllocatePoolWithTag raises without having been asked to", "EAPT-06", true,
      false},
     make<RaiseInsteadOfNull<Routine::ExAllocatePoolWithTag>>},
    {{"huge-size-wraps", "a size near the largest number gets a small block", "EAPT-06", true, false},
     make<HugeSizeWraps>},
    {{"low-refused-with-plenty", "a Low request of a page or more fails while plenty is free", "EATP-05",
      true, false},
     make<PriorityRefused<LowPoolPriority, NormalPoolPriority>>},
    {{"normal-refused-with-plenty", "a Normal request of a page or more fails while plenty is free",
      "EATP-06", true, false},
     make<PriorityRefused<NormalPoolPriority, HighPoolPriority>>},
    {{"high-served-like-low", "High requests fail as early as Low ones", "EATP-07", true, false},
     make<HighServedLikeLow>},
    {{"priority-raise-instead-of-null", "ExAllocatePoolWithTagPriority raises without having been asked to",
      "EATP-12", true, false},
     make<RaiseInsteadOfNull<Routine::ExAllocatePoolWithTagPriority>>},
    {{"fsrtl-returns-null", "FsRtlAllocatePoolWithTag returns NULL", "FPT-05", true, false},
     make<FsRtlReturnsNull>},
    {{"fsrtl-raises-another-status", "FsRtlAllocatePoolWithTag raises STATUS_NO_MEMORY", "FPT-05", true,
      false},
     make<FsRtlRaisesAnotherStatus>},
};

} // namespace

std::span<const Row> failure() {
    return rows;
}

} // namespace poolproof::faulty
