// Faulty subjects that break special pool: placement, guards, patterns, freed pages.
#include "subjects/faulty.hpp"

#include <ddi/wdm.h>

#include <algorithm>

namespace poolproof::faulty {

namespace {

constexpr std::uint64_t page_of(std::uint64_t address) {
    return address / PAGE_SIZE;
}

bool is_guard_fault(const Event& event) {
    return is_bug_check(event, PAGE_FAULT_BEYOND_END_OF_ALLOCATION) ||
           is_bug_check(event, DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION) ||
           is_bug_check(event, PAGE_FAULT_IN_NONPAGED_AREA);
}

// The page beside each special-pool block, on one side, can be touched.
template <bool behind> class GuardMissing final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        if (!is_touch(*call.op) || !is_guard_fault(event)) {
            return event;
        }
        const auto aimed_at = block_at(call.address);
        const std::uint64_t own = page_of(call.address);
        const std::uint64_t touched = page_of(event.parameters[0]);
        const bool broken =
            aimed_at && aimed_at->special && (behind ? touched == own + 1 : touched + 1 == own);
        return broken ? quiet(event, EventKind::done) : event;
    }
};

// Takes the bug check about a damaged page back: mends the page and frees the block.
template <std::uint64_t sub_code> class PatternUnchecked final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        if (!is_free(*call.op) || !is_bug_check(event, SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION)) {
            return event;
        }
        const auto block = block_at(call.address);
        const bool behind = block && event.parameters[1] >= block->address + block->bytes;
        const bool broken = block && event.parameters[3] >= 0x23 &&
                            (event.parameters[3] == sub_code ||
                             (event.parameters[3] == 0x32 && behind == (sub_code == 0x24)));
        if (!broken) {
            return event;
        }
        mend(*block);
        return forward(call);
    }
    void mend(const BlockDescription& block) {
        const std::vector<std::uint8_t> fill(PAGE_SIZE, Policies{}.special_pattern);
        const std::uint64_t page = block.address - block.address % PAGE_SIZE;
        const std::uint64_t end = block.address + block.bytes;
        const std::span<const std::uint8_t> bytes(fill);
        poke(page, bytes.first(static_cast<std::size_t>(block.address - page)));
        poke(end, bytes.first(static_cast<std::size_t>(page + PAGE_SIZE - end)));
    }
};

class SpecialUseAfterFree final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken =
            is_touch(*call.op) && (is_bug_check(event, PAGE_FAULT_IN_FREED_SPECIAL_POOL) ||
                                   is_bug_check(event, DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL));
        return broken ? quiet(event, EventKind::done) : event;
    }
};

class SpecialDoubleFreeSilent final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        const bool broken = is_free(*call.op) && call.op->offset == 0 &&
                            is_bug_check(event, SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION) &&
                            event.parameters[3] == 0x20;
        return broken ? quiet(event, EventKind::done) : event;
    }
};

// Live blocks near a page.
struct Neighbours {
    std::uint64_t page;
    unsigned found;
};

void count_neighbours(void* context, const BlockDescription& block) {
    auto& search = *static_cast<Neighbours*>(context);
    const std::uint64_t first = page_of(block.address);
    const std::uint64_t last = page_of(block.address + block.bytes);
    search.found += first <= search.page + 1 && last + 1 >= search.page ? 1 : 0;
}

// Only where no other block lies beside it, for that would break another rule.
class LargeReportedSpecial final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (is_allocation(*call.op, Routine::ExAllocatePoolWithTag) && call.op->size == PAGE_SIZE &&
            special_pool_requested() && event.kind == EventKind::pointer) {
            Neighbours search{page_of(event.address), 0};
            machine().for_each_block(count_neighbours, &search);
            event.block.special = search.found == 1;
        }
        return event;
    }
};

class VerifyStartIgnored final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Op op = *call.op;
        op.side = Side::end;
        return forward(op, call.address);
    }
};

class EngNotInSpecialPool final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const bool broken = is_allocation(*call.op, Routine::EngAllocMem) && special_pool_requested();
        if (!broken) {
            return forward(call);
        }
        return unless_bug_check(without_special_pool(*call.op), *call.op);
    }
};

bool is_variant(std::uint8_t priority) {
    switch (priority) {
    case LowPoolPrioritySpecialPoolOverrun:
    case LowPoolPrioritySpecialPoolUnderrun:
    case NormalPoolPrioritySpecialPoolOverrun:
    case NormalPoolPrioritySpecialPoolUnderrun:
    case HighPoolPrioritySpecialPoolOverrun:
    case HighPoolPrioritySpecialPoolUnderrun:
        return true;
    default:
        return false;
    }
}

class UnderrunVariantIgnored final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Op op = *call.op;
        if (is_allocation(op, Routine::ExAllocatePoolWithTagPriority) && is_variant(op.priority)) {
            op.priority = static_cast<std::uint8_t>(op.priority & ~1U);
        }
        return forward(op, call.address);
    }
};

class VariantSelectsSpecialPool final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Op& op = *call.op;
        const bool broken = is_allocation(op, Routine::ExAllocatePoolWithTagPriority) &&
                            is_variant(op.priority) && !special_pool_requested();
        if (!broken) {
            return forward(call);
        }
        return unless_bug_check(with_special_pool(op), op);
    }
};

class TagRequestIgnored final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const bool broken =
            is_allocation(*call.op, Routine::ExAllocatePoolWithTag) && only_requested_by_tag(call.op->tag);
        if (!broken) {
            return forward(call);
        }
        return unless_bug_check(without_special_pool(*call.op), *call.op);
    }
};

// What GFlags' value asks for, for faults that let it ask for more.
class GflagsFault : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Op& op = *call.op;
        if (op.kind == OpKind::special_pool) {
            former_ = op.mode == SpecialMode::by_tag ? value_ : std::nullopt;
            value_ = op.mode == SpecialMode::by_tag ? std::optional(op.tag) : std::nullopt;
        }
        const bool broken = is_allocation(op, Routine::ExAllocatePoolWithTag) && value_ && op.size > 0 &&
                            op.size < PAGE_SIZE && also_selects(op);
        return broken ? unless_bug_check(with_special_pool(op), op) : forward(call);
    }
    bool reset(bool is_64_bit) override {
        former_ = value_ = std::nullopt;
        return Base::reset(is_64_bit);
    }

  protected:
    virtual bool also_selects(const Op& op) const = 0;
    std::uint32_t value() const { return value_.value_or(0); }
    std::optional<std::uint32_t> former() const { return former_; }

  private:
    std::optional<std::uint32_t> value_; // nullopt while another request may stand as well
    std::optional<std::uint32_t> former_;
};

class GflagsSizeTooWide final : public GflagsFault {
    using GflagsFault::GflagsFault;
    bool also_selects(const Op& op) const override {
        const std::uint32_t granule = claims().granule();
        return value() < PAGE_SIZE && value() % granule == 0 && value() >= 2 * granule &&
               op.size > value() - granule && op.size <= value();
    }
};

class GflagsLastCharacterIgnored final : public GflagsFault {
    using GflagsFault::GflagsFault;
    bool also_selects(const Op& op) const override {
        return value() >= PAGE_SIZE && (value() & 0xFFFFFF) == (op.tag & 0xFFFFFF);
    }
};

class GflagsFormerValueStays final : public GflagsFault {
    using GflagsFault::GflagsFault;
    bool also_selects(const Op& op) const override { return former() == op.tag; }
};

constexpr Row rows[] = {
    {{"gflags-size-too-wide", "a GFlags size selects the class above its own as well", "GF-03", true, false},
     make<GflagsSizeTooWide>},
    {{"gflags-last-character-ignored", "a GFlags tag selects tags that differ in their last character",
      "GF-02", true, false},
     make<GflagsLastCharacterIgnored>},
    {{"gflags-former-value-stays", "a GFlags value goes on selecting after another replaced it", "GF-01",
      true, false},
     make<GflagsFormerValueStays>},
    {{"underrun-variant-ignored", "the underrun variants of a priority place the block at the page's end",
      "EATP-09", true, true},
     make<UnderrunVariantIgnored>},
    {{"variant-selects-special-pool", "a special-pool variant alone puts the block in special pool",
      "EATP-10", true, false},
     make<VariantSelectsSpecialPool>},
    {{"eng-not-in-special-pool", "EngAllocMem is served from ordinary pool whatever is asked for", "EAM-11",
      true, true},
     make<EngNotInSpecialPool>},
    {{"guard-behind-missing", "the page behind a special-pool block can be touched", "GEO-06", true, true},
     make<GuardMissing<true>>},
    {{"guard-in-front-missing", "the page in front of a special-pool block can be touched", "GEO-06", false,
      true},
     make<GuardMissing<false>>},
    {{"front-unchecked", "free does not look at the bytes in front of a special-pool block", "GEO-06", false,
      true},
     make<PatternUnchecked<0x23>>},
    {{"verify-start-ignored", "Verify Start places blocks at the page's end", "SP-04", true, true},
     make<VerifyStartIgnored>},
    {{"slack-unchecked", "free does not look at the slack behind a special-pool block", "GEO-06", false,
      true},
     make<PatternUnchecked<0x24>>},
    {{"special-use-after-free", "freed special-pool memory can be touched", "EFP-03", true, true},
     make<SpecialUseAfterFree>},
    {{"large-reported-special", "a block of a page is reported to lie in special pool", "SP-08", true, false},
     make<LargeReportedSpecial>},
    {{"special-double-free-silent", "a second free of a special-pool block goes unnoticed", "EFP-07", true,
      true},
     make<SpecialDoubleFreeSilent>},
    {{"tag-request-ignored", "ExAllocatePoolWithTag ignores a request for special pool by tag", "SP-01", true,
      false},
     make<TagRequestIgnored>},
};

} // namespace

std::span<const Row> special_pool() {
    return rows;
}

} // namespace poolproof::faulty
