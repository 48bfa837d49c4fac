// A trace for every faulty subject of the rest of the family.
//
// Covers: quota, POOL_FLAGS, wrappers, secure pools, lookaside lists, private and aligned memory, Driver
// Verifier's flags. Does not cover: what is in faulty_evidence.hpp.
#pragma once

#include "subjects/faulty_evidence.hpp"

namespace poolproof {

// The rest of the family: quota, POOL_FLAGS, lists, Driver Verifier's flags.
inline constexpr Evidence family_evidence[] = {
    // Quota and untagged routines.
    {"untagged-with-another-tag", "allocate ExAllocatePool s0 size=100"},
    {"plain-pool-raises", "fail_nth 1\n"
                          "allocate ExAllocatePool s0 size=100"},
    {"charged-to-the-next-process", "allocate ExAllocatePoolWithQuota s0 size=100\n"
                                    "query_quota process=0 pool=nonpaged"},
    {"pages-charged", "allocate ExAllocatePoolWithQuota s0 size=4096\n"
                      "query_quota process=0 pool=nonpaged"},
    {"quota-null-instead-of-raise", "quota process=0 pool=nonpaged size=99\n"
                                    "allocate ExAllocatePoolWithQuota s0 size=100"},
    {"quota-not-charged", "allocate ExAllocatePoolWithQuotaTag s0 size=100 tag='Fred'\n"
                          "query_quota process=0 pool=nonpaged"},
    {"quota-limit-ignored", "quota process=0 pool=nonpaged size=99\n"
                            "allocate ExAllocatePoolWithQuotaTag s0 size=100 tag='Fred'"},
    {"quota-flag-ignored", "quota process=0 pool=nonpaged size=99\n"
                           "allocate ExAllocatePoolWithQuotaTag s0 "
                           "type=NonPagedPool|POOL_QUOTA_FAIL_INSTEAD_OF_RAISE size=100 tag='Fred'"},
    {"charged-blocks-stay", "allocate ExAllocatePoolWithQuotaTag s0 size=100 tag='Fred'\n"
                            "free ExFreePoolWithTag s0 tag='Fred'"},
    {"quota-kept-at-free", "allocate ExAllocatePoolWithQuotaTag s0 size=100 tag='Fred'\n"
                           "free ExFreePool s0\n"
                           "query_quota process=0 pool=nonpaged"},
    {"charge-over-the-limit-done", "quota process=1 pool=paged size=99\n"
                                   "call PsChargePoolQuota process=1 type=PagedPool size=100"},
    {"return-forgotten", "call PsChargePoolQuota process=1 type=PagedPool size=100\n"
                         "call PsReturnPoolQuota process=1 type=PagedPool size=100\n"
                         "query_quota process=1 pool=paged"},
    {"return-of-too-much-done", "call PsReturnPoolQuota process=1 type=PagedPool size=100"},
    {"quota-duties-unreported", "irql 2\n"
                                "call PsChargePoolQuota process=1 type=NonPagedPool size=100"},
    {"fsrtl-quota-not-charged", "allocate FsRtlAllocatePoolWithQuotaTag s0 size=100 tag='Fred'\n"
                                "query_quota process=0 pool=nonpaged"},
    {"fsrtl-quota-raises-another-status", "fail_nth 1\n"
                                          "allocate FsRtlAllocatePoolWithQuotaTag s0 size=100 tag='Fred'"},
    // POOL_FLAGS and extended parameters.
    {"pool2-not-zeroed", "allocate ExAllocatePool2 s0 flags=POOL_FLAG_NON_PAGED size=100 tag='Fred'"},
    {"pool3-not-zeroed", "allocate ExAllocatePool3 s0 flags=POOL_FLAG_PAGED size=100 tag='Fred'"},
    {"unknown-required-flag-accepted",
     "allocate ExAllocatePool2 s0 flags=POOL_FLAG_NON_PAGED|0x800 size=100 tag='Fred'"},
    {"optional-flag-fails",
     "allocate ExAllocatePool2 s0 flags=POOL_FLAG_NON_PAGED|0x200000000 size=100 tag='Fred'"},
    {"pool2-raise-flag-ignored", "fail_nth 1\n"
                                 "allocate ExAllocatePool2 s0 "
                                 "flags=POOL_FLAG_NON_PAGED|POOL_FLAG_RAISE_ON_FAILURE size=100 tag='Fred'"},
    {"pool2-quota-flag-ignored",
     "allocate ExAllocatePool2 s0 flags=POOL_FLAG_NON_PAGED|POOL_FLAG_USE_QUOTA size=100 tag='Fred'\n"
     "query_quota process=0 pool=nonpaged"},
    {"special-flag-ignored",
     "allocate ExAllocatePool2 s0 flags=POOL_FLAG_NON_PAGED|POOL_FLAG_SPECIAL_POOL size=100 tag='Fred'"},
    {"pool2-zero-tag-accepted", "allocate ExAllocatePool2 s0 flags=POOL_FLAG_NON_PAGED size=100 tag=0"},
    {"nonpaged-flag-executable", "allocate ExAllocatePool2 s0 flags=POOL_FLAG_NON_PAGED size=100 tag='Fred'"},
    {"unknown-entry-ignored",
     "allocate ExAllocatePool3 s0 flags=POOL_FLAG_NON_PAGED params=9:0 size=100 tag='Fred'"},
    {"second-entry-unread",
     "allocate ExAllocatePool3 s0 flags=POOL_FLAG_NON_PAGED params=1:32,9:0 size=100 tag='Fred'"},
    {"optional-entry-required",
     "allocate ExAllocatePool3 s0 flags=POOL_FLAG_NON_PAGED params=9:0:optional size=100 tag='Fred'"},
    {"odd-priority-entry-accepted",
     "allocate ExAllocatePool3 s0 flags=POOL_FLAG_NON_PAGED params=1:7 size=100 tag='Fred'"},
    {"required-node-not-honoured",
     "budget node=1 pool=nonpaged pages=0\n"
     "allocate ExAllocatePool3 s0 flags=POOL_FLAG_NON_PAGED params=3:1 size=4096 tag='Fred'"},
    // Wrappers.
    {"zero-wrapper-not-zeroing", "allocate ExAllocatePoolZero s0 size=100 tag='Fred'"},
    {"quota-zero-not-zeroing", "allocate ExAllocatePoolQuotaZero s0 size=100 tag='Fred'"},
    {"priority-zero-not-zeroing", "allocate ExAllocatePoolPriorityZero s0 size=100 tag='Fred'"},
    {"wrapper-ignores-raise-flag", "fail_nth 1\n"
                                   "allocate ExAllocatePoolPriorityUninitialized s0 "
                                   "type=NonPagedPool|POOL_RAISE_IF_ALLOCATION_FAILURE size=100 tag='Fred'"},
    {"quota-wrapper-returns-null", "fail_nth 1\n"
                                   "allocate ExAllocatePoolQuotaUninitialized s0 size=100 tag='Fred'"},
    // ExFreePool2 and secure pools.
    {"second-free-takes-null", "free ExFreePool2 null tag='Fred'"},
    {"second-free-parameters-unread", "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'\n"
                                      "free ExFreePool2 s0 params=1:16 tag='Fred'"},
    {"secure-block-freed-by-older-free",
     "call ExCreatePool private=0 flags=0x00000001 tag='Fred'\n"
     "allocate ExAllocatePool3 s0 flags=POOL_FLAG_NON_PAGED params=2:28 size=100 tag='Fred'\n"
     "free ExFreePool s0"},
    {"secure-free-without-entry",
     "call ExCreatePool private=0 flags=0x00000001 tag='Fred'\n"
     "allocate ExAllocatePool3 s0 flags=POOL_FLAG_NON_PAGED params=2:28 size=100 tag='Fred'\n"
     "free ExFreePool2 s0 tag='Fred'"},
    {"secure-free-with-bad-handle",
     "call ExCreatePool private=0 flags=0x00000001 tag='Fred'\n"
     "allocate ExAllocatePool3 s0 flags=POOL_FLAG_NON_PAGED params=2:28 size=100 tag='Fred'\n"
     "free ExFreePool2 s0 params=2:29 tag='Fred'"},
    {"any-cookie-validates",
     "call ExCreatePool private=0 flags=0x00000001 tag='Fred'\n"
     "allocate ExAllocatePool3 s0 flags=POOL_FLAG_NON_PAGED params=2:28 size=100 tag='Fred'\n"
     "call ExSecurePoolValidate s0 private=0 cookie=8 tag='Fred'"},
    {"update-out-of-range",
     "call ExCreatePool private=0 flags=0x00000001 tag='Fred'\n"
     "allocate ExAllocatePool3 s0 flags=POOL_FLAG_NON_PAGED params=2:28 size=100 tag='Fred'\n"
     "call ExSecurePoolUpdate s0 private=0 cookie=7 offset=100 length=1 tag='Fred'"},
    {"pool-destroyed-in-use", "call ExDestroyPool private=0"},
    {"pool-of-no-kind", "call ExCreatePool private=0 tag='Fred'"},
    // Lookaside lists.
    {"list-preallocates", "call ExInitializeNPagedLookasideList list=0 size=64 tag='Fred'"},
    {"list-entry-twice", "call ExInitializeNPagedLookasideList list=0 size=64 tag='Fred'\n"
                         "allocate ExAllocateFromNPagedLookasideList s0 list=0\n"
                         "allocate ExAllocateFromNPagedLookasideList s1 list=0"},
    {"list-cache-unused", "call ExInitializeNPagedLookasideList list=0 size=64 tag='Fred'\n"
                          "allocate ExAllocateFromNPagedLookasideList s0 list=0\n"
                          "free ExFreeToNPagedLookasideList s0 list=0\n"
                          "allocate ExAllocateFromNPagedLookasideList s0 list=0"},
    {"list-own-routines-ignored",
     "call ExInitializeNPagedLookasideList list=0 routines=own size=64 tag='Fred'\n"
     "allocate ExAllocateFromNPagedLookasideList s0 list=0"},
    {"list-loses-entries", "call ExInitializeNPagedLookasideList list=0 size=64 tag='Fred'\n"
                           "allocate ExAllocateFromNPagedLookasideList s0 list=0\n"
                           "free ExFreeToNPagedLookasideList s0 list=0"},
    {"list-failure-raises", "call ExInitializeNPagedLookasideList list=0 size=64 tag='Fred'\n"
                            "fail_nth 1\n"
                            "allocate ExAllocateFromNPagedLookasideList s0 list=0"},
    {"list-entry-of-another-size", "call ExInitializeNPagedLookasideList list=0 size=64 tag='Fred'\n"
                                   "allocate ExAllocateFromNPagedLookasideList s0 list=0"},
    {"list-no-execute-ignored",
     "call ExInitializeNPagedLookasideList list=0 flags=0x00000200 size=64 tag='Fred'\n"
     "allocate ExAllocateFromNPagedLookasideList s0 list=0"},
    {"list-raise-ignored", "call ExInitializePagedLookasideList list=0 flags=0x00000010 size=64 tag='Fred'\n"
                           "fail_nth 1\n"
                           "allocate ExAllocateFromPagedLookasideList s0 list=0"},
    {"list-bad-flags-accepted",
     "call ExInitializeLookasideListEx list=0 type=NonPagedPool list_flags=0x00000003 size=64 tag='Fred'"},
    {"list-raise-on-fail-ignored",
     "call ExInitializeLookasideListEx list=0 type=NonPagedPool list_flags=0x00000001 size=64 tag='Fred'\n"
     "fail_nth 1\n"
     "allocate ExAllocateFromLookasideListEx s0 list=0"},
    {"list-allocator-told-to-raise",
     "call ExInitializeLookasideListEx list=0 type=NonPagedPool routines=own size=64 tag='Fred'\n"
     "allocate ExAllocateFromLookasideListEx s0 list=0"},
    {"list-double-put-unreported", "call ExInitializeNPagedLookasideList list=0 size=64 tag='Fred'\n"
                                   "allocate ExAllocateFromNPagedLookasideList s0 list=0\n"
                                   "free ExFreeToNPagedLookasideList s0 list=0\n"
                                   "free ExFreeToNPagedLookasideList s0 list=0"},
    {"list-delete-leaks", "call ExInitializeNPagedLookasideList list=0 size=64 tag='Fred'\n"
                          "allocate ExAllocateFromNPagedLookasideList s0 list=0\n"
                          "free ExFreeToNPagedLookasideList s0 list=0\n"
                          "call ExDeleteNPagedLookasideList list=0\n"
                          "query_tag pool=nonpaged tag='Fred'"},
    {"list-flush-does-nothing",
     "call ExInitializeLookasideListEx list=0 type=NonPagedPool size=64 tag='Fred'\n"
     "allocate ExAllocateFromLookasideListEx s0 list=0\n"
     "free ExFreeToLookasideListEx s0 list=0\n"
     "call ExFlushLookasideListEx list=0"},
    {"list-init-unchecked", "verifier on\n"
                            "call ExInitializeNPagedLookasideList list=0 size=64 tag='Fred'\n"
                            "call ExInitializeNPagedLookasideList list=0 size=64 tag='Fred'"},
    {"list-delete-unchecked", "verifier on\n"
                              "call ExDeleteNPagedLookasideList list=0"},
    {"list-irql-unreported", "irql 2\n"
                             "call ExInitializePagedLookasideList list=0 size=64 tag='Fred'"},
    {"list-unknown-unreported", "allocate ExAllocateFromNPagedLookasideList s0 list=0"},
    {"list-own-routines-at-passive",
     "call ExInitializeNPagedLookasideList list=0 routines=own size=64 tag='Fred'\n"
     "irql 1\n"
     "allocate ExAllocateFromNPagedLookasideList s0 list=0"},
    // Private user memory, secured ranges, aligned memory.
    {"private-memory-of-the-caller", "allocate EngAllocPrivateUserMem s0 surface=1 size=100 tag='Fred'"},
    {"private-free-needs-its-process", "allocate EngAllocPrivateUserMem s0 surface=1 size=100 tag='Fred'\n"
                                       "free EngFreePrivateUserMem s0 surface=1"},
    {"private-free-raises", "allocate EngAllocPrivateUserMem s0 surface=0 size=100 tag='Fred'\n"
                            "free EngFreePrivateUserMem s0 surface=0"},
    {"private-surface-unreported", "allocate EngAllocPrivateUserMem s0 surface=1 size=100 tag='Fred'\n"
                                   "free EngFreePrivateUserMem s0 surface=2"},
    {"private-failure-raises", "fail_nth 1\n"
                               "allocate EngAllocPrivateUserMem s0 surface=1 size=100 tag='Fred'"},
    {"secured-range-freed", "allocate EngAllocUserMem s0 size=100 tag='Fred'\n"
                            "call EngSecureMem s0 offset=0 length=10\n"
                            "free EngFreeUserMem s0\n"
                            "read s0 offset=0 length=10"},
    {"secured-handle-unreported", "allocate EngAllocUserMem s0 size=100 tag='Fred'\n"
                                  "call EngUnsecureMem s0"},
    {"aligned-misaligned",
     "allocate FltAllocatePoolAlignedWithTag s0 instance=1 type=NonPagedPool size=100 tag='Fred'"},
    {"aligned-zero-refused",
     "allocate FltAllocatePoolAlignedWithTag s0 instance=1 type=NonPagedPool size=0 tag='Fred'"},
    {"aligned-tag-ignored",
     "allocate FltAllocatePoolAlignedWithTag s0 instance=1 type=NonPagedPool size=100 tag='Fred'\n"
     "free FltFreePoolAlignedWithTag s0 instance=1 tag='Tag1'"},
    {"aligned-instance-unreported",
     "allocate FltAllocatePoolAlignedWithTag s0 instance=1 type=NonPagedPool size=100 tag='Fred'\n"
     "free FltFreePoolAlignedWithTag s0 instance=2 tag='Fred'"},
    // Driver Verifier's flags.
    {"unload-leak-unnoticed", "verifier on flags=pool_tracking\n"
                              "allocate ExAllocatePoolWithTag s0 size=16 tag='Fred'\n"
                              "unload 0"},
    {"unload-alarm-without-leak", "verifier on flags=pool_tracking\n"
                                  "unload 0"},
    {"unload-leak-miscounted", "verifier on flags=pool_tracking\n"
                               "allocate ExAllocatePoolWithTag s0 size=16 tag='Fred'\n"
                               "unload 0"},
    {"allocation-while-unloading", "verifier on flags=pool_tracking\n"
                                   "unload 0 phase=begin\n"
                                   "allocate ExAllocatePoolWithTag s0 size=16 tag='Fred'"},
    {"driver-peaks-forgotten", "verifier on flags=pool_tracking\n"
                               "allocate ExAllocatePoolWithTag s0 size=16 tag='Fred'\n"
                               "free ExFreePool s0\n"
                               "query_driver 0 pool=nonpaged"},
    {"small-blocks-untracked", "verifier on flags=pool_tracking\n"
                               "allocate ExAllocatePoolWithTag s0 size=16 tag='Fred'\n"
                               "query_verifier"},
    {"no-shortage-simulated", "verifier on flags=low_resources\n"
                              "low_resources 10000 tag=0\n"
                              "clock 480\n"
                              "allocate ExAllocatePoolWithTag s0 size=16 tag='Fred'"},
    {"shortage-at-probability-zero", "verifier on flags=low_resources\n"
                                     "low_resources 0 tag=0\n"
                                     "clock 480\n"
                                     "allocate ExAllocatePoolWithTag s0 size=16 tag='Fred'"},
    {"shortage-without-delay", "verifier on flags=low_resources\n"
                               "low_resources 10000 tag=0\n"
                               "allocate ExAllocatePoolWithTag s0 size=16 tag='Fred'"},
    {"injected-faults-uncounted", "verifier on flags=low_resources\n"
                                  "low_resources 10000 tag=0\n"
                                  "clock 480\n"
                                  "query_verifier\n"
                                  "allocate ExAllocatePoolWithTag s0 size=16 tag='Fred'\n"
                                  "query_verifier"},
    {"attempts-uncounted", "verifier on flags=pool_tracking\n"
                           "allocate ExAllocatePoolWithTag s0 size=16 tag='Fred'\n"
                           "query_verifier"},
    {"executable-pool-unnoticed", "verifier on flags=code_integrity\n"
                                  "allocate ExAllocatePoolWithTag s0 size=16 tag='Fred'"},
    {"quota-to-idle-unnoticed", "verifier on flags=pool_tracking\n"
                                "idle on process=0\n"
                                "allocate ExAllocatePoolWithQuotaTag s0 size=16 tag='Fred'"},
    {"quota-from-dpc-unnoticed", "verifier on flags=pool_tracking\n"
                                 "dpc on\n"
                                 "allocate ExAllocatePoolWithQuotaTag s0 size=16 tag='Fred'"},
};

} // namespace poolproof
