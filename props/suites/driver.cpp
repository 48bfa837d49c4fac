// Implements driver.hpp: calls as ops, events as results.
#include "suites/driver.hpp"

#include "play/pattern.hpp"
#include "subjects/reference.hpp"
#include "suites/crash_trace.hpp"
#include "trace/request.hpp"
#include "trace/text.hpp"

#include <ddi/winddi.h>

#include <algorithm>
#include <cstdio>
#include <ostream>
#include <string>

namespace poolproof {

namespace {

std::string words(const char* text, std::uint64_t number) {
    std::array<char, 96> line;
    std::snprintf(line.data(), line.size(), "%s 0x%llX", text, static_cast<unsigned long long>(number));
    return line.data();
}

std::string words(const Event& event) {
    std::string text = words("bug check", event.code);
    for (const std::uint64_t parameter : event.parameters) {
        text += words(",", parameter);
    }
    return text;
}

Op op_of(OpKind kind) {
    Op op;
    op.kind = kind;
    return op;
}

Op allocation(Routine routine, std::uint32_t type, std::uint64_t bytes, std::uint32_t tag) {
    Op op = op_of(OpKind::allocate);
    op.routine = routine;
    op.pool_type = type;
    op.size = bytes;
    op.tag = traits_of(routine).tag == TagRule::none ? 0 : tag;
    return op;
}

} // namespace

Stop::Stop(const Event& event)
    : std::runtime_error(words(event)), code(event.code), parameters(event.parameters) {}
Raise::Raise(const Event& event)
    : std::runtime_error(words("raised status", event.status)), status(event.status) {}
GuardFault::GuardFault(const Event& event)
    : std::runtime_error(words("fault at", event.address)), address(event.address) {}
NoAnswer::NoAnswer(const Event& event)
    : std::runtime_error(event.kind == EventKind::crashed     ? "the subject crashed"
                         : event.kind == EventKind::timed_out ? "the subject did not come back"
                                                              : "the subject cannot express the call") {}

bool is_paged(const Request& request) {
    switch (request.routine) {
    case Routine::EngAllocMem:
        return (request.type & FL_NONPAGED_MEMORY) == 0;
    case Routine::EngAllocUserMem:
        return false;
    case Routine::ExAllocatePool2:
    case Routine::ExAllocatePool3:
        return (request.type & pool_flag_paged) != 0;
    default:
        return (request.type & 1U) != 0;
    }
}

bool is_cache_aligned(const Request& request) {
    if (traits_of(request.routine).type == TypeArgument::pool_flags) {
        return (request.type & pool_flag_cache_aligned) != 0;
    }
    return is_ex_allocator(request.routine) && (request.type & 4U) != 0;
}

void showValue(Side side, std::ostream& out) {
    out << (side == Side::end ? "Verify End" : "Verify Start");
}

void showValue(const Request& request, std::ostream& out) {
    out << name_of(request.routine) << " of type " << request.type;
}

Driver::Driver(Subject& subject, bool is_64_bit) : subject_(&subject) {
    if (!subject.reset(is_64_bit)) {
        throw std::logic_error("the subject does not have the profile");
    }
    crash_trace_begin(is_64_bit);
}

Driver::~Driver() {
    crash_trace_clear();
}

Event Driver::call(const Op& op, std::uint64_t address) {
    crash_trace_add(op);
    const Event event = subject_->call({&op, address});
    caller_faults_ = event.caller_faults;
    switch (event.kind) {
    case EventKind::raised:
        throw Raise(event);
    case EventKind::bug_check:
        throw Stop(event);
    case EventKind::guard_fault:
        throw GuardFault(event);
    case EventKind::crashed:
    case EventKind::timed_out:
    case EventKind::unsupported:
    case EventKind::garbled:
        throw NoAnswer(event);
    default:
        return event;
    }
}

Address Driver::allocate_by(Op op) {
    op.slot = static_cast<std::uint8_t>(next_slot_);
    slots_[next_slot_] = 0;
    next_slot_ = (next_slot_ + 1) % slot_count;
    const Event event = call(op);
    if (event.kind != EventKind::pointer) {
        return 0;
    }
    slots_[op.slot] = event.address;
    block_ = event.block;
    return event.address;
}

Address Driver::ExAllocatePoolWithTag(std::uint32_t type, std::uint64_t bytes, std::uint32_t tag) {
    return allocate_by(allocation(Routine::ExAllocatePoolWithTag, type, bytes, tag));
}

Address Driver::ExAllocatePoolWithTagPriority(std::uint32_t type, std::uint64_t bytes, std::uint32_t tag,
                                              unsigned priority) {
    Op op = allocation(Routine::ExAllocatePoolWithTagPriority, type, bytes, tag);
    op.priority = static_cast<std::uint8_t>(priority);
    return allocate_by(op);
}

Address Driver::FsRtlAllocatePoolWithTag(std::uint32_t type, std::uint64_t bytes, std::uint32_t tag) {
    return allocate_by(allocation(Routine::FsRtlAllocatePoolWithTag, type, bytes, tag));
}

Address Driver::EngAllocMem(std::uint32_t flags, std::uint32_t bytes, std::uint32_t tag) {
    return allocate_by(allocation(Routine::EngAllocMem, flags, bytes, tag));
}

Address Driver::EngAllocUserMem(std::uint64_t bytes, std::uint32_t tag) {
    return allocate_by(allocation(Routine::EngAllocUserMem, 0, bytes, tag));
}

Address Driver::allocate(const Request& request, std::uint64_t bytes, std::uint32_t tag) {
    return allocate_by(allocation(request.routine, request.type, bytes, tag));
}

std::uint8_t Driver::slot_of(std::uint64_t address) const {
    unsigned best = 0;
    std::uint64_t least = ~std::uint64_t{0};
    for (unsigned back = 1; back <= slot_count && least > 0;
         ++back) { // the latest first: addresses come again
        const unsigned slot = (next_slot_ + slot_count - back) % slot_count;
        if (slots_[slot] != 0 && address - slots_[slot] < least) {
            best = slot;
            least = address - slots_[slot];
        }
    }
    return static_cast<std::uint8_t>(best);
}

void Driver::release_by(Routine routine, Address block, std::uint32_t tag) {
    Op op = op_of(OpKind::free);
    op.routine = routine;
    op.tag = tag;
    if (block == 0) {
        op.pointer = Pointer::null;
    } else if (block == foreign_address(Pointer::user_address)) {
        op.pointer = Pointer::user_address;
    } else if (block == foreign_address(Pointer::system_address)) {
        op.pointer = Pointer::system_address;
    } else {
        op.slot = slot_of(block);
        op.offset = static_cast<std::int32_t>(block - slots_[op.slot]);
    }
    call(op, block);
}

void Driver::ExFreePool(Address block) {
    release_by(Routine::ExFreePool, block, 0);
}
void Driver::ExFreePoolWithTag(Address block, std::uint32_t tag) {
    release_by(Routine::ExFreePoolWithTag, block, tag);
}
void Driver::EngFreeMem(Address block) {
    release_by(Routine::EngFreeMem, block, 0);
}
void Driver::EngFreeUserMem(Address block) {
    release_by(Routine::EngFreeUserMem, block, 0);
}

void Driver::release(const Request& request, Address block, std::uint32_t tag) {
    switch (request.routine) {
    case Routine::EngAllocMem:
        return EngFreeMem(block);
    case Routine::EngAllocUserMem:
        return EngFreeUserMem(block);
    case Routine::ExAllocatePoolWithTag:
    case Routine::ExAllocatePoolWithQuotaTag:
        return ExFreePoolWithTag(block, tag);
    default:
        return ExFreePool(block);
    }
}

bool Driver::EngWritePrinter(Address block, std::uint32_t bytes) {
    Op op = op_of(OpKind::print);
    op.slot = slot_of(block);
    op.length = bytes;
    return call(op, block).number != 0;
}

void Driver::set_irql(unsigned level) {
    Op op = op_of(OpKind::irql);
    op.level = static_cast<std::uint8_t>(level);
    call(op);
}

void Driver::run_on_processor(unsigned index) {
    Op op = op_of(OpKind::processor);
    op.index = static_cast<std::uint8_t>(index);
    call(op);
}

void Driver::attach_process(unsigned index) {
    Op op = op_of(OpKind::process);
    op.index = static_cast<std::uint8_t>(index);
    call(op);
}

void Driver::set_budget(unsigned node, bool paged, std::uint64_t pages) {
    Op op = op_of(OpKind::budget);
    op.index = static_cast<std::uint8_t>(node);
    op.paged = paged;
    op.size = pages;
    call(op);
}

void Driver::set_budgets(bool paged, std::uint64_t pages_on_node_0, std::uint64_t pages_on_node_1) {
    set_budget(0, paged, pages_on_node_0);
    set_budget(1, paged, pages_on_node_1);
}

void Driver::fail_nth(std::uint64_t nth) {
    Op op = op_of(OpKind::fail_nth);
    op.size = nth;
    call(op);
}

void Driver::set_quota(unsigned process, bool paged, std::uint64_t bytes) {
    Op op = op_of(OpKind::quota);
    op.index = static_cast<std::uint8_t>(process);
    op.paged = paged;
    op.size = bytes;
    call(op);
}

void Driver::call_quota(Routine routine, unsigned process, std::uint32_t type, std::uint64_t amount) {
    Op op = op_of(OpKind::call);
    op.routine = routine;
    op.index = static_cast<std::uint8_t>(process);
    op.pool_type = type;
    op.size = amount;
    call(op);
}

void Driver::PsChargePoolQuota(unsigned process, std::uint32_t type, std::uint64_t amount) {
    call_quota(Routine::PsChargePoolQuota, process, type, amount);
}
void Driver::PsReturnPoolQuota(unsigned process, std::uint32_t type, std::uint64_t amount) {
    call_quota(Routine::PsReturnPoolQuota, process, type, amount);
}

void Driver::special_pool(SpecialMode mode, Side side, std::uint32_t tag) {
    Op op = op_of(OpKind::special_pool);
    op.mode = mode;
    op.side = side;
    op.tag = tag;
    call(op);
}

void Driver::verifier(bool on) {
    Op op = op_of(OpKind::verifier);
    op.level = on ? 1 : 0;
    call(op);
}

void Driver::touch(OpKind kind, Address block, std::int64_t offset, std::uint64_t bytes, unsigned mask) {
    for (std::uint64_t done = 0; done < bytes; done += max_touch) {
        Op op = op_of(kind);
        op.slot = slot_of(block);
        op.offset = static_cast<std::int32_t>(offset + static_cast<std::int64_t>(done));
        op.length = static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes - done, max_touch));
        if (kind == OpKind::write) {
            op.mask = static_cast<std::uint8_t>(mask);
        }
        call(op, block);
    }
}

void Driver::read(Address block, std::int64_t offset, std::uint64_t bytes) {
    touch(OpKind::read, block, offset, bytes, 0);
}
void Driver::write(Address block, std::int64_t offset, std::uint64_t bytes, unsigned mask) {
    touch(OpKind::write, block, offset, bytes, mask);
}

bool Driver::accessible(Address block, std::int64_t offset, std::uint64_t bytes) {
    std::vector<std::uint8_t> seen(bytes);
    const std::uint64_t start = block + static_cast<std::uint64_t>(offset);
    return subject_->peek(start, seen) && subject_->poke(start, seen);
}

std::vector<std::uint8_t> Driver::bytes(Address block, std::uint64_t bytes) {
    std::vector<std::uint8_t> seen(bytes);
    if (!subject_->peek(block, seen)) {
        throw std::logic_error("a byte of the block is inaccessible");
    }
    return seen;
}

void Driver::fill(Address block, std::uint64_t bytes, unsigned seed) {
    std::vector<std::uint8_t> pattern(bytes);
    for (std::uint64_t i = 0; i < bytes; ++i) {
        pattern[i] = static_cast<std::uint8_t>(pattern_word(seed, i / 8) >> (i % 8 * 8));
    }
    if (!subject_->poke(block, pattern)) {
        throw std::logic_error("a byte of the block is inaccessible");
    }
}

bool Driver::holds(Address block, std::uint64_t bytes, unsigned seed) {
    const std::vector<std::uint8_t> seen = this->bytes(block, bytes);
    for (std::uint64_t i = 0; i < bytes; ++i) {
        if (seen[i] != static_cast<std::uint8_t>(pattern_word(seed, i / 8) >> (i % 8 * 8))) {
            return false;
        }
    }
    return true;
}

bool Driver::event_is_set(bool paged, bool high) {
    Op op = op_of(OpKind::query_event);
    op.paged = paged;
    op.level = high ? 1 : 0;
    return call(op).number != 0;
}

TagRow Driver::tag_row(std::uint32_t tag, bool paged) {
    Op op = op_of(OpKind::query_tag);
    op.tag = tag;
    op.paged = paged;
    return call(op).row;
}

std::uint64_t Driver::quota_charged(unsigned process, bool paged) {
    Op op = op_of(OpKind::query_quota);
    op.index = static_cast<std::uint8_t>(process);
    op.paged = paged;
    return call(op).number;
}

Address Driver::foreign_address(Pointer pointer) const {
    return subject_->foreign_address(pointer);
}

std::uint64_t Driver::pages_in_use() const {
    auto* reference = dynamic_cast<Reference*>(subject_);
    return reference != nullptr ? reference->machine().use().pages : 0;
}

} // namespace poolproof
