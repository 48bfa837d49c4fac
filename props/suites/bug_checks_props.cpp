// Every bug check of the table that a trace can reach, with its code and all four parameters as documented.
//
// Covers: one trace for each row that no reason excuses; a row without an entry here fails. Does not cover:
// rows of policies that no trace sets (the tests of the implementation), nor when else a row is due (oracle).
#include "contract/tables.hpp"
#include "run/runner.hpp"
#include "subjects/registry.hpp"
#include "trace/text.hpp"

#include <ddi/bugcodes.h>

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace poolproof {
namespace {

// What a parameter has to be. Addresses are those of the blocks of slots 0 and 1, plus `value`.
struct Parameter {
    enum Is : std::uint8_t { exactly, block, second_block, page_offset, something, anything } is = anything;
    std::int64_t value = 0;
};

constexpr Parameter is(std::int64_t value) {
    return {Parameter::exactly, value};
}
constexpr Parameter at(std::int64_t offset = 0) {
    return {Parameter::block, offset};
}
constexpr Parameter second(std::int64_t offset) {
    return {Parameter::second_block, offset};
}
constexpr Parameter offset_in_page(std::int64_t offset) {
    return {Parameter::page_offset, offset};
}
constexpr Parameter some{Parameter::something, 0}; // not zero: an address or contents of the system's own
constexpr Parameter any{};                         // reserved

constexpr std::int64_t fred = 0x46726564;
constexpr std::int64_t plus = 0x706C7573;
constexpr std::int64_t header = -16; // of a block, in the 64-bit profile

struct Reached {
    std::uint32_t code;
    std::string_view trace; // without its header; the last op ends in the bug check
    std::array<Parameter, 4> parameters;
};

#define TWO_BLOCKS                                                                                           \
    "allocate ExAllocatePoolWithTag s0 size=32 tag='Fred'\n"                                                 \
    "allocate ExAllocatePoolWithTag s1 size=32 tag='Fred'\n"                                                 \
    "allocate ExAllocatePoolWithTag s2 size=32 tag='Fred'\n"
#define NONPAGED "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'\n"
#define PAGED "allocate ExAllocatePoolWithTag s0 type=PagedPool size=100 tag='Fred'\n"
#define SPECIAL "special_pool verifier\n"
#define TRACKING "verifier on flags=pool_tracking\n"
#define CHARGED "allocate ExAllocatePoolWithQuotaTag s0 size=100 tag='Fred'\n"
#define LIST "call ExInitializeNPagedLookasideList list=0 size=64 tag='Look'\n"

constexpr Reached reached[] = {
    {BAD_POOL_HEADER,
     TWO_BLOCKS "write s1 offset=-14 length=1 mask=0x01\nfree ExFreePool s1",
     {is(0x5), second(header), any, at(header)}},
    {BAD_POOL_HEADER,
     TWO_BLOCKS "free ExFreePool s1\nwrite s1 offset=-16 length=1 mask=0x01\nfree ExFreePool s2",
     {is(0xF), any, any, any}},
    {BAD_POOL_HEADER,
     TWO_BLOCKS "write s1 offset=-16 length=1 mask=0x01\nfree ExFreePool s1",
     {is(0x20), second(header), second(32), any}},
    {BAD_POOL_HEADER,
     TWO_BLOCKS "write s0 offset=32 length=1 mask=0x01\nfree ExFreePool s0",
     {is(0x21), at(), is(32), some}},
    {PAGE_FAULT_IN_NONPAGED_AREA,
     "allocate EngAllocUserMem s0 size=100 tag='Fred'\nfree EngFreeUserMem s0\nread s0 offset=0 length=1",
     {at(), is(0), some, any}},
    {SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION,
     SPECIAL NONPAGED "free ExFreePool s0\nfree ExFreePool s0",
     {at(), any, is(0), is(0x20)}},
    {SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION,
     SPECIAL NONPAGED "free ExFreePool s0 offset=16",
     {at(16), is(100), is(112), is(0x21)}},
    {SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION,
     SPECIAL NONPAGED "write s0 offset=-1 length=1 mask=0xFF\nfree ExFreePool s0",
     {at(), at(-1), any, is(0x23)}},
    {SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION,
     SPECIAL NONPAGED "write s0 offset=100 length=1 mask=0xFF\nfree ExFreePool s0",
     {at(), at(100), any, is(0x24)}},
    {SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, SPECIAL "irql 2\n" PAGED, {is(2), is(1), is(100), is(0x30)}},
    {SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION,
     SPECIAL PAGED "irql 2\nfree ExFreePool s0",
     {is(2), is(1), at(), is(0x31)}},
    {SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION,
     SPECIAL NONPAGED "write s0 offset=100 length=1 mask=0x80\nfree ExFreePool s0",
     {at(), at(100), any, is(0x32)}},
    {BAD_POOL_CALLER,
     TWO_BLOCKS "write s1 offset=-8 length=1 mask=0x01\nfree ExFreePool s1",
     {is(0x01), second(header), some, is(0)}},
    {BAD_POOL_CALLER, NONPAGED "free ExFreePool s0\nfree ExFreePool s0", {is(0x07), any, any, at()}},
    {BAD_POOL_CALLER, "irql 3\n" NONPAGED, {is(0x08), is(3), is(0), is(100)}},
    {BAD_POOL_CALLER, PAGED "irql 2\nfree ExFreePool s0", {is(0x09), is(2), is(1), at()}},
    {BAD_POOL_CALLER, NONPAGED "free ExFreePoolWithTag s0 tag='plus'", {is(0x0A), at(), is(fred), is(plus)}},
    {BAD_POOL_CALLER,
     CHARGED "write s0 offset=-4 length=1 mask=0x10\nfree ExFreePool s0",
     {is(0x0C), at(), is(fred), some}},
    {BAD_POOL_CALLER, "free ExFreePool user_address", {is(0x40), some, some, is(0)}},
    {BAD_POOL_CALLER, "free ExFreePool system_address", {is(0x46), some, is(0), is(0)}},
    {BAD_POOL_CALLER, NONPAGED "free ExFreePool2 s0 params=2:0 tag='Fred'", {is(0x99), at(), is(0), is(0)}},
    {BAD_POOL_CALLER,
     "allocate ExAllocatePoolWithTag s0 type=NonPagedPoolMustSucceed size=100 tag='Fred'",
     {is(0x9A), is(2), is(100), is(fred)}},
    {BAD_POOL_CALLER,
     "allocate ExAllocatePoolWithTag s0 type=PagedPool size=100 tag=0",
     {is(0x9B), is(1), is(100), some}},
    {BAD_POOL_CALLER,
     "allocate ExAllocatePoolWithTag s0 type=PagedPool size=100 tag='BIG'",
     {is(0x9C), is(1), is(100), some}},
    {BAD_POOL_CALLER,
     "allocate ExAllocatePoolWithTag s0 type=PagedPool size=100 tag=0x20202020",
     {is(0x9D), is(0x20202020), is(1), some}},
    {BAD_POOL_CALLER, PAGED "free ExFreePool s0 offset=16", {is(0x41286), any, any, offset_in_page(16)}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION,
     "verifier on\nallocate ExAllocatePoolWithTag s0 type=PagedPool size=0 tag='Fred'",
     {is(0x00), is(0), is(1), is(0)}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION, "verifier on\nirql 2\n" PAGED, {is(0x01), is(2), is(1), is(100)}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION, "verifier on\nirql 3\n" NONPAGED, {is(0x02), is(3), is(0), is(100)}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION,
     "verifier on\n" PAGED "irql 2\nfree ExFreePool s0",
     {is(0x11), is(2), is(1), at()}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION,
     "verifier on\n" NONPAGED "irql 3\nfree ExFreePool s0",
     {is(0x12), is(3), is(0), at()}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION,
     TRACKING NONPAGED "write s0 offset=100 length=1 mask=0x01\nfree ExFreePool s0",
     {is(0x51), at(), at(100), is(100)}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION,
     TRACKING PAGED "unload 0 phase=begin\n" PAGED,
     {is(0x61), is(100), is(0), is(1)}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION, TRACKING NONPAGED "unload 0", {is(0x62), some, any, is(1)}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION, "verifier on\n" LIST LIST, {is(0xCA), some, any, any}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION,
     "verifier on\ncall ExDeleteNPagedLookasideList list=0",
     {is(0xCB), some, any, any}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION,
     "verifier on\ncall ExInitializeNPagedLookasideList list=0 size=4 tag='Look'",
     {is(0xCD), some, is(4), is(8)}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION,
     TRACKING "idle on process=0\n" CHARGED,
     {is(0x10A), is(0), is(0), is(0)}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION, TRACKING "dpc on\n" CHARGED, {is(0x10B), is(0), is(0), is(0)}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION,
     TRACKING NONPAGED "write s0 offset=-14 length=1 mask=0x01\nfree ExFreePool s0",
     {is(0x13C), at(), some, at(header)}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION,
     TRACKING NONPAGED "free ExFreePool s0 offset=16",
     {is(0x13E), at(16), at(), some}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION,
     TRACKING NONPAGED "write s0 offset=-16 length=1 mask=0x01\nfree ExFreePool s0",
     {is(0x13F), at(), is(128), some}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION,
     "verifier on flags=code_integrity\n" NONPAGED,
     {is(0x2000), some, is(0), is(fred)}},
    {DRIVER_VERIFIER_DETECTED_VIOLATION,
     "verifier on flags=ddi_compliance\nirql 2\n" CHARGED,
     {is(0x20006), some, any, any}},
    {PAGE_FAULT_IN_FREED_SPECIAL_POOL,
     SPECIAL NONPAGED "free ExFreePool s0\nread s0 offset=1 length=1",
     {at(1), is(0), some, any}},
    {PAGE_FAULT_BEYOND_END_OF_ALLOCATION,
     SPECIAL NONPAGED "write s0 offset=112 length=1 mask=0xFF",
     {at(112), is(1), some, any}},
    {DRIVER_IRQL_NOT_LESS_OR_EQUAL, PAGED "irql 2\nread s0 offset=3 length=1", {at(3), is(2), is(0), some}},
};

#undef TWO_BLOCKS
#undef NONPAGED
#undef PAGED
#undef SPECIAL
#undef TRACKING
#undef CHARGED
#undef LIST

using Blocks = std::array<std::uint64_t, 2>; // where those of slots 0 and 1 lie

bool fits(const Parameter& expected, std::uint64_t got, const Blocks& blocks) {
    const auto value = static_cast<std::uint64_t>(expected.value);
    switch (expected.is) {
    case Parameter::exactly:
        return got == value;
    case Parameter::block:
        return got == blocks[0] + value;
    case Parameter::second_block:
        return got == blocks[1] + value;
    case Parameter::page_offset:
        return got == ((blocks[0] + value) & 0xFFFU);
    case Parameter::something:
        return got != 0;
    case Parameter::anything:
        break;
    }
    return true;
}

// The first parameter that is not as documented, 1 to 4; 0 when all are; 5 when it is another bug check.
unsigned first_wrong(const Reached& row, std::string_view subject_name, Event& last) {
    const ParsedText text = parse_text("poolproof-trace 2 64-bit\n" + std::string(row.trace) + "\n");
    EXPECT_TRUE(text.ok) << row.trace << ", line " << text.line << ": " << text.message;
    const auto subject = make_subject(subject_name);
    Oracle oracle;
    Runner runner(*subject, oracle);
    std::vector<Step> log;
    runner.run(text.trace, log);
    Blocks blocks{};
    for (const Step& step : log) {
        if (step.event.kind == EventKind::pointer && step.op.slot < blocks.size()) {
            blocks[step.op.slot] = step.event.address;
        }
    }
    last = log.back().event;
    if (log.size() != text.trace.ops.size() || last.kind != EventKind::bug_check || last.code != row.code) {
        return 5;
    }
    for (unsigned i = 0; i < 4; ++i) {
        if (!fits(row.parameters[i], last.parameters[i], blocks)) {
            return i + 1;
        }
    }
    return 0;
}

TEST(BugChecks, HaveTheirCodeAndAllFourParameters) {
    for (const Reached& row : reached) {
        Event last;
        EXPECT_EQ(first_wrong(row, "reference", last), 0U)
            << row.trace << "\ngave 0x" << std::hex << last.code << " (0x" << last.parameters[0] << ", 0x"
            << last.parameters[1] << ", 0x" << last.parameters[2] << ", 0x" << last.parameters[3] << ")";
    }
}

// The sub-code of an entry is one of its exact parameters.
bool stands_for(const Reached& row, const BugCheckEntry& entry, const BugCheckRow& wanted) {
    if (row.code != entry.code) {
        return false;
    }
    return entry.sub_code_parameter == 0 ||
           row.parameters[entry.sub_code_parameter - 1U].value == static_cast<std::int64_t>(wanted.sub_code);
}

TEST(BugChecks, HaveAnEntryHereForEachRowThatNoReasonExcuses) {
    for (const BugCheckEntry& entry : bug_checks()) {
        for (const BugCheckRow& wanted : entry.rows) {
            unsigned entries = 0;
            for (const Reached& row : reached) {
                entries += stands_for(row, entry, wanted) ? 1U : 0U;
            }
            EXPECT_EQ(entries, wanted.unreachable.empty() ? 1U : 0U)
                << std::hex << "0x" << entry.code << " with 0x" << wanted.sub_code << ": " << wanted.meaning;
        }
    }
}

TEST(BugChecks, OfFaultySubjectsAreSeenToDiffer) {
    const struct {
        std::string_view subject;
        std::uint32_t code;
        std::int64_t first;
        unsigned wrong;
    } faults[] = {{"mismatch-tags-swapped", BAD_POOL_CALLER, 0x0A, 3},
                  {"unload-leak-miscounted", DRIVER_VERIFIER_DETECTED_VIOLATION, 0x62, 4},
                  {"executable-pool-unnoticed", DRIVER_VERIFIER_DETECTED_VIOLATION, 0x2000, 5}};
    for (const auto& fault : faults) {
        for (const Reached& row : reached) {
            if (row.code == fault.code && row.parameters[0].value == fault.first) {
                Event last;
                EXPECT_EQ(first_wrong(row, "faulty:" + std::string(fault.subject), last), fault.wrong)
                    << fault.subject;
            }
        }
    }
}

} // namespace
} // namespace poolproof
