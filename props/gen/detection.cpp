// Implements gen/detection.hpp: the worker threads and the order of their results. One block is
// detection_block.cpp.
#include "gen/detection.hpp"

#include "gen/detection_block.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace poolproof {

void DetectionCounts::add(const DetectionCounts& other) {
    blocks += other.blocks;
    own += other.own;
    undetectable += other.undetectable;
    at_free += other.at_free;
    faults += other.faults;
    clean_frees += other.clean_frees;
}

namespace {

std::vector<DetectionBlock> blocks_of(const DetectionOptions& options) {
    std::vector<DetectionBlock> blocks;
    for (const std::uint32_t size : options.sizes) {
        for (const Side side : {Side::end, Side::start}) {
            blocks.push_back({size, side});
        }
    }
    return blocks;
}

// What the workers share.
struct Shared {
    const DetectionOptions& options;
    std::vector<DetectionBlock> blocks;
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> end; // blocks from here on need not be looked at any more
    std::mutex mutex;             // for what follows
    std::size_t done = 0;
    DetectionResult result;
    std::exception_ptr failure;
};

void take_results(Shared& shared, std::size_t index, const DetectionCounts& counts,
                  std::optional<Counterexample> found) {
    const std::lock_guard lock(shared.mutex);
    shared.result.counts.add(counts);
    ++shared.done;
    if (found && index < shared.end) {
        shared.end = index;
        shared.result.counterexample = std::move(found);
    }
    if (shared.options.progress) {
        shared.options.progress(shared.done, shared.blocks.size());
    }
}

void work(Shared& shared, const std::function<std::unique_ptr<Subject>()>& make) {
    try {
        const std::unique_ptr<Subject> subject = make();
        DetectionProbe probe(*subject, shared.options);
        for (std::size_t index = shared.next++; index < shared.end; index = shared.next++) {
            DetectionCounts counts;
            std::optional<Counterexample> found = probe.try_block(shared.blocks[index], counts);
            take_results(shared, index, counts, std::move(found));
        }
    } catch (...) {
        const std::lock_guard lock(shared.mutex);
        shared.failure = std::current_exception();
        shared.end = 0;
    }
}

} // namespace

DetectionResult sweep_detection(const std::function<std::unique_ptr<Subject>()>& make,
                                const DetectionOptions& options) {
    Shared shared{options, blocks_of(options), {}, {}, {}, 0, {}, {}};
    shared.end = shared.blocks.size();
    const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
    const unsigned count = options.threads != 0 ? options.threads : processors;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < count; ++i) {
        threads.emplace_back([&] { work(shared, make); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    if (shared.failure) {
        std::rethrow_exception(shared.failure);
    }
    return std::move(shared.result);
}

} // namespace poolproof
