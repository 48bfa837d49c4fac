// A small kit for the oracle's tests: feeds hand-made ops and events and tells what each clause made of the
// last.
//
// Covers: building ops and events, and the record of which rows were seen holding and violated. Does not
// cover: any subject; every event here is made by hand.
#pragma once

#include "oracle/judge.hpp"

#include <ddi/bugcodes.h>

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace poolproof::oracle {

inline constexpr std::uint32_t fred = 0x46726564; // 'Fred'
inline constexpr std::uint64_t base = 0x10000000; // a page boundary of the system half
inline constexpr std::uint64_t user_base = 0x400000;

// Claims everything, and of each choice the reference's.
Claims full_claims();

// Nonpaged, tag 'Fred', slot 0, priority normal.
Op request(Routine routine, std::uint64_t size);
// Of slot 0, tag 'Fred'.
Op release(Routine routine);
Op touch(OpKind kind, std::int32_t offset, std::uint32_t length);
Op query_tag(std::uint32_t tag, bool paged);
Op query_event(bool paged, bool high);

Event pointer(std::uint64_t address);
// Tells the block as it should be: kind from the op, tag and size too; node of processor 0.
Event placed(const Op& op, std::uint64_t address, bool special = false);
Event null_result();
Event raised(std::uint32_t status);
Event bug(std::uint32_t code, std::uint64_t p1, std::uint64_t p2 = 0, std::uint64_t p3 = 0,
          std::uint64_t p4 = 0);
Event fault_at(std::uint64_t address);
Event done();
Event answer(std::uint64_t number);
Event row(std::uint64_t allocations, std::uint64_t frees, std::uint64_t bytes);

class Play {
  public:
    explicit Play(const Claims& claims = full_claims());

    // Feeds one op. `used` is the pointer of frees, touches and prints; for the others 0.
    Play& step(const Op& op, Event event, std::uint64_t used = 0);
    // An allocation of `size` bytes into slot 0 that goes well at `address`.
    Play& allocate(Routine routine, std::uint64_t size, std::uint64_t address);
    // The same in special pool.
    Play& allocate_special(Routine routine, std::uint64_t size, std::uint64_t address);
    Play& irql(std::uint8_t level);
    Play& process(std::uint8_t index);
    Play& processor(std::uint8_t index);
    Play& budget(unsigned node, bool paged, std::uint64_t pages);
    Play& fail_next();
    Play& verifier();
    Play& special(SpecialMode mode, Side side = Side::end, std::uint32_t tag = 0);

    // What the last op made of clauses, given as ids with blanks between them.
    void holds(std::string_view clauses) const;
    void violates(std::string_view clauses) const;
    void leaves_open(std::string_view clauses) const;
    void says_nothing_of(std::string_view clauses) const;
    // No clause was violated since the play began.
    void is_clean() const;
    const std::vector<Violation>& violations() const { return violations_; }
    const Judge& judge() const { return judge_; }

  private:
    RowTally last(std::string_view clause) const;

    Judge judge_;
    std::vector<RowTally> before_;
    std::vector<Violation> violations_;
};

// What rows were seen doing over every play of this process, by position in all_rows().
std::vector<RowTally>& seen_rows();

using OracleTest = void (*)();
std::vector<OracleTest>& oracle_tests();
bool add_oracle_test(OracleTest test);

// A test that the coverage check can run again, so that it does not depend on which tests were selected.
#define ORACLE_TEST(suite, name)                                                                             \
    static void suite##_##name();                                                                            \
    static const bool suite##_##name##_added = add_oracle_test(&suite##_##name);                             \
    TEST(suite, name) {                                                                                      \
        EXPECT_TRUE(suite##_##name##_added);                                                                 \
        suite##_##name();                                                                                    \
    }                                                                                                        \
    static void suite##_##name()

inline constexpr Routine ex_tag = Routine::ExAllocatePoolWithTag;
inline constexpr Routine ex_priority = Routine::ExAllocatePoolWithTagPriority;
inline constexpr Routine fsrtl = Routine::FsRtlAllocatePoolWithTag;
inline constexpr Routine eng = Routine::EngAllocMem;
inline constexpr Routine eng_user = Routine::EngAllocUserMem;
inline constexpr Routine ex_routines[] = {ex_tag, ex_priority};
inline constexpr Routine ex_family[] = {ex_tag, ex_priority, fsrtl};
inline constexpr Routine pool_routines[] = {ex_tag, ex_priority, fsrtl, eng};
inline constexpr Routine ex_frees[] = {Routine::ExFreePool, Routine::ExFreePoolWithTag};

} // namespace poolproof::oracle
