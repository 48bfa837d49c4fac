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
std::span<const Clause> with_tag_clauses();
std::span<const Clause> priority_clauses();
std::span<const Clause> must_succeed_clauses();
std::span<const Clause> free_clauses();
std::span<const Clause> fsrtl_clauses();
std::span<const Clause> eng_clauses();
std::span<const Clause> eng_user_clauses();
std::span<const Clause> special_pool_clauses();
std::span<const Clause> verifier_and_event_clauses();

// The seeds, as bits of a SeedSet.
inline constexpr SeedSet no_seed = 0, s1 = 1, s2 = 2, s3 = 4, s4 = 8, s5 = 16;

// Sets of routines that many clauses speak of.
inline constexpr RoutineSet with_tag = set_of(Routine::ExAllocatePoolWithTag);
inline constexpr RoutineSet with_priority = set_of(Routine::ExAllocatePoolWithTagPriority);
inline constexpr RoutineSet fsrtl = set_of(Routine::FsRtlAllocatePoolWithTag);
inline constexpr RoutineSet eng = set_of(Routine::EngAllocMem);
inline constexpr RoutineSet eng_user = set_of(Routine::EngAllocUserMem);
inline constexpr RoutineSet free_plain = set_of(Routine::ExFreePool);
inline constexpr RoutineSet free_tagged = set_of(Routine::ExFreePoolWithTag);
inline constexpr RoutineSet eng_free = set_of(Routine::EngFreeMem);
inline constexpr RoutineSet eng_user_free = set_of(Routine::EngFreeUserMem);
inline constexpr RoutineSet printer = set_of(Routine::EngWritePrinter);
inline constexpr RoutineSet classic_ex = with_tag | with_priority;
inline constexpr RoutineSet ex_and_fsrtl = classic_ex | fsrtl;
inline constexpr RoutineSet pool_allocators = ex_and_fsrtl | eng;
inline constexpr RoutineSet ex_frees = free_plain | free_tagged;

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
inline constexpr std::string_view bad_pool_caller_page = "debugger/bug-check-0xc2";

} // namespace poolproof::contract
