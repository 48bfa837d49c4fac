// Faulty subjects that break what is said of tags and of the tag ledger.
#include "subjects/faulty.hpp"

namespace poolproof::faulty {

namespace {

constexpr std::uint32_t good_tag = 0x656E6F4E; // 'enoN'

bool has_byte(std::uint32_t tag, std::uint32_t byte) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
        if (((tag >> shift) & 0xFFU) == byte) {
            return true;
        }
    }
    return false;
}

class DelInTagUnreported final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (is_allocation(*call.op) && has_byte(call.op->tag, 0x7F)) {
            event.caller_faults &= ~static_cast<std::uint32_t>(fault_tag_character);
        }
        return event;
    }
};

class EngZeroTagUnreported final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (is_allocation(*call.op, Routine::EngAllocMem)) {
            event.caller_faults &= ~static_cast<std::uint32_t>(fault_tag_zero);
        }
        return event;
    }
};

// Accepts a tag that the reference answers with a bug check of one sub-code.
class BadTagAccepted : public Base {
  public:
    using Base::Base;
    Event serve(const Call& call) final {
        const Event event = forward(call);
        if (!is_allocation(*call.op) || !is_bug_check(event, BAD_POOL_CALLER, sub_code())) {
            return event;
        }
        Op good = *call.op;
        good.tag = good_tag;
        Event accepted = again(good);
        accepted.caller_faults |= event.caller_faults;
        accepted.block.tag = call.op->tag;
        return accepted;
    }

  protected:
    virtual std::uint64_t sub_code() const = 0;
};

class ZeroTagAccepted final : public BadTagAccepted {
    using BadTagAccepted::BadTagAccepted;
    std::uint64_t sub_code() const override { return 0x9B; }
};

class BigTagMisnamed final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (is_allocation(*call.op) && is_bug_check(event, BAD_POOL_CALLER, 0x9C)) {
            event.parameters[0] = 0x9B;
        }
        return event;
    }
};

class TagWithoutLettersAccepted final : public BadTagAccepted {
    using BadTagAccepted::BadTagAccepted;
    std::uint64_t sub_code() const override { return 0x9D; }
};

class TagByteSwapped final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (event.block.known && is_ex_allocator(call.op->routine)) {
            event.block.tag = __builtin_bswap32(event.block.tag);
        }
        return event;
    }
};

class LedgerForgetsFrees final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (call.op->kind == OpKind::query_tag) {
            event.row.frees = 0;
        }
        return event;
    }
};

class LedgerCountsNoBytes final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (call.op->kind == OpKind::query_tag) {
            event.row.bytes = 0;
        }
        return event;
    }
};

class EngTagLost final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (is_allocation(*call.op, Routine::EngAllocMem)) {
            event.block.tag = good_tag;
        }
        return event;
    }
};

class EngUserTagLost final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (is_allocation(*call.op, Routine::EngAllocUserMem)) {
            event.block.tag = good_tag;
        }
        return event;
    }
};

constexpr Row rows[] = {
    {{"del-in-tag-unreported", "the validator takes 0x7F for a legal tag character", "TAG-02", true, false},
     make<DelInTagUnreported>},
    {{"tag-byte-swapped", "the tag is recorded with its bytes in reverse", "TAG-04", true, true},
     make<TagByteSwapped>},
    {{"zero-tag-accepted", "a zero tag gets a block instead of a bug check", "TAG-06", true, false},
     make<ZeroTagAccepted>},
    {{"big-tag-misnamed", "the tag BIG gets the sub-code of a zero tag", "TAG-07", true, false},
     make<BigTagMisnamed>},
    {{"tag-without-letters-accepted", "a tag without letter or digit gets a block instead of a bug check",
      "TAG-08", true, false},
     make<TagWithoutLettersAccepted>},
    {{"ledger-forgets-frees", "the tag ledger counts no frees", "TAG-15", true, false},
     make<LedgerForgetsFrees>},
    {{"ledger-counts-no-bytes", "the tag ledger counts blocks, but no bytes", "TAG-15", true, false},
     make<LedgerCountsNoBytes>},
    {{"eng-tag-lost", "EngAllocMem records another tag", "EAM-05", true, true}, make<EngTagLost>},
    {{"eng-zero-tag-unreported", "the validator does not report a zero tag given to EngAllocMem", "EAM-06",
      true, true},
     make<EngZeroTagUnreported>},
    {{"eng-user-tag-lost", "EngAllocUserMem records another tag", "EAU-02", true, false},
     make<EngUserTagLost>},
};

} // namespace

std::span<const Row> tags() {
    return rows;
}

} // namespace poolproof::faulty
