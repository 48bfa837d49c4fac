/* A whole plugin in about a hundred lines: malloc() in the place of the pool. A template for your own.
 *
 * Covers: four routines, raises, a clean machine at each reset. Does not cover: page rules and pool types, of
 * which malloc() knows nothing; the suite convicts it of that. */
#include <poolproof/subject.h>

#include <stdlib.h>

enum { raise_if_allocation_failure = 16 }; /* POOL_RAISE_IF_ALLOCATION_FAILURE */
#define STATUS_INSUFFICIENT_RESOURCES 0xC000009Au
#define LARGEST_REQUEST (UINT64_C(1) << 31)

/* Before each block; 32 bytes keep the alignment of malloc(). */
struct header {
    struct header *next, *previous;
    uint64_t unused[2];
};

static struct header blocks = {&blocks, &blocks, {0, 0}};

static void release(struct header* block) {
    block->previous->next = block->next;
    block->next->previous = block->previous;
    free(block);
}

static int reset(int is_64_bit) {
    while (blocks.next != &blocks) {
        release(blocks.next);
    }
    return is_64_bit;
}

static void* allocate(uint64_t size) {
    struct header* block = size <= LARGEST_REQUEST ? malloc(sizeof(struct header) + (size_t)size) : NULL;
    if (block == NULL) {
        return NULL;
    }
    block->next = blocks.next;
    block->previous = &blocks;
    blocks.next->previous = block;
    blocks.next = block;
    return block + 1;
}

static void call(const struct poolproof_op* op, struct poolproof_event* event) {
    if (op->kind == POOLPROOF_FREE) { /* of a live block: misuse is not declared */
        release((struct header*)(uintptr_t)op->address - 1);
        event->kind = POOLPROOF_DONE;
        return;
    }
    void* block = allocate(op->size);
    if (block != NULL) {
        event->kind = POOLPROOF_POINTER;
        event->address = (uintptr_t)block;
    } else if ((op->pool_type & raise_if_allocation_failure) != 0) {
        event->kind = POOLPROOF_RAISED;
        event->status = STATUS_INSUFFICIENT_RESOURCES;
    } else {
        event->kind = POOLPROOF_NULL;
    }
}

static const struct poolproof_description description = {
    .size = sizeof(struct poolproof_description),
    .minor = POOLPROOF_SUBJECT_MINOR,
    .name = "malloc",
    .version = "1.0",
    .profiles = POOLPROOF_64_BIT,
    .capabilities = POOLPROOF_CAN_RAISE,
    .routines = POOLPROOF_ROUTINE(ExAllocatePool) | POOLPROOF_ROUTINE(ExAllocatePoolWithTag) |
                POOLPROOF_ROUTINE(ExFreePool) | POOLPROOF_ROUTINE(ExFreePoolWithTag),
};

static const struct poolproof_subject subject = {
    .size = sizeof(struct poolproof_subject),
    .description = &description,
    .reset = reset,
    .call = call,
};

const struct poolproof_subject* poolproof_subject_1(const struct poolproof_host* host) {
    (void)host;
    return &subject;
}
