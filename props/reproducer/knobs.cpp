// What reproducers call beside the documented routines: blocks, objects, the machine and its counters. Does
// not cover: beginning and ending (session.cpp).
#include "reproducer/call.hpp"

#include "trace/request.hpp"

using namespace poolproof;
using namespace poolproof::reproducer;

namespace {

template <class Change> void play(OpKind kind, Change&& change) {
    Op op;
    op.kind = kind;
    change(op);
    session().play(op);
}

// Numbers that do not fit become others that do, as in the byte form.
std::uint8_t small(int value) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(value) & 0xFFU);
}

void touch(OpKind kind, int slot, LONG offset, ULONG length, UCHAR mask) {
    play(kind, [&](Op& op) {
        op.slot = small(slot);
        op.offset = offset;
        op.length = length;
        op.mask = mask;
    });
}

POOL_EXTENDED_PARAMETER entry_of(ULONG type, ULONG64 value) {
    POOL_EXTENDED_PARAMETER entry = {};
    entry.Type = type & 0xFFU;
    entry.Reserved2 = value;
    return entry;
}

} // namespace

void reproducer_keep(int slot) {
    session().name_slot(small(slot), 0);
}
PVOID reproducer_block(int slot, LONG offset) {
    session().name_slot(small(slot), offset);
    return session().address_of(small(slot), offset);
}
PVOID reproducer_foreign_address(int in_system_half) {
    return reinterpret_cast<void*>(static_cast<std::uintptr_t>(
        session().foreign_address(in_system_half != 0 ? Pointer::system_address : Pointer::user_address)));
}
ULONG reproducer_tag(const char* letters) {
    ULONG tag = 0;
    for (; *letters != 0; ++letters) {
        tag = tag << 8U | static_cast<UCHAR>(*letters);
    }
    return tag;
}
PVOID reproducer_object(int kind, int index) {
    return object(static_cast<Object>(static_cast<unsigned>(kind) % object_kinds),
                  static_cast<unsigned>(index));
}

UCHAR bytes_to_write[max_touch];

// The subject has such routines of its own; these only say that the list has some.
PVOID own_allocate(POOL_TYPE /*type*/, SIZE_T /*bytes*/, ULONG /*tag*/) {
    return nullptr;
}
VOID own_free(PVOID /*block*/) {}
PVOID own_allocate_ex(POOL_TYPE /*type*/, SIZE_T /*bytes*/, ULONG /*tag*/, PLOOKASIDE_LIST_EX /*list*/) {
    return nullptr;
}
VOID own_free_ex(PVOID /*block*/, PLOOKASIDE_LIST_EX /*list*/) {}

POOL_EXTENDED_PARAMETER priority_entry(ULONG priority) {
    return entry_of(parameter_priority, priority);
}
POOL_EXTENDED_PARAMETER node_entry(ULONG node) {
    return entry_of(parameter_node, node);
}
POOL_EXTENDED_PARAMETER secure_entry(HANDLE pool, ULONG_PTR cookie) {
    static POOL_EXTENDED_PARAMS_SECURE_POOL asked[max_parameters]; // as many as one call takes
    static unsigned next = 0;
    POOL_EXTENDED_PARAMS_SECURE_POOL& params = asked[next++ % max_parameters];
    params = {pool, nullptr, cookie, SECURE_POOL_FLAGS_NONE};
    POOL_EXTENDED_PARAMETER entry = entry_of(parameter_secure_pool, 0);
    entry.SecurePoolParams = &params;
    return entry;
}
POOL_EXTENDED_PARAMETER other_entry(ULONG type, ULONG value) {
    return entry_of(type, value);
}
POOL_EXTENDED_PARAMETER any_node_entry(POOL_EXTENDED_PARAMETER entry) {
    entry.Reserved = 1;
    return entry;
}
POOL_EXTENDED_PARAMETER optional_entry(POOL_EXTENDED_PARAMETER entry) {
    entry.Optional = 1;
    return entry;
}

void read_block(int slot, LONG offset, ULONG length) {
    touch(OpKind::read, slot, offset, length, 0xFF);
}
void write_block(int slot, LONG offset, ULONG length, UCHAR mask) {
    touch(OpKind::write, slot, offset, length, mask);
}

void machine_irql(int level) {
    play(OpKind::irql, [&](Op& op) { op.level = small(level); });
}
void machine_processor(int index) {
    play(OpKind::processor, [&](Op& op) { op.index = small(index); });
}
void machine_process(int index) {
    play(OpKind::process, [&](Op& op) { op.index = small(index); });
}
void machine_budget(int node, int pool, ULONG64 pages) {
    play(OpKind::budget, [&](Op& op) {
        op.index = small(node);
        op.paged = pool == paged;
        op.size = pages;
    });
}
void machine_fail_nth(ULONG64 allocation) {
    play(OpKind::fail_nth, [&](Op& op) { op.size = allocation; });
}
void machine_special_pool(int mode, int side, ULONG tag) {
    play(OpKind::special_pool, [&](Op& op) {
        op.mode = static_cast<SpecialMode>(small(mode));
        op.side = static_cast<Side>(small(side));
        op.tag = tag;
    });
}
void machine_verifier(int on, ULONG flags) {
    play(OpKind::verifier, [&](Op& op) {
        op.level = on != 0 ? 1 : 0;
        op.pool_type = flags;
    });
}
void machine_quota(int process, int pool, ULONG64 bytes) {
    play(OpKind::quota, [&](Op& op) {
        op.index = small(process);
        op.paged = pool == paged;
        op.size = bytes;
    });
}
void machine_driver(int index) {
    play(OpKind::driver, [&](Op& op) { op.index = small(index); });
}
void machine_unload(int driver, int begins) {
    play(OpKind::unload, [&](Op& op) {
        op.index = small(driver);
        op.level = begins != 0 ? 1 : 0;
    });
}
void machine_low_resources(ULONG64 failures_in_10000, ULONG tag) {
    play(OpKind::low_resources, [&](Op& op) {
        op.size = failures_in_10000;
        op.tag = tag;
    });
}
void machine_clock(ULONG64 seconds) {
    play(OpKind::clock, [&](Op& op) { op.size = seconds; });
}
void machine_dpc(int on) {
    play(OpKind::dpc, [&](Op& op) { op.level = on != 0 ? 1 : 0; });
}
void machine_idle(int on, int process) {
    play(OpKind::idle, [&](Op& op) {
        op.level = on != 0 ? 1 : 0;
        op.index = small(process);
    });
}

void query_tag(int pool, ULONG tag) {
    play(OpKind::query_tag, [&](Op& op) {
        op.paged = pool == paged;
        op.tag = tag;
    });
}
void query_event(int high, int pool) {
    play(OpKind::query_event, [&](Op& op) {
        op.level = high != 0 ? 1 : 0;
        op.paged = pool == paged;
    });
}
void query_quota(int process, int pool) {
    play(OpKind::query_quota, [&](Op& op) {
        op.index = small(process);
        op.paged = pool == paged;
    });
}
void query_driver(int driver, int pool) {
    play(OpKind::query_driver, [&](Op& op) {
        op.index = small(driver);
        op.paged = pool == paged;
    });
}
void query_verifier(void) {
    play(OpKind::query_verifier, [](Op&) {});
}
