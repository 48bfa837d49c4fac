// ExAllocatePoolWithTag: EAPT clauses. Rules that the page shares with others are restated shortly.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr Clause clauses[] = {
    {"EAPT-01", "Deprecated since Windows 10 version 2004; ExAllocatePool2 takes its place.", advice, s3,
     with_tag_page, "Description", all_profiles, by_source, with_tag, "",
     "advice on which routine to use: the routine works as before"},
    {"EAPT-02", "The pool type picks the kind of memory.", promise, s3, with_tag_page, "PoolType",
     all_profiles, by_tag_ledger | by_guard, with_tag, "", ""},
    {"EAPT-03",
     "POOL_RAISE_IF_ALLOCATION_FAILURE makes a failure raise; it is discouraged because it is costly.",
     promise, s3, with_tag_page, "PoolType", all_profiles, by_raise, with_tag,
     "X-13, unverified: status of a raise", ""},
    {"EAPT-04", "POOL_COLD_ALLOCATION is only a hint.", advice, s3, with_tag_page, "PoolType", all_profiles,
     by_return | by_address, with_tag, "", ""},
    {"EAPT-05", "The tag is not zero and has one to four characters, each in 0x20 to 0x7E.", duty, s3,
     with_tag_page, "Tag", all_profiles, by_validator | by_bug_check, with_tag, "X-05, X-06, X-07, X-09", ""},
    {"EAPT-06", "Returns NULL when memory is insufficient, otherwise a pointer.", promise, s3, with_tag_page,
     "Returns", all_profiles, by_return, with_tag, "X-13", ""},
    {"EAPT-07", "A block of PAGE_SIZE bytes or more starts on a page boundary.", promise, s3, with_tag_page,
     "Remarks", all_profiles, by_address, with_tag, "X-01", ""},
    {"EAPT-08", "A block of PAGE_SIZE bytes or fewer lies inside a single page.", promise, s3, with_tag_page,
     "Remarks", all_profiles, by_address, with_tag, "X-01", ""},
    {"EAPT-09",
     "A block below PAGE_SIZE is aligned to 8 bytes on 32-bit systems and to 16 on 64-bit systems.", promise,
     s3, with_tag_page, "Remarks", all_profiles, by_address, with_tag, "X-01, X-02, X-04", ""},
    {"EAPT-10", "A nonpaged request below PAGE_SIZE makes exactly the bytes asked for usable.", promise, s3,
     with_tag_page, "Remarks", all_profiles, by_address | by_guard | by_bug_check, with_tag, "X-43", ""},
    {"EAPT-11",
     "The tail of the last page of a block above PAGE_SIZE belongs to others and may be given out again.",
     promise, s3, with_tag_page, "Remarks", all_profiles, by_address, with_tag, "X-03", ""},
    {"EAPT-12", "The caller touches only the bytes allocated.", duty, s3, with_tag_page, "Remarks",
     all_profiles, by_guard | by_bug_check, with_tag, "", ""},
    {"EAPT-13", "The tag is recorded with the block, kept little-endian, and tools can read it.", promise, s3,
     with_tag_page, "Remarks", all_profiles, by_tag_ledger, with_tag, "X-08", ""},
    {"EAPT-14", "ExFreePool and ExFreePoolWithTag can each free the block.", promise, s3, with_tag_page,
     "Remarks", all_profiles, by_tag_ledger | by_bug_check, with_tag | ex_frees, "", ""},
    {"EAPT-15", "The system sets standard events while paged or nonpaged pool is high or low.", promise, s3,
     with_tag_page, "Remarks", all_profiles, by_event, with_tag, "unverified: event thresholds", ""},
    {"EAPT-16", "The caller runs at DISPATCH_LEVEL or below.", duty, s3, with_tag_page, "Remarks",
     all_profiles, by_bug_check | by_validator, with_tag, "", ""},
    {"EAPT-17", "At DISPATCH_LEVEL the caller asks for a nonpaged type.", duty, s3, with_tag_page, "Remarks",
     all_profiles, by_bug_check | by_validator, with_tag, "", ""},
    {"EAPT-18", "At APC_LEVEL or below every pool type may be asked for.", promise, s3, with_tag_page,
     "Remarks", all_profiles, by_return | by_bug_check, with_tag, "X-11, unverified: APC_LEVEL value", ""},
    {"EAPT-19", "The caller does not ask for zero bytes.", duty, s3, with_tag_page, "Remarks", all_profiles,
     by_return | by_bug_check | by_validator, with_tag, "X-12", ""},
    {"EAPT-20", "On NUMA machines local memory is tried first, then the closest that is available.", promise,
     s3, with_tag_page, "Remarks", all_profiles, by_address, with_tag, "", ""},
    {"EAPT-21", "Contents are uninitialised, and the driver zeroes them before user mode can see them.",
     promise | duty, s3, with_tag_page, "Remarks", all_profiles, by_contents, with_tag, "", ""},
    {"EAPT-22",
     "Static rules check the calls, among them IrqlExAllocatePool, IrqlExFree1 and UnsafeAllocatePool.",
     detection, s3, with_tag_page, "Requirements", all_profiles, by_source, with_tag, "X-28",
     "static rules: they read driver source, a run never meets them"},
    {"EAPT-23",
     "No page says what an undefined pool type does, save that must-succeed is bug check 0xC2 with sub-code "
     "0x9A.",
     advice, no_seed, with_tag_page, "", all_profiles, 0, with_tag, "X-26, unverified: undefined pool types",
     "descriptive: no outcome is documented, so none but a crash of the subject is refused"},
    {"EAPT-24", "Meant for general allocation of pool.", advice, s3, with_tag_page, "Remarks", all_profiles,
     0, with_tag, "", "descriptive: names a purpose, no outcome"},
    {"EAPT-25", "Declared in wdm.h, imported through NtosKrnl.lib and exported by NtosKrnl.exe.", advice,
     s3 | s5, with_tag_page, "Requirements", all_profiles, by_source, with_tag | with_priority, "",
     "descriptive: where a declaration lives shows when a driver is compiled, not when it runs"},
    {"EAPT-26", "The pool type parameter carries a strict-type-match annotation.", detection, s3,
     with_tag_page, "Syntax", all_profiles, by_source, with_tag, "",
     "static rule: only a source checker reads annotations"},
};

} // namespace

std::span<const Clause> with_tag_clauses() {
    return clauses;
}

} // namespace poolproof::contract
