// The documented routines on trial, and what sets each apart from the others.
//
// Covers: one row per routine (its arguments, its kind of memory, how it fails, what it clears, what it
// charges), which trace, oracle and generators read; a new routine is a new row here. Does not cover: the
// clauses that document the rows (one file per rule family beside this one).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace poolproof {

// Values are part of the byte form of traces: new ones go to the end.
enum class Routine : std::uint8_t {
    ExAllocatePoolWithTag,
    ExAllocatePoolWithTagPriority,
    FsRtlAllocatePoolWithTag,
    EngAllocMem,
    EngAllocUserMem,
    ExFreePool,
    ExFreePoolWithTag,
    EngFreeMem,
    EngFreeUserMem,
    EngWritePrinter,
    ExAllocatePool,
    ExAllocatePoolWithQuota,
    ExAllocatePoolWithQuotaTag,
    ExAllocatePool2,
    ExAllocatePool3,
    ExAllocatePoolZero,
    ExAllocatePoolUninitialized,
    ExAllocatePoolQuotaZero,
    ExAllocatePoolQuotaUninitialized,
    ExAllocatePoolPriorityZero,
    ExAllocatePoolPriorityUninitialized,
    FsRtlAllocatePoolWithQuotaTag,
    EngAllocPrivateUserMem,
    ExAllocateFromNPagedLookasideList,
    ExAllocateFromPagedLookasideList,
    ExAllocateFromLookasideListEx,
    ExFreePool2,
    EngFreePrivateUserMem,
    ExFreeToNPagedLookasideList,
    ExFreeToPagedLookasideList,
    ExFreeToLookasideListEx,
    ExInitializeNPagedLookasideList,
    ExInitializePagedLookasideList,
    ExInitializeLookasideListEx,
    ExDeleteNPagedLookasideList,
    ExDeletePagedLookasideList,
    ExDeleteLookasideListEx,
    ExFlushLookasideListEx,
    EngSecureMem,
    EngUnsecureMem,
    PsChargePoolQuota,
    PsReturnPoolQuota,
    ExCreatePool,
    ExDestroyPool,
    ExSecurePoolUpdate,
    ExSecurePoolValidate,
    FltAllocatePoolAlignedWithTag,
    FltFreePoolAlignedWithTag,
};
inline constexpr std::size_t routine_count = 48;

// What a call of the routine is for.
enum class Role : std::uint8_t { allocator, release, other };

// Which memory it deals in, and so which releases take what it gives.
enum class Memory : std::uint8_t {
    pool,         // Ex and FsRtl: ExFreePool and its relatives
    eng_pool,     // EngAllocMem: EngFreeMem
    user,         // EngAllocUserMem: EngFreeUserMem
    private_user, // EngAllocPrivateUserMem: EngFreePrivateUserMem
    list,         // entries of a lookaside list: the list's own free routine
    aligned,      // FltAllocatePoolAlignedWithTag: FltFreePoolAlignedWithTag
    none,
};

// What its first argument says of the memory.
enum class TypeArgument : std::uint8_t { none, pool_type, pool_flags, eng_flags, list_flags };

// What else it takes. Bits of a mask.
enum Argument : std::uint16_t {
    takes_size = 1,
    takes_priority = 2,   // EX_POOL_PRIORITY
    takes_parameters = 4, // an array of POOL_EXTENDED_PARAMETER
    takes_list = 8,       // a lookaside list
    takes_instance = 16,  // a minifilter instance
    takes_surface = 32,   // a surface, and so a process
    takes_process = 64,
    takes_pool = 128,    // the handle of a private pool
    takes_block = 256,   // a block that is neither allocated nor freed
    takes_range = 512,   // an offset and a length in it
    takes_cookie = 1024, // of a block of a secure pool
};

// Which tags it takes.
enum class TagRule : std::uint8_t {
    none,      // no tag argument
    printable, // TAG-01, TAG-02
    seven_bit, // FPT-04
    lenient,   // EAM-06, EAU-14: only a zero tag is the caller's fault
};

// How a shortage of memory shows (contract facts 16.1).
enum class OnFailure : std::uint8_t {
    none,                // no allocator
    null,                // NULL
    null_or_type_flag,   // NULL, or a raise with POOL_RAISE_IF_ALLOCATION_FAILURE
    null_or_pool_flag,   // NULL, or a raise with POOL_FLAG_RAISE_ON_FAILURE
    raise,               // always a raise
    raise_or_quota_flag, // a raise, or NULL with POOL_QUOTA_FAIL_INSTEAD_OF_RAISE
    by_list,             // as the list was initialised
};

// What the caller finds in the memory (contract facts 16.2).
enum class Contents : std::uint8_t {
    unstated,
    uninitialised,
    zeroed,
    zeroed_by_eng_flag, // FL_ZERO_MEMORY
    zeroed_but_by_flag, // unless POOL_FLAG_UNINITIALIZED
};

enum class Quota : std::uint8_t { never, always, by_flag };

// What a request for no bytes is (contract facts 16.3).
enum class ZeroBytesRule : std::uint8_t {
    unstated,
    forbidden,  // ZER-01: the classic Ex routines
    no_outcome, // ZER-03: forbidden, and any outcome but a crash will do
    undefined,  // ZER-02: not zero by definition, outcome unstated
    allowed,    // ZER-05
};

struct RoutineTraits {
    Routine routine;
    std::string_view name;   // the documented spelling
    std::string_view clause; // its main promise: what a crash in it violates
    Role role = Role::other;
    Memory memory = Memory::none;
    TypeArgument type = TypeArgument::none;
    TagRule tag = TagRule::none;
    OnFailure failure = OnFailure::none;
    Contents contents = Contents::unstated;
    Quota quota = Quota::never;
    ZeroBytesRule zero_bytes = ZeroBytesRule::unstated;
    std::uint16_t arguments = 0;    // mask of Argument
    bool listed_types_only = false; // FPT-01: four pool types

    bool takes(Argument argument) const { return (arguments & argument) != 0; }
};

extern const std::array<RoutineTraits, routine_count> routine_table;

inline const RoutineTraits& traits_of(Routine routine) {
    return routine_table[static_cast<std::size_t>(routine)];
}
inline std::string_view name_of(Routine routine) {
    return traits_of(routine).name;
}

inline bool is_allocator(Routine r) {
    return traits_of(r).role == Role::allocator;
}
inline bool is_release(Routine r) {
    return traits_of(r).role == Role::release;
}
// Takes a POOL_TYPE, and obeys the rules that the Ex and FsRtl pages share.
inline bool is_ex_allocator(Routine r) {
    const RoutineTraits& t = traits_of(r);
    return t.role == Role::allocator && t.type == TypeArgument::pool_type && t.memory == Memory::pool;
}
inline bool is_ex_free(Routine r) {
    const RoutineTraits& t = traits_of(r);
    return t.role == Role::release && t.memory == Memory::pool;
}

// A set of routines: bit i stands for the routine with value i.
using RoutineSet = std::uint64_t;
static_assert(routine_count <= 64);
constexpr RoutineSet set_of(Routine r) {
    return RoutineSet{1} << static_cast<unsigned>(r);
}
template <class... R> constexpr RoutineSet set_of(Routine first, R... rest) {
    return set_of(first) | set_of(rest...);
}
constexpr bool contains(RoutineSet set, Routine r) {
    return (set & set_of(r)) != 0;
}

} // namespace poolproof
