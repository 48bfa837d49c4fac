// LocalPlayer: plays traces on a subject in this process.
//
// Covers: slots, stamps (what is written into a block to see it kept), looks at new blocks, and what is kept
// from a subject: ops that it did not declare, and misuse of memory that it says it cannot survive. Does not
// cover: judging (oracle/), which traces are played (gen/).
#pragma once

#include "play/player.hpp"
#include "subjects/subject.hpp"
#include "trace/request.hpp"

#include <array>
#include <bit>
#include <memory>
#include <vector>

namespace poolproof {

inline constexpr std::uint64_t look_bytes = 4096; // most bytes of a block searched for a non-zero one

class LocalPlayer final : public Player {
  public:
    // Not owned.
    explicit LocalPlayer(Subject& subject);
    explicit LocalPlayer(std::unique_ptr<Subject> subject);

    std::string_view name() const override { return subject_->name(); }
    const Claims& claims() const override { return subject_->claims(); }
    bool has_profile(bool is_64_bit) override { return subject_->reset(is_64_bit); }
    bool play(const Trace& trace, Listener listener) override;

    Subject& subject() { return *subject_; }
    // play() in parts: a clean machine, then op by op.
    bool begin(bool is_64_bit);
    Event play(const Op& op);

  private:
    struct Slot {
        std::uint64_t address = 0; // 0: empty
        std::uint64_t size = 0;
        std::uint64_t pattern = 0; // seed of the bytes written there
        std::uint8_t process = 0;  // owner, for user memory
        Routine routine = Routine::ExAllocatePoolWithTag;
        std::uint8_t index = 0; // of the list, instance or surface
        bool user = false;
        bool paged = false;
        bool live = false;    // as far as the player knows
        bool stamped = false; // the stamps were written
    };

    // The slot, emptied.
    Slot& use_slot(std::uint8_t index) {
        used_slots_[index / 64] |= std::uint64_t{1} << index % 64;
        return slots_[index] = Slot{};
    }
    // Calls visit with each slot that was used in this trace, in their order.
    template <class Visit> void for_used_slots(Visit&& visit) {
        for (std::size_t word = 0; word < used_slots_.size(); ++word) {
            for (std::uint64_t left = used_slots_[word]; left != 0; left &= left - 1) {
                visit(slots_[word * 64 + static_cast<unsigned>(std::countr_zero(left))]);
            }
        }
    }

    bool is_withheld(const Op& op) const;
    bool is_misuse(const Op& op) const;
    bool is_bad_free(const Op& op) const;
    Event print(const Op& op);
    Event call(const Op& op);
    Event set_or_query(const Op& op);
    Event allocate(const Op& op);
    Event release(const Op& op);
    Event touch(const Op& op);
    bool in_reach(const Slot& slot) const;
    bool may_look(const Slot& slot) const;
    void look_at_new(const Slot& slot, bool zeros_promised, Event& event);
    void stamp(Slot& slot, Event& event);
    Seen stamps_intact(const Slot& slot);
    std::uint8_t owner_of_freed(const Op& op) const;
    void forget(std::uint64_t address, Slot& given, std::uint8_t owner);
    void restore_stamps(const Slot& aimed_at, std::uint64_t address, std::uint32_t length);

    std::unique_ptr<Subject> own_;
    Subject* subject_;
    std::uint64_t allocations_ = 0; // in this trace; makes the pattern of each block its own
    std::vector<Slot> slots_;
    std::array<std::uint64_t, slot_count / 64> used_slots_{};
    std::array<std::uint8_t, look_bytes> seen_{}; // what the last look found
    ListSettings lists_;
    std::uint8_t irql_[processor_count] = {};
    std::uint8_t process_[processor_count] = {};
    std::uint8_t processor_ = 0;
    bool picky_ = false; // the subject does not take every op
};

} // namespace poolproof
