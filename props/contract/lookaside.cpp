// Lookaside lists, which hand out entries of one size from a store of freed ones: LL clauses.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr std::string_view using_page = "kernel/using-lookaside-lists";
constexpr std::string_view init_page = "wdm/nf-wdm-exinitializelookasidelistex";
constexpr std::string_view npaged_init_page = "wdm/nf-wdm-exinitializenpagedlookasidelist";
constexpr std::string_view paged_init_page = "wdm/nf-wdm-exinitializepagedlookasidelist";
constexpr std::string_view take_page = "wdm/nf-wdm-exallocatefromlookasidelistex";
constexpr std::string_view put_page = "wdm/nf-wdm-exfreetolookasidelistex";
constexpr std::string_view delete_page = "wdm/nf-wdm-exdeletelookasidelistex";
constexpr std::string_view callback_page = "wdm/nc-wdm-allocate_function_ex";

constexpr RoutineSet npaged_init = set_of(Routine::ExInitializeNPagedLookasideList);
constexpr RoutineSet paged_init = set_of(Routine::ExInitializePagedLookasideList);
constexpr RoutineSet ex_init = set_of(Routine::ExInitializeLookasideListEx);
constexpr RoutineSet inits = npaged_init | paged_init | ex_init;
constexpr RoutineSet npaged_take = set_of(Routine::ExAllocateFromNPagedLookasideList);
constexpr RoutineSet paged_take = set_of(Routine::ExAllocateFromPagedLookasideList);
constexpr RoutineSet ex_take = set_of(Routine::ExAllocateFromLookasideListEx);
constexpr RoutineSet takes = npaged_take | paged_take | ex_take;
constexpr RoutineSet paged_put = set_of(Routine::ExFreeToPagedLookasideList);
constexpr RoutineSet ex_put = set_of(Routine::ExFreeToLookasideListEx);
constexpr RoutineSet puts = set_of(Routine::ExFreeToNPagedLookasideList) | paged_put | ex_put;
constexpr RoutineSet deletes = set_of(Routine::ExDeleteNPagedLookasideList,
                                      Routine::ExDeletePagedLookasideList, Routine::ExDeleteLookasideListEx);
constexpr RoutineSet flush = set_of(Routine::ExFlushLookasideListEx);
constexpr RoutineSet uses = takes | puts;
constexpr RoutineSet all_list_routines = inits | uses | deletes | flush;

constexpr Clause clauses[] = {
    {"LL-01", "Entries have one size; the list starts empty and nothing is allocated in advance.", promise,
     no_seed, init_page, "Remarks", all_profiles, by_counter | by_tag_ledger, inits | takes, "", ""},
    {"LL-02",
     "An allocation takes the first entry, else calls the list's own allocator, else ExAllocatePoolWithTag.",
     promise, no_seed, take_page, "Remarks", all_profiles, by_counter | by_tag_ledger | by_return, takes,
     "X-41", ""},
    {"LL-03",
     "A free puts the entry in front, unless the list is full: then the list's own free routine or "
     "ExFreePool releases it.",
     promise, no_seed, put_page, "Remarks", all_profiles, by_counter | by_tag_ledger, puts, "", ""},
    {"LL-04", "At present the last entry freed is the next one returned.", advice, no_seed, take_page,
     "Remarks", all_profiles, 0, uses, "",
     "descriptive: called the present implementation, and LL-25 lets entries go at any time"},
    {"LL-05", "Returns NULL when the list is empty and the allocation fails, unless the list raises.",
     promise, no_seed, take_page, "Returns", all_profiles, by_return, takes, "", ""},
    {"LL-06", "All entries of a list have the same size.", promise, no_seed, using_page, "", all_profiles,
     by_counter | by_tag_ledger, takes, "", ""},
    {"LL-07",
     "Allocations and frees on one list are safe from any thread; initialising and deleting are not.",
     promise, no_seed, using_page, "", all_profiles, 0, all_list_routines, "",
     "a trace runs one thread: tests of the machine run two, under ThreadSanitizer as well"},
    {"LL-08", "The system tunes the depth of lists as it goes and may free what is cached beyond it.",
     promise, no_seed, using_page, "", all_profiles, 0, all_list_routines, "",
     "leaves the system free: no depth is documented, so none is asserted"},
    {"LL-09", "The depth argument is reserved and is 0.", duty, no_seed, init_page, "Depth", all_profiles, 0,
     inits, "", "the depth of a trace's lists is always 0: no op passes another"},
    {"LL-10", "The list head lies in nonpaged memory and is 16-byte aligned on 64-bit systems.", duty,
     no_seed, init_page, "Lookaside", all_profiles, 0, inits, "",
     "the heads of a trace's lists are the subject's, which puts them where they belong"},
    {"LL-11",
     "Entries of a nonpaged list have at least LOOKASIDE_MINIMUM_BLOCK_SIZE bytes. Else 0xC4 with 0xCD under "
     "Driver Verifier.",
     duty, no_seed, npaged_init_page, "Size", all_profiles, by_bug_check | by_validator, npaged_init,
     "unverified: LOOKASIDE_MINIMUM_BLOCK_SIZE", ""},
    {"LL-12", "A nonpaged list takes the raise flag and POOL_NX_ALLOCATION, and no flags before Windows 8.",
     promise, no_seed, npaged_init_page, "Flags", all_profiles, by_raise | by_tag_ledger,
     npaged_init | npaged_take, "", ""},
    {"LL-13", "A paged list takes the raise flag; POOL_NX_ALLOCATION changes nothing there.", promise,
     no_seed, paged_init_page, "Flags", all_profiles, by_raise | by_tag_ledger, paged_init | paged_take,
     "X-23", ""},
    {"LL-14",
     "Returns STATUS_SUCCESS, STATUS_INVALID_PARAMETER_4 for a bad pool type or STATUS_INVALID_PARAMETER_5 "
     "for bad flags.",
     promise, no_seed, init_page, "Returns", all_profiles, by_return, ex_init, "", ""},
    {"LL-15",
     "The flags raise on fail and fail without a raise exclude each other; without an allocator of its own "
     "the list takes none or the first.",
     duty, no_seed, init_page, "Flags", all_profiles, by_return | by_validator, ex_init,
     "unverified: fail without a raise by default", ""},
    {"LL-16",
     "Raise on fail hands the list's allocator its type with the raise flag, fail without a raise one with "
     "the quota flag.",
     promise, no_seed, init_page, "Flags", all_profiles, by_raise | by_counter, ex_init | ex_take, "X-31",
     ""},
    {"LL-17",
     "A list's own allocator allocates entries of the list's size, of one kind of pool, with the type, size "
     "and tag that it was given.",
     duty, no_seed, using_page, "", all_profiles, by_source, inits, "",
     "duty of a routine that the driver writes: no page says what a breach of it brings"},
    {"LL-18", "An entry goes back to the list that gave it, once.", duty, no_seed, put_page, "Entry",
     all_profiles, by_validator | by_counter, uses, "", ""},
    {"LL-19",
     "Deleting frees the entries in the list and forgets it, its head stays the caller's; flushing empties "
     "an Ex list.",
     promise, no_seed, delete_page, "Remarks", all_profiles, by_counter | by_tag_ledger, deletes | flush, "",
     ""},
    {"LL-20",
     "A list is deleted before its driver unloads and before its memory is freed. Else 0xC4 with 0xCC, 0xC7, "
     "0xCE or 0xD4.",
     duty, no_seed, "devtest/miscellaneous-checks", "", all_profiles, 0, inits | deletes | all_ex_frees, "",
     "the heads of a trace's lists lie in no block and in no driver: none goes before its list"},
    {"LL-21",
     "Initialising a list again is 0xC4 with 0xCA, deleting one that was not initialised 0xC4 with 0xCB.",
     detection, no_seed, verifier_page, "", all_profiles, by_bug_check, inits | deletes, "", ""},
    {"LL-22",
     "Nonpaged lists are used at DISPATCH_LEVEL or below, paged ones at APC_LEVEL or below, Ex lists by the "
     "type of their entries.",
     duty, no_seed, init_page, "Requirements", all_profiles, by_bug_check | by_validator, all_list_routines,
     "X-18", ""},
    {"LL-23", "ExAdjustLookasideDepth and ExQueryPoolBlockSize are reserved or obsolete.", advice, no_seed,
     "ntifs/nf-ntifs-exquerypoolblocksize", "", all_profiles, by_source, all_list_routines, "",
     "advice on which routine to use: drivers call neither"},
    {"LL-24", "The page of Ex lists names the routines of paged lists where those of Ex lists are meant.",
     advice, no_seed, init_page, "Remarks", all_profiles, 0, ex_take | ex_put | paged_take | paged_put,
     "X-32", "a slip of the documentation: the entries that routines take are judged as LL-18"},
    {"LL-25", "When demand falls the system may hand cached entries back to pool.", promise, no_seed,
     using_page, "", all_profiles, 0, all_list_routines, "",
     "leaves the system free: entries may go or stay at any time, so neither is refused"},
    {"LL-26", "Entries of a paged list are not touched at DISPATCH_LEVEL or above.", duty, no_seed,
     "wdm/nf-wdm-exallocatefrompagedlookasidelist", "Remarks", all_profiles, by_guard | by_bug_check,
     paged_take | ex_take, "", ""},
    {"LL-27", "A list is initialised before it is used.", duty, no_seed, init_page, "Remarks", all_profiles,
     by_validator | by_bug_check, all_list_routines, "", ""},
    {"LL-28", "A debugger sample shows a paged list that raises as type 0011, with depth, sizes and counts.",
     evidence, no_seed, "debuggercmds/-lookaside", "", all_profiles, 0, all_list_routines, "",
     "a worked listing of a debugger: evidence for the value of the raise flag only"},
    {"LL-29", "Routines of the driver's own that merely forward to pool act like none, only slower.", advice,
     no_seed, npaged_init_page, "Remarks", all_profiles, 0, inits | uses, "",
     "advice on when to write such routines: what they return is judged as LL-02"},
    {"LL-30", "The list's own routines run at the IRQL of the call that needs them.", promise, no_seed,
     callback_page, "Remarks", all_profiles, by_counter, uses, "", ""},
};

} // namespace

std::span<const Clause> lookaside_clauses() {
    return clauses;
}

} // namespace poolproof::contract
