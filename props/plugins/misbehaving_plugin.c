/* Plugins that go wrong, one way each, named by the argument: what isolation has to withstand.
 *
 * Covers: at the third allocation after a reset segfault, abort, hang, exit, overlap (the second block's
 * memory once more), garbage (an answer that is none), scribble (over every descriptor, then a good answer),
 * bug-check (last words, then abort); leak: at every allocation; at the start crash-at-start, refuse,
 * no-allocator. Does not cover: whatever is wrong with an allocator that comes back
 * (props/subjects/faulty*.cpp). */
#include <poolproof/subject.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { arena_blocks = 4096, block_bytes = 1 << 16, leaked_bytes = 1 << 20, bad_pool_caller = 0xC2 };

static const struct poolproof_host* host;
static unsigned char* arena;
static unsigned used;
static uint64_t latest;

static int is(const char* misbehaviour) {
    return strcmp(host->argument, misbehaviour) == 0;
}

static int reset(int is_64_bit) {
    used = 0;
    return is_64_bit;
}

static void scribble(void) {
    static const char noise[64] = "noise";
    for (int descriptor = 0; descriptor < 1024; ++descriptor) {
        if (write(descriptor, noise, sizeof noise) < 0) {
            continue; /* not open, or not for writing */
        }
    }
}

static void die_of_a_bug_check(void) {
    struct poolproof_event event = {
        .kind = POOLPROOF_BUG_CHECK, .code = bad_pool_caller, .parameters = {0x99, 1, 2, 3}};
    host->last_words(&event);
    abort();
}

static void go_wrong(void) {
    if (is("segfault")) {
        *(volatile int*)(uintptr_t)8 = 1;
    } else if (is("abort")) {
        abort();
    } else if (is("hang")) {
        for (volatile int forever = 1; forever;) {
        }
    } else if (is("exit")) {
        exit(7);
    } else if (is("scribble")) {
        scribble();
    } else if (is("bug-check")) {
        die_of_a_bug_check();
    }
}

static void leak(void) {
    static void* volatile lost; /* else a compiler leaves it all out */
    lost = malloc(leaked_bytes);
    if (lost != NULL) {
        memset(lost, 1, leaked_bytes);
    }
}

/* Page-aligned, never given out again before the next reset: nothing is wrong with that. */
static void allocate(const struct poolproof_op* op, struct poolproof_event* event) {
    const unsigned blocks = (unsigned)(op->size / block_bytes) + 1;
    if (op->size > (uint64_t)arena_blocks * block_bytes || used + blocks > arena_blocks) {
        event->kind = POOLPROOF_NULL;
        return;
    }
    event->kind = POOLPROOF_POINTER;
    event->address = (uintptr_t)(arena + (uint64_t)used * block_bytes);
    used += blocks;
}

static void call(const struct poolproof_op* op, struct poolproof_event* event) {
    static unsigned calls;
    event->kind = POOLPROOF_DONE;
    if (op->kind != POOLPROOF_ALLOCATE) {
        return;
    }
    calls = used == 0 ? 1 : calls + 1;
    allocate(op, event);
    if (is("leak")) {
        leak();
    } else if (calls == 3) {
        go_wrong();
        if (is("overlap")) {
            event->address = latest;
        } else if (is("garbage")) {
            memset(event, 0xEE, sizeof *event);
        }
    }
    latest = event->address;
}

static struct poolproof_description description = {
    .size = sizeof(struct poolproof_description),
    .name = "misbehaving",
    .version = "1.0",
    .profiles = POOLPROOF_64_BIT,
    .routines = POOLPROOF_ROUTINE(ExAllocatePoolWithTag) | POOLPROOF_ROUTINE(ExFreePoolWithTag),
};

static const struct poolproof_subject subject = {
    .size = sizeof(struct poolproof_subject),
    .description = &description,
    .reset = reset,
    .call = call,
};

const struct poolproof_subject* poolproof_subject_1(const struct poolproof_host* loaded_by) {
    host = loaded_by;
    if (is("crash-at-start")) {
        abort();
    }
    if (is("bug-check")) {
        description.capabilities = POOLPROOF_CAN_BUG_CHECK;
    }
    if (is("no-allocator")) {
        description.routines = POOLPROOF_ROUTINE(ExFreePoolWithTag);
    }
    arena = aligned_alloc(4096, (size_t)arena_blocks * block_bytes);
    return is("refuse") ? NULL : &subject;
}
