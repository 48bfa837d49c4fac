// Alignment: GEO-01 and GEO-03, for the Ex routines, whose pages state them (EAPT-07, EAPT-09, EATP-14,
// EAP-04, EAPQ-06, EAPQ-07, EAQT-08).
//
// Does not cover: FsRtl and Eng routines, whose pages give no alignment; cache-aligned types, whose alignment
// no page promises.
#include "suites/property.hpp"
#include "suites/trace_property.hpp"
#include "suites/values.hpp"

namespace poolproof {

POOL_SUITE(Alignment);

POOL_PROPERTY(Alignment, APageOrMoreIsPageAligned) {
    const auto used = a_used_pool(drive);
    const auto request = *any_ex_request();
    const auto bytes = *size_of_a_page_or_more();
    RC_ASSERT(drive.allocate(request, bytes, fred) % page == 0U);
}

POOL_PROPERTY(Alignment, LessThanAPageIsAlignedToTheGranule) {
    const auto used = a_used_pool(drive);
    const auto request = *any_ex_request();
    const auto bytes = *size_below_a_page();
    RC_ASSERT(drive.allocate(request, bytes, fred) % drive.granule() == 0U);
}

POOL_PROPERTY(Alignment, EveryBlockOfALongListIsAligned) {
    const auto request = *any_ex_request();
    for (const std::uint64_t bytes : *rc::gen::container<std::vector<std::uint64_t>>(any_size())) {
        const std::uint64_t alignment = bytes < page ? drive.granule() : page;
        RC_ASSERT(drive.allocate(request, bytes, fred) % alignment == 0U);
    }
}

// Two blocks of each size are live at once, so that the second has a neighbour.
POOL_SWEEP(Alignment, EverySizeOfEveryTypeIsAligned) {
    for (const Request& request : every_request()) {
        if (!has_geometry_rules(request)) {
            continue;
        }
        Address before = drive.allocate(request, 1, fred);
        for (std::uint64_t bytes = 1; bytes <= 3 * page; ++bytes) {
            Address block = drive.allocate(request, bytes, fred);
            RC_ASSERT(block != 0U);
            RC_ASSERT(block % (bytes < page ? drive.granule() : page) == 0U);
            drive.release(request, before, fred);
            before = block;
        }
        drive.release(request, before, fred);
    }
}

POOL_TRACE_PROPERTY(Alignment, NoTraceOfSizesBreaksAClause, Family::sizes)

POOL_CONVICTS(Alignment, APageOrMoreIsPageAligned, "page-not-aligned")
POOL_CONVICTS(Alignment, LessThanAPageIsAlignedToTheGranule, "misaligned-class")
POOL_SWEEP_CONVICTS(Alignment, EverySizeOfEveryTypeIsAligned, "misaligned-class")

} // namespace poolproof
