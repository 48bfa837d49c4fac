// What has to be done in a child process before it goes on after a fork.
//
// Covers: a list of who is told, in the child alone. Does not cover: threads that held a lock at the fork.
#pragma once

namespace poolproof {

// Told in the child, before fork() returns there. At most 256 at once.
class ForkListener {
  public:
    ForkListener(); // throws std::system_error
    virtual ~ForkListener();
    ForkListener(const ForkListener&) = delete;
    ForkListener& operator=(const ForkListener&) = delete;

    virtual void forked_child() noexcept = 0;
};

} // namespace poolproof
