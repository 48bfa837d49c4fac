// The tables that dense records are read with (see dense.hpp). Does not cover: who reads them.
#pragma once

#include "contract/clause.hpp"
#include "trace/op.hpp"

#include <ddi/wdm.h>
#include <ddi/winddi.h>

#include <array>
#include <cstdint>

namespace poolproof::dense {

inline constexpr std::uint64_t page = 4096;

// By op kind, how many of the 240 first bytes of a dense record mean it.
using KindWeights = std::array<std::uint8_t, op_kind_count>;
//                                     allo free rea wri irq pro prc bud fai spe ver pri qta qev
inline constexpr KindWeights old_any_weights = {82, 60, 14, 20, 10, 5, 11, 3, 4, 6, 5, 5, 11, 4};
inline constexpr KindWeights old_special_weights = {84, 58, 24, 44, 6, 1, 1, 2, 2, 12, 2, 1, 2, 1};
//                                     the same, then call quo qqu dri unl low clo dpc idl qdr qve
inline constexpr KindWeights any_weights = {76, 56, 12, 18, 10, 4, 9, 3, 4, 6, 5, 4, 8,
                                            3,  8,  3,  2,  2,  1, 1, 1, 1, 1, 1, 1};
inline constexpr KindWeights special_weights = {83, 57, 23, 43, 6, 1, 1, 2, 2, 6, 2, 1, 1,
                                                1,  1,  1,  1,  1, 1, 1, 1, 1, 1, 1, 1};

// The usual routine of each slot.
inline constexpr std::array<Routine, 16> any_allocators = {
    Routine::ExAllocatePoolWithTag,
    Routine::ExAllocatePoolWithTagPriority,
    Routine::FsRtlAllocatePoolWithTag,
    Routine::EngAllocMem,
    Routine::EngAllocUserMem,
    Routine::ExAllocatePool,
    Routine::ExAllocatePoolWithQuota,
    Routine::ExAllocatePoolWithQuotaTag,
    Routine::ExAllocatePool2,
    Routine::ExAllocatePool3,
    Routine::ExAllocatePool3,
    Routine::ExAllocatePoolZero,
    Routine::FsRtlAllocatePoolWithQuotaTag,
    Routine::ExAllocateFromNPagedLookasideList,
    Routine::ExAllocateFromLookasideListEx,
    Routine::EngAllocPrivateUserMem,
};
inline constexpr std::array<Routine, 16> special_allocators = {
    Routine::ExAllocatePoolWithTag,
    Routine::ExAllocatePoolWithTag,
    Routine::ExAllocatePool,
    Routine::ExAllocatePoolWithQuotaTag,
    Routine::ExAllocatePoolWithTagPriority,
    Routine::ExAllocatePoolWithTagPriority,
    Routine::ExAllocatePoolWithTagPriority,
    Routine::ExAllocatePool2,
    Routine::ExAllocatePool2,
    Routine::ExAllocatePool3,
    Routine::ExAllocatePoolZero,
    Routine::FsRtlAllocatePoolWithTag,
    Routine::FsRtlAllocatePoolWithTag,
    Routine::EngAllocMem,
    Routine::EngAllocMem,
    Routine::EngAllocUserMem,
};
// All of them, some twice.
inline constexpr std::array<Routine, 32> all_allocators = {
    Routine::ExAllocatePoolWithTag,
    Routine::ExAllocatePoolWithTagPriority,
    Routine::FsRtlAllocatePoolWithTag,
    Routine::EngAllocMem,
    Routine::EngAllocUserMem,
    Routine::ExAllocatePool,
    Routine::ExAllocatePoolWithQuota,
    Routine::ExAllocatePoolWithQuotaTag,
    Routine::ExAllocatePool2,
    Routine::ExAllocatePool3,
    Routine::ExAllocatePoolZero,
    Routine::ExAllocatePoolUninitialized,
    Routine::ExAllocatePoolQuotaZero,
    Routine::ExAllocatePoolQuotaUninitialized,
    Routine::ExAllocatePoolPriorityZero,
    Routine::ExAllocatePoolPriorityUninitialized,
    Routine::FsRtlAllocatePoolWithQuotaTag,
    Routine::EngAllocPrivateUserMem,
    Routine::ExAllocateFromNPagedLookasideList,
    Routine::ExAllocateFromPagedLookasideList,
    Routine::ExAllocateFromLookasideListEx,
    Routine::FltAllocatePoolAlignedWithTag,
    Routine::ExAllocatePoolUninitialized,
    Routine::ExAllocatePoolQuotaZero,
    Routine::ExAllocatePoolQuotaUninitialized,
    Routine::ExAllocatePoolPriorityZero,
    Routine::ExAllocatePoolPriorityUninitialized,
    Routine::ExAllocateFromPagedLookasideList,
    Routine::ExAllocateFromPagedLookasideList,
    Routine::FltAllocatePoolAlignedWithTag,
    Routine::ExAllocatePool2,
    Routine::ExAllocatePool3,
};
inline constexpr std::array<Routine, 16> all_releases = {
    Routine::ExFreePool,
    Routine::ExFreePoolWithTag,
    Routine::EngFreeMem,
    Routine::EngFreeUserMem,
    Routine::ExFreePool2,
    Routine::EngFreePrivateUserMem,
    Routine::ExFreeToNPagedLookasideList,
    Routine::ExFreeToPagedLookasideList,
    Routine::ExFreeToLookasideListEx,
    Routine::FltFreePoolAlignedWithTag,
    Routine::ExFreePool2,
    Routine::ExFreePool2,
    Routine::ExFreePool,
    Routine::ExFreePoolWithTag,
    Routine::EngFreePrivateUserMem,
    Routine::FltFreePoolAlignedWithTag,
};
inline constexpr std::array<Routine, 32> called_routines = {
    Routine::ExInitializeNPagedLookasideList,
    Routine::ExInitializePagedLookasideList,
    Routine::ExInitializeLookasideListEx,
    Routine::ExDeleteNPagedLookasideList,
    Routine::ExDeletePagedLookasideList,
    Routine::ExDeleteLookasideListEx,
    Routine::ExFlushLookasideListEx,
    Routine::ExInitializeLookasideListEx,
    Routine::ExInitializeNPagedLookasideList,
    Routine::ExInitializeLookasideListEx,
    Routine::ExInitializePagedLookasideList,
    Routine::ExInitializeNPagedLookasideList,
    Routine::ExInitializeLookasideListEx,
    Routine::ExFlushLookasideListEx,
    Routine::ExDeleteLookasideListEx,
    Routine::ExDeleteNPagedLookasideList,
    Routine::ExCreatePool,
    Routine::ExCreatePool,
    Routine::ExCreatePool,
    Routine::ExDestroyPool,
    Routine::ExSecurePoolValidate,
    Routine::ExSecurePoolValidate,
    Routine::ExSecurePoolUpdate,
    Routine::ExSecurePoolUpdate,
    Routine::EngSecureMem,
    Routine::EngUnsecureMem,
    Routine::PsChargePoolQuota,
    Routine::PsReturnPoolQuota,
    Routine::EngSecureMem,
    Routine::EngUnsecureMem,
    Routine::PsChargePoolQuota,
    Routine::PsReturnPoolQuota,
};
// Those of a swarm that is about lookaside lists, secure pools, or quota and user memory.
inline constexpr std::array<Routine, 4> list_allocators = {
    Routine::ExAllocateFromNPagedLookasideList,
    Routine::ExAllocateFromLookasideListEx,
    Routine::ExAllocateFromLookasideListEx,
    Routine::ExAllocateFromPagedLookasideList,
};
inline constexpr std::array<Routine, 8> list_calls = {
    Routine::ExInitializeNPagedLookasideList, Routine::ExInitializePagedLookasideList,
    Routine::ExInitializeLookasideListEx,     Routine::ExInitializeLookasideListEx,
    Routine::ExDeleteNPagedLookasideList,     Routine::ExDeletePagedLookasideList,
    Routine::ExDeleteLookasideListEx,         Routine::ExFlushLookasideListEx,
};
inline constexpr std::array<Routine, 4> secure_allocators = {
    Routine::ExAllocatePool3,
    Routine::ExAllocatePool3,
    Routine::ExAllocatePool3,
    Routine::ExAllocatePool2,
};
inline constexpr std::array<Routine, 8> secure_calls = {
    Routine::ExCreatePool,       Routine::ExCreatePool,         Routine::ExCreatePool,
    Routine::ExDestroyPool,      Routine::ExSecurePoolValidate, Routine::ExSecurePoolValidate,
    Routine::ExSecurePoolUpdate, Routine::ExSecurePoolUpdate,
};
inline constexpr std::array<Routine, 8> charging_allocators = {
    Routine::ExAllocatePoolWithQuotaTag,
    Routine::ExAllocatePoolWithQuota,
    Routine::FsRtlAllocatePoolWithQuotaTag,
    Routine::ExAllocatePool2,
    Routine::ExAllocatePoolQuotaZero,
    Routine::EngAllocMem,
    Routine::EngAllocUserMem,
    Routine::EngAllocPrivateUserMem,
};
inline constexpr std::array<Routine, 4> charge_calls = {
    Routine::PsChargePoolQuota,
    Routine::PsReturnPoolQuota,
    Routine::EngSecureMem,
    Routine::EngUnsecureMem,
};
inline constexpr std::array<std::uint32_t, 16> pool_flag_sets = {
    0x40,  0x100,        0x80,          0x40,         0x100,       0x42,         0x102,        0x41,
    0x101, 0x40 | 0x20U, 0x100 | 0x20U, 0x41 | 0x20U, 0x40 | 0x8U, 0x100 | 0x8U, 0x43 | 0x20U, 0x102 | 0x8U,
};
inline constexpr std::array<std::uint64_t, 16> list_sizes = {8,   16,  24,   32,   48,   64,   100, 128,
                                                             256, 500, 1000, 2000, 4000, 4096, 1,   0};
inline constexpr std::array<std::uint32_t, 16> list_flag_sets = {0,   0,   0, 16, 16, 512, 528, 0,
                                                                 512, 512, 0, 16, 0,  1,   2,   1024};
inline constexpr std::array<std::uint64_t, 16> quota_bytes = {
    0, 1, 16, 64, 100, 256, 1000, 4000, 4096, 5000, 8192, 8200, 16384, 65536, 131072, 1048576};
inline constexpr std::array<std::uint16_t, 8> probabilities = {0, 0, 600, 5000, 10000, 10000, 10000, 1};
// Low resources simulation begins after 480 (LR-03).
inline constexpr std::array<std::uint16_t, 8> seconds = {480, 480, 480, 480, 1, 479, 481, 1000};
inline constexpr std::array<std::uint32_t, 16> verifier_flag_sets = {
    0x8, 0x1, 0x2, 0x4, 0x8, 0x800, 0x20000, 0x40000, 0x2000000, 0x209BB, 0x8, 0xC, 0x9, 0x4, 0x80B, 0x40008};

inline constexpr std::array<Routine, 16> old_any_allocators = {
    Routine::ExAllocatePoolWithTag,
    Routine::ExAllocatePoolWithTag,
    Routine::ExAllocatePoolWithTag,
    Routine::EngAllocUserMem,
    Routine::ExAllocatePoolWithTagPriority,
    Routine::ExAllocatePoolWithTagPriority,
    Routine::ExAllocatePoolWithTagPriority,
    Routine::FsRtlAllocatePoolWithTag,
    Routine::FsRtlAllocatePoolWithTag,
    Routine::FsRtlAllocatePoolWithTag,
    Routine::EngAllocMem,
    Routine::EngAllocMem,
    Routine::EngAllocMem,
    Routine::EngAllocUserMem,
    Routine::EngAllocUserMem,
    Routine::EngAllocUserMem,
};
inline constexpr std::array<Routine, 16> old_special_allocators = {
    Routine::ExAllocatePoolWithTag,
    Routine::ExAllocatePoolWithTag,
    Routine::ExAllocatePoolWithTag,
    Routine::ExAllocatePoolWithTag,
    Routine::ExAllocatePoolWithTag,
    Routine::ExAllocatePoolWithTagPriority,
    Routine::ExAllocatePoolWithTagPriority,
    Routine::ExAllocatePoolWithTagPriority,
    Routine::ExAllocatePoolWithTagPriority,
    Routine::FsRtlAllocatePoolWithTag,
    Routine::FsRtlAllocatePoolWithTag,
    Routine::FsRtlAllocatePoolWithTag,
    Routine::EngAllocMem,
    Routine::EngAllocMem,
    Routine::EngAllocMem,
    Routine::EngAllocUserMem,
};

// Good tags, one for each slot; some slots share one.
inline constexpr std::array<std::uint32_t, 16> good_tags = {
    0x46726564 /* Fred */,
    0x54616731 /* Tag1 */,
    0x00006162 /* ab */,
    0x506F6F6C /* Pool */,
    0x00000058 /* X */,
    0x66726564 /* fred */,
    0x41202020 /* "A   " */,
    0x7E7E7E39 /* ~~~9 */,
    0x46726564,
    0x54616731,
    0x00616263 /* abc */,
    0x506F6F6C,
    0x47646966 /* Gdif */,
    0x55736572 /* User */,
    0x46726564,
    0x54616731,
};
// Tags that break a rule, or nearly do.
inline constexpr std::array<std::uint32_t, 16> odd_tags = {
    0,
    0x00424947 /* BIG */,
    0x42494720 /* "BIG " */,
    0x20202020 /* four spaces */,
    0x4672657F, // a byte of 0x7F
    0x7F726564,
    0x46726580, // a byte of 0x80
    0x80726564,
    0x4672651F, // a byte of 0x1F
    0x46720064, // a zero byte between two letters
    0x46726500, // a zero byte after three letters
    0x2D2D2D2D /* ---- */,
    0x7E7E7E7E /* ~~~~ */,
    0x00000020 /* one space */,
    0x62696720 /* "big " */,
    0xFFFFFFFF,
};

inline constexpr std::array<std::uint64_t, 16> any_sizes = {1,    8,    16,   24,   17,   100,  256,  500,
                                                            1024, 2032, 4000, 4080, 4096, 4104, 8192, 12300};
inline constexpr std::array<std::uint64_t, 16> special_sizes = {1,   8,   15,   16,   17,   31,   64,   100,
                                                                128, 500, 1000, 2048, 4000, 4080, 4095, 33};
inline constexpr std::array<std::uint64_t, 16> large_sizes = {
    65535,   65536,   65537,   3 * page, 1048576, 1048575, 1048577,     131072,
    2097152, 4194304, 8388608, 16777216, 5000,    20000,   page * 2000, page * 5000};

inline constexpr std::array<std::uint32_t, 16> common_types = {
    NonPagedPool,   PagedPool,      NonPagedPoolNx, NonPagedPool,
    PagedPool,      NonPagedPoolNx, PagedPool,      NonPagedPool,
    NonPagedPoolNx, PagedPool,      NonPagedPool,   PagedPool,
    PagedPool,      NonPagedPoolNx, NonPagedPool,   NonPagedPoolCacheAligned};
inline constexpr std::array<std::uint32_t, 16> other_types = {
    NonPagedPoolCacheAligned,
    PagedPoolCacheAligned,
    NonPagedPoolNxCacheAligned,
    NonPagedPoolCacheAligned,
    PagedPoolCacheAligned,
    NonPagedPoolSession,
    PagedPoolSession,
    NonPagedPoolSessionNx,
    NonPagedPoolCacheAlignedSession,
    PagedPoolCacheAlignedSession,
    NonPagedPoolMustSucceed,
    NonPagedPoolCacheAlignedMustS,
    DontUseThisType,
    MaxPoolType,
    NonPagedPoolMustSucceedSession,
    NonPagedPoolCacheAlignedMustSSession,
};
inline constexpr std::array<std::uint32_t, 16> modifiers = {
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    POOL_RAISE_IF_ALLOCATION_FAILURE,
    POOL_RAISE_IF_ALLOCATION_FAILURE,
    POOL_COLD_ALLOCATION,
    POOL_COLD_ALLOCATION,
    POOL_RAISE_IF_ALLOCATION_FAILURE | POOL_COLD_ALLOCATION,
    POOL_QUOTA_FAIL_INSTEAD_OF_RAISE,
    POOL_ZERO_ALLOCATION,
};
inline constexpr std::uint32_t unnamed_eng_flag = 4; // FL_NON_SESSION, in no page
inline constexpr std::array<std::uint32_t, 16> eng_flag_sets = {
    0,
    FL_ZERO_MEMORY,
    FL_NONPAGED_MEMORY,
    FL_ZERO_MEMORY | FL_NONPAGED_MEMORY,
    0,
    FL_ZERO_MEMORY,
    FL_NONPAGED_MEMORY,
    FL_ZERO_MEMORY | FL_NONPAGED_MEMORY,
    0,
    FL_ZERO_MEMORY,
    FL_NONPAGED_MEMORY,
    FL_ZERO_MEMORY | FL_NONPAGED_MEMORY,
    FL_NONPAGED_MEMORY,
    FL_ZERO_MEMORY,
    unnamed_eng_flag,
    unnamed_eng_flag | FL_ZERO_MEMORY,
};

inline constexpr std::array<std::uint8_t, 16> priorities = {
    NormalPoolPriority,
    LowPoolPriority,
    HighPoolPriority,
    NormalPoolPrioritySpecialPoolOverrun,
    NormalPoolPrioritySpecialPoolUnderrun,
    LowPoolPrioritySpecialPoolOverrun,
    LowPoolPrioritySpecialPoolUnderrun,
    HighPoolPrioritySpecialPoolOverrun,
    HighPoolPrioritySpecialPoolUnderrun,
    NormalPoolPriority,
    LowPoolPriority,
    HighPoolPriority,
    NormalPoolPrioritySpecialPoolUnderrun,
    HighPoolPriority,
    LowPoolPriority,
    NormalPoolPriority,
};
inline constexpr std::array<std::uint8_t, 16> levels = {0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 1, 1, 3, 15, 0, 2};
inline constexpr std::array<std::uint16_t, 16> lengths = {1, 1, 1, 2,  4,  8,    16,   1,
                                                          4, 8, 3, 17, 64, 4096, 4097, 8192};
inline constexpr std::array<std::uint16_t, 16> short_lengths = {1, 1, 1,  1, 2, 2, 4, 4,
                                                                8, 8, 16, 1, 1, 2, 3, 17};
inline constexpr std::array<std::int32_t, 16> free_offsets = {1,  8,  16, -16, 4096, -8,    64,  24,
                                                              -1, 32, 4,  256, 2048, -4096, 128, 15};
inline constexpr std::array<std::uint8_t, 8> masks = {0xFF, 0x01, 0x80, 0x10, 0x55, 0x03, 0xFF, 0x08};
inline constexpr std::array<std::uint16_t, 16> old_budget_pages = {0, 0,  1,  2,  3,  4,   8,   16,
                                                                   5, 32, 64, 10, 20, 100, 256, 4096};
inline constexpr std::array<std::uint16_t, 16> budget_pages = {0, 0, 0, 1, 1,  1,  2,   3,
                                                               4, 4, 5, 8, 16, 32, 100, 4096};

} // namespace poolproof::dense
