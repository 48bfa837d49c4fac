// The sweeps by name: what sweeps.cpp lists and the sweeps_*.cpp files define.
//
// Covers: declarations only; each makes the traces of one profile (gen/sweeps.hpp). Does not cover: what they
// are for, which the list in sweeps.cpp says.
#pragma once

#include "gen/sweeps.hpp"

namespace poolproof::sweep {

using Run = void(bool is_64_bit, TraceVisitor visit, void* context);

// sweeps_sizes.cpp
Run sizes;
Run tails;
Run huge;
Run zero_bytes;
// sweeps_types.cpp
Run pool_types;
Run priorities;
Run eng_flags;
// sweeps_tags.cpp
Run tag_bytes;
Run tag_specials;
Run ledger;
// sweeps_special.cpp
Run special_sizes;
Run special_edges;
Run special_slack;
// sweeps_special_rules.cpp
Run special_requests;
Run special_sides;
Run special_frees;
Run special_exhaustion;
// sweeps_gflags.cpp
Run gflags_sizes;
Run gflags_tags;
// sweeps_frees.cpp
Run frees;
Run strays;
// sweeps_irql.cpp
Run irql;
Run irql_processors;
// sweeps_memory.cpp
Run pressure;
Run fail_nth;
Run nodes;
Run events;
// sweeps_quota.cpp
Run quota_limits;
Run quota_calls;
Run quota_owners;
// sweeps_user.cpp
Run processes;
Run user_space;
Run printer;
// sweeps_flags.cpp
Run pool_flags;
Run flag_quota;
Run parameters;
Run wrappers;
Run second_free;
Run secure_pools;
// sweeps_lists.cpp
Run lists;
Run list_arguments;
Run list_misuse;
// sweeps_private_user.cpp
Run private_user;
Run secured;
// sweeps_aligned.cpp
Run aligned;
// sweeps_verifier.cpp
Run tracking;
Run tracked_damage;
Run low_resources;
Run verifier_flags;

} // namespace poolproof::sweep
