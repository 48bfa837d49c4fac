// Faulty subjects that break what is said of quota, of the untagged routines and of the quota primitives.
#include "subjects/faulty.hpp"

#include <ddi/ntstatus.h>
#include <ddi/wdm.h>

#include <algorithm>

namespace poolproof::faulty {

namespace {

constexpr auto quota_exceeded = static_cast<std::uint32_t>(STATUS_QUOTA_EXCEEDED);

Event raising(const Event& event, std::uint32_t status) {
    Event raised = quiet(event, EventKind::raised);
    raised.status = status;
    return raised;
}

bool is_call(const Op& op, Routine routine) {
    return op.kind == OpKind::call && op.routine == routine;
}

PoolKind kind_of(bool paged) {
    return paged ? PoolKind::paged : PoolKind::nonpaged;
}

// Can charge and return quota behind the caller's back.
class Accountant : public Base {
    using Base::Base;

  protected:
    void adjust(Routine routine, unsigned process, bool paged, std::uint64_t bytes) {
        Op op;
        op.kind = OpKind::call;
        op.routine = routine;
        op.index = static_cast<std::uint8_t>(process);
        op.pool_type = paged ? PagedPool : NonPagedPool;
        op.size = bytes;
        forward(op);
    }
    // What was charged for the block of an allocation that was served, given back at once.
    void undo_charge(const Event& event) {
        const auto block = event.kind == EventKind::pointer ? block_at(event.address) : std::nullopt;
        if (block && block->charged != 0) {
            adjust(Routine::PsReturnPoolQuota, block->process, block->paged, block->charged);
        }
    }
    // As if the process had no limit.
    Event unlimited(const Op& op, unsigned process, bool paged) {
        const QuotaUse before = machine().quota(process, kind_of(paged));
        changed_machine().set_quota(process, kind_of(paged), UINT64_MAX);
        const Event event = again(op);
        changed_machine().set_quota(process, kind_of(paged), before.limit);
        return event;
    }
};

template <Routine routine> class NotCharged final : public Accountant {
    using Accountant::Accountant;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        if (is_allocation(*call.op, routine)) {
            undo_charge(event);
        }
        return event;
    }
};

class ChargedToTheNextProcess final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        // The hint is not to matter (SHR-06), which a limit of the other process would make it seem to.
        if (!is_allocation(*call.op, Routine::ExAllocatePoolWithQuota) ||
            (call.op->pool_type & POOL_COLD_ALLOCATION) != 0) {
            return forward(call);
        }
        const unsigned before = machine().process();
        changed_machine().attach_process((before + 1) % process_count);
        const Event event = forward(call);
        changed_machine().attach_process(before);
        return event;
    }
};

class PagesCharged final : public Accountant {
  public:
    using Accountant::Accountant;
    bool reset(bool is_64_bit) override {
        blocks_.clear();
        return Accountant::reset(is_64_bit);
    }
    Event serve(const Call& call) override {
        const Op& op = *call.op;
        const Event event = forward(call);
        if (event.kind == EventKind::pointer && is_allocation(op, Routine::ExAllocatePoolWithQuota) &&
            op.size >= PAGE_SIZE) {
            const bool paged = is_paged_type(op.pool_type);
            blocks_.push_back({event.address, op.size, machine().process(), paged});
            adjust(Routine::PsChargePoolQuota, machine().process(), paged, op.size);
        } else if (is_free(op) && event.kind == EventKind::done) {
            const auto at = std::find_if(blocks_.begin(), blocks_.end(),
                                         [&](const Charged& c) { return c.address == call.address; });
            if (at != blocks_.end()) {
                adjust(Routine::PsReturnPoolQuota, at->process, at->paged, at->bytes);
                blocks_.erase(at);
            }
        }
        return event;
    }

  private:
    struct Charged {
        std::uint64_t address;
        std::uint64_t bytes;
        unsigned process;
        bool paged;
    };
    std::vector<Charged> blocks_;
};

class KeptAtTheFree final : public Accountant {
    using Accountant::Accountant;
    Event serve(const Call& call) override {
        const auto block = is_free(*call.op) ? block_at(call.address) : std::nullopt;
        const Event event = forward(call);
        if (block && block->charged != 0 && event.kind == EventKind::done) {
            adjust(Routine::PsChargePoolQuota, block->process, block->paged, block->charged);
        }
        return event;
    }
};

// Serves one routine as if the process had no limit.
template <Routine routine> class LimitIgnored final : public Accountant {
    using Accountant::Accountant;
    Event serve(const Call& call) override {
        const Op& op = *call.op;
        const Event event = forward(call);
        const bool refused =
            is_allocation(op, routine) && event.kind == EventKind::raised && event.status == quota_exceeded;
        return refused ? unlimited(op, machine().process(), is_paged_type(op.pool_type)) : event;
    }
};

template <Routine routine> class NullForARaise final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = event.kind == EventKind::raised && is_allocation(*call.op, routine);
        return broken ? quiet(event, EventKind::null) : event;
    }
};

// Raises where one routine should return NULL.
template <Routine routine> class RaiseForANull final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = event.kind == EventKind::null && is_allocation(*call.op, routine);
        return broken ? raising(event, quota_exceeded) : event;
    }
};

class FsRtlQuotaRaisesAnotherStatus final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = event.kind == EventKind::raised &&
                            is_allocation(*call.op, Routine::FsRtlAllocatePoolWithQuotaTag);
        return broken ? raising(event, 0xC0000017) : event; // STATUS_NO_MEMORY
    }
};

class UntaggedWithAnotherTag final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (event.kind == EventKind::pointer && traits_of(call.op->routine).tag == TagRule::none &&
            traits_of(call.op->routine).memory == Memory::pool) {
            event.block.tag = 0x20206457; // 'Wd  ', what a header's macro would have given
        }
        return event;
    }
};

// Tells that a call was done which is refused.
template <Routine routine> class NeverExceeded final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool refused = is_call(*call.op, routine) && event.kind == EventKind::raised;
        return refused ? quiet(event, EventKind::value) : event;
    }
};

class ReturnByCallForgotten final : public Accountant {
    using Accountant::Accountant;
    Event serve(const Call& call) override {
        const Op& op = *call.op;
        const Event event = forward(call);
        if (is_call(op, Routine::PsReturnPoolQuota) && event.kind == EventKind::value) {
            adjust(Routine::PsChargePoolQuota, op.index, is_paged_type(op.pool_type), op.size);
        }
        return event;
    }
};

class QuotaDutiesUnreported final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (is_call(*call.op, Routine::PsChargePoolQuota) || is_call(*call.op, Routine::PsReturnPoolQuota)) {
            event.caller_faults = 0;
        }
        return event;
    }
};

// Refuses to free what it has charged to a quota.
class ChargedBlocksStay final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const auto block = is_free(*call.op) ? block_at(call.address) : std::nullopt;
        if (!block || block->charged == 0) {
            return forward(call);
        }
        Event event;
        event.kind = EventKind::bug_check;
        event.code = BAD_POOL_CALLER;
        event.parameters = {0x46, call.address, 0, 0};
        event.used = call.address;
        return event;
    }
};

constexpr Row rows[] = {
    {{"untagged-with-another-tag", "blocks of the untagged routines carry another tag than None", "TAG-09",
      true, false},
     make<UntaggedWithAnotherTag>},
    {{"plain-pool-raises", "ExAllocatePool raises instead of returning NULL", "EAP-02", true, false},
     make<RaiseForANull<Routine::ExAllocatePool>>},
    {{"charged-to-the-next-process", "ExAllocatePoolWithQuota charges another process", "EAPQ-02", true,
      false},
     make<ChargedToTheNextProcess>},
    {{"pages-charged", "ExAllocatePoolWithQuota charges a page and more", "EAPQ-03", true, false},
     make<PagesCharged>},
    {{"quota-null-instead-of-raise", "ExAllocatePoolWithQuota returns NULL", "EAPQ-04", true, false},
     make<NullForARaise<Routine::ExAllocatePoolWithQuota>>},
    {{"quota-not-charged", "ExAllocatePoolWithQuotaTag charges nothing", "EAQT-02", true, false},
     make<NotCharged<Routine::ExAllocatePoolWithQuotaTag>>},
    {{"quota-limit-ignored", "ExAllocatePoolWithQuotaTag serves what the quota does not allow", "EAQT-03",
      true, false},
     make<LimitIgnored<Routine::ExAllocatePoolWithQuotaTag>>},
    {{"quota-flag-ignored", "ExAllocatePoolWithQuotaTag raises with POOL_QUOTA_FAIL_INSTEAD_OF_RAISE",
      "EAQT-04", true, false},
     make<RaiseForANull<Routine::ExAllocatePoolWithQuotaTag>>},
    {{"charged-blocks-stay", "a block charged to a quota cannot be freed", "EAQT-10", true, false},
     make<ChargedBlocksStay>},
    {{"quota-kept-at-free", "a free does not give quota back", "QTA-03", true, false}, make<KeptAtTheFree>},
    {{"charge-over-the-limit-done", "PsChargePoolQuota does not raise", "PSQ-01", true, false},
     make<NeverExceeded<Routine::PsChargePoolQuota>>},
    {{"return-forgotten", "PsReturnPoolQuota gives nothing back", "PSQ-03", true, false},
     make<ReturnByCallForgotten>},
    {{"return-of-too-much-done", "PsReturnPoolQuota does not raise", "PSQ-04", true, false},
     make<NeverExceeded<Routine::PsReturnPoolQuota>>},
    {{"quota-duties-unreported", "broken duties of the quota primitives are not reported", "PSQ-05", true,
      false},
     make<QuotaDutiesUnreported>},
    {{"fsrtl-quota-not-charged", "FsRtlAllocatePoolWithQuotaTag charges nothing", "FPQT-01", true, false},
     make<NotCharged<Routine::FsRtlAllocatePoolWithQuotaTag>>},
    {{"fsrtl-quota-raises-another-status", "FsRtlAllocatePoolWithQuotaTag raises STATUS_NO_MEMORY", "FPQT-05",
      true, false},
     make<FsRtlQuotaRaisesAnotherStatus>},
};

} // namespace

std::span<const Row> quota() {
    return rows;
}

} // namespace poolproof::faulty
