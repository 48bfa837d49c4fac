/* The NX opt-in of wdm.h: what NonPagedPool means in a driver that asks for no-execute memory by default.
 *
 * Covers: POOL_NX_OPTIN, POOL_NX_OPTIN_AUTO and POOL_NX_OPTOUT (NX-02 to NX-04), each defined as 1 before
 * wdm.h is included. Does not cover: systems without no-execute pool (NX-05). With an opt-in the two names
 * are macros: NonPagedPoolExecute and NonPagedPoolBase keep the values of the enumeration. */
#ifndef POOLPROOF_DDI_POOL_NX_H
#define POOLPROOF_DDI_POOL_NX_H

#if !defined(POOL_NX_OPTOUT) || !POOL_NX_OPTOUT

#if defined(POOL_NX_OPTIN_AUTO) && POOL_NX_OPTIN_AUTO

#define NonPagedPool NonPagedPoolNx
#define NonPagedPoolCacheAligned NonPagedPoolNxCacheAligned

#elif defined(POOL_NX_OPTIN) && POOL_NX_OPTIN

/* What ExDefaultNonPagedPoolType says once ExInitializeDriverRuntime(DrvRtPoolNxOptIn) has run. */
#define NonPagedPool ExDefaultNonPagedPoolType
#define NonPagedPoolCacheAligned ((POOL_TYPE)(ExDefaultNonPagedPoolType | NonPagedPoolBaseCacheAligned))

#endif
#endif

#endif
