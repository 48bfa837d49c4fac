// Driver: the documented routines, spoken to any subject.
//
// A direct property states its clause against this facade, so that one text is stamped for every subject and
// configuration. A call makes an op, hands it to the subject and turns the event back into what a driver
// would see: a pointer, NULL, a raise, a bug check. Raises, bug checks and faults arrive as exceptions
// (below); the machine is then as it was before the call.
//
// Covers: the calls, and looking at bytes. Does not cover: judging; no oracle is involved. Not thread-safe.
#pragma once

#include "contract/claims.hpp"
#include "contract/clause.hpp"
#include "subjects/subject.hpp"
#include "trace/event.hpp"
#include "trace/op.hpp"

#include <array>
#include <cstdint>
#include <iosfwd>
#include <span>
#include <stdexcept>
#include <vector>

namespace poolproof {

// A pointer as a number, for arithmetic; 0 is NULL.
using Address = std::uint64_t;

// A bug check.
struct Stop : std::runtime_error {
    explicit Stop(const Event& event);
    std::uint32_t code;
    std::array<std::uint64_t, 4> parameters;
};

// A raised NTSTATUS.
struct Raise : std::runtime_error {
    explicit Raise(const Event& event);
    std::uint32_t status;
};

// A fault of the processor that the subject did not turn into a bug check.
struct GuardFault : std::runtime_error {
    explicit GuardFault(const Event& event);
    std::uint64_t address;
};

// The subject crashed, did not come back, or cannot express the call.
struct NoAnswer : std::runtime_error {
    explicit NoAnswer(const Event& event);
};

// One way to ask for memory: a routine, and the pool type, POOL_FLAGS or EngAllocMem flags that it is given.
struct Request {
    Routine routine = Routine::ExAllocatePoolWithTag;
    std::uint32_t type = 0;

    friend bool operator==(const Request&, const Request&) = default;
};
// Whether the documents charge it to paged pool (bit 0 of a POOL_TYPE; EngAllocMem without
// FL_NONPAGED_MEMORY).
bool is_paged(const Request& request);
// Bit 2 of a POOL_TYPE.
bool is_cache_aligned(const Request& request);
// For reports.
void showValue(const Request& request, std::ostream& out);
void showValue(Side side, std::ostream& out);

class Driver {
  public:
    // Resets the subject: a clean machine of that profile. Throws std::logic_error when it has none.
    explicit Driver(Subject& subject, bool is_64_bit = true);
    ~Driver();
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;

    // The documented routines. `type` is a POOL_TYPE with its modifier bits.
    Address ExAllocatePoolWithTag(std::uint32_t type, std::uint64_t bytes, std::uint32_t tag);
    Address ExAllocatePoolWithTagPriority(std::uint32_t type, std::uint64_t bytes, std::uint32_t tag,
                                          unsigned priority);
    Address FsRtlAllocatePoolWithTag(std::uint32_t type, std::uint64_t bytes, std::uint32_t tag);
    Address EngAllocMem(std::uint32_t flags, std::uint32_t bytes, std::uint32_t tag);
    Address EngAllocUserMem(std::uint64_t bytes, std::uint32_t tag);
    void ExFreePool(Address block);
    void ExFreePoolWithTag(Address block, std::uint32_t tag);
    void EngFreeMem(Address block);
    void EngFreeUserMem(Address block);
    bool EngWritePrinter(Address block, std::uint32_t bytes);

    // Of the process with that index.
    void PsChargePoolQuota(unsigned process, std::uint32_t type, std::uint64_t amount);
    void PsReturnPoolQuota(unsigned process, std::uint32_t type, std::uint64_t amount);

    // Any allocator of pool or EngAllocUserMem, and a routine that releases what it gave. `normal_priority`
    // for those with one.
    Address allocate(const Request& request, std::uint64_t bytes, std::uint32_t tag);
    void release(const Request& request, Address block, std::uint32_t tag);

    // What the simulated computer is set to (poolproof/machine.h says what each means).
    void set_irql(unsigned level);
    void run_on_processor(unsigned index);
    void attach_process(unsigned index);
    void set_budget(unsigned node, bool paged, std::uint64_t pages);
    void set_budgets(bool paged, std::uint64_t pages_on_node_0, std::uint64_t pages_on_node_1);
    void fail_nth(std::uint64_t nth);
    void set_quota(unsigned process, bool paged, std::uint64_t bytes);
    void special_pool(SpecialMode mode, Side side = Side::end, std::uint32_t tag = 0);
    void verifier(bool on);

    // Touches as the current processor: each byte is really loaded, or changed by XOR with `mask`. A fault
    // comes out as Stop or GuardFault; the bytes before the faulting one have been touched.
    void read(Address block, std::int64_t offset, std::uint64_t bytes = 1);
    void write(Address block, std::int64_t offset, std::uint64_t bytes = 1, unsigned mask = 0xFF);
    // Whether the bytes are accessible at all, and what they hold. `bytes` throws std::logic_error when not.
    bool accessible(Address block, std::int64_t offset, std::uint64_t bytes);
    std::vector<std::uint8_t> bytes(Address block, std::uint64_t bytes);
    // Gives `bytes` bytes contents that are particular to `seed`; whether they are (still) there.
    void fill(Address block, std::uint64_t bytes, unsigned seed);
    bool holds(Address block, std::uint64_t bytes, unsigned seed);

    bool event_is_set(bool paged, bool high);
    TagRow tag_row(std::uint32_t tag, bool paged);
    std::uint64_t quota_charged(unsigned process, bool paged);
    // Of the block allocated last; what the subject tells of it.
    const BlockInfo& last_block() const { return block_; }
    // Caller's duties that the last allocation, free or print broke (mask of CallerFault).
    std::uint32_t caller_faults() const { return caller_faults_; }

    const Claims& claims() const { return subject_->claims(); }
    bool is_64_bit() const { return claims().is_64_bit; }
    std::uint32_t granule() const { return claims().granule(); }
    Address foreign_address(Pointer pointer) const;
    // Physical pages in use, for subjects that tell: the reference does, others answer 0.
    std::uint64_t pages_in_use() const;
    Subject& subject() { return *subject_; }

  private:
    Address allocate_by(Op op);
    void release_by(Routine routine, Address block, std::uint32_t tag);
    void call_quota(Routine routine, unsigned process, std::uint32_t type, std::uint64_t amount);
    void touch(OpKind kind, Address block, std::int64_t offset, std::uint64_t bytes, unsigned mask);
    Event call(const Op& op, std::uint64_t address = 0);
    // The slot whose block starts at the address, or else starts least before it.
    std::uint8_t slot_of(std::uint64_t address) const;

    Subject* subject_;
    BlockInfo block_;
    std::uint32_t caller_faults_ = 0;
    std::array<std::uint64_t, slot_count> slots_{}; // the block that each slot of the recorded trace holds
    unsigned next_slot_ = 0;
};

// The bug check that a call ends with. Throws std::logic_error when it comes back instead.
template <class Call> Stop stop_of(const Call& call) {
    try {
        call();
    } catch (const Stop& stop) {
        return stop;
    }
    throw std::logic_error("it came back, where a bug check is due");
}

// Whether a call comes back, for outcomes that no page settles; bug checks, raises and faults are swallowed.
template <class Call> bool comes_back(const Call& call) {
    try {
        call();
    } catch (const Stop&) {
        return false;
    } catch (const Raise&) {
        return false;
    } catch (const GuardFault&) {
        return false;
    }
    return true;
}

// The status that a call raises. Throws std::logic_error when it comes back instead.
template <class Call> std::uint32_t status_raised_by(const Call& call) {
    try {
        call();
    } catch (const Raise& raise) {
        return raise.status;
    }
    throw std::logic_error("it came back, where a raise is due");
}

} // namespace poolproof
