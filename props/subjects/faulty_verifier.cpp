// Faulty subjects that break what Driver Verifier's flags promise: pool tracking, simulated shortage, code
// integrity, quota of the Idle process and of DPC routines. Does not cover: its automatic checks
// (faulty_irql.cpp, faulty_frees.cpp).
#include "subjects/faulty.hpp"

#include <algorithm>

namespace poolproof::faulty {

namespace {

constexpr std::uint32_t violation = DRIVER_VERIFIER_DETECTED_VIOLATION;

class UnloadLeakUnnoticed final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        if (call.op->kind != OpKind::unload) {
            return forward(call);
        }
        return without_flags(verify_pool_tracking, [&] { return forward(call); });
    }
};

class UnloadAlarmWithoutLeak final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Op& op = *call.op;
        const bool tracks = (machine().verifier_flags() & verify_pool_tracking) != 0;
        const DriverCounters left = machine().driver_counters(op.index);
        if (op.kind != OpKind::unload || op.level != 0 || !tracks ||
            left.paged.allocations + left.nonpaged.allocations != 0) {
            return forward(call);
        }
        Event alarm;
        alarm.kind = EventKind::bug_check;
        alarm.code = violation;
        alarm.parameters = {0x62, 0, 0, 1};
        return alarm;
    }
};

class UnloadLeakMiscounted final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (call.op->kind == OpKind::unload && is_bug_check(event, violation, 0x62)) {
            ++event.parameters[3];
        }
        return event;
    }
};

// Serves what a flag of Driver Verifier turns into the bug check with this first parameter.
template <std::uint32_t flag, std::uint64_t first> class AllocationUnnoticed final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        if (!is_allocation(*call.op) || !is_bug_check(event, violation, first)) {
            return event;
        }
        return without_flags(flag, [&] { return again(*call.op); });
    }
};

class QuotaToIdleUnnoticed final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        if (!is_allocation(*call.op) || !is_bug_check(event, violation, 0x10A)) {
            return event;
        }
        const unsigned idle = machine().process();
        changed_machine().set_idle_process(std::nullopt);
        const Event served = again(*call.op);
        changed_machine().set_idle_process(idle);
        return served;
    }
};

class QuotaFromDpcUnnoticed final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        if (!is_allocation(*call.op) || !is_bug_check(event, violation, 0x10B)) {
            return event;
        }
        changed_machine().run_in_dpc(false);
        const Event served = again(*call.op);
        changed_machine().run_in_dpc(true);
        return served;
    }
};

class DriverPeaksForgotten final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (call.op->kind == OpKind::query_driver) {
            event.counters[peak_blocks] = event.counters[live_blocks];
            event.counters[peak_bytes] = event.counters[live_bytes];
        }
        return event;
    }
};

class SmallBlocksUntracked final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (call.op->kind == OpKind::query_verifier) {
            event.counters[not_tracked] = event.counters[succeeded];
        }
        return event;
    }
};

class NoShortageSimulated final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        if (!is_allocation(*call.op)) {
            return forward(call);
        }
        return without_flags(verify_low_resources, [&] { return forward(call); });
    }
};

// Only once the delay has passed and while no filter stands: those are another rule.
class ShortageAtProbabilityZero final : public Base {
  public:
    using Base::Base;
    bool reset(bool is_64_bit) override {
        never_ = false;
        clock_ = 0;
        return Base::reset(is_64_bit);
    }
    Event serve(const Call& call) override {
        const Op& op = *call.op;
        if (op.kind == OpKind::low_resources) {
            never_ = op.size == 0 && op.tag == 0;
        }
        clock_ += op.kind == OpKind::clock ? std::min<std::uint64_t>(op.size, 480) : 0;
        const bool simulates = (machine().verifier_flags() & verify_low_resources) != 0;
        return is_allocation(op) && simulates && never_ && clock_ >= 480 ? refused(op) : forward(call);
    }

  private:
    bool never_ = false;
    std::uint64_t clock_ = 0;
};

class ShortageWithoutDelay final : public Base {
  public:
    using Base::Base;
    bool reset(bool is_64_bit) override {
        const bool good = Base::reset(is_64_bit);
        changed_machine().advance_clock(480);
        clock_ = 0;
        return good;
    }
    Event serve(const Call& call) override {
        clock_ += call.op->kind == OpKind::clock ? std::min<std::uint64_t>(call.op->size, 480) : 0;
        const bool simulates = (machine().verifier_flags() & verify_low_resources) != 0;
        if (is_allocation(*call.op) && simulates && clock_ < 480) {
            changed_machine(); // since the reset
        }
        return forward(call);
    }

  private:
    std::uint64_t clock_ = 0;
};

template <VerifierCounter counter> class CounterStays final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (call.op->kind == OpKind::query_verifier) {
            event.counters[counter] = 0;
        }
        return event;
    }
};

constexpr Row rows[] = {
    {{"unload-leak-unnoticed", "with pool tracking a driver unloads and leaves blocks behind", "SHR-04", true,
      false},
     make<UnloadLeakUnnoticed>},
    {{"unload-alarm-without-leak", "an unload that leaves nothing behind is a bug check", "SHR-04", true,
      false},
     make<UnloadAlarmWithoutLeak>},
    {{"unload-leak-miscounted", "the bug check of an unload counts one block too many", "SHR-04", true,
      false},
     make<UnloadLeakMiscounted>},
    {{"allocation-while-unloading", "a driver that unloads still gets pool", "PT-02", true, false},
     make<AllocationUnnoticed<verify_pool_tracking, 0x61>>},
    {{"driver-peaks-forgotten", "the peaks of a driver sink with its blocks", "PT-05", true, false},
     make<DriverPeaksForgotten>},
    {{"small-blocks-untracked", "blocks of less than a page count as not tracked", "PT-06", true, false},
     make<SmallBlocksUntracked>},
    {{"no-shortage-simulated", "low resources simulation fails no call at all", "LR-01", true, false},
     make<NoShortageSimulated>},
    {{"shortage-at-probability-zero", "low resources simulation fails calls at a probability of 0", "LR-02",
      true, false},
     make<ShortageAtProbabilityZero>},
    {{"shortage-without-delay", "low resources simulation does not wait eight minutes", "LR-03", true, false},
     make<ShortageWithoutDelay>},
    {{"injected-faults-uncounted", "the counter of injected faults stays at 0", "LR-04", true, false},
     make<CounterStays<faults_injected>>},
    {{"attempts-uncounted", "the counter of attempted allocations stays at 0", "IC-04", true, false},
     make<CounterStays<attempted>>},
    {{"executable-pool-unnoticed", "code integrity lets a request for executable pool pass", "NX-06", true,
      false},
     make<AllocationUnnoticed<verify_code_integrity, 0x2000>>},
    {{"quota-to-idle-unnoticed", "the Idle process may be charged", "QTA-01", true, false},
     make<QuotaToIdleUnnoticed>},
    {{"quota-from-dpc-unnoticed", "a DPC routine may charge quota", "QTA-02", true, false},
     make<QuotaFromDpcUnnoticed>},
};

} // namespace

std::span<const Row> verifier_flags() {
    return rows;
}

} // namespace poolproof::faulty
