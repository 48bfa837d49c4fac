// IsolatedPlayer: plays traces on a subject in a process of its own.
//
// Covers: handing traces over in one piece, checking what comes back, and what a crash, a hang, an end or
// garbage amounts to: an event of the op that was running. The next trace gets a new process. Does not cover:
// the process (isolation/child.hpp).
#pragma once

#include "isolation/child.hpp"
#include "play/player.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

struct IsolatedSubject {
    std::string name;                 // as on a command line
    std::vector<std::string> command; // of its process, as Child takes it
    ChildLimits limits;
    std::shared_ptr<const void> keeps; // what has to stay as long as its processes, such as a WineSession
};

// The thread that makes it, or last played on it, must outlive it: the process ends with the thread.
class IsolatedPlayer final : public Player {
  public:
    // Starts the process. Throws SubjectError when it does not get ready.
    explicit IsolatedPlayer(IsolatedSubject subject);
    ~IsolatedPlayer() override;

    std::string_view name() const override { return subject_.name; }
    std::string_view version() const override { return version_; }
    const Claims& claims() const override { return claims_; }
    bool has_profile(bool is_64_bit) override;
    // Throws SubjectError when a new process is needed and does not start.
    bool play(const Trace& trace, Listener listener) override;
    void renew() override;
    const HandOvers* hand_overs() const override { return &hand_overs_; }

  private:
    void start();
    void claim(bool is_64_bit);
    bool deliver(const std::vector<Op>& ops, std::size_t first, std::size_t count, Listener listener,
                 bool& wanted);
    Event last_event(const Op& op, Heard heard);
    Heard ask(Command command, Answer& answer);
    void renew_if_heavy();

    IsolatedSubject subject_;
    std::string version_;
    Claims claims_;
    poolproof_description description_{}; // as it was when the process began
    bool profiles_[2] = {};
    HandOvers hand_overs_;
    std::unique_ptr<Child> child_;    // none after it has gone
    std::uint64_t played_before_ = 0; // nanoseconds that the process had worked at the last hand-over
};

} // namespace poolproof
