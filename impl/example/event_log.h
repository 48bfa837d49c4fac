/* A driver module: a log of messages in pool. Callers are at PASSIVE_LEVEL or APC_LEVEL, but for
 * event_log_post(), which any level up to DISPATCH_LEVEL may call. */
#ifndef EVENT_LOG_H
#define EVENT_LOG_H

#include <ddi/ntdef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EVENT_LOG_TAG ((ULONG)'goLE')

NTSTATUS event_log_open(const char* name);
/* STATUS_INSUFFICIENT_RESOURCES when there is no pool for a copy. */
NTSTATUS event_log_post(const UCHAR* message, SIZE_T bytes);
/* Copies the oldest message away, at most `bytes` of it, and forgets it; its length, or 0 without any. */
SIZE_T event_log_take(UCHAR* into, SIZE_T bytes);
/* Grows the buffer of the report by a routine that raises; what it raised, or STATUS_SUCCESS. */
NTSTATUS event_log_reserve(SIZE_T bytes);
/* As it should not be: writes the terminator of the name behind its block. */
VOID event_log_misname(VOID* unused);
/* As it should not be: frees the name with another tag. */
VOID event_log_close_wrongly(VOID* unused);
VOID event_log_close(VOID);

#ifdef __cplusplus
}
#endif
#endif
