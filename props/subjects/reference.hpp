// The reference implementation as a subject.
//
// Covers: each op as a call of the documented routines or of the machine's knobs, and what comes of it as an
// event. Does not cover: the routines themselves (impl/).
#pragma once

#include "subjects/subject.hpp"

#include <poolproof/machine.h>

#include <memory>
#include <string_view>

namespace poolproof {

// Drives a machine of its own, to which it binds the calling thread at reset() and whenever the thread has
// been bound to another since.
class Reference final : public Subject {
  public:
    // Throws std::system_error when the host refuses the machine's address space.
    explicit Reference(const MachineConfig& config = {});

    std::string_view name() const override { return "reference"; }
    const Claims& claims() const override { return claims_; }
    bool reset(bool is_64_bit) override;
    Event call(const Call& call) override;
    bool peek(std::uint64_t address, std::span<std::uint8_t> into) override;
    bool poke(std::uint64_t address, std::span<const std::uint8_t> from) override;
    std::uint64_t foreign_address(Pointer pointer) const override;

    // Bound to the calling thread.
    Machine& machine() {
        enter();
        return machine_;
    }

  private:
    void enter();
    Event execute(const Call& call);
    Event allocate(const Op& op);
    Event release(const Call& call);
    Event read(const Op& op, std::uint64_t address);
    Event write(const Op& op, std::uint64_t address);
    Event print(const Call& call);
    Event set(const Op& op);
    Event query(const Op& op) const;

    Machine machine_;
    MachineConfig config_;
    Claims claims_;
    unsigned processor_ = 0;
};

// The reference with these choices wherever the register leaves one; its claims follow them.
std::unique_ptr<Subject> make_reference(const Policies& policies);
// The reference on a machine of this configuration, whose profile reset() chooses.
std::unique_ptr<Subject> make_reference(const MachineConfig& config);

} // namespace poolproof
