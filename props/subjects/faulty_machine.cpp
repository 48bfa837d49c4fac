// Faulty subjects that break what is said of pool types, nodes and events.
#include "subjects/faulty.hpp"

#include <ddi/wdm.h>

namespace poolproof::faulty {

namespace {

constexpr std::uint32_t must_succeed_bit = 2;

class LowEventNeverSet final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (call.op->kind == OpKind::query_event && call.op->level == 0) {
            event.number = 0;
        }
        return event;
    }
};

class HighEventAlwaysSet final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (call.op->kind == OpKind::query_event && call.op->level == 1) {
            event.number = 1;
        }
        return event;
    }
};

// Serves allocations as a processor of the other node would be served.
class RemoteNodeFirst final : public Base {
  public:
    using Base::Base;
    bool reset(bool is_64_bit) override {
        processor_ = 0;
        return Base::reset(is_64_bit);
    }
    Event serve(const Call& call) override {
        if (call.op->kind == OpKind::processor) {
            processor_ = call.op->index;
        }
        if (!is_allocation(*call.op) || !is_ex_allocator(call.op->routine)) {
            return forward(call);
        }
        Machine& local = changed_machine();
        const std::uint8_t irql = local.irql();
        local.bind(processor_ ^ 1U);
        const std::uint8_t others = local.irql();
        local.set_irql(irql);
        const Event event = forward(call);
        local.set_irql(others);
        local.bind(processor_);
        return event;
    }

  private:
    unsigned processor_ = 0;
};

// Only while both pools have all their pages: which node serves a request is another rule.
template <Routine routine> class PagedServedNonpaged final : public Base {
  public:
    using Base::Base;
    bool reset(bool is_64_bit) override {
        budget_set_ = false;
        return Base::reset(is_64_bit);
    }
    Event serve(const Call& call) override {
        const Op& op = *call.op;
        budget_set_ = budget_set_ || op.kind == OpKind::budget;
        if (!is_allocation(op, routine) || op.pool_type != PagedPool || op.size == 0 || budget_set_ ||
            machine().irql() > APC_LEVEL) {
            return forward(call);
        }
        Op nonpaged = op;
        nonpaged.pool_type &= ~1U;
        return unless_bug_check(forward(nonpaged), op);
    }

  private:
    bool budget_set_ = false;
};

class MustSucceedAccepted final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        if (!is_allocation(*call.op) || !is_bug_check(event, BAD_POOL_CALLER, 0x9A)) {
            return event;
        }
        Op plain = *call.op;
        plain.pool_type &= ~must_succeed_bit;
        Event accepted = again(plain);
        if (accepted.kind != EventKind::pointer) {
            return event;
        }
        accepted.caller_faults |= event.caller_faults;
        return accepted;
    }
};

constexpr Row rows[] = {
    {{"low-event-never-set", "the low events stay clear when a pool is exhausted", "SHR-01", true, false},
     make<LowEventNeverSet>},
    {{"high-event-always-set", "the high events stay set when a pool is exhausted", "SHR-01", true, false},
     make<HighEventAlwaysSet>},
    {{"remote-node-first", "memory comes from the other node although the local one has some", "SHR-02", true,
      false},
     make<RemoteNodeFirst>},
    {{"paged-served-nonpaged", "a paged request of ExAllocatePoolWithTag gets nonpaged pool", "EAPT-02", true,
      false},
     make<PagedServedNonpaged<Routine::ExAllocatePoolWithTag>>},
    {{"fsrtl-paged-served-nonpaged", "a paged request of FsRtlAllocatePoolWithTag gets nonpaged pool",
      "FPT-01", true, false},
     make<PagedServedNonpaged<Routine::FsRtlAllocatePoolWithTag>>},
    {{"must-succeed-accepted", "a must-succeed type is served", "MS-01", true, false},
     make<MustSucceedAccepted>},
};

} // namespace

std::span<const Row> machine_rules() {
    return rows;
}

} // namespace poolproof::faulty
