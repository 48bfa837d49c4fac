// Every faulty subject is convicted by its clause, by a trace of at most ten ops that the reference passes.
//
// Covers: the registry and one hand-written trace per fault. Does not cover: how a campaign or a fuzzer finds
// such a trace (gen/, fuzz/).
#include "run/runner.hpp"
#include "subjects/registry.hpp"
#include "trace/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace poolproof {
namespace {

struct Evidence {
    std::string_view subject;
    std::string_view trace; // without its header
};

// 'Fred' is a good tag, 'plus' another.
constexpr Evidence evidence[] = {
    // Geometry.
    {"page-not-aligned", "allocate ExAllocatePoolWithTag s0 size=5000 tag='Fred'"},
    {"straddles-a-page", "allocate ExAllocatePoolWithTag s0 size=1649 tag='Fred'"},
    {"misaligned-class", "allocate ExAllocatePoolWithTag s0 size=40 tag='Fred'"},
    {"last-bytes-shared", "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'\n"
                          "allocate ExAllocatePoolWithTag s1 size=8 tag='Fred'"},
    {"allocation-scribbles", "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'\n"
                             "allocate ExAllocatePoolWithTag s1 size=100 tag='Fred'\n"
                             "free ExFreePool s0"},
    {"tail-overlaps", "allocate ExAllocatePoolWithTag s0 type=PagedPool size=5000 tag='Fred'\n"
                      "allocate ExAllocatePoolWithTag s1 type=PagedPool size=8 tag='Fred'"},
    // Tags.
    {"del-in-tag-unreported", "allocate ExAllocatePoolWithTag s0 size=16 tag=0x4672657F"},
    {"tag-byte-swapped", "allocate ExAllocatePoolWithTag s0 size=16 tag='Fred'"},
    {"zero-tag-accepted", "allocate ExAllocatePoolWithTag s0 size=16 tag=0"},
    {"big-tag-misnamed", "allocate ExAllocatePoolWithTag s0 size=16 tag='BIG'"},
    {"tag-without-letters-accepted", "allocate ExAllocatePoolWithTag s0 size=16 tag=0x20202020"},
    {"ledger-forgets-frees", "allocate ExAllocatePoolWithTag s0 size=16 tag='Fred'\n"
                             "free ExFreePool s0\n"
                             "query_tag pool=nonpaged tag='Fred'"},
    {"ledger-counts-no-bytes", "allocate ExAllocatePoolWithTag s0 size=16 tag='Fred'\n"
                               "query_tag pool=nonpaged tag='Fred'"},
    {"eng-tag-lost", "allocate EngAllocMem s0 size=16 tag='Fred'"},
    {"eng-zero-tag-unreported", "allocate EngAllocMem s0 size=16 tag=0"},
    {"eng-user-tag-lost", "allocate EngAllocUserMem s0 size=16 tag='Fred'"},
    // Frees.
    {"foreign-free-silent", "free ExFreePool system_address"},
    {"interior-free-accepted", "allocate ExAllocatePoolWithTag s0 type=PagedPool size=100 tag='Fred'\n"
                               "free ExFreePool s0 offset=16"},
    {"double-free-silent", "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'\n"
                           "free ExFreePool s0\n"
                           "free ExFreePool s0"},
    {"user-address-free-silent", "free ExFreePool user_address"},
    {"null-free-not-as-declared", "free ExFreePool null"},
    {"wrong-tag-accepted", "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'\n"
                           "free ExFreePoolWithTag s0 tag='plus'"},
    {"mismatch-tags-swapped", "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'\n"
                              "free ExFreePoolWithTag s0 tag='plus'"},
    // Failure.
    {"cold-requests-fail",
     "allocate ExAllocatePoolWithTag s0 type=PagedPool|POOL_COLD_ALLOCATION size=100 tag='Fred'"},
    {"null-instead-of-raise", "fail_nth 1\n"
                              "allocate ExAllocatePoolWithTag s0 "
                              "type=NonPagedPool|POOL_RAISE_IF_ALLOCATION_FAILURE size=100 tag='Fred'"},
    {"raise-instead-of-null", "fail_nth 1\n"
                              "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'"},
    {"huge-size-wraps", "allocate ExAllocatePoolWithTag s0 size=0xFFFFFFFFFFFFFFF0 tag='Fred'"},
    {"low-refused-with-plenty",
     "allocate ExAllocatePoolWithTagPriority s0 size=4096 tag='Fred' priority=LowPoolPriority"},
    {"normal-refused-with-plenty",
     "allocate ExAllocatePoolWithTagPriority s0 size=4096 tag='Fred' priority=NormalPoolPriority"},
    {"high-served-like-low",
     "budget node=0 pool=nonpaged pages=4\n"
     "budget node=1 pool=nonpaged pages=0\n"
     "allocate ExAllocatePoolWithTag s0 size=12288 tag='Fred'\n"
     "allocate ExAllocatePoolWithTagPriority s1 size=4096 tag='Fred' priority=HighPoolPriority"},
    {"priority-raise-instead-of-null", "fail_nth 1\n"
                                       "allocate ExAllocatePoolWithTagPriority s0 size=100 tag='Fred'"},
    {"fsrtl-returns-null", "fail_nth 1\n"
                           "allocate FsRtlAllocatePoolWithTag s0 size=100 tag='Fred'"},
    {"fsrtl-raises-another-status", "fail_nth 1\n"
                                    "allocate FsRtlAllocatePoolWithTag s0 size=100 tag='Fred'"},
    // IRQL and requests for no bytes.
    {"allocation-above-dispatch", "irql 3\n"
                                  "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'"},
    {"paged-allocation-at-dispatch", "irql 2\n"
                                     "allocate ExAllocatePoolWithTag s0 type=PagedPool size=100 tag='Fred'"},
    {"paged-refused-at-apc", "irql 1\n"
                             "allocate ExAllocatePoolWithTag s0 type=PagedPool size=100 tag='Fred'"},
    {"paged-free-at-dispatch", "allocate ExAllocatePoolWithTag s0 type=PagedPool size=100 tag='Fred'\n"
                               "irql 2\n"
                               "free ExFreePool s0"},
    {"paged-touchable-at-dispatch", "allocate ExAllocatePoolWithTag s0 type=PagedPool size=100 tag='Fred'\n"
                                    "irql 2\n"
                                    "read s0 offset=0 length=1"},
    {"zero-bytes-unflagged", "verifier on\n"
                             "allocate ExAllocatePoolWithTag s0 size=0 tag='Fred'"},
    {"fsrtl-zero-bytes-unreported", "allocate FsRtlAllocatePoolWithTag s0 size=0 tag='Fred'"},
    // EngAllocMem and user memory.
    {"nonpaged-flag-ignored", "allocate EngAllocMem s0 flags=FL_NONPAGED_MEMORY size=100 tag='Fred'"},
    {"zero-flag-ignored", "allocate EngAllocMem s0 flags=FL_ZERO_MEMORY size=100 tag='Fred'"},
    {"flags-not-combined",
     "allocate EngAllocMem s0 flags=FL_ZERO_MEMORY|FL_NONPAGED_MEMORY size=100 tag='Fred'"},
    {"user-memory-from-system-half", "allocate EngAllocUserMem s0 size=100 tag='Fred'"},
    {"user-memory-visible-elsewhere", "allocate EngAllocUserMem s0 size=100 tag='Fred'\n"
                                      "process 1\n"
                                      "read s0 offset=0 length=1"},
    {"wrong-process-unreported", "allocate EngAllocUserMem s0 size=100 tag='Fred'\n"
                                 "process 1\n"
                                 "free EngFreeUserMem s0"},
    {"user-memory-freed-elsewhere", "allocate EngAllocUserMem s0 size=100 tag='Fred'\n"
                                    "process 1\n"
                                    "free EngFreeUserMem s0\n"
                                    "process 0\n"
                                    "read s0 offset=0 length=1"},
    {"user-blocks-close", "allocate EngAllocUserMem s0 size=100 tag='Fred'\n"
                          "allocate EngAllocUserMem s1 size=100 tag='Fred'"},
    {"printer-fault-unreported", "allocate EngAllocUserMem s0 size=100 tag='Fred'\n"
                                 "print s0 length=10"},
    {"user-memory-charged-to-pool", "allocate EngAllocUserMem s0 size=100 tag='Fred'\n"
                                    "query_tag pool=paged tag='Fred'"},
    // Special pool.
    {"underrun-variant-ignored", "special_pool verifier\n"
                                 "allocate ExAllocatePoolWithTagPriority s0 size=100 tag='Fred' "
                                 "priority=NormalPoolPrioritySpecialPoolUnderrun"},
    {"variant-selects-special-pool", "allocate ExAllocatePoolWithTagPriority s0 size=100 tag='Fred' "
                                     "priority=NormalPoolPrioritySpecialPoolUnderrun"},
    {"eng-not-in-special-pool", "special_pool verifier\n"
                                "allocate EngAllocMem s0 size=100 tag='Fred'"},
    {"guard-behind-missing", "special_pool verifier\n"
                             "allocate ExAllocatePoolWithTag s0 size=96 tag='Fred'\n"
                             "read s0 offset=96 length=1"},
    {"guard-in-front-missing", "special_pool verifier side=start\n"
                               "allocate ExAllocatePoolWithTag s0 size=96 tag='Fred'\n"
                               "read s0 offset=-1 length=1"},
    {"front-unchecked", "special_pool verifier\n"
                        "allocate ExAllocatePoolWithTag s0 size=96 tag='Fred'\n"
                        "write s0 offset=-1 length=1 mask=0xFF\n"
                        "free ExFreePool s0"},
    {"verify-start-ignored", "special_pool verifier side=start\n"
                             "allocate ExAllocatePoolWithTag s0 size=96 tag='Fred'"},
    {"slack-unchecked", "special_pool verifier\n"
                        "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'\n"
                        "write s0 offset=100 length=1 mask=0xFF\n"
                        "free ExFreePool s0"},
    {"special-use-after-free", "special_pool verifier\n"
                               "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'\n"
                               "free ExFreePool s0\n"
                               "read s0 offset=0 length=1"},
    {"large-reported-special", "special_pool verifier\n"
                               "allocate ExAllocatePoolWithTag s0 size=4096 tag='Fred'"},
    {"special-double-free-silent", "special_pool verifier\n"
                                   "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'\n"
                                   "free ExFreePool s0\n"
                                   "free ExFreePool s0"},
    {"tag-request-ignored", "special_pool by_tag tag='Fred'\n"
                            "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'"},
    {"gflags-size-too-wide", "special_pool by_tag tag=0x00000040\n"
                             "allocate ExAllocatePoolWithTag s0 size=60 tag='Fred'"},
    {"gflags-last-character-ignored", "special_pool by_tag tag=0x47726564\n"
                                      "allocate ExAllocatePoolWithTag s0 size=60 tag='Fred'"},
    {"gflags-former-value-stays", "special_pool by_tag tag='Fred'\n"
                                  "special_pool by_tag tag='Tag1'\n"
                                  "allocate ExAllocatePoolWithTag s0 size=60 tag='Fred'"},
    // The machine.
    {"low-event-never-set", "budget node=0 pool=nonpaged pages=1\n"
                            "budget node=1 pool=nonpaged pages=0\n"
                            "allocate ExAllocatePoolWithTag s0 size=4096 tag='Fred'\n"
                            "query_event low pool=nonpaged"},
    {"high-event-always-set", "budget node=0 pool=nonpaged pages=1\n"
                              "budget node=1 pool=nonpaged pages=0\n"
                              "allocate ExAllocatePoolWithTag s0 size=4096 tag='Fred'\n"
                              "query_event high pool=nonpaged"},
    {"remote-node-first", "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'"},
    {"paged-served-nonpaged", "allocate ExAllocatePoolWithTag s0 type=PagedPool size=100 tag='Fred'"},
    {"fsrtl-paged-served-nonpaged",
     "allocate FsRtlAllocatePoolWithTag s0 type=PagedPool size=100 tag='Fred'"},
    {"must-succeed-accepted",
     "allocate ExAllocatePoolWithTag s0 type=NonPagedPoolMustSucceed size=100 tag='Fred'"},
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

Trace parsed(const Evidence& row) {
    const ParsedText text = parse_text("poolproof-trace 1 64-bit\n" + std::string(row.trace) + "\n");
    EXPECT_TRUE(text.ok) << row.subject << ", line " << text.line << ": " << text.message;
    return text.trace;
}

// The clauses that are violated when the subject plays the trace.
std::vector<std::string_view> violated(Subject& subject, const Trace& trace) {
    Oracle oracle;
    Runner runner(subject, oracle);
    runner.run(trace);
    std::vector<std::string_view> ids;
    for (const Violation& violation : runner.violations()) {
        ids.push_back(all_clauses()[static_cast<std::size_t>(violation.clause)].id);
    }
    return ids;
}

TEST(FaultySubjects, EachIsConvictedByItsClauseFirst) {
    for (const Evidence& row : evidence) {
        SCOPED_TRACE(row.subject);
        const auto subject = make_subject("faulty:" + std::string(row.subject));
        ASSERT_NE(subject, nullptr);
        const auto faults = all_faulty_subjects();
        const auto fault = std::find_if(faults.begin(), faults.end(),
                                        [&](const FaultySubject& f) { return f.name == row.subject; });
        ASSERT_NE(fault, faults.end());
        const auto clauses = violated(*subject, parsed(row));
        ASSERT_FALSE(clauses.empty());
        EXPECT_EQ(clauses.front(), fault->clause);
    }
}

TEST(FaultySubjects, TheReferencePassesEveryTraceThatConvicts) {
    const auto reference = make_subject("reference");
    for (const Evidence& row : evidence) {
        EXPECT_THAT(violated(*reference, parsed(row)), testing::IsEmpty()) << row.subject;
    }
}

TEST(FaultySubjects, EachHasATraceOfAtMostTenOps) {
    for (const FaultySubject& fault : all_faulty_subjects()) {
        const auto row = std::find_if(std::begin(evidence), std::end(evidence),
                                      [&](const Evidence& e) { return e.subject == fault.name; });
        ASSERT_NE(row, std::end(evidence)) << fault.name;
        EXPECT_LE(parsed(*row).ops.size(), 10U) << fault.name;
    }
}

TEST(FaultySubjects, EachNamesAnExistingClauseAndANameOfItsOwn) {
    const auto faults = all_faulty_subjects();
    EXPECT_GE(faults.size(), 15U);
    for (const FaultySubject& fault : faults) {
        EXPECT_GE(clause_index(fault.clause), 0) << fault.name;
        EXPECT_EQ(std::count_if(faults.begin(), faults.end(),
                                [&](const FaultySubject& f) { return f.name == fault.name; }),
                  1)
            << fault.name;
    }
}

TEST(Registry, MakesTheReferenceAndRefusesUnknownNames) {
    EXPECT_EQ(make_subject("reference")->name(), "reference");
    EXPECT_EQ(make_subject("faulty:double-free-silent")->name(), "faulty:double-free-silent");
    EXPECT_EQ(make_subject("faulty:no-such-fault"), nullptr);
    EXPECT_EQ(make_subject("faulty:"), nullptr);
    EXPECT_EQ(make_subject("nobody"), nullptr);
}

} // namespace
} // namespace poolproof
