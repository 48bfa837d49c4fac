// The documented routines may be called by several threads at once: nothing is lost, nothing is given out
// twice.
//
// Each host thread is one processor of one machine and calls the routines natively. Does not cover:
// interleavings chosen on purpose; which of them a run sees is the host's affair.
#include "gen/random.hpp"

#include <ddi/ntifs.h>
#include <ddi/wdm.h>
#include <ddi/winddi.h>
#include <poolproof/machine.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

namespace poolproof {
namespace {

constexpr unsigned threads = max_processors;
constexpr unsigned calls = 20'000; // of each thread
constexpr ULONG tag = 0x54687264;  // 'Thrd'

struct Block {
    std::uint8_t* bytes;
    std::size_t size;
    std::uint8_t mark;
    unsigned family; // 0 Ex, 1 Ex with priority, 2 FsRtl, 3 Eng
};

// One thread's work; `broken` counts bytes that somebody else changed.
class Worker {
  public:
    explicit Worker(std::uint64_t seed) : random_(seed) {}

    void work(std::atomic<unsigned>& broken) {
        for (unsigned i = 0; i < calls; ++i) {
            if (live_.size() < 50 && random_.below(2) == 0) {
                allocate();
            } else if (!live_.empty()) {
                release(broken);
            }
        }
        while (!live_.empty()) {
            release(broken);
        }
    }

  private:
    void allocate() {
        Block block{};
        block.size = 1 + random_.below(random_.below(4) == 0 ? 3 * PAGE_SIZE : 500);
        block.mark = static_cast<std::uint8_t>(random_.next());
        block.family = random_.below(4);
        const POOL_TYPE type = random_.below(2) == 0 ? NonPagedPool : PagedPool;
        void* memory = nullptr;
        switch (block.family) {
        case 0:
            memory = ExAllocatePoolWithTag(type, block.size, tag);
            break;
        case 1:
            memory = ExAllocatePoolWithTagPriority(type, block.size, tag, HighPoolPriority);
            break;
        case 2:
            memory = FsRtlAllocatePoolWithTag(type, block.size, tag);
            break;
        default:
            memory = EngAllocMem(0, static_cast<ULONG>(block.size), tag);
            break;
        }
        ASSERT_NE(memory, nullptr);
        block.bytes = static_cast<std::uint8_t*>(memory);
        std::memset(block.bytes, block.mark, block.size);
        live_.push_back(block);
    }

    void release(std::atomic<unsigned>& broken) {
        std::swap(live_[random_.below(static_cast<std::uint32_t>(live_.size()))], live_.back());
        const Block block = live_.back();
        live_.pop_back();
        const std::ptrdiff_t whole = std::count(block.bytes, block.bytes + block.size, block.mark);
        broken += static_cast<unsigned>(static_cast<std::ptrdiff_t>(block.size) - whole);
        if (block.family == 3) {
            EngFreeMem(block.bytes);
        } else {
            ExFreePoolWithTag(block.bytes, tag);
        }
    }

    Random random_;
    std::vector<Block> live_;
};

void expect_balanced(const Machine& machine) {
    for (const PoolKind kind : {PoolKind::nonpaged, PoolKind::paged}) {
        const TagCounters row = machine.tag_counters(tag, kind);
        EXPECT_GT(row.allocations, 0U);
        EXPECT_EQ(row.allocations, row.frees);
        EXPECT_EQ(row.bytes, 0U);
    }
    EXPECT_EQ(machine.use().pages, 0U);
}

void run_threads(Machine& machine) {
    std::atomic<unsigned> broken = 0;
    std::vector<std::thread> running;
    running.reserve(threads);
    for (unsigned i = 0; i < threads; ++i) {
        running.emplace_back([&machine, &broken, i] {
            machine.bind(i);
            Worker(i + 1).work(broken);
        });
    }
    for (std::thread& thread : running) {
        thread.join();
    }
    EXPECT_EQ(broken, 0U);
    expect_balanced(machine);
}

TEST(Concurrency, ThreadsAllocateAndFreeAtOnceAndTheLedgerBalances) {
    Machine machine;
    machine.bind(0);
    machine.reset({});
    run_threads(machine);
}

TEST(Concurrency, TheSameUnderSpecialPool) {
    Machine machine;
    machine.bind(0);
    machine.reset({});
    machine.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    run_threads(machine);
    EXPECT_EQ(machine.use().special_live, 0U);
}

// A block may be freed by another thread than the one that allocated it (EFP-13).
TEST(Concurrency, BlocksMayBeFreedByAnotherThread) {
    Machine machine;
    machine.bind(0);
    machine.reset({});
    for (unsigned round = 0; round < 20; ++round) {
        std::vector<void*> blocks;
        std::thread giver([&] {
            machine.bind(1);
            for (unsigned i = 0; i < 200; ++i) {
                blocks.push_back(
                    ExAllocatePoolWithTag(i % 2 == 0 ? NonPagedPool : PagedPool, 1 + i * 37, tag));
            }
        });
        giver.join();
        std::thread taker([&] {
            machine.bind(2);
            for (void* block : blocks) {
                ExFreePool(block);
            }
        });
        taker.join();
    }
    expect_balanced(machine);
}

} // namespace
} // namespace poolproof
