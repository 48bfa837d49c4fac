// The builder that sweeps write their traces with. Does not cover: which worlds there are.
#include "gen/sweep_builder.hpp"

#include "trace/request.hpp"

#include <ddi/wdm.h>
#include <ddi/winddi.h>

#include <algorithm>
#include <array>
#include <vector>

namespace poolproof {
namespace {

constexpr auto flags_nonpaged = static_cast<std::uint32_t>(pool_flag_non_paged);
constexpr auto flags_paged = static_cast<std::uint32_t>(pool_flag_paged);

// The kinds of memory of the younger routines take turns: what the kind decides, the elder ones show too.
constexpr std::array<Ask, 21> asks = {{
    {Routine::ExAllocatePoolWithTag, NonPagedPool, false},
    {Routine::ExAllocatePoolWithTag, PagedPool, true},
    {Routine::ExAllocatePoolWithTagPriority, NonPagedPoolNx, false},
    {Routine::ExAllocatePoolWithTagPriority, PagedPool, true},
    {Routine::FsRtlAllocatePoolWithTag, NonPagedPool, false},
    {Routine::FsRtlAllocatePoolWithTag, PagedPool, true},
    {Routine::EngAllocMem, FL_NONPAGED_MEMORY, false},
    {Routine::EngAllocMem, 0, true},
    {Routine::ExAllocatePool, NonPagedPool, false},
    {Routine::ExAllocatePoolWithQuota, PagedPool, true},
    {Routine::ExAllocatePoolWithQuotaTag, NonPagedPoolNx, false},
    {Routine::ExAllocatePool2, flags_nonpaged, false},
    {Routine::ExAllocatePool3, flags_paged, true},
    {Routine::ExAllocatePoolZero, PagedPool, true},
    {Routine::ExAllocatePoolUninitialized, NonPagedPool, false},
    {Routine::ExAllocatePoolQuotaZero, NonPagedPoolNx, false},
    {Routine::ExAllocatePoolQuotaUninitialized, PagedPool, true},
    {Routine::ExAllocatePoolPriorityZero, PagedPool, true},
    {Routine::ExAllocatePoolPriorityUninitialized, NonPagedPool, false},
    {Routine::FsRtlAllocatePoolWithQuotaTag, NonPagedPool, false},
    {Routine::EngAllocUserMem, 0, false},
}};

const auto raising_asks = [] {
    std::vector<Ask> all;
    for (const Ask& ask : asks) {
        all.push_back(ask);
        if (traits_of(ask.routine).memory == Memory::pool) {
            all.push_back(raising(ask));
        }
    }
    return all;
}();

Op op_of(OpKind kind) {
    Op op;
    op.kind = kind;
    return op;
}

} // namespace

std::span<const Ask> every_ask() {
    return asks;
}

std::span<const Ask> pool_asks() {
    return std::span(asks).first(asks.size() - 1);
}

std::span<const Ask> every_ask_and_raise() {
    return raising_asks;
}

std::span<const Ask> pool_asks_and_raise() {
    return std::span(raising_asks).first(raising_asks.size() - 1);
}

Ask raising(Ask ask) {
    const bool takes_flags = traits_of(ask.routine).type == TypeArgument::pool_flags;
    ask.type |= takes_flags ? std::uint32_t{pool_flag_raise_on_failure}
                            : std::uint32_t{POOL_RAISE_IF_ALLOCATION_FAILURE};
    return ask;
}

Routine release_of(Routine allocator, bool alternate) {
    if (allocator == Routine::EngAllocMem) {
        return Routine::EngFreeMem;
    }
    if (allocator == Routine::EngAllocUserMem) {
        return Routine::EngFreeUserMem;
    }
    if (traits_of(allocator).type == TypeArgument::pool_flags) {
        return alternate ? Routine::ExFreePool2 : Routine::ExFreePool;
    }
    return alternate ? Routine::ExFreePoolWithTag : Routine::ExFreePool;
}

SweepBuilder::SweepBuilder(bool is_64_bit, TraceVisitor visit, void* context)
    : visit_(visit), context_(context) {
    trace_.is_64_bit = is_64_bit;
}

void SweepBuilder::push(const Op& op) {
    if (going_) {
        trace_.ops.push_back(canonical(op));
    }
}

void SweepBuilder::allocate(const Ask& ask, unsigned slot, std::uint64_t size, std::uint32_t tag,
                            unsigned priority) {
    Op op = op_of(OpKind::allocate);
    op.routine = ask.routine;
    op.pool_type = ask.type;
    op.slot = static_cast<std::uint8_t>(slot);
    op.size = size;
    op.tag = tag;
    op.priority = static_cast<std::uint8_t>(priority);
    push(op);
}

void SweepBuilder::release(const Ask& ask, unsigned slot, std::uint32_t tag) {
    const bool untagged = traits_of(ask.routine).tag == TagRule::none;
    free(release_of(ask.routine, slot % 2 != 0), slot, Pointer::of_slot, 0, untagged ? default_tag : tag);
}

void SweepBuilder::free(Routine routine, unsigned slot, Pointer pointer, std::int64_t offset,
                        std::uint32_t tag) {
    Op op = op_of(OpKind::free);
    op.routine = routine;
    op.slot = static_cast<std::uint8_t>(slot);
    op.pointer = pointer;
    op.offset = static_cast<std::int32_t>(offset);
    op.tag = tag;
    push(op);
}

void SweepBuilder::read(unsigned slot, std::int64_t offset, std::uint64_t length) {
    Op op = op_of(OpKind::read);
    op.slot = static_cast<std::uint8_t>(slot);
    op.offset = static_cast<std::int32_t>(offset);
    op.length = static_cast<std::uint32_t>(std::min<std::uint64_t>(length, max_touch));
    push(op);
}

void SweepBuilder::write(unsigned slot, std::int64_t offset, std::uint64_t length, unsigned mask) {
    Op op = op_of(OpKind::write);
    op.slot = static_cast<std::uint8_t>(slot);
    op.offset = static_cast<std::int32_t>(offset);
    op.length = static_cast<std::uint32_t>(std::min<std::uint64_t>(length, max_touch));
    op.mask = static_cast<std::uint8_t>(mask);
    push(op);
}

void SweepBuilder::irql(unsigned level) {
    Op op = op_of(OpKind::irql);
    op.level = static_cast<std::uint8_t>(level);
    push(op);
}

void SweepBuilder::processor(unsigned index) {
    Op op = op_of(OpKind::processor);
    op.index = static_cast<std::uint8_t>(index);
    push(op);
}

void SweepBuilder::process(unsigned index) {
    Op op = op_of(OpKind::process);
    op.index = static_cast<std::uint8_t>(index);
    push(op);
}

void SweepBuilder::budget(unsigned node, bool paged, std::uint64_t pages) {
    Op op = op_of(OpKind::budget);
    op.index = static_cast<std::uint8_t>(node);
    op.paged = paged;
    op.size = pages;
    push(op);
}

void SweepBuilder::fail_nth(std::uint64_t nth) {
    Op op = op_of(OpKind::fail_nth);
    op.size = nth;
    push(op);
}

void SweepBuilder::special(SpecialMode mode, Side side, std::uint32_t tag) {
    Op op = op_of(OpKind::special_pool);
    op.mode = mode;
    op.side = side;
    op.tag = tag;
    push(op);
}

void SweepBuilder::verifier(bool on) {
    Op op = op_of(OpKind::verifier);
    op.level = on ? 1 : 0;
    push(op);
}

void SweepBuilder::print(unsigned slot, std::uint64_t length) {
    Op op = op_of(OpKind::print);
    op.slot = static_cast<std::uint8_t>(slot);
    op.length = static_cast<std::uint32_t>(std::min<std::uint64_t>(length, max_touch));
    push(op);
}

void SweepBuilder::query_tag(std::uint32_t tag, bool paged) {
    Op op = op_of(OpKind::query_tag);
    op.tag = tag;
    op.paged = paged;
    push(op);
}

void SweepBuilder::query_events(bool paged) {
    Op op = op_of(OpKind::query_event);
    op.paged = paged;
    push(op);
    op.level = 1;
    push(op);
}

void SweepBuilder::quota(unsigned process, bool paged, std::uint64_t bytes) {
    Op op = op_of(OpKind::quota);
    op.index = static_cast<std::uint8_t>(process);
    op.paged = paged;
    op.size = bytes;
    push(op);
}

void SweepBuilder::query_quotas(unsigned process) {
    Op op = op_of(OpKind::query_quota);
    op.index = static_cast<std::uint8_t>(process);
    push(op);
    op.paged = true;
    push(op);
}

void SweepBuilder::call_quota(Routine routine, unsigned process, std::uint32_t type, std::uint64_t amount) {
    Op op = op_of(OpKind::call);
    op.routine = routine;
    op.index = static_cast<std::uint8_t>(process);
    op.pool_type = type;
    op.size = amount;
    push(op);
}

bool SweepBuilder::end_trace() {
    if (going_ && !trace_.ops.empty()) {
        going_ = visit_(context_, trace_);
        trace_.ops.clear();
    }
    return going_;
}

bool SweepBuilder::end_trace_at(std::size_t enough) {
    return trace_.ops.size() < enough ? going_ : end_trace();
}

} // namespace poolproof
