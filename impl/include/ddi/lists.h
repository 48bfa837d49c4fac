/* Linked lists of driver code: LIST_ENTRY and SINGLE_LIST_ENTRY.
 *
 * Covers: InitializeListHead, IsListEmpty, InsertHeadList, InsertTailList, AppendTailList, RemoveHeadList,
 * RemoveTailList, RemoveEntryList, PushEntryList, PopEntryList; inline, as the pages have them. Does not
 * cover: interlocked and sequenced lists.
 *
 * A LIST_ENTRY whose neighbours do not point back to it, or a head that its neighbour does not, is bug check
 * 0x139 with 3 as its first parameter (contract facts 12): KeBugCheckEx. The entries are the caller's
 * storage, at any IRQL if resident; nothing here is thread-safe, callers hold a lock. */
#ifndef POOLPROOF_DDI_LISTS_H
#define POOLPROOF_DDI_LISTS_H

#include "ke.h"

typedef struct _LIST_ENTRY {
    struct _LIST_ENTRY* Flink;
    struct _LIST_ENTRY* Blink;
} LIST_ENTRY, *PLIST_ENTRY;

typedef struct _SINGLE_LIST_ENTRY {
    struct _SINGLE_LIST_ENTRY* Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

/* First parameter of bug check 0x139 for a damaged LIST_ENTRY. */
#define FAST_FAIL_CORRUPT_LIST_ENTRY 3

/* Ours: throws that bug check unless the two entries are neighbours. The trap frame and exception record of
 * its other parameters do not exist here; they are 0. */
FORCEINLINE VOID poolproof_check_neighbours(const LIST_ENTRY* First, const LIST_ENTRY* Second) {
    if (First->Flink != Second || Second->Blink != First)
        KeBugCheckEx(KERNEL_SECURITY_CHECK_FAILURE, FAST_FAIL_CORRUPT_LIST_ENTRY, 0, 0, 0);
}

FORCEINLINE VOID InitializeListHead(PLIST_ENTRY ListHead) {
    ListHead->Flink = ListHead->Blink = ListHead;
}

FORCEINLINE BOOLEAN IsListEmpty(const LIST_ENTRY* ListHead) {
    return (BOOLEAN)(ListHead->Flink == ListHead);
}

FORCEINLINE VOID InsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry) {
    PLIST_ENTRY first = ListHead->Flink;
    poolproof_check_neighbours(ListHead, first);
    Entry->Flink = first;
    Entry->Blink = ListHead;
    first->Blink = Entry;
    ListHead->Flink = Entry;
}

FORCEINLINE VOID InsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry) {
    PLIST_ENTRY last = ListHead->Blink;
    poolproof_check_neighbours(last, ListHead);
    Entry->Flink = ListHead;
    Entry->Blink = last;
    last->Flink = Entry;
    ListHead->Blink = Entry;
}

/* Appends a list without a head, of which ListToAppend is the first entry. */
FORCEINLINE VOID AppendTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListToAppend) {
    PLIST_ENTRY last = ListHead->Blink;
    PLIST_ENTRY end = ListToAppend->Blink;
    poolproof_check_neighbours(last, ListHead);
    poolproof_check_neighbours(end, ListToAppend);
    last->Flink = ListToAppend;
    ListToAppend->Blink = last;
    end->Flink = ListHead;
    ListHead->Blink = end;
}

/* TRUE when the list is empty afterwards. */
FORCEINLINE BOOLEAN RemoveEntryList(PLIST_ENTRY Entry) {
    PLIST_ENTRY next = Entry->Flink;
    PLIST_ENTRY previous = Entry->Blink;
    poolproof_check_neighbours(previous, Entry);
    poolproof_check_neighbours(Entry, next);
    previous->Flink = next;
    next->Blink = previous;
    return (BOOLEAN)(next == previous);
}

/* The first entry; ListHead itself when the list was empty. */
FORCEINLINE PLIST_ENTRY RemoveHeadList(PLIST_ENTRY ListHead) {
    PLIST_ENTRY entry = ListHead->Flink;
    poolproof_check_neighbours(ListHead, entry);
    RemoveEntryList(entry);
    return entry;
}

/* The last entry; ListHead itself when the list was empty. */
FORCEINLINE PLIST_ENTRY RemoveTailList(PLIST_ENTRY ListHead) {
    PLIST_ENTRY entry = ListHead->Blink;
    poolproof_check_neighbours(entry, ListHead);
    RemoveEntryList(entry);
    return entry;
}

FORCEINLINE VOID PushEntryList(PSINGLE_LIST_ENTRY ListHead, PSINGLE_LIST_ENTRY Entry) {
    Entry->Next = ListHead->Next;
    ListHead->Next = Entry;
}

/* NULL when the list is empty. */
FORCEINLINE PSINGLE_LIST_ENTRY PopEntryList(PSINGLE_LIST_ENTRY ListHead) {
    PSINGLE_LIST_ENTRY first = ListHead->Next;
    if (first != NULL)
        ListHead->Next = first->Next;
    return first;
}

#endif
