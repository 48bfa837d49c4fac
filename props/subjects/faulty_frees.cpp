// Faulty subjects that break what bad frees get, in ordinary pool.
#include "subjects/faulty.hpp"

#include <utility>

namespace poolproof::faulty {

namespace {

class DoubleFreeSilent final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = is_free(*call.op) && (is_bug_check(event, BAD_POOL_CALLER, 0x06) ||
                                                  is_bug_check(event, BAD_POOL_CALLER, 0x07));
        return broken ? quiet(event, EventKind::done) : event;
    }
};

class InteriorFreeAccepted final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        if (!is_free(*call.op) || event.kind != EventKind::bug_check) {
            return event;
        }
        const auto block = block_around(call.address);
        if (!block || block->address == call.address || block->special || block->user) {
            return event;
        }
        Op plain = *call.op;
        plain.routine = Routine::ExFreePool;
        return quiet(event, forward(plain, block->address).kind);
    }
};

class UserAddressFreeSilent final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = is_free(*call.op) && is_bug_check(event, BAD_POOL_CALLER, 0x40) &&
                            machine().irql() <= DISPATCH_LEVEL;
        return broken ? quiet(event, EventKind::done) : event;
    }
};

class ForeignFreeSilent final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = is_free(*call.op) && call.op->pointer == Pointer::system_address &&
                            is_bug_check(event, BAD_POOL_CALLER) && machine().irql() <= DISPATCH_LEVEL;
        return broken ? quiet(event, EventKind::done) : event;
    }
};

class NullFreeNotAsDeclared final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = is_free(*call.op) && call.op->pointer == Pointer::null &&
                            is_bug_check(event, BAD_POOL_CALLER) && machine().irql() <= DISPATCH_LEVEL;
        return broken ? quiet(event, EventKind::done) : event;
    }
};

class WrongTagAccepted final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        if (!is_free(*call.op) || !is_bug_check(event, BAD_POOL_CALLER, 0x0A)) {
            return event;
        }
        Op right = *call.op;
        right.tag = static_cast<std::uint32_t>(event.parameters[2]);
        return quiet(event, forward(right, call.address).kind);
    }
};

class MismatchTagsSwapped final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (is_free(*call.op) && is_bug_check(event, BAD_POOL_CALLER, 0x0A)) {
            std::swap(event.parameters[2], event.parameters[3]);
        }
        return event;
    }
};

constexpr Row rows[] = {
    {{"foreign-free-silent", "a system address outside pool is freed without a word", "EFP-05", true, false},
     make<ForeignFreeSilent>},
    {{"interior-free-accepted", "a pointer into the middle of a block frees it", "EFP-06", true, false},
     make<InteriorFreeAccepted>},
    {{"double-free-silent", "a second free of a block goes unnoticed", "EFP-07", true, false},
     make<DoubleFreeSilent>},
    {{"user-address-free-silent", "a user address is freed without a word", "EFP-08", true, false},
     make<UserAddressFreeSilent>},
    {{"null-free-not-as-declared", "NULL is freed without a word, though a bug check is declared", "EFP-12",
      true, false},
     make<NullFreeNotAsDeclared>},
    {{"wrong-tag-accepted", "ExFreePoolWithTag frees whatever the tag", "EFPT-02", true, false},
     make<WrongTagAccepted>},
    {{"mismatch-tags-swapped", "the mismatch bug check names the two tags the wrong way round", "EFPT-02",
      true, false},
     make<MismatchTagsSwapped>},
};

} // namespace

std::span<const Row> frees() {
    return rows;
}

} // namespace poolproof::faulty
