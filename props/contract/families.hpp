// The clauses by rule family, private to this room.
//
// Covers: one span per family file, and the shorthands that those files share. Does not cover: lookups over
// the whole contract (clause.hpp).
#pragma once

#include "contract/clause.hpp"

#include <span>

namespace poolproof::contract {

// Each in the order of the contract facts; together, in the order declared here, the whole contract.
std::span<const Clause> geometry_clauses();
std::span<const Clause> tag_clauses();
std::span<const Clause> irql_clauses();
std::span<const Clause> shared_clauses();
std::span<const Clause> plain_pool_clauses();
std::span<const Clause> with_tag_clauses();
std::span<const Clause> priority_clauses();
std::span<const Clause> quota_clauses();
std::span<const Clause> pool2_clauses();
std::span<const Clause> wrapper_clauses();
std::span<const Clause> must_succeed_clauses();
std::span<const Clause> nx_clauses();
std::span<const Clause> free_clauses();
std::span<const Clause> free2_clauses();
std::span<const Clause> private_pool_clauses();
std::span<const Clause> lookaside_clauses();
std::span<const Clause> fsrtl_clauses();
std::span<const Clause> fsrtl_quota_clauses();
std::span<const Clause> eng_clauses();
std::span<const Clause> eng_user_clauses();
std::span<const Clause> eng_private_clauses();
std::span<const Clause> other_allocator_clauses();
std::span<const Clause> special_pool_clauses();
std::span<const Clause> verifier_and_event_clauses();

// The seeds, as bits of a SeedSet.
inline constexpr SeedSet no_seed = 0, s1 = 1, s2 = 2, s3 = 4, s4 = 8, s5 = 16;

// Single routines, and pairs that one page describes.
inline constexpr RoutineSet plain_pool = set_of(Routine::ExAllocatePool);
inline constexpr RoutineSet with_tag = set_of(Routine::ExAllocatePoolWithTag);
inline constexpr RoutineSet with_priority = set_of(Routine::ExAllocatePoolWithTagPriority);
inline constexpr RoutineSet with_quota = set_of(Routine::ExAllocatePoolWithQuota);
inline constexpr RoutineSet with_quota_tag = set_of(Routine::ExAllocatePoolWithQuotaTag);
inline constexpr RoutineSet pool2 = set_of(Routine::ExAllocatePool2);
inline constexpr RoutineSet pool3 = set_of(Routine::ExAllocatePool3);
inline constexpr RoutineSet zero_wrapper = set_of(Routine::ExAllocatePoolZero);
inline constexpr RoutineSet uninitialized_wrapper = set_of(Routine::ExAllocatePoolUninitialized);
inline constexpr RoutineSet quota_zero_wrapper = set_of(Routine::ExAllocatePoolQuotaZero);
inline constexpr RoutineSet quota_plain_wrapper = set_of(Routine::ExAllocatePoolQuotaUninitialized);
inline constexpr RoutineSet priority_zero_wrapper = set_of(Routine::ExAllocatePoolPriorityZero);
inline constexpr RoutineSet priority_plain_wrapper = set_of(Routine::ExAllocatePoolPriorityUninitialized);
inline constexpr RoutineSet fsrtl = set_of(Routine::FsRtlAllocatePoolWithTag);
inline constexpr RoutineSet fsrtl_quota = set_of(Routine::FsRtlAllocatePoolWithQuotaTag);
inline constexpr RoutineSet eng = set_of(Routine::EngAllocMem);
inline constexpr RoutineSet eng_user = set_of(Routine::EngAllocUserMem);
inline constexpr RoutineSet eng_private = set_of(Routine::EngAllocPrivateUserMem);
inline constexpr RoutineSet free_plain = set_of(Routine::ExFreePool);
inline constexpr RoutineSet free_tagged = set_of(Routine::ExFreePoolWithTag);
inline constexpr RoutineSet free2 = set_of(Routine::ExFreePool2);
inline constexpr RoutineSet eng_free = set_of(Routine::EngFreeMem);
inline constexpr RoutineSet eng_user_free = set_of(Routine::EngFreeUserMem);
inline constexpr RoutineSet eng_private_free = set_of(Routine::EngFreePrivateUserMem);
inline constexpr RoutineSet printer = set_of(Routine::EngWritePrinter);

// Sets that many clauses speak of. The wrappers inherit the rules of the routines that they wrap (ZW-01,
// ZW-02, ZW-06), and ExAllocatePool3 those of ExAllocatePool2 (EAP3-01).
inline constexpr RoutineSet zero_wrappers = zero_wrapper | quota_zero_wrapper | priority_zero_wrapper;
inline constexpr RoutineSet plain_wrappers =
    uninitialized_wrapper | quota_plain_wrapper | priority_plain_wrapper;
inline constexpr RoutineSet wrappers = zero_wrappers | plain_wrappers;
inline constexpr RoutineSet tag_wrappers = zero_wrapper | uninitialized_wrapper;
inline constexpr RoutineSet quota_wrappers = quota_zero_wrapper | quota_plain_wrapper;
inline constexpr RoutineSet priority_wrappers = priority_zero_wrapper | priority_plain_wrapper;
// The five that ZER-01 calls classic, and what wraps them.
inline constexpr RoutineSet classic_ex =
    plain_pool | with_tag | with_priority | with_quota | with_quota_tag | wrappers;
inline constexpr RoutineSet flag_takers = pool2 | pool3;
inline constexpr RoutineSet ex_allocators = classic_ex | flag_takers;
inline constexpr RoutineSet fsrtl_allocators = fsrtl | fsrtl_quota;
inline constexpr RoutineSet type_takers = classic_ex | fsrtl_allocators;
inline constexpr RoutineSet ex_and_fsrtl = ex_allocators | fsrtl_allocators;
inline constexpr RoutineSet pool_allocators = ex_and_fsrtl | eng;
inline constexpr RoutineSet quota_allocators =
    with_quota | with_quota_tag | quota_wrappers | flag_takers | fsrtl_quota;
inline constexpr RoutineSet ex_frees = free_plain | free_tagged;
inline constexpr RoutineSet all_ex_frees = ex_frees | free2;

// Pages that many clauses come from.
inline constexpr std::string_view with_tag_page = "wdm/nf-wdm-exallocatepoolwithtag";
inline constexpr std::string_view priority_page = "wdm/nf-wdm-exallocatepoolwithtagpriority";
inline constexpr std::string_view priority_type_page = "wdm/ne-wdm-ex_pool_priority";
inline constexpr std::string_view pool_type_page = "wdm/ne-wdm-_pool_type";
inline constexpr std::string_view free_page = "wdm/nf-wdm-exfreepool";
inline constexpr std::string_view free_tagged_page = "wdm/nf-wdm-exfreepoolwithtag";
inline constexpr std::string_view fsrtl_page = "ntifs/nf-ntifs-fsrtlallocatepoolwithtag";
inline constexpr std::string_view eng_old_page = "msdn ff564176, archived";
inline constexpr std::string_view eng_user_old_page = "msdn ff564178, archived";
inline constexpr std::string_view eng_page = "winddi/nf-winddi-engallocmem";
inline constexpr std::string_view eng_free_page = "winddi/nf-winddi-engfreemem";
inline constexpr std::string_view eng_user_page = "winddi/nf-winddi-engallocusermem";
inline constexpr std::string_view eng_user_free_page = "winddi/nf-winddi-engfreeusermem";
inline constexpr std::string_view special_pool_page = "devtest/special-pool";
inline constexpr std::string_view pool_flags_page = "kernel/pool_flags";
inline constexpr std::string_view pool2_page = "wdm/nf-wdm-exallocatepool2";
inline constexpr std::string_view verifier_page = "debugger/bug-check-0xc4";
inline constexpr std::string_view bad_pool_caller_page = "debugger/bug-check-0xc2";

} // namespace poolproof::contract
