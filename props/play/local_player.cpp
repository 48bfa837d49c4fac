// See local_player.hpp. Does not cover: executing an op (subjects/).
#include "play/local_player.hpp"

#include "play/pattern.hpp"

#include <ddi/ntdef.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace poolproof {

namespace {

constexpr std::uint64_t stamp_bytes = 64; // stamped at each end of a block

// A range of a block, as offsets.
struct Range {
    std::uint64_t from = 0;
    std::uint64_t to = 0;

    std::uint64_t bytes() const { return to - from; }
};

// The first and the last `each` bytes of a block, or all of it and nothing when the two would meet.
struct Ends {
    Range head;
    Range tail;
};

Ends ends_of(std::uint64_t size, std::uint64_t each) {
    if (size <= 2 * each) {
        return {{0, size}, {size, size}};
    }
    return {{0, each}, {size - each, size}};
}

Range common(Range a, Range b) {
    const std::uint64_t from = std::max(a.from, b.from);
    return {from, std::max(from, std::min(a.to, b.to))};
}

// Each byte is like the one before it, and the first is zero.
bool all_zero(std::span<const std::uint8_t> bytes) {
    return bytes.empty() ||
           (bytes.front() == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

std::span<std::uint8_t> first_bytes(std::span<std::uint8_t> buffer, Range range) {
    return buffer.first(static_cast<std::size_t>(range.bytes()));
}

// The bytes of a pattern that belong into the stamps, or into parts of them.
class Stamps {
  public:
    // Valid until the next call.
    std::array<PokePart, 2> of(std::uint64_t address, std::uint64_t seed, Range head, Range tail) {
        return {PokePart{address + head.from,
                         head_.fill(seed, head.from, static_cast<std::size_t>(head.bytes()))},
                PokePart{address + tail.from,
                         tail_.fill(seed, tail.from, static_cast<std::size_t>(tail.bytes()))}};
    }

  private:
    PatternBuffer<2 * stamp_bytes> head_;
    PatternBuffer<stamp_bytes> tail_;
};

bool stops_the_trace(const Event& event) {
    return event.kind == EventKind::crashed || event.kind == EventKind::timed_out ||
           event.kind == EventKind::garbled;
}

} // namespace

LocalPlayer::LocalPlayer(Subject& subject) : subject_(&subject), slots_(slot_count) {}

LocalPlayer::LocalPlayer(std::unique_ptr<Subject> subject)
    : own_(std::move(subject)), subject_(own_.get()), slots_(slot_count) {}

bool LocalPlayer::begin(bool is_64_bit) {
    if (!subject_->reset(is_64_bit)) {
        return false;
    }
    for_used_slots([](Slot& slot) { slot = Slot{}; });
    used_slots_.fill(0);
    std::fill(std::begin(irql_), std::end(irql_), std::uint8_t{0});
    std::fill(std::begin(process_), std::end(process_), std::uint8_t{0});
    processor_ = 0;
    allocations_ = 0;
    lists_ = ListSettings{};
    const Claims& claims = subject_->claims();
    picky_ = claims.capabilities != can_everything || ~claims.routines != 0;
    return true;
}

bool LocalPlayer::play(const Trace& trace, Listener listener) {
    if (!begin(trace.is_64_bit)) {
        return false;
    }
    for (const Op& op : trace.ops) {
        const Event event = play(op);
        if (!listener.hear(listener.context, op, event) || stops_the_trace(event)) {
            break;
        }
    }
    return true;
}

Event LocalPlayer::play(const Op& op) {
    if (is_withheld(op)) {
        if (op.kind == OpKind::allocate) { // the caller's variable has no block
            use_slot(op.slot);
        }
        Event event;
        event.kind = EventKind::unsupported;
        return event;
    }
    switch (op.kind) {
    case OpKind::allocate:
        return allocate(op);
    case OpKind::free:
        return release(op);
    case OpKind::read:
    case OpKind::write:
        return touch(op);
    case OpKind::print:
        return print(op);
    case OpKind::call:
        return call(op);
    default:
        return set_or_query(op);
    }
}

Event LocalPlayer::print(const Op& op) {
    const std::uint64_t address = slots_[op.slot].address;
    if (address == 0) {
        return {};
    }
    Event event = subject_->call({&op, address});
    event.used = address;
    return event;
}

Event LocalPlayer::call(const Op& op) {
    std::uint64_t address = 0;
    if (traits_of(op.routine).takes(takes_block)) {
        address = slots_[op.slot].address;
        if (address == 0) {
            return {};
        }
    }
    Event event = subject_->call({&op, address});
    event.used = address;
    const bool done = event.kind == EventKind::done || event.kind == EventKind::value;
    if (done && event.number == 0) {
        apply(op, lists_);
    }
    return event;
}

Event LocalPlayer::set_or_query(const Op& op) {
    const Event event = subject_->call({&op, 0});
    if (event.kind == EventKind::done) {
        if (op.kind == OpKind::irql) {
            irql_[processor_] = op.level;
        } else if (op.kind == OpKind::processor) {
            processor_ = static_cast<std::uint8_t>(op.index % processor_count);
        } else if (op.kind == OpKind::process) {
            process_[processor_] = op.index;
        }
    }
    return event;
}

Event LocalPlayer::allocate(const Op& op) {
    Event event = subject_->call({&op, 0});
    Slot& slot = use_slot(op.slot);
    ++allocations_;
    if (event.kind != EventKind::pointer || event.address == 0) {
        return event;
    }
    const AllocationRequest request = request_of(op, process_[processor_], lists_);
    slot.address = event.address;
    slot.size = request.size;
    slot.pattern = allocations_;
    slot.routine = op.routine;
    slot.index = op.index;
    slot.user = request.user;
    slot.process = request.process;
    slot.paged = request.paged;
    slot.live = true;
    if (slot.size > 0 && may_look(slot)) {
        look_at_new(slot, request.zeroed, event);
        stamp(slot, event);
    }
    return event;
}

// User memory is another memory, or none, in another process.
bool LocalPlayer::in_reach(const Slot& slot) const {
    return !slot.user || slot.process == process_[processor_];
}

// Paged and user memory may be paged out where the processor cannot wait for it.
bool LocalPlayer::may_look(const Slot& slot) const {
    return in_reach(slot) && (irql_[processor_] < DISPATCH_LEVEL || !(slot.paged || slot.user));
}

// Reads what a new block holds: both its ends, and a page in all when zeros were promised.
void LocalPlayer::look_at_new(const Slot& slot, bool zeros_promised, Event& event) {
    if (slot.address + slot.size < slot.address) {
        event.accessible = Seen::no;
        return;
    }
    const Ends ends = ends_of(slot.size, zeros_promised ? look_bytes / 2 : stamp_bytes);
    const std::span<std::uint8_t> head = first_bytes(seen_, ends.head);
    const std::span<std::uint8_t> tail = first_bytes(std::span(seen_).subspan(head.size()), ends.tail);
    const std::array<PeekPart, 2> parts = {PeekPart{slot.address + ends.head.from, head},
                                           PeekPart{slot.address + ends.tail.from, tail}};
    if (!subject_->peek_parts(parts)) {
        event.accessible = Seen::no;
        return;
    }
    event.accessible = Seen::yes;
    event.zeroed = all_zero(head) && all_zero(tail) ? Seen::yes : Seen::no;
}

void LocalPlayer::stamp(Slot& slot, Event& event) {
    if (event.accessible != Seen::yes) {
        return;
    }
    const Ends ends = ends_of(slot.size, stamp_bytes);
    Stamps stamps;
    slot.stamped = subject_->poke_parts(stamps.of(slot.address, slot.pattern, ends.head, ends.tail));
    if (!slot.stamped) {
        event.accessible = Seen::no;
    }
}

Seen LocalPlayer::stamps_intact(const Slot& slot) {
    if (!slot.live || !slot.stamped || !may_look(slot)) {
        return Seen::not_looked;
    }
    const Ends ends = ends_of(slot.size, stamp_bytes);
    Stamps stamps;
    const std::array<PokePart, 2> written = stamps.of(slot.address, slot.pattern, ends.head, ends.tail);
    const std::span<std::uint8_t> head = first_bytes(seen_, ends.head);
    const std::span<std::uint8_t> tail = first_bytes(std::span(seen_).subspan(head.size()), ends.tail);
    const std::array<PeekPart, 2> parts = {PeekPart{written[0].address, head},
                                           PeekPart{written[1].address, tail}};
    const bool intact = subject_->peek_parts(parts) &&
                        std::memcmp(head.data(), written[0].from.data(), head.size()) == 0 &&
                        std::memcmp(tail.data(), written[1].from.data(), tail.size()) == 0;
    return intact ? Seen::yes : Seen::no;
}

// The process whose user memory a free means.
std::uint8_t LocalPlayer::owner_of_freed(const Op& op) const {
    return traits_of(op.routine).memory == Memory::private_user ? op.index : process_[processor_];
}

Event LocalPlayer::release(const Op& op) {
    Slot& slot = slots_[op.slot];
    std::uint64_t address = 0;
    Seen intact = Seen::not_looked;
    if (op.pointer == Pointer::of_slot) {
        if (slot.address == 0) {
            return {};
        }
        address = slot.address + static_cast<std::uint64_t>(static_cast<std::int64_t>(op.offset));
        if (op.offset == 0 && (!slot.user || slot.process == owner_of_freed(op))) {
            intact = stamps_intact(slot);
        }
    } else if (op.pointer != Pointer::null) {
        address = subject_->foreign_address(op.pointer);
    }
    Event event = subject_->call({&op, address});
    event.used = address;
    event.intact = intact;
    if (event.kind == EventKind::done) {
        forget(address, slot, owner_of_freed(op));
    }
    return event;
}

// The block at `address` is gone. It may be another slot's: a stale pointer can equal a newer block's.
void LocalPlayer::forget(std::uint64_t address, Slot& given, std::uint8_t owner) {
    const auto gone = [&](const Slot& slot) {
        return slot.live && slot.address == address && (!slot.user || slot.process == owner);
    };
    if (gone(given)) {
        given.live = false;
        return;
    }
    for_used_slots([&gone](Slot& slot) {
        if (gone(slot)) {
            slot.live = false;
        }
    });
}

Event LocalPlayer::touch(const Op& op) {
    const Slot& slot = slots_[op.slot];
    if (slot.address == 0) {
        return {};
    }
    Event event = subject_->call({&op, slot.address});
    event.used = slot.address + static_cast<std::uint64_t>(static_cast<std::int64_t>(op.offset));
    const bool touched = event.kind == EventKind::done || event.kind == EventKind::bug_check ||
                         event.kind == EventKind::guard_fault;
    if (op.kind == OpKind::write && touched) {
        restore_stamps(slot, event.used, op.length);
    }
    return event;
}

// Undoes what a write did to the stamps of the block that it was aimed at, or of any other that it reached.
void LocalPlayer::restore_stamps(const Slot& aimed_at, std::uint64_t address, std::uint32_t length) {
    const auto restore = [&](const Slot& slot) {
        if (!slot.live || !slot.stamped || !in_reach(slot) || slot.address + slot.size <= address ||
            slot.address >= address + length) {
            return;
        }
        const std::uint64_t from = address > slot.address ? address - slot.address : 0;
        const Range written{from, address + length - slot.address};
        const Ends ends = ends_of(slot.size, stamp_bytes);
        Stamps stamps;
        for (const PokePart& part :
             stamps.of(slot.address, slot.pattern, common(ends.head, written), common(ends.tail, written))) {
            if (!part.from.empty()) {
                subject_->poke(part.address, part.from);
            }
        }
    };
    const bool inside = address >= aimed_at.address && address + length <= aimed_at.address + aimed_at.size;
    if (inside && aimed_at.live && in_reach(aimed_at)) {
        restore(aimed_at);
        return;
    }
    for_used_slots(restore);
}

} // namespace poolproof
