// Threads that play traces on one machine at once: the inside of special_threads_fuzzer.cpp.
//
// Covers: threads that live as long as the process, their parts of an input, and errands: a call of one
// thread that another one makes. Does not cover: any rule; each thread has an oracle of its own, which judges
// what that thread sees.
#pragma once

#include "harness.hpp"

#include "oracle/oracle.hpp"

#include <poolproof/machine.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace poolproof::fuzz {

// A call that one thread leaves to the next one, and what came of it.
class Errand {
  public:
    // By the thread whose call it is. `meanwhile` is called again and again until the answer is there.
    template <class Meanwhile> Event run(Subject& subject, const Call& call, Meanwhile&& meanwhile) {
        subject_ = &subject;
        call_ = &call;
        irql_ = Machine::current().irql();
        asked_.store(true, std::memory_order_release);
        while (asked_.load(std::memory_order_acquire)) {
            meanwhile();
        }
        return event_;
    }
    // By the next thread, whenever it has time: makes the call, as the processor that it is.
    void serve();

  private:
    std::atomic<bool> asked_{false};
    Subject* subject_ = nullptr;
    const Call* call_ = nullptr;
    std::uint8_t irql_ = 0; // of the thread whose call it is
    Event event_;
};

class Threads {
  public:
    static constexpr unsigned most = max_processors;

    explicit Threads(const FuzzTarget& target);
    ~Threads();
    Threads(const Threads&) = delete;
    Threads& operator=(const Threads&) = delete;

    // Plays one input; see harness.hpp's play(). All threads rest before and after.
    void play(const std::uint8_t* data, std::size_t size);

  private:
    class Player;

    void live(unsigned index);
    void deal();

    const FuzzTarget* target_;
    Machine machine_;
    Trace whole_;
    std::array<Errand, most> errands_; // by the thread whose call it is
    std::array<std::unique_ptr<Player>, most> players_;
    unsigned used_ = 2;                // threads of this input
    std::atomic<unsigned> playing_{0}; // of those, that may still send the others on errands

    std::mutex mutex_;
    std::condition_variable wake_;
    std::uint64_t round_ = 0; // inputs begun
    unsigned busy_ = 0;
    bool over_ = false;
    std::array<std::thread, most> threads_;
};

} // namespace poolproof::fuzz
