// ExAllocatePool2 and ExAllocatePool3: EAP2 and EAP3 clauses. Rules shared with other pages are restated
// shortly.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr std::string_view pool3_page = "wdm/nf-wdm-exallocatepool3";
constexpr std::string_view parameter_page = "wdm/ns-wdm-pool_extended_parameter";
constexpr std::string_view parameter_type_page = "wdm/ne-wdm-pool_extended_parameter_type";
constexpr std::string_view migration_page = "kernel/updating-deprecated-exallocatepool-calls";

constexpr Clause clauses[] = {
    {"EAP2-01", "Flags is a set of 64 bits: the low 32 are required flags, the high 32 optional ones.",
     promise, no_seed, pool_flags_page, "", all_profiles, by_return | by_raise, flag_takers, "", ""},
    {"EAP2-02", "A required flag that is not known or cannot be met makes the call fail.", promise, no_seed,
     pool_flags_page, "Required Flags", all_profiles, by_return | by_raise, flag_takers, "X-24", ""},
    {"EAP2-03", "An optional flag that is not known is ignored.", promise, no_seed, pool_flags_page,
     "Optional Flags", all_profiles, by_return | by_raise, flag_takers, "", ""},
    {"EAP2-04",
     "An optional flag that is known and cannot be met fails the call or does not, depending on the flag.",
     promise, no_seed, pool_flags_page, "Optional Flags", all_profiles, by_return, flag_takers, "X-20", ""},
    {"EAP2-05", "The number of bytes is not zero.", duty, no_seed, pool2_page, "NumberOfBytes", all_profiles,
     by_return | by_raise | by_validator, flag_takers, "X-12", ""},
    {"EAP2-06", "The tag is not zero and has one to four characters, each in 0x20 to 0x7E.", duty, no_seed,
     pool2_page, "Tag", all_profiles, by_return | by_raise | by_validator, flag_takers, "X-05, X-06, X-07",
     ""},
    {"EAP2-07", "A shortage of memory, a zero tag or invalid flags return NULL by default.", promise, no_seed,
     pool2_page, "Returns", all_profiles, by_return, flag_takers, "X-05, X-21, X-25", ""},
    {"EAP2-08", "With POOL_FLAG_RAISE_ON_FAILURE the same failures raise.", promise, no_seed, pool2_page,
     "Returns", all_profiles, by_raise, flag_takers, "X-13, unverified: status of a raise", ""},
    {"EAP2-09", "The block is zeroed unless POOL_FLAG_UNINITIALIZED is given.", promise, no_seed, pool2_page,
     "Remarks", all_profiles, by_contents, flag_takers, "", ""},
    {"EAP2-10",
     "POOL_FLAG_USE_QUOTA charges the block to a quota; a failure still returns NULL unless the raise flag "
     "is given.",
     promise, no_seed, pool2_page, "Remarks", all_profiles, by_quota | by_return | by_raise, flag_takers,
     "unverified: bytes charged to a quota", ""},
    {"EAP2-11",
     "From PAGE_SIZE on blocks start on a page boundary; up to PAGE_SIZE they stay inside one page. Smaller "
     "ones keep the least alignment.",
     promise, no_seed, pool2_page, "Remarks", all_profiles, by_address, flag_takers, "X-01, X-02", ""},
    {"EAP2-12", "The caller touches only the bytes allocated.", duty, no_seed, pool2_page, "Remarks",
     all_profiles, by_guard | by_bug_check, flag_takers, "", ""},
    {"EAP2-13", "The tag is recorded with the block and is shown reversed.", promise, no_seed, pool2_page,
     "Remarks", all_profiles, by_tag_ledger, flag_takers, "X-08", ""},
    {"EAP2-14", "ExFreePool and ExFreePoolWithTag can each free the block.", promise, no_seed, pool2_page,
     "Remarks", all_profiles, by_tag_ledger | by_bug_check, flag_takers | ex_frees, "X-14", ""},
    {"EAP2-15", "The caller runs at DISPATCH_LEVEL or below, and gives a nonpaged flag there.", duty, no_seed,
     pool2_page, "Remarks", all_profiles, by_bug_check | by_validator, flag_takers, "X-22", ""},
    {"EAP2-16",
     "Paged memory is asked for at APC_LEVEL or below, and not where DISPATCH_LEVEL will touch it.", duty,
     no_seed, pool2_page, "Remarks", all_profiles, by_guard | by_bug_check | by_validator, flag_takers, "",
     ""},
    {"EAP2-17", "On NUMA machines local memory is tried first, then the closest that is available.", promise,
     no_seed, pool2_page, "Remarks", all_profiles, by_address, flag_takers, "", ""},
    {"EAP2-18",
     "Zeroing is not waived for memory whose contents will be copied to where they are not trusted.", duty,
     no_seed, pool2_page, "Remarks", all_profiles, 0, flag_takers, "",
     "duty without a documented reaction: the machine has no user-mode reader of pool to leak to"},
    {"EAP2-19",
     "POOL_FLAG_NON_PAGED memory is not executable, POOL_FLAG_NON_PAGED_EXECUTE memory is, POOL_FLAG_PAGED "
     "memory on x86 only.",
     promise, no_seed, pool_flags_page, "", all_profiles, by_tag_ledger | by_guard, flag_takers, "X-23", ""},
    {"EAP2-20", "POOL_FLAG_CACHE_ALIGNED is best effort and nothing to rely on.", advice, no_seed,
     pool_flags_page, "", all_profiles, by_return | by_address, flag_takers, "X-24", ""},
    {"EAP2-21", "POOL_FLAG_SPECIAL_POOL tries special pool and falls back to ordinary pool.", promise,
     no_seed, pool_flags_page, "", all_profiles, by_address | by_return, flag_takers, "", ""},
    {"EAP2-22", "POOL_FLAG_SESSION and the reserved flags are for the system.", duty, no_seed,
     pool_flags_page, "", all_profiles, by_return | by_raise | by_validator, flag_takers,
     "unverified: POOL_FLAGS for the system", ""},
    {"EAP2-23", "Nothing says that exactly one kind of pool must be named, nor what none or two of them do.",
     advice, no_seed, pool_flags_page, "", all_profiles, 0, flag_takers, "X-25",
     "descriptive: no outcome is documented, so none but a crash of the subject is refused"},
    {"EAP2-24", "Available since Windows 10 version 2004; older targets use the wrappers.", advice, no_seed,
     pool2_page, "Remarks", all_profiles, by_source, flag_takers, "",
     "advice on which routine to use: a release date has no outcome"},
    {"EAP2-25", "Static rules check the calls: HwStorPortProhibitedDDIs, SpNoWait and StorPortStartIo.",
     detection, no_seed, pool2_page, "front matter", all_profiles, by_source, pool2, "",
     "static rules: they read driver source, a run never meets them"},
    {"EAP2-26", "One official sample calls it without a tag.", evidence, no_seed,
     "kernel/user-mode-accessors", "", all_profiles, by_source, pool2, "",
     "a slip of the documentation: with the declared prototype the call does not compile"},
    {"EAP2-27", "The pages do not mention the pool events.", advice, no_seed, pool2_page, "", all_profiles, 0,
     flag_takers, "", "descriptive: the events follow the state of the pool, as EV-02, whoever allocates"},
    {"EAP2-28",
     "POOL_FLAG_USE_QUOTA is for highest-level drivers in the requester's context; it replaces "
     "ExAllocatePoolWithQuotaTag.",
     advice, no_seed, pool_flags_page, "", all_profiles, by_source, flag_takers | with_quota_tag, "",
     "advice on when to give the flag: a machine has no driver stack, and every caller is served alike"},
    {"EAP3-01", "Whatever holds for ExAllocatePool2 holds here too.", promise, no_seed, pool3_page, "Remarks",
     all_profiles, by_return | by_address | by_contents, pool3, "", ""},
    {"EAP3-02", "Invalid extended parameters are one more failure: NULL, or a raise with the raise flag.",
     promise, no_seed, pool3_page, "Returns", all_profiles, by_return | by_raise, pool3,
     "unverified: count and repetition of extended parameters", ""},
    {"EAP3-03", "The extended parameters are an array with the given number of entries.", promise, no_seed,
     pool3_page, "ExtendedParameters", all_profiles, by_return | by_raise, pool3,
     "unverified: count and repetition of extended parameters", ""},
    {"EAP3-04", "An entry has a type of 8 bits, an optional bit, 55 reserved bits and then a union.", promise,
     no_seed, parameter_page, "", all_profiles, by_source, pool3, "",
     "a matter of declared types: the compiler checks the layout, and no run sees it otherwise"},
    {"EAP3-05", "The type of an entry that is not optional must be known, or the allocation fails.", promise,
     no_seed, parameter_page, "", all_profiles, by_return | by_raise, pool3, "", ""},
    {"EAP3-06",
     "An optional entry of unknown type is ignored; one of known type may be, for example where it conflicts "
     "with the flags.",
     promise, no_seed, parameter_page, "", all_profiles, by_return, pool3, "", ""},
    {"EAP3-07",
     "A priority entry holds a valid EX_POOL_PRIORITY; the allocation fails where space at that priority "
     "does not suffice.",
     promise, no_seed, parameter_page, "", all_profiles, by_return | by_raise, pool3,
     "unverified: priority thresholds, unverified: other priorities", ""},
    {"EAP3-08",
     "A node entry names a NUMA node: with MM_ANY_NODE_OK as a preference, without it as the only node that "
     "will do.",
     promise, no_seed, parameter_page, "", all_profiles, by_address | by_return, pool3, "", ""},
    {"EAP3-09", "A node entry goes with POOL_FLAG_NON_PAGED only.", duty, no_seed, parameter_page, "",
     all_profiles, by_return | by_validator, pool3, "", ""},
    {"EAP3-10", "A secure-pool entry carries the parameters of a secure allocation.", promise, no_seed,
     parameter_type_page, "", all_profiles, by_return, pool3, "", ""},
    {"EAP3-11", "The types invalid (0) and Max are not used.", duty, no_seed, parameter_type_page, "",
     all_profiles, by_return | by_validator, pool3, "", ""},
    {"EAP3-12",
     "On earlier systems ExAllocatePoolPriorityZero or ExAllocatePoolPriorityUninitialized serves instead.",
     advice, no_seed, pool3_page, "Remarks", all_profiles, by_source, pool3 | priority_wrappers, "",
     "advice on which routine to use: names two others"},
    {"EAP3-13", "A sample clears the structure, sets type and priority, and passes one entry.", evidence,
     no_seed, migration_page, "", all_profiles, by_source, pool3, "",
     "a sample: what it sets is judged as EAP3-07"},
};

} // namespace

std::span<const Clause> pool2_clauses() {
    return clauses;
}

} // namespace poolproof::contract
