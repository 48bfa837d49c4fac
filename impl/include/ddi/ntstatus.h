/* NTSTATUS values that the pool pages name (contract facts 11.6). Values only; does not cover other statuses.
 */
#ifndef POOLPROOF_DDI_NTSTATUS_H
#define POOLPROOF_DDI_NTSTATUS_H

#include "ntdef.h"

#define STATUS_SUCCESS ((NTSTATUS)0x00000000)
#define STATUS_INVALID_PARAMETER ((NTSTATUS)0xC000000D)
#define STATUS_QUOTA_EXCEEDED ((NTSTATUS)0xC0000044)
#define STATUS_INSUFFICIENT_RESOURCES ((NTSTATUS)0xC000009A)

/* Of poolproof/seh.h and of assertions. */
#define STATUS_BREAKPOINT ((NTSTATUS)0x80000003)
#define STATUS_NONCONTINUABLE_EXCEPTION ((NTSTATUS)0xC0000025)

#endif
