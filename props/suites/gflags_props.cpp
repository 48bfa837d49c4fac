// GFlags' requests for special pool: GF-01 to GF-05.
//
// Does not cover: requests by Driver Verifier and their union with GFlags' (special_pool_props.cpp).
#include "suites/property.hpp"
#include "suites/special_pool.hpp"
#include "suites/trace_property.hpp"
#include "suites/values.hpp"

namespace poolproof {

namespace {

constexpr std::uint32_t with_last(std::uint32_t tag, char c) {
    return (tag & 0x00FFFFFFU) | static_cast<std::uint32_t>(c) << 24;
}

bool goes_to_special_pool(Driver& drive, const Request& request, std::uint64_t bytes, std::uint32_t tag) {
    drive.release(request, drive.allocate(request, bytes, tag), tag);
    return drive.last_block().special;
}

} // namespace

POOL_SUITE(GflagsRules);

// GF-03: the value is the upper bound of the class plus one granule, and both bounds count.
POOL_PROPERTY(GflagsRules, ASizeSelectsItsClassAlone) {
    const auto request = *pool_request();
    const std::uint32_t granule = drive.claims().granule();
    const auto value = granule * *rc::gen::inRange<std::uint32_t>(2, page / granule);
    const auto near = *rc::gen::inRange<std::int64_t>(-2, 3);
    const auto edge = static_cast<std::int64_t>(value) - granule * *rc::gen::inRange<std::int64_t>(1, 3);
    const auto bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(1, edge + near));
    drive.special_pool(SpecialMode::by_tag, Side::end, value);
    const bool selected = bytes > value - 2 * granule && bytes <= value - granule;
    RC_ASSERT(goes_to_special_pool(drive, request, bytes, fred) == selected);
}

// GF-02: ? is any character, * the rest.
POOL_PROPERTY(GflagsRules, WildcardsSelectTheTagsThatTheyFit) {
    const auto request = *pool_request();
    const auto bytes = *size_below_a_page();
    const auto last = *rc::gen::inRange<char>('a', 'z' + 1);
    drive.special_pool(SpecialMode::by_tag, Side::end, with_last(fred, '?'));
    RC_ASSERT(goes_to_special_pool(drive, request, bytes, with_last(fred, last)));
    drive.special_pool(SpecialMode::by_tag, Side::end, with_last(fred, '*'));
    RC_ASSERT(goes_to_special_pool(drive, request, bytes, with_last(fred, last)));
    drive.special_pool(SpecialMode::by_tag, Side::end, with_last(fred, last));
    RC_ASSERT(!goes_to_special_pool(drive, request, bytes, with_last(fred, '0')));
}

// GF-04: a value below PAGE_SIZE is a tag as well; 0x2A is everything.
POOL_PROPERTY(GflagsRules, ASmallValueIsATagTooAndTwoAIsEverything) {
    const auto request = *pool_request();
    const auto bytes = *size_below_a_page();
    const auto letter = *rc::gen::inRange<std::uint32_t>('A', 'Z' + 1);
    drive.special_pool(SpecialMode::by_tag, Side::end, letter);
    RC_ASSERT(goes_to_special_pool(drive, request, bytes, letter));
    drive.special_pool(SpecialMode::by_tag, Side::end, 0x2A);
    RC_ASSERT(goes_to_special_pool(drive, request, bytes, *legal_tag()));
}

// GF-01: one setting at a time.
POOL_PROPERTY(GflagsRules, ALaterValueReplacesTheFormer) {
    const auto request = *pool_request();
    const auto bytes = *size_below_a_page();
    drive.special_pool(SpecialMode::by_tag, Side::end, fred);
    drive.special_pool(SpecialMode::by_tag, Side::end, with_last(fred, 'x'));
    RC_ASSERT(!goes_to_special_pool(drive, request, bytes, fred));
    RC_ASSERT(goes_to_special_pool(drive, request, bytes, with_last(fred, 'x')));
}

// GF-05: the setting of the side is for GFlags' requests and Driver Verifier's alike.
POOL_PROPERTY(GflagsRules, OneSettingOfTheSideServesBothKindsOfRequest) {
    const auto bytes = *size_below_a_page();
    const auto side = *rc::gen::element(Side::end, Side::start);
    for (const SpecialMode mode : {SpecialMode::by_tag, SpecialMode::verifier}) {
        drive.special_pool(SpecialMode::off);
        drive.special_pool(mode, side, fred);
        RC_ASSERT(drive.ExAllocatePoolWithTag(NonPagedPool, bytes, fred) % page ==
                  special_offset(drive, side, bytes));
    }
}

POOL_CONVICTS(GflagsRules, ASizeSelectsItsClassAlone, "gflags-size-too-wide")
POOL_CONVICTS(GflagsRules, WildcardsSelectTheTagsThatTheyFit, "gflags-last-character-ignored")
POOL_CONVICTS(GflagsRules, ALaterValueReplacesTheFormer, "gflags-former-value-stays")

TEST(GflagsRulesConvicts, VerifyStartIgnored) {
    EXPECT_TRUE(convicts(GflagsRulesOneSettingOfTheSideServesBothKindsOfRequest, "verify-start-ignored"));
}
TEST(GflagsRulesConvicts, TagRequestIgnored) {
    EXPECT_TRUE(convicts(GflagsRulesASmallValueIsATagTooAndTwoAIsEverything, "tag-request-ignored"));
}

} // namespace poolproof
