// The work that every allocator of the bench does, and how it is timed.
//
// A pair frees one block, chosen in a shuffled order that is the same for all, allocates one of 1 to 1024
// bytes and writes its first and its last byte. Covers: filling up to the number of live blocks, pairs in
// repetitions of a given time. Its own arrays come from mmap, never from malloc, which may be on trial. Does
// not cover: the allocators (pool_main.cpp, malloc_main.cpp), the talk with the bench (serve.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <sys/mman.h>
#include <utility>

namespace poolproof {

// Processor time of the thread, so that other programs weigh less: nothing here ever waits.
inline std::uint64_t nanoseconds_used() {
    timespec now{};
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now); // cannot fail for this clock
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

// Zeroed memory that lives as long as the program.
template <class T> T* forever(std::size_t count) {
    void* const memory =
        mmap(nullptr, count * sizeof(T), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        std::perror("the arrays of the bench");
        std::exit(3);
    }
    return static_cast<T*>(memory);
}

// An Allocator has `char* allocate(std::uint32_t bytes)`, nullptr when it cannot; `void free(char*)`; and
// `bool complains(char* into, std::size_t bytes, live)`, which writes what was not as the bench demands.
template <class Allocator> class PairLoop {
  public:
    PairLoop(Allocator& allocator, std::uint32_t live)
        : allocator_(&allocator), live_(live), blocks_(forever<char*>(live)),
          order_(forever<std::uint32_t>(live)) {
        for (std::uint32_t i = 0; i < live; ++i)
            order_[i] = i;
        for (std::uint32_t i = live; i > 1; --i)
            std::swap(order_[i - 1], order_[random() % i]);
    }

    // Blocks that live when it ends, fewer than asked for when the allocator or the time does not allow more.
    std::uint32_t fill(std::uint64_t most_milliseconds) {
        const std::uint64_t end = nanoseconds_used() + most_milliseconds * 1'000'000;
        for (std::uint32_t i = 0; i < live_; ++i) {
            if (i % 16 == 0 && nanoseconds_used() > end) {
                out_of_time_ = true;
                return i;
            }
            blocks_[i] = allocate();
            if (blocks_[i] == nullptr)
                return i;
        }
        return live_;
    }

    // Pairs for that long: at least 200, unless that would take more than a second. 0 when an allocation
    // failed.
    std::uint64_t run(std::uint64_t milliseconds, std::uint64_t& nanoseconds) {
        const std::uint64_t enough = milliseconds * 1'000'000;
        const std::uint64_t begin = nanoseconds_used();
        for (std::uint64_t pairs = 16;; pairs += 16) {
            for (int i = 0; i < 16; ++i)
                if (!pair())
                    return 0;
            nanoseconds = nanoseconds_used() - begin;
            if ((nanoseconds >= enough && pairs >= 200) || nanoseconds >= 1'000'000'000U)
                return pairs;
        }
    }

    bool out_of_time() const { return out_of_time_; }

  private:
    char* allocate() {
        const std::uint32_t bytes = 1 + static_cast<std::uint32_t>(random() % 1024);
        char* const block = allocator_->allocate(bytes);
        if (block == nullptr)
            return nullptr;
        const_cast<volatile char*>(block)[0] = 1;
        const_cast<volatile char*>(block)[bytes - 1] = 1;
        return block;
    }

    bool pair() {
        char*& block = blocks_[order_[next_]];
        next_ = next_ + 1 == live_ ? 0 : next_ + 1;
        allocator_->free(block);
        block = allocate();
        return block != nullptr;
    }

    std::uint64_t random() { // xorshift64
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_ >> 11;
    }

    Allocator* allocator_;
    std::uint32_t live_;
    char** blocks_;
    std::uint32_t* order_;
    std::uint32_t next_ = 0;
    std::uint64_t state_ = 0x9E3779B97F4A7C15U;
    bool out_of_time_ = false;
};

} // namespace poolproof
