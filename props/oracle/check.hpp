// A check: one documented rule as a named function over the facts of an op, and the row that binds it to a
// clause.
//
// Covers: the row and the families' tables. A new clause is one row, and a function if it needs a new one, in
// the file of its family. Does not cover: which rows an op walks (registry.hpp).
#pragma once

#include "oracle/context.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace poolproof::oracle {

enum class Outcome : std::uint8_t { not_relevant, holds, violated, unspecified };
inline constexpr std::size_t outcome_count = 4;

// May assume the facts that its row names. Allocates nothing.
using Check = Outcome (*)(const Context& context);

// Bit i stands for the op kind with value i.
using OpSet = std::uint32_t;
template <class... K> constexpr OpSet on(K... kinds) {
    return static_cast<OpSet>((0U | ... | (1U << static_cast<unsigned>(kinds))));
}

// The fields stand in the order in which a row is read.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
struct Row {
    std::string_view clause;
    Check check;
    OpSet ops;
    RoutineSet routines;  // that an allocation or a free must be of; 0: any
    std::uint32_t facts;  // mask of Fact, all needed
    std::uint32_t needs;  // mask of Capability; without them the row is not applicable
    const char* expected; // for a report: "expected <this>; got ..."
    bool open = false;    // the documents never let this row be violated
};

inline constexpr OpSet on_allocate = on(OpKind::allocate);
inline constexpr OpSet on_free = on(OpKind::free);
inline constexpr OpSet on_touch = on(OpKind::read, OpKind::write);

inline constexpr RoutineSet by_tag_routine = set_of(Routine::ExAllocatePoolWithTag);
inline constexpr RoutineSet by_priority_routine = set_of(Routine::ExAllocatePoolWithTagPriority);
inline constexpr RoutineSet by_fsrtl = set_of(Routine::FsRtlAllocatePoolWithTag);
inline constexpr RoutineSet by_eng = set_of(Routine::EngAllocMem);
inline constexpr RoutineSet by_eng_user = set_of(Routine::EngAllocUserMem);
inline constexpr RoutineSet by_plain_pool = set_of(Routine::ExAllocatePool);
inline constexpr RoutineSet by_quota_routine = set_of(Routine::ExAllocatePoolWithQuota);
inline constexpr RoutineSet by_quota_tag_routine = set_of(Routine::ExAllocatePoolWithQuotaTag);
inline constexpr RoutineSet by_fsrtl_quota = set_of(Routine::FsRtlAllocatePoolWithQuotaTag);
inline constexpr RoutineSet by_zero_wrappers = set_of(
    Routine::ExAllocatePoolZero, Routine::ExAllocatePoolQuotaZero, Routine::ExAllocatePoolPriorityZero);
inline constexpr RoutineSet by_plain_wrappers =
    set_of(Routine::ExAllocatePoolUninitialized, Routine::ExAllocatePoolQuotaUninitialized,
           Routine::ExAllocatePoolPriorityUninitialized);
inline constexpr RoutineSet by_tag_wrappers =
    set_of(Routine::ExAllocatePoolZero, Routine::ExAllocatePoolUninitialized);
inline constexpr RoutineSet by_quota_wrappers =
    set_of(Routine::ExAllocatePoolQuotaZero, Routine::ExAllocatePoolQuotaUninitialized);
inline constexpr RoutineSet by_priority_wrappers =
    set_of(Routine::ExAllocatePoolPriorityZero, Routine::ExAllocatePoolPriorityUninitialized);
inline constexpr RoutineSet by_wrappers = by_zero_wrappers | by_plain_wrappers;
inline constexpr RoutineSet by_pool2 = set_of(Routine::ExAllocatePool2);
inline constexpr RoutineSet by_pool3 = set_of(Routine::ExAllocatePool3);
inline constexpr RoutineSet by_pool_flags = by_pool2 | by_pool3;
inline constexpr RoutineSet by_tagged_classic_ex =
    by_tag_routine | by_priority_routine | by_quota_tag_routine | by_wrappers;
inline constexpr RoutineSet by_classic_ex = by_tagged_classic_ex | by_plain_pool | by_quota_routine;
inline constexpr RoutineSet by_ex = by_classic_ex | by_pool_flags;
inline constexpr RoutineSet by_fsrtl_routines = by_fsrtl | by_fsrtl_quota;
inline constexpr RoutineSet by_type_takers = by_classic_ex | by_fsrtl_routines;
inline constexpr RoutineSet by_ex_family = by_ex | by_fsrtl_routines;
inline constexpr RoutineSet by_pool_routine = by_ex_family | by_eng;
inline constexpr RoutineSet by_plain_free = set_of(Routine::ExFreePool);
inline constexpr RoutineSet by_tagged_free = set_of(Routine::ExFreePoolWithTag);
inline constexpr RoutineSet by_both_frees = by_plain_free | by_tagged_free;
inline constexpr RoutineSet by_ex_free = by_both_frees | set_of(Routine::ExFreePool2);
inline constexpr RoutineSet by_eng_free = set_of(Routine::EngFreeMem);
inline constexpr RoutineSet by_user_free = set_of(Routine::EngFreeUserMem);
inline constexpr RoutineSet by_zero = set_of(Routine::ExAllocatePoolZero);
inline constexpr RoutineSet by_zero_of_base =
    set_of(Routine::ExAllocatePoolQuotaZero, Routine::ExAllocatePoolPriorityZero);
inline constexpr RoutineSet by_raising_wrappers = by_wrappers & ~by_quota_wrappers;
inline constexpr RoutineSet by_second_free = set_of(Routine::ExFreePool2);

constexpr Outcome hold_if(bool good) {
    return good ? Outcome::holds : Outcome::violated;
}

// Judges one broken duty among those that stand. `matched` are those whose documented reaction came, and
// `tolerated` says that the documents leave this outcome open.
constexpr Outcome judge_defect(std::uint32_t defect, std::uint32_t standing, std::uint32_t matched,
                               bool tolerated) {
    if ((standing & defect) == 0) {
        return Outcome::not_relevant;
    }
    if ((matched & defect) != 0) {
        return Outcome::holds;
    }
    const bool lowest = (standing & (defect - 1)) == 0;
    return matched != 0 || tolerated || !lowest ? Outcome::unspecified : Outcome::violated;
}
inline Outcome judge_alloc(const Context& c, std::uint32_t defect) {
    return judge_defect(defect, c.alloc.defects, c.alloc.matched, c.alloc.tolerated);
}
inline Outcome judge_free(const Context& c, std::uint32_t defect) {
    return judge_defect(defect, c.free.defects, c.free.matched, c.free.tolerated);
}

// Judges the reports of these duties: each exactly when it is broken. A call that bug-checks need not report
// what it bug-checks for.
inline Outcome judge_report(const Context& c, std::uint32_t bits) {
    const std::uint32_t reported = c.event->caller_faults & bits;
    const std::uint32_t broken = c.duties.broken & bits;
    const std::uint32_t open = c.duties.open & bits & ~broken;
    if ((reported & ~broken & ~open) != 0) {
        return Outcome::violated;
    }
    if ((broken & ~reported) != 0) {
        return c.has(is_bug_check) ? Outcome::unspecified : Outcome::violated;
    }
    return broken == 0 && open == bits ? Outcome::not_relevant : Outcome::holds;
}

// Of an allocation that qualifies for special pool: it is there, unless the subject has promised no more
// room.
Outcome special_as_long_as_room(const Context& c);
// Whether the block touches the end or the start of its page that special pool has to put it at (SP-03 to
// SP-05).
bool is_on_its_side(const Context& c);

// The tables, one per rule family.
std::span<const Row> geometry_rows();
std::span<const Row> contents_rows();
std::span<const Row> tag_rows();
std::span<const Row> irql_rows();
std::span<const Row> zero_size_rows();
std::span<const Row> must_succeed_rows();
std::span<const Row> failure_rows();
std::span<const Row> priority_rows();
std::span<const Row> numa_rows();
std::span<const Row> free_rows();
std::span<const Row> bad_free_rows();
std::span<const Row> user_memory_rows();
std::span<const Row> placement_rows();
std::span<const Row> gflags_rows();
std::span<const Row> guard_rows();
std::span<const Row> touch_rows();
std::span<const Row> ledger_rows();
std::span<const Row> event_rows();
std::span<const Row> verifier_rows();
std::span<const Row> tracking_rows();
std::span<const Row> low_resources_rows();
std::span<const Row> duty_rows();
std::span<const Row> quota_rows();
std::span<const Row> pool_flags_rows();
std::span<const Row> wrapper_rows();
std::span<const Row> secure_pool_rows();
std::span<const Row> list_rows();
std::span<const Row> list_duty_rows();
std::span<const Row> private_user_rows();
std::span<const Row> aligned_rows();

} // namespace poolproof::oracle
