/* The C interface by which an implementation of the NT pool allocators is put on trial: `plugin:FILE.so`.
 *
 * Covers: what a shared library exports, the op that it is given, the event that it answers with. Does not
 * cover: how the answers are judged. The guide is in the README; props/plugins/malloc_plugin.c is a whole
 * one.
 *
 * Versions follow semantic versioning. The major number is part of the name of the entry point and changes
 * when a plugin has to be changed: a layout, a meaning. The minor number changes when values are added behind
 * the last one of an enumeration, bits to a mask, or members at the end of a struct that carries its `size`;
 * a plugin of an older minor version goes on working, and is given only ops that it declares. Members named
 * `reserved` are 0.
 *
 * The library is loaded into a process of its own, one for each worker. One thread calls, one call at a time.
 * Strings are UTF-8 and live as long as the library. Addresses are those of that process. */
#ifndef POOLPROOF_SUBJECT_H
#define POOLPROOF_SUBJECT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define POOLPROOF_SUBJECT_MAJOR 1u
#define POOLPROOF_SUBJECT_MINOR 0u

/* What kind of op. The comment names the members of struct poolproof_op that count. */
enum poolproof_op_kind {
    POOLPROOF_ALLOCATE, /* routine, pool_type, flags_high, size, tag, priority, extended, index */
    POOLPROOF_FREE,     /* routine, address, tag, extended, index */
    POOLPROOF_READ, /* address (offset included), length: given to those whose faults are events, that is with
                       one of POOLPROOF_CAN_SPECIAL_POOL, _TRIM_PAGED and _PROCESSES */
    POOLPROOF_WRITE,         /* the same; flips the bits of `mask` in each byte */
    POOLPROOF_IRQL,          /* level */
    POOLPROOF_PROCESSOR,     /* index: executes from here on */
    POOLPROOF_PROCESS,       /* index: the processor attaches to it */
    POOLPROOF_BUDGET,        /* index (node), paged, size (pages) */
    POOLPROOF_FAIL_NTH,      /* size: that allocation call from here fails for lack of memory; 0 cancels */
    POOLPROOF_SPECIAL_POOL,  /* mode (0 off, 1 verifier, 2 by tag), side (0 end, 1 start), tag */
    POOLPROOF_VERIFIER,      /* level (0 off, 1 on), pool_type: Driver Verifier's flags but special pool's */
    POOLPROOF_PRINT,         /* address, length: EngWritePrinter */
    POOLPROOF_QUERY_TAG,     /* tag, paged: answers value with the row */
    POOLPROOF_QUERY_EVENT,   /* paged, level (0 Low, 1 High): answers value 0 or 1 */
    POOLPROOF_CALL,          /* routine: one that neither allocates nor frees, and what it takes */
    POOLPROOF_QUOTA,         /* index (process), paged, size: bytes that the process may be charged */
    POOLPROOF_QUERY_QUOTA,   /* index (process), paged: answers value, bytes charged */
    POOLPROOF_DRIVER,        /* index: the driver that the processor executes from here on */
    POOLPROOF_UNLOAD,        /* index, level (1: its unloading begins; 0: it is unloaded) */
    POOLPROOF_LOW_RESOURCES, /* size: failures in 10,000; tag: 0 any */
    POOLPROOF_CLOCK,         /* size: seconds that pass */
    POOLPROOF_DPC,           /* level */
    POOLPROOF_IDLE,          /* index, level */
    POOLPROOF_QUERY_DRIVER,  /* index, paged: answers value with counters */
    POOLPROOF_QUERY_VERIFIER /* answers value with counters */
};

/* The documented routines. A mask of them has bit `1 << value`. */
enum poolproof_routine {
    POOLPROOF_ExAllocatePoolWithTag,
    POOLPROOF_ExAllocatePoolWithTagPriority,
    POOLPROOF_FsRtlAllocatePoolWithTag,
    POOLPROOF_EngAllocMem,
    POOLPROOF_EngAllocUserMem,
    POOLPROOF_ExFreePool,
    POOLPROOF_ExFreePoolWithTag,
    POOLPROOF_EngFreeMem,
    POOLPROOF_EngFreeUserMem,
    POOLPROOF_EngWritePrinter,
    POOLPROOF_ExAllocatePool,
    POOLPROOF_ExAllocatePoolWithQuota,
    POOLPROOF_ExAllocatePoolWithQuotaTag,
    POOLPROOF_ExAllocatePool2,
    POOLPROOF_ExAllocatePool3,
    POOLPROOF_ExAllocatePoolZero,
    POOLPROOF_ExAllocatePoolUninitialized,
    POOLPROOF_ExAllocatePoolQuotaZero,
    POOLPROOF_ExAllocatePoolQuotaUninitialized,
    POOLPROOF_ExAllocatePoolPriorityZero,
    POOLPROOF_ExAllocatePoolPriorityUninitialized,
    POOLPROOF_FsRtlAllocatePoolWithQuotaTag,
    POOLPROOF_EngAllocPrivateUserMem,
    POOLPROOF_ExAllocateFromNPagedLookasideList,
    POOLPROOF_ExAllocateFromPagedLookasideList,
    POOLPROOF_ExAllocateFromLookasideListEx,
    POOLPROOF_ExFreePool2,
    POOLPROOF_EngFreePrivateUserMem,
    POOLPROOF_ExFreeToNPagedLookasideList,
    POOLPROOF_ExFreeToPagedLookasideList,
    POOLPROOF_ExFreeToLookasideListEx,
    POOLPROOF_ExInitializeNPagedLookasideList,
    POOLPROOF_ExInitializePagedLookasideList,
    POOLPROOF_ExInitializeLookasideListEx,
    POOLPROOF_ExDeleteNPagedLookasideList,
    POOLPROOF_ExDeletePagedLookasideList,
    POOLPROOF_ExDeleteLookasideListEx,
    POOLPROOF_ExFlushLookasideListEx,
    POOLPROOF_EngSecureMem,
    POOLPROOF_EngUnsecureMem,
    POOLPROOF_PsChargePoolQuota,
    POOLPROOF_PsReturnPoolQuota,
    POOLPROOF_ExCreatePool,
    POOLPROOF_ExDestroyPool,
    POOLPROOF_ExSecurePoolUpdate,
    POOLPROOF_ExSecurePoolValidate,
    POOLPROOF_FltAllocatePoolAlignedWithTag,
    POOLPROOF_FltFreePoolAlignedWithTag
};
#define POOLPROOF_ROUTINE(name) (UINT64_C(1) << POOLPROOF_##name)

/* An op that a plugin does not declare, by routine or by capability, is never given to it. */
struct poolproof_op {
    uint8_t kind;    /* enum poolproof_op_kind */
    uint8_t routine; /* enum poolproof_routine */
    uint8_t slot;    /* which of 256 variables of the caller the block is in; for batch(), else to look at */
    uint8_t pointer; /* a free is given 0: the slot's block, 1: NULL, 2: a user, 3: a system address of
                        nobody's */
    uint8_t index;   /* processor, process, node, list, instance, surface, private pool or driver */
    uint8_t level;
    uint8_t paged;
    uint8_t mode;
    uint8_t side;
    uint8_t priority; /* EX_POOL_PRIORITY, 0 to 63 */
    uint8_t mask;     /* never 0 */
    uint8_t reserved;
    uint32_t
        pool_type; /* POOL_TYPE with modifier bits, the Flags of EngAllocMem, the lower half of POOL_FLAGS */
    uint32_t flags_high; /* the upper half of POOL_FLAGS; the flags of a lookaside list */
    uint32_t extended;   /* two POOL_EXTENDED_PARAMETERs, packed as props/trace/op.hpp tells; 0: none */
    uint32_t tag;
    uint32_t length; /* bytes touched */
    int32_t offset;  /* bytes from the start of the slot's block; `address` has it included */
    uint64_t size;
    uint64_t address; /* what a free, a touch or a call of the block is given; 0 where no pointer is */
};

enum poolproof_event_kind {
    POOLPROOF_SKIPPED,     /* batch() only: the slot was empty, nothing was called */
    POOLPROOF_DONE,        /* the call came back and returns nothing */
    POOLPROOF_POINTER,     /* the allocation returned `address` */
    POOLPROOF_NULL,        /* the allocation returned NULL */
    POOLPROOF_RAISED,      /* `status` was raised */
    POOLPROOF_BUG_CHECK,   /* `code` with `parameters`; the state is as before the op */
    POOLPROOF_GUARD_FAULT, /* the processor faulted at `address` */
    POOLPROOF_VALUE,       /* a query answers `number`; a call returned that status, 0 for none */
    POOLPROOF_CRASHED,     /* the implementation is beyond use; the process ends after this answer */
    POOLPROOF_UNSUPPORTED =
        10 /* this op cannot be expressed after all, for example a batch() that has no such call */
};

/* Where a block lies: POOLPROOF_CAN_BLOCK_INFO, or with `rights_known` alone POOLPROOF_CAN_PAGE_RIGHTS. */
struct poolproof_block {
    uint8_t known;
    uint8_t rights_known; /* `executable` is told, if nothing else is */
    uint8_t special;
    uint8_t user;
    uint8_t paged;
    uint8_t executable;
    uint8_t node;
    uint8_t process;
    uint32_t tag;       /* recorded with the block */
    uint32_t pool_type; /* recorded, without modifier bits */
    uint64_t bytes;     /* recorded */
};

struct poolproof_tag_row {
    uint64_t allocations;
    uint64_t frees;
    uint64_t bytes; /* in use */
};

/* What a routine of the driver's own was called with for a lookaside list. */
struct poolproof_own_call {
    uint8_t called;
    uint8_t is_free;
    uint8_t irql;
    uint8_t reserved;
    uint32_t pool_type;
    uint32_t tag;
    uint32_t reserved_2;
    uint64_t bytes;
};

/* The lookaside list of an op, after it: POOLPROOF_CAN_LISTS. */
struct poolproof_list_use {
    uint8_t known;
    uint8_t live;
    uint8_t reserved[2];
    uint32_t cached;
    uint64_t allocates;
    uint64_t allocate_misses;
    uint64_t frees;
    uint64_t free_misses;
    struct poolproof_own_call own;
};

/* All zeros before the plugin fills in what it knows. */
struct poolproof_event {
    uint8_t kind; /* enum poolproof_event_kind */
    /* 0 not looked, 1 yes, 2 no. Filled in by who plays the trace, from the memory itself; batch() may. After
     * an allocation: every byte can be read and written; the bytes are all zero. Before a free: what was
     * written into the block is unchanged. */
    uint8_t accessible;
    uint8_t zeroed;
    uint8_t intact;
    uint32_t status;
    uint32_t code;
    uint32_t caller_faults; /* broken duties, with POOLPROOF_CAN_VALIDATE: CallerFault of
                               props/contract/claims.hpp */
    uint64_t address;
    uint64_t used; /* batch(): the pointer that a free, a touch, a print or a call was given */
    uint64_t number;
    uint64_t parameters[4];
    struct poolproof_block block;
    struct poolproof_tag_row row;
    uint64_t counters[7];
    struct poolproof_list_use list;
};

/* What a subject can express. A clause that needs more is `not applicable` to it, never a pass. */
enum poolproof_capability {
    POOLPROOF_CAN_RAISE = 1 << 0,        /* raises arrive as events */
    POOLPROOF_CAN_BUG_CHECK = 1 << 1,    /* bug checks arrive as events */
    POOLPROOF_CAN_BLOCK_INFO = 1 << 2,   /* fills in `block` */
    POOLPROOF_CAN_LEDGER = 1 << 3,       /* tag rows */
    POOLPROOF_CAN_IRQL = 1 << 4,         /* IRQL per processor */
    POOLPROOF_CAN_PROCESSES = 1 << 5,    /* processes with private user memory */
    POOLPROOF_CAN_BUDGET = 1 << 6,       /* memory budgets and nodes */
    POOLPROOF_CAN_FAIL_NTH = 1 << 7,     /* failures on demand */
    POOLPROOF_CAN_SPECIAL_POOL = 1 << 8, /* special pool on demand */
    POOLPROOF_CAN_VERIFIER = 1 << 9,     /* Driver Verifier's automatic checks on demand */
    POOLPROOF_CAN_EVENTS = 1 << 10,      /* low and high pool events */
    POOLPROOF_CAN_VALIDATE = 1 << 11,    /* fills in `caller_faults` */
    POOLPROOF_CAN_TRIM_PAGED = 1 << 12,  /* paged memory is inaccessible at DISPATCH_LEVEL */
    POOLPROOF_CAN_CATCH_MISUSE =
        1 << 13, /* bad frees and touches outside blocks are caught or survived; else none */
    POOLPROOF_CAN_QUOTA = 1 << 14,          /* quota per process, with limits */
    POOLPROOF_CAN_LISTS = 1 << 15,          /* fills in `list` */
    POOLPROOF_CAN_VERIFIER_FLAGS = 1 << 16, /* Driver Verifier's flags, drivers and their unloading */
    POOLPROOF_CAN_SECURE_POOLS = 1 << 17,   /* private pools of the secure kind */
    POOLPROOF_CAN_PAGE_RIGHTS = 1 << 18     /* fills in `executable` */
};

enum poolproof_profile { POOLPROOF_32_BIT = 1, POOLPROOF_64_BIT = 2 };

/* Choices where the documents contradict each other. 0: undeclared, every documented outcome is accepted. A
 * subject is held to what it declares. */
enum poolproof_tag_zero { POOLPROOF_TAG_ZERO_BUG_CHECKS = 1, POOLPROOF_TAG_ZERO_GETS_NULL }; /* */
enum poolproof_tag_mismatch {
    POOLPROOF_TAG_MISMATCH_BUG_CHECKS = 1,
    POOLPROOF_TAG_MISMATCH_IS_SILENT
}; /* */
enum poolproof_zero_bytes { POOLPROOF_ZERO_BYTES_GET_A_BLOCK = 1, POOLPROOF_ZERO_BYTES_BUG_CHECK }; /* */
enum poolproof_null_free { POOLPROOF_NULL_FREE_BUG_CHECKS = 1, POOLPROOF_NULL_FREE_IS_IGNORED };
enum poolproof_plain_tag {
    POOLPROOF_PLAIN_TAG_BUG_CHECKS = 1,
    POOLPROOF_PLAIN_TAG_NEEDS_VERIFIER
}; /* TAG-08 */
enum poolproof_tail { POOLPROOF_TAIL_IS_REUSED = 1, POOLPROOF_TAIL_IS_WASTED }; /* */

/* of at most a page */
enum poolproof_must_succeed { POOLPROOF_MUST_SUCCEED_BUG_CHECKS = 1, POOLPROOF_MUST_SUCCEED_IS_SERVED };

struct poolproof_description {
    uint32_t size;                /* sizeof(struct poolproof_description) */
    uint32_t minor;               /* POOLPROOF_SUBJECT_MINOR that the plugin was built for */
    const char* name;             /* one word or a few, for reports */
    const char* version;          /* the implementation's own */
    uint32_t profiles;            /* mask of enum poolproof_profile; at least one */
    uint32_t capabilities;        /* mask of enum poolproof_capability */
    uint64_t routines;            /* mask of POOLPROOF_ROUTINE(...); at least one allocator */
    uint32_t special_pool_blocks; /* special-pool blocks that it can hold at once; 0: no promise */
    uint8_t tag_zero;
    uint8_t tag_mismatch;
    uint8_t zero_bytes;
    uint8_t null_free;
    uint8_t plain_tag;
    uint8_t tail;
    uint8_t must_succeed;
    uint8_t reserved;
};

/* What the plugin may ask of who loaded it. Lives as long as the process. */
struct poolproof_host {
    uint32_t size;
    /* What came after the `:` of `plugin:FILE.so:ARGUMENT`; never NULL. */
    const char* argument;
    /* What the running call amounts to, should the process end before it returns: for an implementation whose
     * bug check stops the machine. Any later answer replaces it. Async-signal-safe. */
    void (*last_words)(const struct poolproof_event* event);
};

struct poolproof_subject {
    uint32_t size; /* sizeof(struct poolproof_subject) */
    const struct poolproof_description* description;
    /* A clean machine of that profile: nothing allocated, PASSIVE_LEVEL, processor 0, process 0, no special
     * pool, no verifier. 0 when it does not have the profile. */
    int (*reset)(int is_64_bit);
    /* One op. What it raises or bug-checks is the event; nothing is thrown. */
    void (*call)(const struct poolproof_op* op, struct poolproof_event* event);
    /* Optional: looks at or changes memory as the current processor, 0 when any byte of it is inaccessible.
     * Without them the memory of the process is looked at. */
    int (*peek)(uint64_t address, void* into, uint64_t bytes);
    int (*poke)(uint64_t address, const void* from, uint64_t bytes);
    /* Optional: an address of the user half (0) or the system half (1) that no allocator returned. */
    uint64_t (*foreign_address)(int of_system_half);
    /* Optional, for implementations that are far away: the ops of a trace in order, in parts of any length.
     * Whoever implements it keeps the slots: an allocation's pointer goes into op.slot (a failed one empties
     * it), a free, a touch, a print or a call takes it from there, plus op.offset. Nobody looks at the memory
     * then but the implementation itself, and what it would not survive it answers with
     * POOLPROOF_UNSUPPORTED. Returns the number of events filled in; fewer than `count` when it is beyond
     * use. */
    uint32_t (*batch)(const struct poolproof_op* ops, struct poolproof_event* events, uint32_t count);
};

#if defined(_WIN32)
#define POOLPROOF_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define POOLPROOF_EXPORT __attribute__((visibility("default")))
#else
#define POOLPROOF_EXPORT
#endif

/* What the library exports; called once. NULL when it cannot start. */
POOLPROOF_EXPORT const struct poolproof_subject* poolproof_subject_1(const struct poolproof_host* host);

#ifdef __cplusplus
}
#endif

#endif
