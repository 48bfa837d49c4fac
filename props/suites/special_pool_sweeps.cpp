// Special pool, exhaustively: every size on both sides, every byte of a page around a block. And
// special_pool.hpp.
//
// Does not cover: which requests are eligible (special_pool_props.cpp).
#include "suites/property.hpp"
#include "suites/special_pool.hpp"
#include "suites/values.hpp"

#include <ddi/bugcodes.h>

#include <bit>

namespace poolproof {

std::uint64_t special_offset(const Driver& drive, Side side, std::uint64_t bytes) {
    const std::uint64_t granule = drive.granule();
    return side == Side::start ? 0 : page - (bytes + granule - 1) / granule * granule;
}

namespace {

// Documented: PAGE_FAULT_BEYOND_END_OF_ALLOCATION or its driver-attributed form behind the block; in front of
// it the bug check is not named (SP-04), and a plain page fault will do as well.
void expect_guard(Driver& drive, Address block, std::int64_t offset, bool write) {
    const Stop stop = stop_of([&] { write ? drive.write(block, offset) : drive.read(block, offset); });
    const bool beyond = stop.code == PAGE_FAULT_BEYOND_END_OF_ALLOCATION ||
                        stop.code == DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION;
    RC_ASSERT((beyond || (offset < 0 && stop.code == PAGE_FAULT_IN_NONPAGED_AREA)));
    RC_ASSERT(stop.parameters[0] == block + static_cast<std::uint64_t>(offset));
    RC_ASSERT((!beyond || stop.parameters[1] == (write ? 1U : 0U)));
}

} // namespace

void expect_guarded(Driver& drive, Address block, std::uint64_t bytes) {
    const auto in_page = static_cast<std::int64_t>(block % page);
    drive.read(block, 0, bytes);
    drive.write(block, 0, bytes, 0xFF);
    drive.write(block, 0, bytes, 0xFF);
    for (const bool write : {false, true}) {
        expect_guard(drive, block, static_cast<std::int64_t>(page) - in_page, write);
        expect_guard(drive, block, -in_page - 1, write);
    }
}

void expect_damage_report(const Stop& stop, Address block, Address corrupt, bool behind, unsigned mask) {
    RC_ASSERT(stop.code == SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION);
    RC_ASSERT(stop.parameters[0] == block);
    RC_ASSERT(stop.parameters[1] == corrupt);
    const std::uint64_t sub_code = stop.parameters[3];
    if (std::popcount(mask) == 1) { // precedence over a single-bit error is not documented
        RC_ASSERT((sub_code == 0x23 || sub_code == 0x24 || sub_code == 0x32));
    } else {
        RC_ASSERT(sub_code == (behind ? 0x24U : 0x23U));
    }
}

POOL_SUITE_FOR(SpecialPoolSweep, both_profiles_and({"SpecialPatternIsZero"}));

namespace {

void sweep_side(Driver& drive, const Request& request, Side side) {
    drive.special_pool(SpecialMode::verifier, side);
    for (std::uint64_t bytes = 1; bytes <= 3 * page; ++bytes) {
        const Address block = drive.allocate(request, bytes, fred);
        RC_ASSERT(block != 0U);
        RC_ASSERT(drive.last_block().special == (bytes < page));
        if (bytes < page) {
            RC_ASSERT(block % page == special_offset(drive, side, bytes));
            expect_guarded(drive, block, bytes);
        } else {
            drive.read(block, 0, bytes);
        }
        drive.release(request, block, fred);
        if (bytes < page) {
            stop_of([&] { drive.read(block, static_cast<std::int64_t>(bytes) - 1); });
        }
    }
    RC_ASSERT(drive.pages_in_use() == 0U);
}

} // namespace

POOL_SWEEP(SpecialPoolSweep, EverySizeOfNonpagedPoolOnBothSides) {
    sweep_side(drive, {Routine::ExAllocatePoolWithTag, NonPagedPoolNx}, Side::end);
    sweep_side(drive, {Routine::ExAllocatePoolWithTag, NonPagedPool}, Side::start);
}

POOL_SWEEP(SpecialPoolSweep, EverySizeOfPagedPoolOnBothSides) {
    sweep_side(drive, {Routine::FsRtlAllocatePoolWithTag, PagedPool}, Side::end);
    sweep_side(drive, {Routine::EngAllocMem, 0}, Side::start);
}

// Each byte of the page that is not the block's, changed alone: found at the free, at its address.
POOL_SWEEP(SpecialPoolSweep, EveryByteAroundABlockIsWatched) {
    for (const Side side : {Side::end, Side::start}) {
        drive.special_pool(SpecialMode::verifier, side);
        for (const std::uint64_t bytes : {std::uint64_t{1}, std::uint64_t{100}, page - 9}) {
            const Address block = drive.ExAllocatePoolWithTag(NonPagedPool, bytes, fred);
            const std::uint64_t in_page = block % page;
            for (std::uint64_t at = 0; at < page; ++at) {
                if (at >= in_page && at < in_page + bytes) {
                    continue;
                }
                const auto offset = static_cast<std::int64_t>(at) - static_cast<std::int64_t>(in_page);
                const unsigned mask = at % 2 == 0 ? 0xFF : 1U << at / 2 % 8;
                drive.write(block, offset, 1, mask);
                const Stop stop = stop_of([&] { drive.ExFreePool(block); });
                expect_damage_report(stop, block, block - in_page + at, at >= in_page + bytes, mask);
                drive.write(block, offset, 1, mask);
            }
            drive.ExFreePool(block);
        }
    }
}

POOL_SWEEP_CONVICTS(SpecialPoolSweep, EverySizeOfNonpagedPoolOnBothSides, "guard-behind-missing")
POOL_SWEEP_CONVICTS(SpecialPoolSweep, EverySizeOfPagedPoolOnBothSides, "guard-in-front-missing")
POOL_SWEEP_CONVICTS(SpecialPoolSweep, EveryByteAroundABlockIsWatched, "slack-unchecked")

} // namespace poolproof
