// What every family of properties is made with: settings, the fixture, the macros, and convictions.
//
//   POOL_SUITE(Alignment);                                   // stamped for both profiles of the reference
//   POOL_PROPERTY(Alignment, APageOrMoreIsPageAligned) {     // `drive` speaks to a clean machine
//       const auto bytes = *rc::gen::inRange<std::uint64_t>(PAGE_SIZE, 10 * PAGE_SIZE);
//       RC_ASSERT(drive.ExAllocatePoolWithTag(PagedPool, bytes, tag) % PAGE_SIZE == 0);
//   }
//   POOL_SWEEP(Alignment, EverySize) { ... }                 // the same without random values: runs once
//   POOL_CONVICTS(Alignment, APageOrMoreIsPageAligned, "misaligned-page"); // it fails on that faulty subject
//
// A property that ran no case fails, whatever made it so (max_success=0, another property reproduced).
//
// Covers: running a body for a setting. Does not cover: values (values.hpp), traces (trace_property.hpp).
#pragma once

#include "suites/driver.hpp"

#include <poolproof/machine.h>

#include <rapidcheck.h>

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

// A subject and a profile that a suite is stamped for.
struct Setting {
    const char* name; // letters and digits: part of the test's name
    MachineConfig config = {};
};
void PrintTo(const Setting& setting, std::ostream* out);
// The reference with its default choices, in both profiles.
std::vector<Setting> both_profiles();
// Those, and the reference with each choice of its policies that is not the default, and with the guard
// backend that every kernel has, all in the 64-bit profile.
std::vector<Setting> every_choice();
// The two profiles, and those of every_choice() with these names.
std::vector<Setting> both_profiles_and(std::initializer_list<std::string_view> names);

using Body = void (*)(Driver& drive);
// As rc::check, but what makes the property fail comes back as text; empty when it holds. A property of no
// case does not hold.
std::string complaint_about(Body body, Subject& subject, bool is_64_bit, const std::string& id);
// The same for a body that needs no random values.
std::string complaint_of_one_run(Body body, Subject& subject, bool is_64_bit);
// The text for a result of RapidCheck's.
std::string complaint_in(const rc::detail::TestResult& result);

// Which property convicts which faulty subject, in one line each, sorted: "Suite.Property subject". Complete
// once main() runs.
std::vector<std::string> convictions();
// Adds one; used by the macros.
bool note_conviction(std::string_view property, std::string_view faulty);

// Whether the body fails on the subject named, in one profile or the other: in some case of many from a fixed
// seed, or, for a body without random values, in its one run.
testing::AssertionResult convicts(Body body, std::string_view faulty);
testing::AssertionResult one_run_convicts(Body body, std::string_view faulty);

class PropertyTest : public testing::TestWithParam<Setting> {
  protected:
    void hold(Body body);
    void run_once(Body body);
};

} // namespace poolproof

// NOLINTBEGIN(bugprone-macro-parentheses): the arguments are names.
#define POOL_SUITE_FOR(Suite, settings)                                                                      \
    class Suite : public poolproof::PropertyTest {};                                                         \
    INSTANTIATE_TEST_SUITE_P(Reference, Suite, testing::ValuesIn(settings),                                  \
                             [](const auto& setting) { return std::string(setting.param.name); })
#define POOL_SUITE(Suite) POOL_SUITE_FOR(Suite, poolproof::both_profiles())
// NOLINTEND(bugprone-macro-parentheses)

#define POOL_BODY(Suite, Name, run)                                                                          \
    static void Suite##Name([[maybe_unused]] poolproof::Driver& drive);                                      \
    TEST_P(Suite, Name) {                                                                                    \
        run(Suite##Name);                                                                                    \
    }                                                                                                        \
    static void Suite##Name([[maybe_unused]] poolproof::Driver& drive)
#define POOL_PROPERTY(Suite, Name) POOL_BODY(Suite, Name, hold)
#define POOL_SWEEP(Suite, Name) POOL_BODY(Suite, Name, run_once)

#define POOL_CONVICTS(Suite, Name, faulty)                                                                   \
    static const bool Suite##Name##Noted = poolproof::note_conviction(#Suite "." #Name, faulty);             \
    TEST(Suite##Convicts, Name) {                                                                            \
        EXPECT_TRUE(Suite##Name##Noted&& poolproof::convicts(Suite##Name, faulty));                          \
    }
#define POOL_SWEEP_CONVICTS(Suite, Name, faulty)                                                             \
    static const bool Suite##Name##Noted = poolproof::note_conviction(#Suite "." #Name, faulty);             \
    TEST(Suite##Convicts, Name) {                                                                            \
        EXPECT_TRUE(Suite##Name##Noted&& poolproof::one_run_convicts(Suite##Name, faulty));                  \
    }
