// Faulty subjects that break what may be done at which IRQL.
#include "subjects/faulty.hpp"

namespace poolproof::faulty {

namespace {

bool is_paged_request(const Op& op) {
    return is_ex_allocator(op.routine) && is_paged_type(op.pool_type);
}

// Does at a lower IRQL what the reference answers with a bug check.
Event excused(const Event& event, const Event& at_lower) {
    Event result = at_lower;
    result.caller_faults |= event.caller_faults;
    return result;
}

class AllocationAboveDispatch final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = is_allocation(*call.op) && is_ex_allocator(call.op->routine) &&
                            !is_paged_request(*call.op) && event.kind == EventKind::bug_check &&
                            machine().irql() > DISPATCH_LEVEL;
        return broken ? excused(event, at_irql(DISPATCH_LEVEL, *call.op)) : event;
    }
};

class PagedAllocationAtDispatch final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = is_allocation(*call.op) && is_paged_request(*call.op) &&
                            event.kind == EventKind::bug_check && machine().irql() == DISPATCH_LEVEL;
        return broken ? excused(event, at_irql(APC_LEVEL, *call.op)) : event;
    }
};

class PagedRefusedAtApc final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Op& op = *call.op;
        if (!is_allocation(op) || !is_paged_request(op) || machine().irql() != APC_LEVEL) {
            return forward(call);
        }
        Event event = refused(op);
        if (event.kind == EventKind::bug_check) {
            return event; // for another reason
        }
        event = quiet(event, EventKind::bug_check);
        event.code = BAD_POOL_CALLER;
        event.parameters = {0x08, APC_LEVEL, op.pool_type, op.size};
        return event;
    }
};

class PagedFreeAtDispatch final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const auto block =
            is_free(*call.op) && event.kind == EventKind::bug_check ? block_at(call.address) : std::nullopt;
        const bool broken = block && block->paged && !block->special && machine().irql() == DISPATCH_LEVEL;
        return broken ? excused(event, at_irql(APC_LEVEL, *call.op, call.address)) : event;
    }
};

class PagedTouchableAtDispatch final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = is_touch(*call.op) && (is_bug_check(event, DRIVER_IRQL_NOT_LESS_OR_EQUAL) ||
                                                   is_bug_check(event, IRQL_NOT_LESS_OR_EQUAL));
        return broken ? at_irql(PASSIVE_LEVEL, *call.op, call.address) : event;
    }
};

class ZeroBytesUnflagged final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        if (!is_allocation(*call.op) || call.op->size != 0 ||
            !is_bug_check(event, DRIVER_VERIFIER_DETECTED_VIOLATION, 0)) {
            return event;
        }
        changed_machine().set_verifier(false);
        const Event unflagged = again(*call.op);
        changed_machine().set_verifier(true);
        return unflagged;
    }
};

class FsRtlZeroBytesUnreported final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (is_allocation(*call.op, Routine::FsRtlAllocatePoolWithTag)) {
            event.caller_faults &= ~static_cast<std::uint32_t>(fault_zero_bytes);
        }
        return event;
    }
};

constexpr Row rows[] = {
    {{"allocation-above-dispatch", "nonpaged pool is given out above DISPATCH_LEVEL", "IRQ-01", true, false},
     make<AllocationAboveDispatch>},
    {{"paged-allocation-at-dispatch", "paged pool is given out at DISPATCH_LEVEL", "IRQ-02", true, false},
     make<PagedAllocationAtDispatch>},
    {{"paged-refused-at-apc", "a paged request at APC_LEVEL is a bug check", "IRQ-03", true, false},
     make<PagedRefusedAtApc>},
    {{"paged-free-at-dispatch", "a paged block may be freed at DISPATCH_LEVEL", "IRQ-04", true, false},
     make<PagedFreeAtDispatch>},
    {{"paged-touchable-at-dispatch", "paged pool can be touched at DISPATCH_LEVEL", "IRQ-05", true, false},
     make<PagedTouchableAtDispatch>},
    {{"zero-bytes-unflagged", "Driver Verifier lets a request for no bytes pass", "ZER-01", true, false},
     make<ZeroBytesUnflagged>},
    {{"fsrtl-zero-bytes-unreported", "the validator does not report a request of FsRtl for no bytes",
      "ZER-03", true, false},
     make<FsRtlZeroBytesUnreported>},
};

} // namespace

std::span<const Row> irql() {
    return rows;
}

} // namespace poolproof::faulty
