// Lookaside lists: what the machine knows of each, by the address of its head.
//
// Covers: which lists are initialised, the entries each holds and has given out, counts. Everything lies
// outside the heads and the entries, which a driver may damage. Does not cover: where entries come from and
// go to, IRQL, misuse (ddi/lookaside.cpp). Not locked.
#pragma once

#include "poolproof/machine.h"

#include <ddi/wdm.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace poolproof {

enum class LookasideKind : std::uint8_t { nonpaged, paged, ex };

// Where a list's entries come from and go to. Without a custom routine: pool.
struct LookasideBacking {
    LookasideKind kind = LookasideKind::nonpaged;
    std::uint32_t pool_type = 0; // as handed to Allocate, with what the flags add (LL-16)
    std::uint64_t bytes = 0;
    std::uint32_t tag = 0;
    PALLOCATE_FUNCTION allocate = nullptr;
    PFREE_FUNCTION free = nullptr;
    PALLOCATE_FUNCTION_EX allocate_ex = nullptr;
    PFREE_FUNCTION_EX free_ex = nullptr;

    bool is_all_pool() const {
        return allocate == nullptr && free == nullptr && allocate_ex == nullptr && free_ex == nullptr;
    }
};

class Lookaside {
  public:
    Lookaside(const LookasideBacking& backing, std::uint32_t depth, std::uint64_t serial);

    const LookasideBacking& backing() const { return backing_; }
    std::uint64_t serial() const { return serial_; }
    LookasideUse use() const;
    void count_allocate() { ++use_.allocates; }
    void count_allocate_miss() { ++use_.allocate_misses; }
    void count_free() { ++use_.frees; }
    void count_free_miss() { ++use_.free_misses; }

    bool is_out(std::uint64_t entry) const;
    // A new entry has gone out.
    void add(std::uint64_t entry) { is_cached_[entry] = false; }
    // The front entry goes out; 0 when the list holds none.
    std::uint64_t take();
    // An entry that is out comes in at the front; false, and it stays out, at the list's depth. While it is
    // in, a sanitizer is told that nobody may touch it; `guarded` entries are left alone.
    bool keep(std::uint64_t entry, bool guarded);
    // An entry leaves the list for good.
    void forget(std::uint64_t entry) { is_cached_.erase(entry); }
    // All that the list holds leaves it for good, front first.
    std::vector<std::uint64_t> empty();

  private:
    void reopen(std::uint64_t entry) const;

    LookasideBacking backing_;
    std::uint32_t depth_;
    std::uint64_t serial_;
    LookasideUse use_;
    std::vector<std::uint64_t> cached_; // the front is the back
    std::unordered_map<std::uint64_t, bool> is_cached_;
};

class Lookasides {
  public:
    Lookasides() = default;
    ~Lookasides() { reset(); }
    Lookasides(const Lookasides&) = delete;
    Lookasides& operator=(const Lookasides&) = delete;

    void reset();
    // A list that was known is forgotten with all its entries.
    void initialise(const void* head, const LookasideBacking& backing, std::uint32_t depth);
    // nullptr when no list at that address is initialised.
    Lookaside* find(const void* head);
    void remove(const void* head);
    // The lowest head of which a byte lies in the range; nullptr for none.
    const void* find_within(std::uint64_t start, std::uint64_t bytes) const;
    // Heads in the order of initialisation.
    std::vector<const void*> heads() const;

  private:
    std::unordered_map<const void*, Lookaside> lists_;
    std::uint64_t next_serial_ = 0;
};

} // namespace poolproof
