// UnitQueue: numbered units of work, dealt out to worker threads.
//
// Covers: threads, progress, the end after too many crashes or time-outs, rethrowing what a worker throws.
// Does not cover: what a unit is (campaign_units.hpp), what is made of it (campaign.cpp, differ.cpp).
#pragma once

#include "gen/campaign.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace poolproof {

// What a worker has seen of its subjects' processes so far.
struct ProcessEnds {
    std::uint64_t crashes = 0;
    std::uint64_t timeouts = 0;
};

class UnitQueue {
  public:
    UnitQueue(std::size_t units, const CampaignOptions& options) : units_(units), options_(&options) {}

    // Calls `work()` on as many threads as the options say, this one among them, and rethrows what one
    // throws. Returns how many there were.
    template <class Work> unsigned run(const Work& work) {
        const unsigned asked = options_->threads;
        const unsigned wanted = asked != 0 ? asked : std::max(1U, std::thread::hardware_concurrency());
        const auto count =
            static_cast<unsigned>(std::min<std::size_t>(wanted, std::max<std::size_t>(units_, 1)));
        std::vector<std::thread> threads;
        for (unsigned i = 1; i < count; ++i) {
            threads.emplace_back([&] { guarded(work); });
        }
        guarded(work);
        for (std::thread& thread : threads) {
            thread.join();
        }
        if (failure_) {
            std::rethrow_exception(failure_);
        }
        return count;
    }

    // False when nothing is left. Any thread.
    bool take(std::size_t& unit) {
        unit = next_++;
        return unit < units_;
    }
    // Counts a unit that was taken as done. `counted` is the worker's own, brought up to `now`. Any thread.
    void finish(const ProcessEnds& now, ProcessEnds& counted) {
        const std::lock_guard lock(mutex_);
        ++done_;
        if (options_->progress) {
            options_->progress(done_, units_);
        }
        ends_.crashes += now.crashes - counted.crashes;
        ends_.timeouts += now.timeouts - counted.timeouts;
        counted = now;
        if (ends_.crashes >= options_->most_crashes || ends_.timeouts >= options_->most_timeouts) {
            left_out_ += units_ - std::min(next_.exchange(units_), units_);
        }
    }
    // Guards what workers share beside the queue.
    std::mutex& mutex() { return mutex_; }
    // Units that were not played because of crashes or time-outs; after run().
    std::size_t left_out() const { return left_out_; }

  private:
    template <class Work> void guarded(const Work& work) {
        try {
            work();
        } catch (...) {
            const std::lock_guard lock(mutex_);
            failure_ = std::current_exception();
            next_ = units_;
        }
    }

    std::size_t units_;
    const CampaignOptions* options_;
    std::atomic<std::size_t> next_{0};
    std::mutex mutex_; // guards what follows
    std::size_t done_ = 0;
    ProcessEnds ends_;
    std::size_t left_out_ = 0;
    std::exception_ptr failure_;
};

} // namespace poolproof
