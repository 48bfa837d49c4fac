// The session of a reproducer: the program's calls as ops, played and judged.
//
// Covers: the subject and the oracle of the program, which variable a pointer stands for, what stops it. One
// thread. Does not cover: the routines that programs call (routines_*.cpp, knobs.cpp), writing programs
// (c_source.hpp).
#pragma once

#include "oracle/oracle.hpp"
#include "play/local_player.hpp"
#include "subjects/subject.hpp"
#include "trace/op.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace poolproof::reproducer {

// Ends the program with exit code 2, and one line, for an unknown subject or target, or when no trace was
// begun.
class Session {
  public:
    Session(std::string subject, const char* target, bool is_64_bit);

    // Plays the op, made canonical, and judges it. After a violation it is not played: nothing came of it.
    Event play(const Op& op);

    // Says of which variable the next pointer is, until an op has taken it.
    void name_slot(std::uint8_t slot, std::int32_t offset);
    void* address_of(std::uint8_t slot, std::int32_t offset) const;
    std::uint64_t foreign_address(Pointer pointer) const { return subject_->foreign_address(pointer); }
    // Takes the variable into the op: the named one, or else the one that holds the pointer.
    void take_slot(Op& op, const void* pointer);
    void take_slot(Op& op);

    // Prints what was found; true when the clause was violated.
    bool shows(const char* clause) const;

  private:
    void record(const Op& op) const;

    std::string name_;
    std::unique_ptr<Subject> subject_;
    std::unique_ptr<LocalPlayer> player_;
    Oracle oracle_;
    Op last_;
    Event last_event_;
    std::uint64_t ops_ = 0;
    std::uint64_t addresses_[slot_count] = {};
    bool named_ = false;
    std::uint8_t slot_ = 0;
    std::int32_t offset_ = 0;
};

// The program's session.
Session& session();

} // namespace poolproof::reproducer
