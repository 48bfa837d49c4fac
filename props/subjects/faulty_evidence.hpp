// A trace for every faulty subject that breaks a rule of the first five routines, special pool or user
// memory.
//
// Covers: traces without their header, each shown to convict by faulty_test.cpp. Does not cover: the rest of
// the family (faulty_evidence_family.hpp).
#pragma once

#include <string_view>

namespace poolproof {

struct Evidence {
    std::string_view subject;
    std::string_view trace; // without its header
};

// 'Fred' is a good tag, 'plus' another.
inline constexpr Evidence first_evidence[] = {
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
};

} // namespace poolproof
