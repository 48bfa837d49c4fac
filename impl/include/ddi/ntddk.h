/* ntddk.h offers the same pool routines as wdm.h (EAPT-25); it adds nothing to them here. */
#ifndef POOLPROOF_DDI_NTDDK_H
#define POOLPROOF_DDI_NTDDK_H

#include "wdm.h"

#endif
