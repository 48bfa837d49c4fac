/* Implements event_log.h as a driver does: tagged pool, a list under a spin lock, pageable code, a handler of
 * a raise. It compiles as C and as C++. */
#include "event_log.h"

#include <ntifs.h>
#include <poolproof/seh.h>

#define NAME_BYTES 16

typedef struct _MESSAGE {
    LIST_ENTRY Link;
    SIZE_T Length;
    UCHAR Bytes[1];
} MESSAGE, *PMESSAGE;

static LIST_ENTRY Messages;
static KSPIN_LOCK MessagesLock;
static PCHAR Name;
static PVOID Report;

DECLARE_CONST_UNICODE_STRING(DeviceName, L"\\Device\\EventLog");

#pragma alloc_text(PAGE, event_log_open)

_Use_decl_annotations_ NTSTATUS event_log_open(const char* name) {
    UNICODE_STRING expected;
    PAGED_CODE();
    RtlInitUnicodeString(&expected, L"\\device\\eventlog");
    if (!RtlEqualUnicodeString(&expected, &DeviceName, TRUE))
        return STATUS_INVALID_PARAMETER;
    InitializeListHead(&Messages);
    KeInitializeSpinLock(&MessagesLock);
    Report = NULL;
    Name = (PCHAR)ExAllocatePoolWithTag(NonPagedPoolNx, NAME_BYTES, EVENT_LOG_TAG);
    if (Name == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(Name, NAME_BYTES);
    RtlCopyMemory(Name, name, NAME_BYTES - 1 < strlen(name) ? NAME_BYTES - 1 : strlen(name));
    KdPrint(("event log %s\n", Name));
    return STATUS_SUCCESS;
}

_IRQL_requires_max_(DISPATCH_LEVEL) NTSTATUS
    event_log_post(_In_reads_bytes_(bytes) const UCHAR* message, _In_ SIZE_T bytes) {
    KIRQL irql;
    PMESSAGE copy =
        (PMESSAGE)ExAllocatePoolWithTag(NonPagedPoolNx, FIELD_OFFSET(MESSAGE, Bytes) + bytes, EVENT_LOG_TAG);
    if (copy == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    copy->Length = bytes;
    RtlCopyMemory(copy->Bytes, message, bytes);
    KeAcquireSpinLock(&MessagesLock, &irql);
    InsertTailList(&Messages, &copy->Link);
    KeReleaseSpinLock(&MessagesLock, irql);
    return STATUS_SUCCESS;
}

SIZE_T event_log_take(_Out_writes_bytes_(bytes) UCHAR* into, _In_ SIZE_T bytes) {
    KIRQL irql;
    PMESSAGE oldest = NULL;
    SIZE_T length;
    KeAcquireSpinLock(&MessagesLock, &irql);
    if (!IsListEmpty(&Messages))
        oldest = CONTAINING_RECORD(RemoveHeadList(&Messages), MESSAGE, Link);
    KeReleaseSpinLock(&MessagesLock, irql);
    if (oldest == NULL)
        return 0;
    length = oldest->Length;
    RtlCopyMemory(into, oldest->Bytes, length < bytes ? length : bytes);
    ExFreePoolWithTag(oldest, EVENT_LOG_TAG);
    return length;
}

NTSTATUS event_log_reserve(_In_ SIZE_T bytes) {
    volatile NTSTATUS status = STATUS_SUCCESS;
    PAGED_CODE();
    POOLPROOF_TRY {
        PVOID grown = FsRtlAllocatePoolWithTag(PagedPool, bytes, EVENT_LOG_TAG);
        if (Report != NULL)
            ExFreePoolWithTag(Report, EVENT_LOG_TAG);
        Report = grown;
    } POOLPROOF_EXCEPT(GetExceptionCode() == STATUS_INSUFFICIENT_RESOURCES ? EXCEPTION_EXECUTE_HANDLER
                                                                           : EXCEPTION_CONTINUE_SEARCH) {
        status = GetExceptionCode();
    } POOLPROOF_END
    return status;
}

VOID event_log_misname(VOID* unused) {
    UNREFERENCED_PARAMETER(unused);
    ((volatile CHAR*)Name)[NAME_BYTES] = '\0';
}

VOID event_log_close_wrongly(VOID* unused) {
    UNREFERENCED_PARAMETER(unused);
    ExFreePoolWithTag(Name, 'emaN');
}

VOID event_log_close(VOID) {
    UCHAR dropped;
    PAGED_CODE();
    while (event_log_take(&dropped, sizeof dropped) != 0)
        continue;
    if (Report != NULL)
        ExFreePoolWithTag(Report, EVENT_LOG_TAG);
    ExFreePoolWithTag(Name, EVENT_LOG_TAG);
}
