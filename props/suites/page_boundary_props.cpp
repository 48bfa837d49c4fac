// Page boundary: GEO-02, and whose bytes are whose: GEO-04, GEO-05, GEO-06.
//
// Does not cover: what comes of touching other bytes (special_pool_props.cpp), reuse of tails over a long
// life (fragmentation_props.cpp).
#include "suites/property.hpp"
#include "suites/trace_property.hpp"
#include "suites/values.hpp"

#include <algorithm>

namespace poolproof {

POOL_SUITE_FOR(PageBoundary, both_profiles_and({"TailsAreWasted"}));

namespace {

bool lies_in_one_page(Address block, std::uint64_t bytes) {
    return block / page == (block + bytes - 1) / page;
}

} // namespace

POOL_PROPERTY(PageBoundary, APageOrLessLiesInOnePage) {
    const auto request = *ex_request();
    const auto tag = *legal_tag();
    for (const std::uint64_t bytes : *rc::gen::container<std::vector<std::uint64_t>>(size_up_to_a_page())) {
        RC_ASSERT(lies_in_one_page(drive.allocate(request, bytes, tag), bytes));
    }
}

POOL_PROPERTY(PageBoundary, ExactlyAPageIsAWholePage) {
    const auto used = a_used_pool(drive);
    const auto request = *ex_request();
    const Address block = drive.allocate(request, page, fred);
    RC_ASSERT(block % page == 0U);
    RC_ASSERT(drive.accessible(block, 0, page));
}

POOL_PROPERTY(PageBoundary, LiveBlocksNeverOverlap) {
    auto blocks = a_used_pool(drive);
    const auto bytes = *any_size();
    const auto request = *pool_request();
    blocks.push_back({drive.allocate(request, bytes, fred), bytes, request, 0});
    std::sort(blocks.begin(), blocks.end(),
              [](const Lived& a, const Lived& b) { return a.address < b.address; });
    for (std::size_t i = 1; i < blocks.size(); ++i) {
        RC_ASSERT(blocks[i - 1].address + blocks[i - 1].bytes <= blocks[i].address);
    }
}

// Every byte asked for belongs to the caller, and no other (GEO-04): each block keeps its own contents while
// all others are filled to their last byte.
POOL_PROPERTY(PageBoundary, EveryBlockKeepsItsContents) {
    for (const Lived& block : a_used_pool(drive)) {
        RC_ASSERT(drive.holds(block.address, block.bytes, block.seed));
        drive.release(block.request, block.address, fred);
    }
}

// GEO-05, X-03: what is behind a large block in its last page belongs to others, or to nobody.
POOL_PROPERTY(PageBoundary, TailOfALargeBlockIsGivenOutOrWasted) {
    const auto request = *rc::gen::element(Request{Routine::ExAllocatePoolWithTag, NonPagedPool},
                                           Request{Routine::ExAllocatePoolWithTag, PagedPool});
    const auto bytes = *rc::gen::inRange(page + 1, page + 2000);
    const auto small_bytes = *rc::gen::inRange<std::uint64_t>(1, 101);
    const Address large = drive.allocate(request, bytes, fred);
    drive.fill(large, bytes, 1);
    bool in_the_tail = false;
    for (unsigned i = 0; i < 64 && !in_the_tail; ++i) {
        const Address small = drive.allocate(request, small_bytes, fred);
        drive.fill(small, small_bytes, 2);
        RC_ASSERT((small >= large + bytes || small + small_bytes <= large));
        in_the_tail = small >= large + bytes && small + small_bytes <= large + 2 * page;
    }
    RC_ASSERT(in_the_tail == (drive.claims().tail_reuse == TailReuse::reused));
    RC_ASSERT(drive.holds(large, bytes, 1));
}

// A block of each size, each full of its own bytes, while the blocks of the 16 sizes before it are still
// live.
POOL_SWEEP(PageBoundary, EverySizeOfEveryRequestIsWhollyTheCallers) {
    constexpr std::size_t live = 16;
    for (const Request& request : every_request()) {
        if (request.routine == Routine::EngAllocUserMem) {
            continue;
        }
        std::array<Lived, live> ring{};
        for (std::uint64_t bytes = 1; bytes <= 3 * page; bytes += bytes % page < 64 ? 1 : 7) {
            // A small block comes and goes beside each, from whatever room the others leave.
            const std::uint64_t small_bytes = 1 + bytes % 64;
            const Address small = drive.allocate(request, small_bytes, fred);
            drive.fill(small, small_bytes, 1);
            Lived& place = ring[bytes % live];
            if (place.address != 0) {
                RC_ASSERT(drive.holds(place.address, place.bytes, place.seed));
                drive.release(request, place.address, fred);
            }
            const Address block = drive.allocate(request, bytes, fred);
            RC_ASSERT(block != 0U);
            RC_ASSERT((bytes > page || !has_geometry_rules(request) || lies_in_one_page(block, bytes)));
            place = {block, bytes, request, static_cast<unsigned>(bytes)};
            drive.fill(block, bytes, place.seed);
            RC_ASSERT(drive.holds(small, small_bytes, 1));
            drive.release(request, small, fred);
        }
        for (const Lived& place : ring) {
            if (place.address != 0) {
                RC_ASSERT(drive.holds(place.address, place.bytes, place.seed));
                drive.release(request, place.address, fred);
            }
        }
    }
    RC_ASSERT(drive.pages_in_use() == 0U);
}

POOL_SWEEP(PageBoundary, EverySizeLiesInOnePageOrStartsOne) {
    const std::array<Request, 4> requests = {{{Routine::ExAllocatePoolWithTag, NonPagedPool},
                                              {Routine::ExAllocatePoolWithTag, PagedPool},
                                              {Routine::ExAllocatePoolWithTagPriority, NonPagedPoolNx},
                                              {Routine::ExAllocatePoolWithTagPriority, PagedPool}}};
    for (const Request& request : requests) {
        for (std::uint64_t bytes = 1; bytes <= 3 * page; ++bytes) {
            const Address block = drive.allocate(request, bytes, fred);
            RC_ASSERT((bytes > page ? block % page == 0 : lies_in_one_page(block, bytes)));
            RC_ASSERT(drive.accessible(block, 0, bytes));
            if (bytes % 11 != 0) { // some stay, so that later ones have less room
                drive.release(request, block, fred);
            }
        }
    }
}

POOL_TRACE_PROPERTY(PageBoundary, NoTraceOfSizesBreaksAClause, Family::sizes)

POOL_CONVICTS(PageBoundary, APageOrLessLiesInOnePage, "straddles-a-page")
POOL_SWEEP_CONVICTS(PageBoundary, EverySizeLiesInOnePageOrStartsOne, "straddles-a-page")
POOL_CONVICTS(PageBoundary, LiveBlocksNeverOverlap, "last-bytes-shared")
POOL_CONVICTS(PageBoundary, TailOfALargeBlockIsGivenOutOrWasted, "tail-overlaps")
POOL_CONVICTS(PageBoundary, EveryBlockKeepsItsContents, "allocation-scribbles")
POOL_SWEEP_CONVICTS(PageBoundary, EverySizeOfEveryRequestIsWhollyTheCallers, "last-bytes-shared")

} // namespace poolproof
