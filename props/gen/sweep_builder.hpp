// The builder that sweeps write their traces with.
//
// Covers: appending canonical ops to one trace that is used again and again, and handing it to the visitor.
// Does not cover: which worlds there are (the sweeps_*.cpp files).
#pragma once

#include "gen/sweeps.hpp"

#include <cstdint>
#include <span>

namespace poolproof {

// The tag of every block whose tag is not what a sweep is about: 'Fred'.
inline constexpr std::uint32_t sweep_tag = 0x46726564;

// A routine with the kind of memory it is asked for: everything that a size or an IRQL is combined with.
struct Ask {
    Routine routine;
    std::uint32_t type; // POOL_TYPE, POOL_FLAGS, or the Flags of EngAllocMem
    bool paged;         // as the documents have it; false for user memory
};

// Every allocator of pool, the elder ones with each kind of memory that they have, and EngAllocUserMem.
std::span<const Ask> every_ask();
// The same without user memory.
std::span<const Ask> pool_asks();
// The request with POOL_RAISE_IF_ALLOCATION_FAILURE, or POOL_FLAG_RAISE_ON_FAILURE. Ex and FsRtl only.
Ask raising(Ask ask);
// The same, and each Ex or FsRtl one once more as a raising one.
std::span<const Ask> every_ask_and_raise();
std::span<const Ask> pool_asks_and_raise();
// A routine that releases blocks of `allocator`; `alternate` chooses the second where there are two.
Routine release_of(Routine allocator, bool alternate);

// Not thread-safe. Ops appended after the visitor declined are dropped.
class SweepBuilder {
  public:
    SweepBuilder(bool is_64_bit, TraceVisitor visit, void* context);

    // Ops in the trace so far.
    std::size_t length() const { return trace_.ops.size(); }
    // Size-class granularity of the profile, bytes (GEO-09).
    std::uint32_t granule() const { return trace_.is_64_bit ? 16 : 8; }
    bool is_64_bit() const { return trace_.is_64_bit; }

    void allocate(const Ask& ask, unsigned slot, std::uint64_t size, std::uint32_t tag = sweep_tag,
                  unsigned priority = 16);
    // Frees what the slot holds with a routine that belongs to it.
    void release(const Ask& ask, unsigned slot, std::uint32_t tag = sweep_tag);
    void free(Routine routine, unsigned slot, Pointer pointer = Pointer::of_slot, std::int64_t offset = 0,
              std::uint32_t tag = sweep_tag);
    void read(unsigned slot, std::int64_t offset, std::uint64_t length = 1);
    void write(unsigned slot, std::int64_t offset, std::uint64_t length = 1, unsigned mask = 0xFF);
    void irql(unsigned level);
    void processor(unsigned index);
    void process(unsigned index);
    void budget(unsigned node, bool paged, std::uint64_t pages);
    void fail_nth(std::uint64_t nth);
    void special(SpecialMode mode, Side side = Side::end, std::uint32_t tag = sweep_tag);
    void verifier(bool on);
    void print(unsigned slot, std::uint64_t length);
    void query_tag(std::uint32_t tag, bool paged);
    void query_events(bool paged);
    void quota(unsigned process, bool paged, std::uint64_t bytes);
    void query_quotas(unsigned process); // of both kinds of pool
    // PsChargePoolQuota or PsReturnPoolQuota.
    void call_quota(Routine routine, unsigned process, std::uint32_t type, std::uint64_t amount);
    // An op that has no method of its own here; it is made canonical.
    void push(const Op& op);

    // Hands the trace to the visitor and begins a new one. An empty trace is not handed over. False when the
    // sweep is to end.
    bool end_trace();
    // The same once the trace has `enough` ops.
    bool end_trace_at(std::size_t enough);

  private:
    Trace trace_;
    TraceVisitor visit_;
    void* context_;
    bool going_ = true;
};

} // namespace poolproof
