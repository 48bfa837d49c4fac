// EngAllocMem and user memory: EAM-01 to EAM-04, EAU-01 to EAU-05, EAU-08, EAU-09, EAU-17, EAU-18, EFU-01 to
// EFU-03.
//
// Does not cover: tags (tag_range_props.cpp), failures (raise_on_failure_props.cpp).
#include "suites/property.hpp"
#include "suites/trace_property.hpp"
#include "suites/values.hpp"

#include <ddi/winddi.h>

#include <algorithm>

namespace poolproof {

POOL_SUITE(UserMemory);

namespace {

constexpr std::uint64_t unit = 64 * 1024; // EAU-05

// A touch from a process that does not own the memory ends in a fault of some kind.
bool can_read(Driver& drive, Address block) {
    return comes_back([&] { drive.read(block, 0); });
}

} // namespace

POOL_PROPERTY(UserMemory, ItLiesInTheUserHalf) {
    const auto bytes = *any_size();
    const Address block = drive.EngAllocUserMem(bytes, fred);
    RC_ASSERT(block != 0U);
    RC_ASSERT(block + bytes <= drive.foreign_address(Pointer::system_address));
    // 0xC2/0x40 says where system space starts (contract facts 12.3).
    const Stop stop = stop_of([&] { drive.ExFreePool(block); });
    RC_ASSERT(stop.parameters[0] == 0x40U);
    RC_ASSERT(block + bytes <= stop.parameters[2]);
    drive.write(block, 0, bytes);
    RC_ASSERT(drive.last_block().user);
}

POOL_PROPERTY(UserMemory, EachBlockConsumesAtLeast64KB) {
    std::vector<std::pair<Address, std::uint64_t>> blocks;
    for (const std::uint64_t bytes : *rc::gen::container<std::vector<std::uint64_t>>(any_size())) {
        blocks.emplace_back(drive.EngAllocUserMem(bytes, fred), bytes);
        RC_ASSERT(blocks.back().first != 0U);
    }
    std::sort(blocks.begin(), blocks.end());
    for (std::size_t i = 1; i < blocks.size(); ++i) {
        RC_ASSERT(blocks[i].first - blocks[i - 1].first >= unit);
        RC_ASSERT(blocks[i].first >= blocks[i - 1].first + blocks[i - 1].second);
    }
}

// EAU-03, EAU-17: the same address is other memory, or none, in another process.
POOL_PROPERTY(UserMemory, ItIsPrivateToItsProcess) {
    const auto owner = *rc::gen::inRange(0U, process_count);
    const auto other = *rc::gen::distinctFrom(rc::gen::inRange(0U, process_count), owner);
    const auto bytes = *any_size();
    drive.attach_process(owner);
    const Address block = drive.EngAllocUserMem(bytes, fred);
    drive.fill(block, bytes, 1);
    drive.attach_process(other);
    RC_ASSERT(!can_read(drive, block));
    const Address others = drive.EngAllocUserMem(bytes, fred);
    drive.fill(others, bytes, 2);
    drive.attach_process(owner);
    RC_ASSERT(drive.holds(block, bytes, 1));
    drive.attach_process(other);
    RC_ASSERT(drive.holds(others, bytes, 2));
}

// EAU-17: system memory is the same in all processes.
POOL_PROPERTY(UserMemory, PoolIsTheSameInEveryProcess) {
    const auto request = *pool_request();
    const auto bytes = *any_size();
    drive.attach_process(*rc::gen::inRange(0U, process_count));
    const Address block = drive.allocate(request, bytes, fred);
    drive.fill(block, bytes, 5);
    for (unsigned process = 0; process < process_count; ++process) {
        drive.attach_process(process);
        RC_ASSERT(drive.holds(block, bytes, 5));
        drive.write(block, 0, bytes, 0xFF);
        drive.write(block, 0, bytes, 0xFF);
    }
}

// EFU-02: it fails in another process, and the block stays.
POOL_PROPERTY(UserMemory, AnotherProcessCannotFreeIt) {
    const auto owner = *rc::gen::inRange(0U, process_count);
    const auto other = *rc::gen::distinctFrom(rc::gen::inRange(0U, process_count), owner);
    drive.attach_process(owner);
    const Address block = drive.EngAllocUserMem(1000, fred);
    drive.fill(block, 1000, 9);
    drive.attach_process(other);
    comes_back([&] { drive.EngFreeUserMem(block); }); // how it fails is not documented
    RC_ASSERT((drive.caller_faults() & fault_wrong_process) != 0U);
    drive.attach_process(owner);
    RC_ASSERT(drive.holds(block, 1000, 9));
    drive.EngFreeUserMem(block);
    RC_ASSERT(drive.caller_faults() == 0U);
}

POOL_PROPERTY(UserMemory, ItIsGoneAfterTheFree) {
    const auto bytes = *any_size();
    const Address block = drive.EngAllocUserMem(bytes, fred);
    drive.EngFreeUserMem(block);
    RC_ASSERT(!can_read(drive, block));
    RC_ASSERT(!can_read(drive, block + bytes - 1));
}

POOL_PROPERTY(UserMemory, EngWritePrinterRefusesItAndTakesPool) {
    const auto bytes = static_cast<std::uint32_t>(*rc::gen::inRange(1, 8192));
    const Address user = drive.EngAllocUserMem(bytes, fred);
    RC_ASSERT(!drive.EngWritePrinter(user, bytes));
    RC_ASSERT((drive.caller_faults() & fault_printer_memory) != 0U);
    const Address pool = drive.EngAllocMem(FL_ZERO_MEMORY, bytes, fred);
    RC_ASSERT(drive.EngWritePrinter(pool, bytes));
    RC_ASSERT(drive.caller_faults() == 0U);
}

// EAM-03: zeroed when asked for, whatever the memory held before.
POOL_PROPERTY(UserMemory, FlZeroMemoryZeroesUsedMemory) {
    const auto bytes = static_cast<std::uint32_t>(*any_size());
    const auto nonpaged = *rc::gen::element(0U, std::uint32_t{FL_NONPAGED_MEMORY});
    std::vector<Address> used;
    for (unsigned i = 0; i < 8; ++i) {
        used.push_back(drive.EngAllocMem(nonpaged, bytes, fred));
        drive.fill(used.back(), bytes, i + 1);
    }
    for (const Address block : used) {
        drive.EngFreeMem(block);
    }
    const Address block = drive.EngAllocMem(nonpaged | FL_ZERO_MEMORY, bytes, fred);
    const std::vector<std::uint8_t> seen = drive.bytes(block, bytes);
    RC_ASSERT(std::count(seen.begin(), seen.end(), 0) == std::ptrdiff_t{bytes});
}

// EAM-02, EAM-04: the four combinations, told apart by contents, by the ledger, and by a touch at
// DISPATCH_LEVEL.
POOL_SWEEP(UserMemory, TheFlagsOfEngAllocMemAreIndependent) {
    for (std::uint32_t bytes = 1; bytes <= 3 * page; ++bytes) {
        for (std::uint32_t flags = 0; flags < 4; ++flags) {
            const bool paged = (flags & FL_NONPAGED_MEMORY) == 0;
            const std::uint64_t before = drive.tag_row(fred, paged).allocations;
            const Address block = drive.EngAllocMem(flags, bytes, fred);
            RC_ASSERT(block != 0U);
            RC_ASSERT(drive.tag_row(fred, paged).allocations == before + 1);
            RC_ASSERT(drive.last_block().paged == paged);
            if ((flags & FL_ZERO_MEMORY) != 0) {
                const std::vector<std::uint8_t> seen = drive.bytes(block, bytes);
                RC_ASSERT(std::count(seen.begin(), seen.end(), 0) == std::ptrdiff_t{bytes});
            }
            drive.fill(block, bytes, bytes); // what comes next finds no zeros by chance
            drive.EngFreeMem(block);
        }
    }
}

POOL_SWEEP(UserMemory, EverySizeInEveryProcess) {
    for (std::uint64_t bytes = 1; bytes <= 3 * page; bytes += bytes % page < 8 ? 1 : 37) {
        std::array<Address, process_count> blocks{};
        for (unsigned process = 0; process < process_count; ++process) {
            drive.attach_process(process);
            blocks[process] = drive.EngAllocUserMem(bytes, fred);
            drive.fill(blocks[process], bytes, process);
        }
        for (unsigned process = 0; process < process_count; ++process) {
            drive.attach_process(process);
            RC_ASSERT(drive.holds(blocks[process], bytes, process));
            drive.EngFreeUserMem(blocks[process]);
        }
    }
    RC_ASSERT(drive.pages_in_use() == 0U);
}

POOL_TRACE_PROPERTY(UserMemory, NoTraceOfProcessesBreaksAClause, Family::user_memory)

POOL_CONVICTS(UserMemory, ItLiesInTheUserHalf, "user-memory-from-system-half")
POOL_CONVICTS(UserMemory, EachBlockConsumesAtLeast64KB, "user-blocks-close")
POOL_CONVICTS(UserMemory, ItIsPrivateToItsProcess, "user-memory-visible-elsewhere")
POOL_CONVICTS(UserMemory, AnotherProcessCannotFreeIt, "user-memory-freed-elsewhere")
POOL_CONVICTS(UserMemory, EngWritePrinterRefusesItAndTakesPool, "printer-fault-unreported")
POOL_CONVICTS(UserMemory, FlZeroMemoryZeroesUsedMemory, "zero-flag-ignored")
POOL_SWEEP_CONVICTS(UserMemory, TheFlagsOfEngAllocMemAreIndependent, "flags-not-combined")

TEST(UserMemoryConvicts, TheNonpagedFlagIgnored) {
    EXPECT_TRUE(one_run_convicts(UserMemoryTheFlagsOfEngAllocMemAreIndependent, "nonpaged-flag-ignored"));
}
TEST(UserMemoryConvicts, AFreeInAnotherProcessUnreported) {
    EXPECT_TRUE(convicts(UserMemoryAnotherProcessCannotFreeIt, "wrong-process-unreported"));
}

} // namespace poolproof
