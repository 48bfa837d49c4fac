// Faulty subjects that break what is said of lookaside lists.
#include "subjects/faulty.hpp"
#include "trace/request.hpp"

#include <ddi/ntstatus.h>
#include <ddi/wdm.h>

#include <array>
#include <optional>

namespace poolproof::faulty {

namespace {

bool takes_a_list(const Op& op) {
    const bool of_a_routine =
        op.kind == OpKind::allocate || op.kind == OpKind::free || op.kind == OpKind::call;
    return of_a_routine && traits_of(op.routine).takes(takes_list);
}
bool is_init(const Op& op) {
    return takes_a_list(op) && traits_of(op.routine).takes(takes_size);
}
bool is_take(const Op& op) {
    return op.kind == OpKind::allocate && traits_of(op.routine).memory == Memory::list;
}
bool is_put(const Op& op) {
    return op.kind == OpKind::free && traits_of(op.routine).memory == Memory::list;
}
bool is_delete(const Op& op) {
    return takes_a_list(op) && op.kind == OpKind::call && !is_init(op) &&
           op.routine != Routine::ExFlushLookasideListEx;
}

// What the reference does, told otherwise.
template <auto Change> class Telling final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        Change(*call.op, event);
        return event;
    }
};

// LOOKASIDE_MINIMUM_BLOCK_SIZE is no larger, whatever it is.
constexpr std::uint64_t largest_minimum = 64;

// The reference is asked for something else.
template <auto Change> class Asking final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Op op = *call.op;
        Change(op);
        return forward(op, call.address);
    }
};

void preallocates(const Op& op, Event& event) {
    event.list.cached += is_init(op) && event.list.live ? 1 : 0;
}
void loses_freed_entries(const Op& op, Event& event) {
    event.list.cached = is_put(op) ? 0 : event.list.cached;
}
void failure_raises(const Op& op, Event& event) {
    if (is_take(op) && event.kind == EventKind::null && event.list.live) {
        event.kind = EventKind::raised;
        event.status = static_cast<std::uint32_t>(STATUS_INSUFFICIENT_RESOURCES);
    }
}
void own_routines_at_passive(const Op&, Event& event) {
    event.list.own.irql = PASSIVE_LEVEL;
}
void allocator_told_to_raise(const Op& op, Event& event) {
    if (is_take(op) && event.list.own.called) {
        event.list.own.pool_type |= POOL_RAISE_IF_ALLOCATION_FAILURE;
    }
}
void double_put_unreported(const Op& op, Event& event) {
    event.caller_faults &= is_put(op) ? ~std::uint32_t{fault_lookaside} : ~0U;
}
void unknown_list_unreported(const Op& op, Event& event) {
    event.caller_faults &= is_take(op) ? ~std::uint32_t{fault_lookaside} : ~0U;
}
void irql_unreported(const Op& op, Event& event) {
    event.caller_faults &= takes_a_list(op) ? ~std::uint32_t{fault_irql} : ~0U;
}
void larger_entries(Op& op) {
    if (op.size < largest_minimum) {
        return; // too small for LL-11, perhaps
    }
    op.size += is_init(op) ? 8 : 0;
}
void without_own_routines(Op& op) {
    if (op.flags_high != 0) {
        return; // LL-15 tells such lists apart
    }
    op.level = is_init(op) ? std::uint8_t{0} : op.level;
}
void without_no_execute(Op& op) {
    if (op.routine == Routine::ExInitializeNPagedLookasideList) {
        op.pool_type &= ~std::uint32_t{POOL_NX_ALLOCATION};
    }
}
void without_raise(Op& op) {
    if (op.routine == Routine::ExInitializePagedLookasideList) {
        op.pool_type &= ~std::uint32_t{POOL_RAISE_IF_ALLOCATION_FAILURE};
    }
}
void bad_flags_accepted(Op& op) {
    if (op.routine == Routine::ExInitializeLookasideListEx && op.flags_high == 3) {
        op.flags_high = 1;
    }
}
void without_raise_on_fail(Op& op) {
    if (op.routine == Routine::ExInitializeLookasideListEx && op.flags_high == 1) {
        op.flags_high = 0;
    }
}

// The entry that went out last goes out once more.
class EntryTwice final : public Base {
    using Base::Base;
    bool reset(bool is_64_bit) override {
        last_ = 0;
        return Base::reset(is_64_bit);
    }
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (is_take(*call.op) && event.kind == EventKind::pointer) {
            event.address = last_ != 0 ? last_ : event.address;
            last_ = event.address;
        } else if (is_put(*call.op)) {
            last_ = 0;
        }
        return event;
    }
    std::uint64_t last_ = 0;
};

// With entries in the list, it claims to have asked pool.
class CacheUnused final : public Base {
    using Base::Base;
    bool reset(bool is_64_bit) override {
        cached_ = 0;
        return Base::reset(is_64_bit);
    }
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (is_take(*call.op) && event.list.cached < cached_) {
            ++event.list.allocate_misses;
            ++event.list.cached;
        }
        cached_ = takes_a_list(*call.op) ? event.list.cached : cached_;
        return event;
    }
    std::uint32_t cached_ = 0;
};

// The list is gone, its entries are not: it forgot them when it was initialised once more.
class DeleteLeaks final : public Base {
    using Base::Base;
    bool reset(bool is_64_bit) override {
        inits_ = {};
        verifier_ = false;
        return Base::reset(is_64_bit);
    }
    Event serve(const Call& call) override {
        const Op& op = *call.op;
        if (op.kind == OpKind::verifier) {
            verifier_ = op.level != 0;
        } else if (is_delete(op)) {
            forget(inits_.at(list_kind_of(op.routine)).at(op.index));
        }
        const Event event = forward(call);
        if (takes_a_list(op)) {
            auto& init = inits_.at(list_kind_of(op.routine)).at(op.index);
            init = is_init(op) && event.number == 0 ? op : init;
            init = event.list.live ? init : std::nullopt;
        }
        return event;
    }
    void forget(const std::optional<Op>& init) {
        if (init) {
            changed_machine().set_verifier(false);
            forward(*init);
            changed_machine().set_verifier(verifier_);
        }
    }
    std::array<std::array<std::optional<Op>, list_count>, list_kinds> inits_{};
    bool verifier_ = false;
};

class FlushDoesNothing final : public Base {
    using Base::Base;
    bool reset(bool is_64_bit) override {
        last_ = {};
        return Base::reset(is_64_bit);
    }
    // Of the list that was used last, at an IRQL that no rule forbids.
    Event serve(const Call& call) override {
        const Op& op = *call.op;
        const bool is_last = takes_a_list(op) && list_kind_of(op.routine) == 2 && op.index == index_;
        if (op.routine != Routine::ExFlushLookasideListEx || op.kind != OpKind::call || !is_last ||
            !last_.live || machine().irql() != PASSIVE_LEVEL) {
            const Event event = forward(call);
            if (takes_a_list(op)) {
                last_ = list_kind_of(op.routine) == 2 ? event.list : ListUse{};
                index_ = op.index;
            }
            return event;
        }
        Event event;
        event.kind = EventKind::value;
        event.list = last_;
        event.list.own = {};
        return event;
    }
    ListUse last_;
    std::uint8_t index_ = 0;
};

// Driver Verifier does not look at initialisations, or deletions.
template <bool Initialises> class VerifierLooksAway final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const bool concerned =
            Initialises ? is_init(*call.op) && call.op->size >= largest_minimum : is_delete(*call.op);
        if (call.op->kind == OpKind::verifier) {
            on_ = call.op->level != 0;
        }
        if (!concerned || !on_) {
            return forward(call);
        }
        changed_machine().set_verifier(false);
        const Event event = forward(call);
        changed_machine().set_verifier(true);
        return event;
    }
    bool reset(bool is_64_bit) override {
        on_ = false;
        return Base::reset(is_64_bit);
    }
    bool on_ = false;
};

constexpr Row rows[] = {
    {{"list-preallocates", "a lookaside list holds an entry once it is initialised", "LL-01", true, false},
     make<Telling<preallocates>>},
    {{"list-entry-twice", "a list gives an entry out again that was not freed", "LL-02", true, false},
     make<EntryTwice>},
    {{"list-cache-unused", "a list asks pool for an entry while it holds one", "LL-02", true, false},
     make<CacheUnused>},
    {{"list-own-routines-ignored", "a list's own routines are never called", "LL-02", true, false},
     make<Asking<without_own_routines>>},
    {{"list-loses-entries", "entries that are freed to a list are neither in it nor released", "LL-03", true,
      false},
     make<Telling<loses_freed_entries>>},
    {{"list-failure-raises", "a list that does not raise raises", "LL-05", true, false},
     make<Telling<failure_raises>>},
    {{"list-entry-of-another-size", "entries have 8 bytes more than the list was told", "LL-06", true, false},
     make<Asking<larger_entries>>},
    {{"list-no-execute-ignored", "POOL_NX_ALLOCATION changes nothing for a nonpaged list", "LL-12", true,
      false},
     make<Asking<without_no_execute>>},
    {{"list-raise-ignored", "the raise flag of a paged list changes nothing", "LL-13", true, false},
     make<Asking<without_raise>>},
    {{"list-bad-flags-accepted", "both flags of an Ex list at once are a success", "LL-14", true, false},
     make<Asking<bad_flags_accepted>>},
    {{"list-raise-on-fail-ignored", "the raise flag of an Ex list changes nothing", "LL-16", true, false},
     make<Asking<without_raise_on_fail>>},
    {{"list-allocator-told-to-raise", "the list's allocator is always told to raise", "LL-16", true, false},
     make<Telling<allocator_told_to_raise>>},
    {{"list-double-put-unreported", "the validator does not report an entry freed twice", "LL-18", true,
      false},
     make<Telling<double_put_unreported>>},
    {{"list-delete-leaks", "deleting a list leaves its entries allocated", "LL-19", true, false},
     make<DeleteLeaks>},
    {{"list-flush-does-nothing", "flushing an Ex list leaves its entries in it", "LL-19", true, false},
     make<FlushDoesNothing>},
    {{"list-init-unchecked", "Driver Verifier does not notice a list initialised again", "LL-21", true,
      false},
     make<VerifierLooksAway<true>>},
    {{"list-delete-unchecked", "Driver Verifier does not notice the deletion of no list", "LL-21", true,
      false},
     make<VerifierLooksAway<false>>},
    {{"list-irql-unreported", "the validator does not report lists used at too high an IRQL", "LL-22", true,
      false},
     make<Telling<irql_unreported>>},
    {{"list-unknown-unreported", "the validator does not report entries asked of no list", "LL-27", true,
      false},
     make<Telling<unknown_list_unreported>>},
    {{"list-own-routines-at-passive", "a list's own routines run at PASSIVE_LEVEL", "LL-30", true, false},
     make<Telling<own_routines_at_passive>>},
};

} // namespace

std::span<const Row> lists() {
    return rows;
}

} // namespace poolproof::faulty
