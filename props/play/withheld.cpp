// Ops that a subject is not given: those that it did not declare, and, unless it says that it catches or
// survives it, misuse of memory. Does not cover: how the others are played (local_player.cpp).
#include "play/local_player.hpp"
#include "trace/declared.hpp"

namespace poolproof {

bool LocalPlayer::is_withheld(const Op& op) const {
    return picky_ && (!is_declared(op, subject_->claims()) ||
                      (!subject_->claims().can(can_fail_cleanly_at_free) && is_misuse(op)));
}

// What only a subject that catches it survives for certain.
bool LocalPlayer::is_misuse(const Op& op) const {
    const RoutineTraits& traits = traits_of(op.routine);
    const Slot& slot = slots_[op.slot];
    switch (op.kind) {
    case OpKind::free:
        return is_bad_free(op);
    case OpKind::allocate:
        return traits.takes(takes_list) && !list_of(op, lists_).live;
    case OpKind::call:
        if (traits.takes(takes_list)) {
            const bool initialises = traits.takes(takes_size);
            return list_of(op, lists_).live == initialises;
        }
        return traits.takes(takes_block) && slot.address != 0 && !slot.live;
    case OpKind::read:
    case OpKind::write:
        return slot.address != 0 && (!slot.live || !may_look(slot) || op.offset < 0 ||
                                     static_cast<std::uint64_t>(op.offset) + op.length > slot.size);
    case OpKind::print:
        return slot.address != 0 && (!slot.live || !may_look(slot) || op.length > slot.size);
    default:
        return false;
    }
}

// Anything but a live block to a routine that releases its kind.
bool LocalPlayer::is_bad_free(const Op& op) const {
    const Slot& slot = slots_[op.slot];
    if (op.pointer != Pointer::of_slot) {
        return true;
    }
    if (slot.address == 0) {
        return false; // nothing is called
    }
    const Memory memory = traits_of(op.routine).memory;
    if (!slot.live || op.offset != 0 || memory != traits_of(slot.routine).memory) {
        return true;
    }
    switch (memory) {
    case Memory::list:
        return list_kind_of(op.routine) != list_kind_of(slot.routine) || op.index != slot.index ||
               !list_of(op, lists_).live;
    case Memory::aligned:
    case Memory::private_user:
        return op.index != slot.index;
    default:
        return slot.user && slot.process != process_[processor_];
    }
}

} // namespace poolproof
