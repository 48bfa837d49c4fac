// The simulated computer under the pool: the knobs that a test turns, and bug checks and raises as values.
//
// Covers: what a test may set and see of a machine. Does not cover: the documented routines (ddi/), which act
// on the machine that the calling thread is bound to.
//
// Threads. A thread executes as one processor of one machine. A thread that has bound itself to none is
// processor 0 of a default machine, made at first need. The routines may be called by several threads at
// once; configure() and reset() may not run beside them. IRQL and process belong to the processor.
//
// Processes. Attaching a processor to a process opens that process's user window at its fixed address and
// closes the others'. Host protection cannot tell processors apart: while processors sit in different
// processes at once, native accesses see the window of the process that the last binding or attaching thread
// chose.
#pragma once

#include "poolproof/driver_verifier.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace poolproof {

// A bug check: thrown by a routine, returned by guarded accesses. Codes are in ddi/bugcodes.h.
struct BugCheck {
    std::uint32_t code = 0;
    std::uint64_t parameters[4] = {};
};

struct CallerWarning; // poolproof/linter.h

// A raised exception with its NTSTATUS.
struct RaisedStatus {
    std::int32_t status = 0;
};

// Where documents leave a choice (register entries and the unverified list). The first value of each is the
// default.
struct Policies {
    enum class TagZero { bug_check, null } tag_zero = TagZero::bug_check;
    enum class TagMismatch { bug_check, silent } tag_mismatch = TagMismatch::bug_check;
    enum class ZeroBytes { smallest_block, bug_check } zero_bytes = ZeroBytes::smallest_block;
    enum class NullFree { bug_check, ignored } null_free = NullFree::bug_check;                // EFP-12
    enum class TagWithoutAlnum {
        bug_check,
        verifier_only
    } tag_without_alnum = TagWithoutAlnum::bug_check;                       // TAG-08
    enum class TailReuse { reused, wasted } tail_reuse = TailReuse::reused;
    // SP-03, SP-07: a fault in special pool as 0xCD or 0xCC, or attributed to a driver as 0xD6 or 0xD5.
    enum class FaultNames { system, driver } fault_names = FaultNames::system;
    // what ExAllocatePool2 and ExAllocatePool3 do with a request for no bytes.
    enum class PoolFlagsZeroBytes {
        refused,
        smallest_block
    } pool_flags_zero_bytes = PoolFlagsZeroBytes::refused;
    enum class QuotaBytes { requested, rounded } quota_bytes = QuotaBytes::requested;        // EAPQ-02
    enum class QuotaOfPages { uncharged, charged } quota_of_pages = QuotaOfPages::uncharged;
    // What the Ex quota routines raise when the quota is short (unverified), and what the FsRtl ones do
    //
    std::int32_t quota_status = static_cast<std::int32_t>(0xC0000044);
    std::int32_t fsrtl_quota_status = static_cast<std::int32_t>(0xC000009A);
    // LL-15: a list without a custom Allocate that is to fail without a raise; what then happens is
    // undefined.
    enum class DefaultNoRaise { accepted, invalid_parameter } default_no_raise = DefaultNoRaise::accepted;
    // ESM-01: a free of user memory of which a range is secured, done at the last unsecure or not at all.
    enum class SecuredFree { deferred, refused } secured_free = SecuredFree::deferred;
    std::int32_t raise_status = static_cast<std::int32_t>(0xC000009A); // what the RAISE flag raises
    std::uint8_t special_pattern = 0x5A; // unverified list: fill of special pool
    // the automatic checks by set_verifier() alone, or with any verifier flag as before 1709.
    enum class AutomaticChecks { by_switch, by_any_flag } automatic_checks = AutomaticChecks::by_switch;
    enum class UnloadCheck { driver_name, byte_counts } unload_check = UnloadCheck::driver_name; // PT-01
    enum class PageBlocks { tracked, not_tracked } page_blocks = PageBlocks::tracked;
    // EV-02: an event sets and clears at one level, or clears at a second one that lies further off, so that
    // it does not flicker.
    enum class EventLevels { one, two } event_levels = EventLevels::one;
};

// How special pool closes pages on the host.
enum class GuardBackend : std::uint8_t {
    // What POOLPROOF_GUARDS in the environment names (guard-regions or mprotect); without it guard regions
    // where the kernel has them, else mprotect.
    automatic,
    guard_regions, // madvise(MADV_GUARD_INSTALL), Linux 6.13: no mapping is split
    mprotect,      // every kernel; two mappings a block, so that vm.max_map_count bounds what lives at once
};

inline constexpr std::uint32_t default_special_blocks = 2048;
inline constexpr std::uint32_t max_special_blocks = 1U << 20;

struct MachineConfig {
    bool is_64_bit = true;
    // Windows 10 2004 and later: the base routines obey POOL_ZERO_ALLOCATION. ExAllocatePool2 and its
    // relatives, which came with that version, are there and zero in any case.
    bool since_2004 = true;
    // Pages of nonpaged and of paged pool on each node. Ordinary pool has address space for what 8192 pages
    // in sum per pool can hold however fragmented; special pool uses as many as there are.
    std::uint32_t pages_per_node = 4096;
    // Nodes, 1 to most_nodes; more or less is taken for the nearest of these. Processor i belongs to node i
    // modulo their number.
    std::uint32_t nodes = 2;
    // Blocks that special pool holds at once, of executable and of other types each: 1 to max_special_blocks.
    // Beyond that ordinary pool serves the request (SP-09).
    std::uint32_t special_blocks = default_special_blocks;
    GuardBackend guard_backend = GuardBackend::automatic;
    // An extension: special pool takes requests of a page and more as well, which the documents leave to
    // ordinary pool (SP-08).
    bool guard_large_blocks = false;
    // Entries that a lookaside list holds at most, 0 for none; the documents leave the number to the system
    // (LL-03, LL-08). The default is that of the sample in LL-28.
    std::uint32_t lookaside_depth = 4;
    std::uint32_t pool_log_entries = default_pool_log_entries; // PT-07; 0: no log
    Policies policies;
};

enum class PoolKind : std::uint8_t { nonpaged, paged };
enum class SpecialPool : std::uint8_t { off, verifier, by_tag };
enum class VerifySide : std::uint8_t { end, start };
enum class PoolEvent : std::uint8_t { low, high };

// What the machine knows of one block.
struct BlockDescription {
    std::uint64_t address = 0; // start of the caller's bytes
    std::uint64_t bytes = 0;   // as requested
    std::uint32_t tag = 0;
    std::uint32_t pool_type = 0; // without modifier bits
    std::uint8_t node = 0;
    std::uint8_t process = 0; // of user memory; of pool: the process charged for it
    std::uint8_t driver = 0;  // that allocated it; 0 for user memory
    bool special = false;
    bool user = false;
    bool paged = false;
    bool executable = false;
    bool secure = false;
    std::uint64_t charged = 0; // bytes of quota
};

// Memory to read or to write, as one of several parts.
struct ReadPart {
    std::uint64_t address;
    std::size_t bytes;
    std::uint8_t* into;
};
struct WritePart {
    std::uint64_t address;
    std::size_t bytes;
    const std::uint8_t* from;
};

struct TagCounters {
    std::uint64_t allocations = 0;
    std::uint64_t frees = 0;
    std::uint64_t bytes = 0;
};

// Bytes of one kind of pool that a process may be charged for, and is.
struct QuotaUse {
    std::uint64_t limit = UINT64_MAX;
    std::uint64_t charged = 0;
};

struct PoolUse {
    std::uint64_t pages = 0;           // physical pages in use, of both kinds of pool and special pool
    std::uint64_t special_live = 0;    // blocks in special pool
    std::uint64_t special_served = 0;  // eligible requests that special pool served
    std::uint64_t special_refused = 0; // eligible requests that ordinary pool had to serve (SP-09)

    // SP-10: Driver Verifier warns when less than 95 % of what asked for special pool came from it.
    bool special_pool_is_short() const { return special_refused * 20 > special_served + special_refused; }
};

inline constexpr unsigned max_processors = 4;
inline constexpr unsigned max_processes = 4;
inline constexpr unsigned max_nodes = 2; // of a machine whose configuration does not say otherwise
inline constexpr unsigned most_nodes = 4;
inline constexpr unsigned max_filter_instances = 4;

// What the machine knows of one lookaside list since its initialisation.
struct LookasideUse {
    bool known = false;       // initialised and not deleted; the rest is 0 without it
    std::uint32_t cached = 0; // entries that the list holds
    std::uint64_t allocates = 0;
    std::uint64_t allocate_misses = 0; // of these, calls that went to the Allocate routine or to pool
    std::uint64_t frees = 0;           // of entries of the list
    std::uint64_t free_misses = 0;     // of these, calls that went to the Free routine or to pool
};

class Machine {
  public:
    // Reserves address space; throws as reset() does.
    Machine();
    ~Machine();
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    // The machine of the calling thread.
    static Machine& current();
    // Binds the calling thread to processor `index` (below max_processors) of this machine.
    void bind(unsigned index);

    // A clean machine: nothing allocated, PASSIVE_LEVEL, process 0, full budgets, no requests, no
    // lookaside lists. Costs what was touched since the last reset, not the reservation, unless special pool
    // changes its size or its backend. Every thread stays bound to its processor. Throws std::system_error
    // when the host refuses memory or the backend, std::invalid_argument for a word in POOLPROOF_GUARDS that
    // names none.
    void reset(const MachineConfig& config);
    const MachineConfig& config() const;

    // The calling processor's IRQL, 0 to 15. Reaching DISPATCH_LEVEL trims paged pool: it becomes
    // inaccessible, and a touch by a processor below DISPATCH_LEVEL pages it back in (IC-01, IRQ-05).
    void set_irql(std::uint8_t level);
    std::uint8_t irql() const;
    // Attaches the calling processor to process `index` (below max_processes).
    void attach_process(unsigned index);
    unsigned process() const;

    // How far apart two different nodes (below most_nodes) are, both ways; all are at distance 0 after reset.
    // What the processor's own node cannot give comes from the closest one that can, of equally close ones
    // from the next by number (SHR-02).
    void set_node_distance(unsigned one, unsigned other, std::uint32_t distance);
    // Pages that a node offers to one kind of pool, at most the configured number. Less than in use is
    // allowed: nothing new is given out then.
    void set_budget(unsigned node, PoolKind kind, std::uint32_t pages);
    // The `nth` allocation call from here (1 is the next), of any routine and with any arguments, is refused
    // memory. 0 cancels.
    void fail_nth(std::uint64_t nth);
    // Special pool requests. `verifier` and `by_tag` stand side by side (GF-09); `off` withdraws both. `tag`
    // is the GFlags value: a tag in which ? stands for any character and * for the rest (GF-02); below
    // PAGE_SIZE also a size, which selects the size class below it (GF-03, GF-04). A later one replaces it
    // (GF-01).
    void request_special_pool(SpecialPool request, std::uint32_t tag, VerifySide side);
    // Driver Verifier's automatic checks (IC-02).
    void set_verifier(bool on);
    // What is known of the list at this address. No list is touched; any address will do.
    LookasideUse lookaside_use(const void* list) const;
    // Hands the cached entries of every list back to pool, as the system may when demand falls (LL-25).
    // Custom Free routines run on the calling thread. Entries that the calling processor's IRQL forbids to
    // free stay. Throws what freeing an entry throws.
    void trim_lookaside_lists();

    // The one surface whose DirectDraw object records process `index` (below max_processes): a
    // PDD_SURFACE_LOCAL for EngAllocPrivateUserMem. Not to be dereferenced; stays valid as long as the
    // machine.
    void* surface_of_process(unsigned index);
    // The instance `index` (below max_filter_instances) of a minifilter: a PFLT_INSTANCE, as opaque as a
    // surface. Its device asks for buffers aligned to filter_alignment() bytes.
    void* filter_instance(unsigned index);
    static std::uint32_t filter_alignment(unsigned index);

    // Bytes of one kind of pool that a process (index below max_processes) may be charged for; unlimited
    // after reset(). Less than is charged is allowed: nothing new is charged then.
    void set_quota(unsigned process, PoolKind kind, std::uint64_t bytes);
    QuotaUse quota(unsigned process, PoolKind kind) const;
    // The PEPROCESS of a process (index below max_processes); inaccessible.
    void* process_object(unsigned index) const;
    // The process that counts as the Idle process: with Pool Tracking on (verifier flag 0x8) charging it is
    // bug check 0xC4/0x10A (QTA-01). None after reset().
    void set_idle_process(std::optional<unsigned> index);
    // The calling processor executes a DPC routine, or does so no more: with Pool Tracking on a charge by it
    // is bug check 0xC4/0x10B (QTA-02). Its IRQL stays as it is.
    void run_in_dpc(bool on);

    // Driver Verifier's flags, a mask of VerifierFlag; they replace what was set. A change of
    // verify_special_pool is a request for special pool as by request_special_pool(verifier), or its
    // withdrawal. Blocks allocated while verify_pool_tracking is set are tracked until they are freed. Throws
    // std::system_error when the host refuses memory for the pool log.
    void set_verifier_flags(std::uint32_t flags);
    std::uint32_t verifier_flags() const;
    // The calling processor executes driver `index` (below max_drivers) from here on; at first driver 0.
    void run_as_driver(unsigned index);
    // PT-02: from here on an allocation by the driver is 0xC4/0x61 while Pool Tracking is on.
    void begin_unload(unsigned index);
    // Ends the unload: the driver may be loaded again. PT-01: throws BugCheck 0xC4/0x62 (or 0x60, policy
    // unload_check) when Pool Tracking is on and tracked blocks of the driver are left; the driver stays as
    // it was then.
    void unload_driver(unsigned index);
    // PT-05. All zero while Pool Tracking is off.
    DriverCounters driver_counters(unsigned index) const;
    VerifierCounters verifier_counters() const;
    // The last operations on pool that were made with Pool Tracking on, the oldest first (PT-07). `visit` may
    // not call the machine.
    void for_each_logged(void (*visit)(void* context, const PoolOperation& operation), void* context) const;
    void set_low_resources(const LowResources& settings);
    // The clock of the machine starts at 0 with reset() and runs by this alone (LR-03).
    void advance_clock(std::uint64_t seconds);

    bool event_is_set(PoolKind kind, PoolEvent event) const;
    // The same and five more by their full names (EV-01), such as \KernelObjects\LowPagedPoolCondition. The
    // memory and commit events are judged by the sum of both pools, a decision of ours: this machine has no
    // other memory. Throws std::invalid_argument for a name that no document gives.
    bool event_is_set_by_name(std::string_view name) const;
    // Blocks the calling thread until the event is set, at most `milliseconds`; true when it is set (SHR-08).
    bool wait_for_event(PoolKind kind, PoolEvent event, unsigned milliseconds);

    TagCounters tag_counters(std::uint32_t tag, PoolKind kind) const;
    std::optional<BlockDescription> describe(const void* block) const;
    PoolUse use() const;
    // Duties that the caller broke in the last routine that this processor called (mask, contract/claims.hpp
    // order).
    std::uint32_t caller_faults() const;

    // Warns of likely mistakes in calls (poolproof/linter.h); off after reset(), which drops the warnings.
    void set_linter(bool on);
    std::size_t warnings() const;
    // The first first. `visit` may not call the machine.
    void for_each_warning(void (*visit)(void* context, const CallerWarning& warning), void* context) const;
    // Copies from pool to an address that user mode sees, as the calling processor; a fault comes back as
    // from read() and write(). With the linter on, warns of bytes of the block that were never written
    // (CON-02).
    std::optional<BugCheck> copy_to_user(std::uint64_t user, std::uint64_t pool, std::size_t bytes);

    // Native accesses as the calling processor; a fault comes back as the bug check that it amounts to, and
    // nothing past the faulting byte has been touched. Memory that is not the machine's is never touched:
    // bug check 0x50.
    std::optional<BugCheck> read(std::uint64_t address, std::size_t bytes, std::uint8_t* into);
    std::optional<BugCheck> write(std::uint64_t address, std::size_t bytes, const std::uint8_t* from);
    // The same of several parts in order, up to the first fault, for less than the calls one by one.
    std::optional<BugCheck> read(const ReadPart* parts, std::size_t count);
    std::optional<BugCheck> write(const WritePart* parts, std::size_t count);
    // Flips the bits of `mask` in every byte, page by page. A fault counts as that of a write; bytes of the
    // pages before it are flipped then.
    std::optional<BugCheck> flip(std::uint64_t address, std::size_t bytes, std::uint8_t mask);

    // Where the halves lie (0xC2/0x40): addresses below it are user addresses.
    std::uint64_t system_range_start() const;
    // An address in the half named that no allocator ever returns; inaccessible.
    std::uint64_t foreign_user_address() const;
    std::uint64_t foreign_system_address() const;

    // Every live block and page, as a debugger's pool dump needs them: calls `visit(context, block)` in
    // address order.
    void for_each_block(void (*visit)(void* context, const BlockDescription& block), void* context) const;

    struct Impl;
    Impl& impl() const { return *impl_; }

  private:
    std::unique_ptr<Impl> impl_;
};

// Duties of the caller, as caller_faults() reports them. The values are those of the published validator
// interface.
enum CallerDuty : std::uint32_t {
    duty_tag_zero = 1U << 0,
    duty_tag_character = 1U << 1,
    duty_zero_bytes = 1U << 2,
    duty_irql = 1U << 3,
    duty_priority = 1U << 4,
    duty_pool_type = 1U << 5,
    duty_must_succeed = 1U << 6,
    duty_wrong_free_routine = 1U << 7,
    duty_wrong_process = 1U << 8,
    duty_free_tag = 1U << 9,
    duty_free_address = 1U << 10,
    duty_printer_memory = 1U << 11,
    duty_pool_flags = 1U << 12, // invalid POOL_FLAGS (EAP2-22, X-25)
    duty_parameters = 1U << 13, // extended parameters, secure pools (EAP3-09, EAP3-11, EFP2-04 to EFP2-06)
    duty_quota_type = 1U << 14, // PSQ-05
    duty_lookaside = 1U << 16,  // LL-09 to LL-13, LL-15, LL-18, LL-20, LL-21, LL-27
    duty_handle = 1U << 17,     // a handle, surface or filter instance that is none of the machine's
};

} // namespace poolproof
