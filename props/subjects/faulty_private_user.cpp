// Faulty subjects that break what is said of private user memory, secured ranges and aligned memory.
#include "subjects/faulty.hpp"

#include <ddi/ntstatus.h>

#include <array>

namespace poolproof::faulty {

namespace {

bool is_private_free(const Op& op) {
    return is_free(op) && op.routine == Routine::EngFreePrivateUserMem;
}
bool is_aligned_request(const Op& op) {
    return is_allocation(op, Routine::FltAllocatePoolAlignedWithTag);
}
bool is_aligned_free(const Op& op) {
    return is_free(op) && op.routine == Routine::FltFreePoolAlignedWithTag;
}
bool is_call_of(const Op& op, Routine routine) {
    return op.kind == OpKind::call && op.routine == routine;
}

class PrivateMemoryOfTheCaller final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Op op = *call.op;
        if (is_allocation(op, Routine::EngAllocPrivateUserMem)) {
            op.index = static_cast<std::uint8_t>(machine().process());
        }
        return forward(op, call.address);
    }
};

class PrivateFreeNeedsItsProcess final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        if (!is_private_free(*call.op) || call.op->index == machine().process()) {
            return forward(call);
        }
        Event event;
        event.kind = EventKind::done;
        event.caller_faults = fault_wrong_process;
        event.used = call.address;
        return event;
    }
};

// In the process of the surface, so that it is no matter of where the caller is.
class PrivateFreeRaises final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        const bool freed = event.kind == EventKind::done && event.caller_faults == 0;
        if (is_private_free(*call.op) && freed && call.op->index == machine().process()) {
            event.kind = EventKind::raised;
            event.status = static_cast<std::uint32_t>(STATUS_INSUFFICIENT_RESOURCES);
        }
        return event;
    }
};

class OtherSurfaceUnreported final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        event.caller_faults = is_private_free(*call.op) ? 0 : event.caller_faults;
        return event;
    }
};

class PrivateFailureRaises final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (is_allocation(*call.op, Routine::EngAllocPrivateUserMem) && event.kind == EventKind::null) {
            event.kind = EventKind::raised;
            event.status = static_cast<std::uint32_t>(STATUS_INSUFFICIENT_RESOURCES);
        }
        return event;
    }
};

// The handle is given back behind the caller's back.
class SecuredRangeFreed final : public Base {
    using Base::Base;
    bool reset(bool is_64_bit) override {
        has_handle_.fill(false);
        return Base::reset(is_64_bit);
    }
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (is_call_of(*call.op, Routine::EngSecureMem) && event.number == 0) {
            Op give_back = *call.op;
            give_back.routine = Routine::EngUnsecureMem;
            forward(give_back, call.address);
            has_handle_.at(call.op->slot) = true;
        } else if (is_call_of(*call.op, Routine::EngUnsecureMem) && has_handle_.at(call.op->slot)) {
            event.caller_faults &= ~std::uint32_t{fault_handle};
            has_handle_.at(call.op->slot) = false;
        }
        return event;
    }
    std::array<bool, slot_count> has_handle_{};
};

class ForeignHandleUnreported final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        event.caller_faults &=
            is_call_of(*call.op, Routine::EngUnsecureMem) ? ~std::uint32_t{fault_handle} : ~0U;
        return event;
    }
};

class AlignedMisaligned final : public Moving {
    using Moving::Moving;
    Event allocate(const Op& op) override {
        const bool movable = is_aligned_request(op) && op.index != 0 && op.size > 0 && op.size < 256;
        return movable && !special_pool_requested() ? shifted(op, op.size + 16, 16) : forward(op);
    }
};

class AlignedZeroRefused final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        return is_aligned_request(*call.op) && call.op->size == 0 ? refused(*call.op) : forward(call);
    }
};

class AlignedTagIgnored final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Op op = *call.op;
        const auto block = is_aligned_free(op) ? block_at(call.address) : std::nullopt;
        if (!block || block->tag == op.tag) {
            return forward(call);
        }
        op.tag = block->tag;
        Event event = forward(op, call.address);
        event.caller_faults |= fault_free_tag;
        return event;
    }
};

class OtherInstanceUnreported final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        event.caller_faults &= is_aligned_free(*call.op) ? ~(fault_wrong_free_routine | fault_handle) : ~0U;
        return event;
    }
};

constexpr Row rows[] = {
    {{"private-memory-of-the-caller", "EngAllocPrivateUserMem takes the current process", "EPU-01", true,
      false},
     make<PrivateMemoryOfTheCaller>},
    {{"private-free-needs-its-process", "EngFreePrivateUserMem refuses blocks of other processes", "EPU-02",
      true, false},
     make<PrivateFreeNeedsItsProcess>},
    {{"private-free-raises", "EngFreePrivateUserMem raises in the process of the surface", "EPF-01", true,
      false},
     make<PrivateFreeRaises>},
    {{"private-surface-unreported", "the validator does not report a free with another surface", "EPU-03",
      true, false},
     make<OtherSurfaceUnreported>},
    {{"private-failure-raises", "EngAllocPrivateUserMem raises when memory is short", "EPU-05", true, false},
     make<PrivateFailureRaises>},
    {{"secured-range-freed", "freeing a block frees the range that is secured", "ESM-01", true, false},
     make<SecuredRangeFreed>},
    {{"secured-handle-unreported", "the validator does not report what is no handle", "ESM-02", true, false},
     make<ForeignHandleUnreported>},
    {{"aligned-misaligned", "memory for an instance is aligned to 16 bytes", "OTH-04", true, false},
     make<AlignedMisaligned>},
    {{"aligned-zero-refused", "FltAllocatePoolAlignedWithTag returns NULL for zero bytes", "ZER-05", true,
      false},
     make<AlignedZeroRefused>},
    {{"aligned-tag-ignored", "FltFreePoolAlignedWithTag takes any tag", "OTH-05", true, false},
     make<AlignedTagIgnored>},
    {{"aligned-instance-unreported", "the validator does not report a free with another instance", "OTH-05",
      true, false},
     make<OtherInstanceUnreported>},
};

} // namespace

std::span<const Row> private_user_memory() {
    return rows;
}

} // namespace poolproof::faulty
