// Faulty subjects: the reference with exactly one documented rule broken, at the subject's interface.
//
// Covers: what they have in common, and the list of families. A fault is a class of a few lines and one row
// in its family's table (faulty_*.cpp); nothing else knows it. Does not cover: the rules (contract/) and how
// they are judged (oracle/). The implementation is never touched.
#pragma once

#include "subjects/reference.hpp"
#include "subjects/registry.hpp"

#include <ddi/bugcodes.h>
#include <ddi/ntdef.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof::faulty {

// Forwards everything to a reference of its own setup. A fault overrides what it breaks.
class Base : public Subject {
  public:
    Base(std::string_view name, const ReferenceSetup& setup)
        : name_("faulty:" + std::string(name)), reference_(setup) {}

    std::string_view name() const override { return name_; }
    const Claims& claims() const override { return reference_.claims(); }
    bool reset(bool is_64_bit) override;
    // Serves the call, and counts it as a departure when the fault had a hand in it.
    Event call(const Call& call) final;
    bool peek(std::uint64_t address, std::span<std::uint8_t> into) override {
        return reference_.peek(address, into);
    }
    bool poke(std::uint64_t address, std::span<const std::uint8_t> from) override {
        hand_.changed = true;
        return reference_.poke(address, from);
    }
    std::uint64_t foreign_address(Pointer pointer) const override {
        return reference_.foreign_address(pointer);
    }
    // Calls, since construction, in which it left the reference: it passed on another op or address, or not
    // exactly one, changed the machine or its memory meanwhile, or returned another event. Whether that comes
    // to anything that a caller can see is for the oracle to say.
    std::uint64_t departures() const { return departures_; }

  protected:
    // What it does with a call: forwards it, unless the fault has a say.
    virtual Event serve(const Call& call) { return forward(call); }
    // What the reference does.
    Event forward(const Call& call);
    Event forward(const Op& op, std::uint64_t address = 0) { return forward(Call{&op, address}); }
    // The same once more: the call before it does not count towards fail_nth.
    Event again(const Op& op, std::uint64_t address = 0);
    // The event of a changed op; for a bug check, which would name what was changed, that of the op itself.
    Event unless_bug_check(const Event& event, const Op& op) {
        return event.kind == EventKind::bug_check ? again(op) : event;
    }
    // What the reference does when it is refused memory.
    Event refused(const Op& op);
    // The same once more while the processor is at another IRQL, or in another process.
    Event at_irql(std::uint8_t level, const Op& op, std::uint64_t address = 0);
    Event in_process(unsigned process, const Op& op, std::uint64_t address = 0);
    // What the reference does while no special pool is asked for, or while Driver Verifier asks for it.
    Event without_special_pool(const Op& op);
    Event with_special_pool(const Op& op);

    // What `forwards` does while these of Driver Verifier's flags are off.
    template <class Forwards> Event without_flags(std::uint32_t flags, const Forwards& forwards) {
        const std::uint32_t before = machine().verifier_flags();
        if ((before & flags) == 0) {
            return forwards();
        }
        changed_machine().set_verifier_flags(before & ~flags);
        const Event event = forwards();
        changed_machine().set_verifier_flags(before);
        return event;
    }

    // The reference's machine, as the processor that executes: to look at, and to change.
    const Machine& machine() { return reference_.machine(); }
    Machine& changed_machine() {
        hand_.changed = true;
        return reference_.machine();
    }
    // Whether some request for special pool stands; whether only that for this tag does.
    bool special_pool_requested() const { return verifier_request_ || tag_request_; }
    bool only_requested_by_tag(std::uint32_t tag) const {
        return !verifier_request_ && tag_request_ && requested_tag_ == tag;
    }
    // The live block that starts at the address; in case of user memory, in the current process.
    std::optional<BlockDescription> block_at(std::uint64_t address);
    // The live block that `address` lies in.
    std::optional<BlockDescription> block_around(std::uint64_t address);

  private:
    void note_knob(const Op& op);
    void request(bool verifier, bool by_tag);

    // What the fault has done in the call so far.
    struct Hand {
        unsigned forwards = 0;
        bool changed = false;        // the machine, its memory, or what was forwarded
        const Call* given = nullptr; // the call
        Event answer;                // the reference's last
    };

    Hand hand_;
    std::uint64_t departures_ = 0;
    std::string name_;
    Reference reference_;
    bool verifier_request_ = false;
    bool tag_request_ = false;
    std::uint32_t requested_tag_ = 0;
    Side side_ = Side::end;
    std::uint64_t fail_in_ = 0; // allocation calls until one is to be refused memory; 0: none
    std::uint64_t fail_in_before_ = 0;
};

// A subject that shows the caller other addresses than the reference's.
class Moving : public Base {
  public:
    using Base::Base;

    bool reset(bool is_64_bit) override;

  protected:
    Event serve(const Call& call) override;
    // Serves an allocation; it may show() the block elsewhere.
    virtual Event allocate(const Op& op) = 0;
    // Lets the caller see `event`'s block at this address. The block is `bytes` long for the caller.
    void show(Event& event, std::uint64_t address, std::uint64_t bytes);
    // Serves `op` from a block of `bytes`, seen `by` bytes behind its start; `bytes` is more than was asked
    // for.
    Event shifted(const Op& op, std::uint64_t bytes, std::uint64_t by);

  private:
    struct Moved {
        std::uint64_t shown;
        std::uint64_t real;
    };
    std::vector<Moved> moved_;
};

inline bool is_free(const Op& op) {
    return op.kind == OpKind::free;
}
inline bool is_allocation(const Op& op) {
    return op.kind == OpKind::allocate;
}
inline bool is_allocation(const Op& op, Routine routine) {
    return op.kind == OpKind::allocate && op.routine == routine;
}
inline bool is_touch(const Op& op) {
    return op.kind == OpKind::read || op.kind == OpKind::write;
}
inline bool is_paged_type(std::uint32_t pool_type) {
    return (pool_type & 1U) != 0;
}
inline bool is_bug_check(const Event& event, std::uint32_t code) {
    return event.kind == EventKind::bug_check && event.code == code;
}
inline bool is_bug_check(const Event& event, std::uint32_t code, std::uint64_t first) {
    return is_bug_check(event, code) && event.parameters[0] == first;
}
// The same event without the bug check or the raise.
Event quiet(const Event& event, EventKind kind);
// The op that asks for `bytes`.
Op sized(Op op, std::uint64_t bytes);

struct Row {
    FaultySubject subject;
    std::unique_ptr<Subject> (*make)(std::string_view name, const ReferenceSetup& setup);
};
template <class Fault> std::unique_ptr<Subject> make(std::string_view name, const ReferenceSetup& setup) {
    return std::make_unique<Fault>(name, setup);
}

// One table per family file.
std::span<const Row> geometry();
std::span<const Row> tags();
std::span<const Row> frees();
std::span<const Row> failure();
std::span<const Row> irql();
std::span<const Row> user_memory();
std::span<const Row> special_pool();
std::span<const Row> machine_rules();
std::span<const Row> quota();
std::span<const Row> pool_flags();
std::span<const Row> secure_pools();
std::span<const Row> lists();
std::span<const Row> private_user_memory();
std::span<const Row> verifier_flags();

} // namespace poolproof::faulty
