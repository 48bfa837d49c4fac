// Faulty subjects that break ExFreePool2 and secure pools. Does not cover: POOL_FLAGS (faulty_flags.cpp).
#include "subjects/faulty.hpp"

#include "trace/request.hpp"

#include <ddi/wdm.h>

#include <algorithm>

namespace poolproof::faulty {

namespace {

bool is_second_free(const Op& op) {
    return is_free(op) && op.routine == Routine::ExFreePool2;
}

class NullIsNothing final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const bool broken = is_second_free(*call.op) && call.address == 0;
        return broken ? quiet(forward(call), EventKind::done) : forward(call);
    }
};

// ExFreePool2 does not look at its parameters for an ordinary block.
class ParametersUnread final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Op op = *call.op;
        if (is_second_free(op) && (op.extended & 0xF00U) != parameter_secure_pool << 8) {
            op.extended = 0;
        }
        return forward(op, call.address);
    }
};

// Remembers what entry each secure block was allocated with.
class SecurePools : public Base {
    using Base::Base;

  protected:
    // The entry that `address` was allocated with; 0 for an ordinary block.
    std::uint32_t entry_of(std::uint64_t address) const {
        const auto found = std::find_if(blocks_.rbegin(), blocks_.rend(),
                                        [address](const Block& b) { return b.address == address; });
        return found == blocks_.rend() ? 0 : found->extended;
    }
    Event noting(const Call& call) {
        const Event event = forward(call);
        if (is_allocation(*call.op) && event.kind == EventKind::pointer) {
            std::erase_if(blocks_, [&](const Block& b) { return b.address == event.address; });
            SecureEntry entry;
            const bool secure = secure_entry_of(*call.op, entry) == SecureAsk::stated;
            blocks_.push_back({event.address, secure ? call.op->extended : 0U});
        }
        return event;
    }
    bool reset(bool is_64_bit) override {
        blocks_.clear();
        return Base::reset(is_64_bit);
    }

  private:
    struct Block {
        std::uint64_t address;
        std::uint32_t extended;
    };
    std::vector<Block> blocks_;
};

class OlderFreeTakesSecure final : public SecurePools {
    using SecurePools::SecurePools;
    Event serve(const Call& call) override {
        Op op = *call.op;
        const std::uint32_t extended = is_free(op) ? entry_of(call.address) : 0;
        if (extended != 0 && op.routine == Routine::ExFreePool) {
            op.routine = Routine::ExFreePool2;
            op.extended = extended;
            if (const auto block = block_at(call.address)) {
                op.tag = block->tag;
            }
            return forward(op, call.address);
        }
        return noting(call);
    }
};

class MissingEntryForgiven final : public SecurePools {
    using SecurePools::SecurePools;
    Event serve(const Call& call) override {
        Op op = *call.op;
        const std::uint32_t extended = is_second_free(op) ? entry_of(call.address) : 0;
        if (extended != 0 && op.extended == 0) {
            op.extended = extended;
            return forward(op, call.address);
        }
        return noting(call);
    }
};

class DeadHandleForgiven final : public SecurePools {
    using SecurePools::SecurePools;
    Event serve(const Call& call) override {
        Op op = *call.op;
        const std::uint32_t extended = is_second_free(op) ? entry_of(call.address) : 0;
        SecureEntry given;
        const bool alone = (op.extended >> 16) == 0;
        if (extended != 0 && alone && secure_entry_of(op, given) == SecureAsk::stated) {
            op.extended = extended;
            return forward(op, call.address);
        }
        return noting(call);
    }
};

bool is_call(const Op& op, Routine routine) {
    return op.kind == OpKind::call && op.routine == routine;
}

class AnyCookieValidates final : public SecurePools {
    using SecurePools::SecurePools;
    Event serve(const Call& call) override {
        Op op = *call.op;
        const std::uint32_t extended =
            is_call(op, Routine::ExSecurePoolValidate) ? entry_of(call.address) : 0;
        SecureEntry own;
        Op allocation;
        allocation.extended = extended;
        if (extended != 0 && secure_entry_of(allocation, own) == SecureAsk::stated) {
            op.priority = own.cookie;
        }
        return op == *call.op ? noting(call) : forward(op, call.address);
    }
};

// An update that would leave the block does nothing and says that it did.
class UpdateOutOfRange final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (is_call(*call.op, Routine::ExSecurePoolUpdate)) {
            event.number = 0;
        }
        return event;
    }
};

class DestroyedInUse final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = is_call(*call.op, Routine::ExDestroyPool) && event.kind == EventKind::bug_check;
        Event accepted;
        accepted.kind = EventKind::value;
        return broken ? accepted : event;
    }
};

class NoKindIsSecure final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Op op = *call.op;
        if (is_call(op, Routine::ExCreatePool) && op.pool_type == 0) {
            op.pool_type = 1;
        }
        return forward(op, call.address);
    }
};

constexpr Row rows[] = {
    {{"second-free-takes-null", "ExFreePool2 ignores NULL", "EFP2-02", true, false}, make<NullIsNothing>},
    {{"second-free-parameters-unread", "ExFreePool2 ignores parameters given for an ordinary block",
      "EFP2-04", true, false},
     make<ParametersUnread>},
    {{"secure-block-freed-by-older-free", "ExFreePool releases secure blocks", "EFP2-05", true, false},
     make<OlderFreeTakesSecure>},
    {{"secure-free-without-entry", "ExFreePool2 releases a secure block without its entry", "EFP2-05", true,
      false},
     make<MissingEntryForgiven>},
    {{"secure-free-with-bad-handle", "ExFreePool2 takes any handle for a secure block", "EFP2-06", true,
      false},
     make<DeadHandleForgiven>},
    {{"any-cookie-validates", "ExSecurePoolValidate does not compare the cookie", "SEC-03", true, false},
     make<AnyCookieValidates>},
    {{"update-out-of-range", "ExSecurePoolUpdate reports success for a range outside the block", "SEC-02",
      true, false},
     make<UpdateOutOfRange>},
    {{"pool-destroyed-in-use", "ExDestroyPool accepts a pool that has blocks, and a dead handle", "EDP-01",
      true, false},
     make<DestroyedInUse>},
    {{"pool-of-no-kind", "ExCreatePool makes a secure pool when no kind is named", "ECP-02", true, false},
     make<NoKindIsSecure>},
};

} // namespace

std::span<const Row> secure_pools() {
    return rows;
}

} // namespace poolproof::faulty
