// Faulty subjects that break where blocks lie and whose bytes are whose.
#include "subjects/faulty.hpp"

#include <array>

namespace poolproof::faulty {

namespace {

// The geometry rules speak of these two routines.
bool is_classic_ex(const Op& op) {
    return op.routine == Routine::ExAllocatePoolWithTag ||
           op.routine == Routine::ExAllocatePoolWithTagPriority;
}

class PageNotAligned final : public Moving {
    using Moving::Moving;
    Event allocate(const Op& op) override {
        const bool broken = is_classic_ex(op) && op.size >= PAGE_SIZE && op.size < UINT32_MAX;
        return broken ? shifted(op, op.size + 64, 64) : forward(op);
    }
};

class StraddlesAPage final : public Moving {
    using Moving::Moving;
    static bool is_picked(const Op& op) {
        const std::uint64_t hash = op.size * 0x9E3779B97F4A7C15U + op.tag * 0xC2B2AE3D27D4EB4FU;
        return (hash >> 32U) * 1000 >> 32U == 0;
    }
    Event allocate(const Op& op) override {
        const bool broken = is_classic_ex(op) && !special_pool_requested() && op.size > 32 &&
                            op.size < PAGE_SIZE && is_picked(op);
        return broken ? shifted(op, PAGE_SIZE + op.size, PAGE_SIZE - 16) : forward(op);
    }
};

class MisalignedClass final : public Moving {
    using Moving::Moving;
    Event allocate(const Op& op) override {
        const std::uint64_t granule = claims().granule();
        const bool broken =
            is_classic_ex(op) && !special_pool_requested() && op.size > 2 * granule && op.size <= 3 * granule;
        return broken ? shifted(op, op.size + granule, granule / 2) : forward(op);
    }
};

// Remembers the last large enough block and gives its end out again.
class Overlapping : public Moving {
  public:
    using Moving::Moving;
    bool reset(bool is_64_bit) override {
        victim_ = 0;
        return Moving::reset(is_64_bit);
    }
    Event serve(const Call& call) override {
        victim_ = is_free(*call.op) && call.address == victim_ ? 0 : victim_;
        return Moving::serve(call);
    }

  protected:
    virtual bool is_victim(const Op& op) const = 0;
    Event allocate(const Op& op) override {
        Event event = forward(op);
        if (event.kind != EventKind::pointer || op.routine != Routine::ExAllocatePoolWithTag ||
            special_pool_requested()) {
            return event;
        }
        const auto victim = victim_ != 0 ? block_at(victim_) : std::nullopt;
        if (victim && op.size > 0 && op.size <= claims().granule() &&
            is_paged_type(op.pool_type) == victim->paged) {
            const std::uint64_t last = victim->address + victim->bytes - 1;
            show(event, last - last % claims().granule(), op.size);
            victim_ = 0;
        } else if (is_victim(op)) {
            victim_ = event.address;
        }
        return event;
    }

  private:
    std::uint64_t victim_ = 0;
};

class LastBytesShared final : public Overlapping {
    using Overlapping::Overlapping;
    bool is_victim(const Op& op) const override {
        return !is_paged_type(op.pool_type) && op.size > 64 && op.size <= 2048;
    }
};

class TailOverlaps final : public Overlapping {
    using Overlapping::Overlapping;
    bool is_victim(const Op& op) const override {
        return is_paged_type(op.pool_type) && op.size > PAGE_SIZE && op.size % PAGE_SIZE != 0 &&
               op.size % PAGE_SIZE < 4000;
    }
};

// Whose bytes are its caller's alone in so many words (GEO-04).
bool is_exact(const Op& op) {
    return op.routine == Routine::ExAllocatePoolWithTag && !is_paged_type(op.pool_type) && op.size > 0 &&
           op.size < PAGE_SIZE;
}

class AllocationScribbles final : public Base {
  public:
    using Base::Base;
    bool reset(bool is_64_bit) override {
        last_ = 0;
        return Base::reset(is_64_bit);
    }
    Event serve(const Call& call) override {
        const Event event = forward(call);
        if (is_allocation(*call.op) && event.kind == EventKind::pointer) {
            std::array<std::uint8_t, 1> byte{};
            if (last_ != 0 && block_at(last_) && peek(last_, byte)) {
                byte[0] ^= 0xFFU;
                poke(last_, byte);
            }
            last_ = is_exact(*call.op) ? event.address : 0;
        }
        return event;
    }

  private:
    std::uint64_t last_ = 0;
};

constexpr Row rows[] = {
    {{"page-not-aligned", "a block of a page or more starts 64 bytes into a page", "GEO-01", true, false},
     make<PageNotAligned>},
    {{"straddles-a-page", "one sub-page block in a thousand, picked by size and tag, crosses a page boundary",
      "GEO-02", true, false},
     make<StraddlesAPage>},
    {{"misaligned-class", "blocks of one size class are aligned to half a granule", "GEO-03", true, false},
     make<MisalignedClass>},
    {{"last-bytes-shared", "the last bytes of a nonpaged block are given to the next small block", "GEO-04",
      true, false},
     make<LastBytesShared>},
    {{"allocation-scribbles", "an allocation changes a byte of the nonpaged block allocated before it",
      "GEO-04", true, true},
     make<AllocationScribbles>},
    {{"tail-overlaps", "the tail of a large paged block is given out from its owner's last bytes on",
      "GEO-05", true, false},
     make<TailOverlaps>},
};

} // namespace

std::span<const Row> geometry() {
    return rows;
}

} // namespace poolproof::faulty
