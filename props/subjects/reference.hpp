// The reference implementation as a subject.
//
// Covers: each op as a call of the documented routines or of the machine's knobs, and what comes of it as an
// event. Does not cover: the routines themselves (impl/).
#pragma once

#include "subjects/documented_calls.hpp"
#include "subjects/subject.hpp"

#include <poolproof/machine.h>

#include <memory>
#include <string_view>

namespace poolproof {

// What a reference stands on.
struct ReferenceSetup {
    MachineConfig config;                        // the profile comes with reset()
    std::uint32_t capabilities = can_everything; // what it claims of them
    // A machine that other threads use too, and the processor that this subject is of it. nullptr: a machine
    // of its own. It is not reset by the subject, and has been given `config` by whoever resets it.
    Machine* shared = nullptr;
    unsigned processor = 0;
};

// Drives a machine, its own unless the setup names one, to which it binds the calling thread at reset() and
// whenever the thread has been bound to another since.
class Reference final : public Subject {
  public:
    // Throws std::system_error when the host refuses the machine's address space.
    explicit Reference(const ReferenceSetup& setup = {});

    std::string_view name() const override { return "reference"; }
    const Claims& claims() const override { return claims_; }
    bool reset(bool is_64_bit) override;
    Event call(const Call& call) override;
    bool peek(std::uint64_t address, std::span<std::uint8_t> into) override;
    bool poke(std::uint64_t address, std::span<const std::uint8_t> from) override;
    bool peek_parts(std::span<const PeekPart> parts) override;
    bool poke_parts(std::span<const PokePart> parts) override;
    std::uint64_t foreign_address(Pointer pointer) const override;

    // Bound to the calling thread.
    Machine& machine() {
        enter();
        return *machine_;
    }

  private:
    void enter();
    void execute(const Call& call, Event& event);
    void allocate(const Op& op, Event& event);
    void read(const Op& op, std::uint64_t address, Event& event);
    void write(const Op& op, std::uint64_t address, Event& event);
    void print(const Call& call, Event& event);
    void set(const Op& op);
    void set_system(const Op& op);
    void query(const Op& op, Event& event) const;

    ReferenceSetup setup_;
    std::unique_ptr<Machine> own_;
    Machine* machine_;
    DocumentedCalls calls_;
    Claims claims_;
    unsigned processor_ = 0;
};

// The reference with these choices wherever the register leaves one; its claims follow them.
std::unique_ptr<Subject> make_reference(const Policies& policies);
// The reference on a machine of this configuration, whose profile reset() chooses.
std::unique_ptr<Subject> make_reference(const MachineConfig& config);

} // namespace poolproof
