// What counts as a difference between two events, and what does not.
#include "gen/compare.hpp"

#include <gtest/gtest.h>

namespace poolproof {
namespace {

Claims everything() {
    Claims claims;
    claims.capabilities = can_everything;
    return claims;
}

Event pointer(std::uint64_t address) {
    Event event;
    event.kind = EventKind::pointer;
    event.address = address;
    return event;
}

Event bug_check(std::uint32_t code, std::array<std::uint64_t, 4> parameters) {
    Event event;
    event.kind = EventKind::bug_check;
    event.code = code;
    event.parameters = parameters;
    return event;
}

Event of_kind(EventKind kind) {
    Event event;
    event.kind = kind;
    return event;
}

Aspect compared(const Event& a, const Event& b, bool zeros_promised = false,
                const Claims& claims_b = everything()) {
    const Claims claims_a = everything();
    const Aspect one_way = compare(Op{}, {a, claims_a}, {b, claims_b}, zeros_promised);
    EXPECT_EQ(one_way, compare(Op{}, {b, claims_b}, {a, claims_a}, zeros_promised));
    return one_way;
}

TEST(Compare, AddressesAndNodesAreNoDifference) {
    Event a = pointer(0x1000);
    Event b = pointer(0x2010);
    a.block.known = b.block.known = true;
    b.block.node = 1;
    a.used = 5;
    EXPECT_EQ(compared(a, b), Aspect::nothing);
}

TEST(Compare, OutcomesAndStatusesAre) {
    EXPECT_EQ(compared(pointer(0x1000), of_kind(EventKind::null)), Aspect::outcome);
    Event a = of_kind(EventKind::raised);
    Event b = a;
    EXPECT_EQ(compared(a, b), Aspect::nothing);
    b.status = 0xC000009A;
    EXPECT_EQ(compared(a, b), Aspect::status);
}

TEST(Compare, OfABugCheckTheParametersThatAreNoAddressesCount) {
    const Event given = bug_check(0xC2, {0x0A, 0x1000, 'a', 'b'});
    EXPECT_EQ(compared(given, bug_check(0xC2, {0x0A, 0x2000, 'a', 'b'})), Aspect::nothing);
    EXPECT_EQ(compared(given, bug_check(0xC2, {0x0A, 0x1000, 'x', 'b'})), Aspect::bug_check);
    EXPECT_EQ(compared(given, bug_check(0xC2, {0x07, 0x1000, 'a', 'b'})), Aspect::bug_check);
    EXPECT_EQ(compared(given, bug_check(0xC1, {0x0A, 0x1000, 'a', 'b'})), Aspect::bug_check);
    // Its sub-code is the fourth.
    EXPECT_EQ(compared(bug_check(0xC1, {1, 2, 3, 0x23}), bug_check(0xC1, {4, 5, 6, 0x23})), Aspect::nothing);
    EXPECT_EQ(compared(bug_check(0xC1, {1, 2, 3, 0x23}), bug_check(0xC1, {1, 2, 3, 0x24})),
              Aspect::bug_check);
}

TEST(Compare, ContentsThatNoOnePromisedAreNoDifference) {
    Event a = pointer(0x1000);
    Event b = pointer(0x1000);
    a.zeroed = Seen::yes;
    b.zeroed = Seen::no;
    EXPECT_EQ(compared(a, b, false), Aspect::nothing);
    EXPECT_EQ(compared(a, b, true), Aspect::zeros);
    b.zeroed = Seen::not_looked;
    EXPECT_EQ(compared(a, b, true), Aspect::nothing);
}

TEST(Compare, WhatWasSeenInMemoryCounts) {
    Event a = pointer(0x1000);
    Event b = a;
    a.accessible = Seen::yes;
    b.accessible = Seen::no;
    EXPECT_EQ(compared(a, b), Aspect::access);
    a = b = of_kind(EventKind::done);
    a.intact = Seen::yes;
    b.intact = Seen::no;
    EXPECT_EQ(compared(a, b), Aspect::contents);
}

TEST(Compare, WhatOnlyOneOfThemTellsIsNoDifference) {
    Event a = pointer(0x1000);
    Event b = a;
    a.block.known = true;
    a.block.tag = 5;
    EXPECT_EQ(compared(a, b), Aspect::nothing);
    b.block.known = true;
    EXPECT_EQ(compared(a, b), Aspect::block);
    b = a;
    a.list.known = true;
    a.list.cached = 3;
    EXPECT_EQ(compared(a, b), Aspect::nothing);
    b.list.known = true;
    EXPECT_EQ(compared(a, b), Aspect::list);
    b = a;
    b.caller_faults = fault_tag_zero;
    EXPECT_EQ(compared(a, b), Aspect::caller_faults);
    Claims no_validator = everything();
    no_validator.capabilities &= ~std::uint32_t{can_validate};
    EXPECT_EQ(compared(a, b, false, no_validator), Aspect::nothing);
}

TEST(Compare, TheRightToExecuteCountsWhereBothTellIt) {
    Event a = pointer(0x1000);
    Event b = a;
    a.block.known = true;
    b.block.rights_known = true;
    b.block.executable = true;
    EXPECT_EQ(compared(a, b), Aspect::executable);
    b.block.rights_known = false;
    EXPECT_EQ(compared(a, b), Aspect::nothing);
}

TEST(Compare, AnswersCount) {
    Event a = of_kind(EventKind::value);
    Event b = a;
    b.row.bytes = 1;
    EXPECT_EQ(compared(a, b), Aspect::answer);
    b = a;
    b.counters[attempted] = 1;
    EXPECT_EQ(compared(a, b), Aspect::answer);
    b = a;
    b.number = 1;
    EXPECT_EQ(compared(a, b), Aspect::answer);
}

TEST(Compare, ACrashOfWhoCannotTellABugCheckMayBeOne) {
    const Event told = bug_check(0xC2, {7, 0, 0, 0});
    const Event died = of_kind(EventKind::crashed);
    Claims mute = everything();
    mute.capabilities &= ~std::uint32_t{can_bug_check};
    EXPECT_FALSE(are_comparable({told, everything()}, {died, mute}));
    EXPECT_TRUE(are_comparable({told, everything()}, {died, everything()}));
    EXPECT_TRUE(are_comparable({told, everything()}, {of_kind(EventKind::done), mute}));
    mute = everything();
    mute.capabilities &= ~std::uint32_t{can_raise};
    EXPECT_FALSE(
        are_comparable({of_kind(EventKind::null), mute}, {of_kind(EventKind::raised), everything()}));
    EXPECT_TRUE(are_comparable({pointer(0x1000), mute}, {of_kind(EventKind::raised), everything()}));
}

} // namespace
} // namespace poolproof
