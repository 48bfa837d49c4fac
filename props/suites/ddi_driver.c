/* A driver routine in C, over the documented headers alone (see ddi_headers_props.cpp). */
#include <ddi/ntifs.h>
#include <ddi/winddi.h>

#define TAG 0x46726564u /* 'Fred' */

/* The character literal of the pages; its value is the compiler's affair, and the documented one here. */
typedef char tag_literal_is_as_documented['Fred' == TAG ? 1 : -1];

int ddi_driver_entry(void) {
    int wrong = 0;
    DWORD written = 0;
    PVOID blocks[5];

    blocks[0] = ExAllocatePoolWithTag(NonPagedPool, 100, TAG);
    blocks[1] = ExAllocatePoolWithTagPriority((POOL_TYPE)(PagedPool | POOL_COLD_ALLOCATION), PAGE_SIZE, TAG,
                                              NormalPoolPriority);
    blocks[2] = FsRtlAllocatePoolWithTag(PagedPool, 3 * PAGE_SIZE, TAG);
    blocks[3] = EngAllocMem(FL_ZERO_MEMORY | FL_NONPAGED_MEMORY, 100, TAG);
    blocks[4] = EngAllocUserMem(100000, TAG);
    for (int i = 0; i < 5; ++i) {
        if (blocks[i] == NULL) {
            return 100 + i;
        }
        *(UCHAR*)blocks[i] = (UCHAR)i;
    }
    wrong += EngWritePrinter(NULL, blocks[3], 100, &written) != TRUE || written != 100;
    wrong += EngWritePrinter(NULL, blocks[4], 100, NULL) != FALSE;
    for (int i = 0; i < 5; ++i) {
        wrong += *(UCHAR*)blocks[i] != (UCHAR)i;
    }
    ExFreePoolWithTag(blocks[0], TAG);
    ExFreePool(blocks[1]);
    ExFreePool(blocks[2]);
    EngFreeMem(blocks[3]);
    EngFreeUserMem(blocks[4]);
    return wrong;
}
