// Everything of one machine: processors, memory, pools, requests. The inside of poolproof/machine.h.
//
// Covers: the state and its lock, and what the documented routines ask of it (allocate, locate, release).
// Does not cover: the routines' own rules (ddi/).
#pragma once

#include "machine/budget.hpp"
#include "machine/layout.hpp"
#include "machine/mapping.hpp"
#include "machine/user_memory.hpp"
#include "pool/arena.hpp"
#include "pool/driver_verifier.hpp"
#include "pool/linter.hpp"
#include "pool/lookaside.hpp"
#include "pool/quota.hpp"
#include "pool/secure_pools.hpp"
#include "pool/special_memory.hpp"
#include "pool/tags.hpp"
#include "poolproof/machine.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace poolproof {

// Driver Verifier's options that routines look at (contract facts 13.4).
inline constexpr std::uint32_t verifier_misc_checks = 0x800;
inline constexpr std::uint32_t verifier_ddi_compliance = 0x20000;

struct Processor {
    std::uint8_t index = 0;
    std::uint8_t irql = 0;
    std::uint8_t process = 0;
    std::uint32_t caller_faults = 0; // of the last routine called
    bool in_dpc = false;             // executes a DPC routine
    std::uint8_t driver = 0;         // that it executes
    std::uint8_t home_node = 0;

    std::uint8_t node() const { return home_node; }
};

// Held for the few hundred nanoseconds of one call; uncontended it costs one exchange.
class SpinLock {
  public:
    void lock() noexcept {
        while (taken_.exchange(true, std::memory_order_acquire))
            std::this_thread::yield();
    }
    void unlock() noexcept { taken_.store(false, std::memory_order_release); }

  private:
    std::atomic<bool> taken_{false};
};

struct PoolRequest {
    std::uint32_t pool_type = 0; // as passed, modifier bits and all
    std::uint64_t bytes = 0;
    std::uint32_t tag = 0;
    PoolPriority priority = PoolPriority::high;
    std::optional<VerifySide> variant; // of the priority (EATP-09)
    bool eng = false;
    const char* routine = nullptr;                   // its documented name
    std::uint64_t caller = 0;                        // return address
    std::optional<std::uint8_t> node = std::nullopt; // instead of the processor's
    bool only_node = false;                          // no other node will do (EAP3-08)
    bool asks_special = false;                       // for this call (EAP2-21)
    bool charges_quota = false;
    std::optional<SecureClaim> secure = std::nullopt; // from this secure pool
    std::uint16_t flags = 0;                          // BlockFlags of the family
    std::uint32_t alignment = 0;                      // as in PlacementRequest
};

// A block of pool, ordinary or special, found by address.
struct PoolBlock {
    AddressClass what = AddressClass::never_pool;
    std::uint64_t start = 0;
    std::uint64_t bytes = 0;
    std::uint64_t given = 0;  // special: bytes up to the end of its page
    std::uint64_t header = 0; // ordinary sub-page blocks
    BlockAttributes attributes;
    std::uint8_t node = 0;
    bool special = false;
    bool paged = false;
    bool executable = false;
};

struct Machine::Impl {
    Impl();
    ~Impl();
    Arena& arena_of(const PoolBlock& block);

    void reset(const MachineConfig& new_config);

    // The recorded type: without the modifier bits of contract facts 11.2 (POOL_NX_ALLOCATION is part of the
    // type).
    static std::uint32_t recorded_type(std::uint32_t pool_type) { return pool_type & ~0x518U; }
    static bool is_paged(std::uint32_t pool_type) { return (pool_type & 1) != 0; }
    static PoolKind kind_of(std::uint32_t pool_type) {
        return is_paged(pool_type) ? PoolKind::paged : PoolKind::nonpaged;
    }

    // True when special pool is asked for and applies (SP-08, GF-09).
    bool wants_special(const PoolRequest& request) const;
    // nullptr when memory is short.
    void* allocate(const PoolRequest& request, const Processor& processor);
    // What lies at a system address.
    PoolBlock locate(std::uint64_t address) const;
    // What keeps a live block from being freed cleanly.
    std::optional<BugCheck> find_damage(const PoolBlock& block);
    // `routine` and `caller` as in PoolRequest.
    void release(const PoolBlock& block, const char* routine, std::uint64_t caller);

    // Bytes of quota that a request of `bytes` is charged; 0 when it is charged nothing (EAPQ-03, X-16).
    std::uint64_t quota_weight(std::uint64_t bytes) const;
    // The PEPROCESS of a process, and back: nothing for an address that is none.
    std::uint64_t process_object(unsigned index) const {
        return address_at(process_objects_offset) + index * process_object_stride;
    }
    std::optional<unsigned> process_of(std::uint64_t object) const;
    // Driver Verifier and the linter (watched.cpp). Told while `watched` is not 0.
    void* allocate_watched(const PoolRequest& request, const Processor& processor);
    void* allocate_verified(const PoolRequest& request, const Processor& processor);
    void note_release(const PoolBlock& block, std::uint64_t caller);
    // True when low resources simulation fails this call; counted then.
    bool injects_fault(const FaultCandidate& call);
    // Freeing an address inside a tracked block (PT-04).
    void check_tracked_start(const PoolBlock& block, std::uint64_t address);
    void set_verifier_flags(std::uint32_t flags);
    void set_verifier(bool on);
    void update_watched();
    bool is_verified() const { return verifier_flags != 0 || verifier_switch; }
    bool tracks_pool() const { return (verifier_flags & verify_pool_tracking) != 0; }

    // Counts an allocation call; true when this one is refused memory (fail_nth).
    bool count_allocation_call();
    void set_irql(Processor& processor, std::uint8_t level);
    void attach(Processor& processor, unsigned process_index);
    // What must hold before a thread executes as this processor.
    void enter(const Processor& processor);
    void trim_paged();
    void* place(const PoolRequest& request, const Processor& processor, std::uint16_t flags);
    std::optional<BugCheck> find_tracked_damage(const PoolBlock& block);

    std::uint64_t address_at(std::size_t offset) const {
        return reinterpret_cast<std::uint64_t>(reservation.data()) + offset;
    }
    std::uint64_t system_start() const { return address_at(system_offset); }
    void pool_changed() {
        if (waiters.load(std::memory_order_relaxed) != 0)
            wake.notify_all();
    }

    MachineConfig config;
    Mapping reservation;
    Budget budget;
    std::array<Arena, arena_count> arenas;
    SpecialMemory special;
    TagLedger tags;
    QuotaLedger quota;
    SecurePools secure_pools;
    UserMemory user;
    Lookasides lookasides;
    // What stands for an opaque object is the address of its byte.
    std::array<std::uint8_t, max_processes> surfaces{};
    std::array<std::uint8_t, max_filter_instances> filters{};
    std::array<Processor, max_processors> processors;

    bool verifier_special = false;
    bool gflags_special = false;
    std::uint32_t gflags_value = 0;
    VerifySide special_side = VerifySide::end;
    std::optional<unsigned> idle_process;
    bool driver_runtime = false; // ExInitializeDriverRuntime was called
    bool verifier = false;       // the automatic checks are on
    bool verifier_switch = false;
    std::uint32_t verifier_flags = 0;
    std::uint32_t watched = 0; // not 0: Driver Verifier or the linter must hear of every call
    DriverVerifier driver_verifier;
    Linter linter;
    std::uint64_t fail_countdown = 0; // 0: none
    std::uint64_t special_served = 0;
    std::uint64_t special_refused = 0;
    bool paged_trimmed = false;

    SpinLock lock;
    std::atomic<unsigned> waiters{0};
    std::mutex wake_mutex;
    std::condition_variable wake;
};

// The processor that the calling thread executes as, and its machine.
struct Binding {
    Machine* machine = nullptr;
    Processor* processor = nullptr;
};
// Binds a thread that is bound to none to the default machine.
Binding& current_binding();

} // namespace poolproof
