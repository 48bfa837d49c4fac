// Private and secure pools: ECP, EDP and SEC clauses, after the pages' revisions of 2025.
#include "contract/families.hpp"

namespace poolproof::contract {
namespace {

constexpr std::string_view create_page = "wdm/nf-wdm-excreatepool";
constexpr std::string_view create_params_page = "wdm/ns-wdm-pool_create_extended_params";
constexpr std::string_view destroy_page = "wdm/nf-wdm-exdestroypool";

constexpr RoutineSet create = set_of(Routine::ExCreatePool);
constexpr RoutineSet destroy = set_of(Routine::ExDestroyPool);
constexpr RoutineSet update = set_of(Routine::ExSecurePoolUpdate);
constexpr RoutineSet validate = set_of(Routine::ExSecurePoolValidate);

constexpr Clause clauses[] = {
    {"ECP-01", "Creates a pool and returns an opaque handle to it.", promise, no_seed, create_page,
     "Description", all_profiles, by_return, create, "", ""},
    {"ECP-02",
     "Exactly one kind is asked for: secure, paged or nonpaged. Else the status is "
     "STATUS_INVALID_PARAMETER_1.",
     duty, no_seed, create_page, "Flags", all_profiles, by_return, create,
     "unverified: POOL_CREATE_FLG values", ""},
    {"ECP-03",
     "Paged and nonpaged pools take one name that is not empty, secure pools none. Else "
     "STATUS_INVALID_PARAMETER_3.",
     duty, no_seed, create_page, "Flags, Params", all_profiles, by_return, create,
     "unverified: POOL_CREATE_FLG values", ""},
    {"ECP-04", "Parameter types that are unsupported or come twice are STATUS_INVALID_PARAMETER_3.", promise,
     no_seed, create_page, "Returns", all_profiles, 0, create, "",
     "no op carries creation parameters: a secure pool takes none, and other pools cannot be asked for"},
    {"ECP-05", "The version is POOL_CREATE_PARAMS_VERSION, which is 1. Else STATUS_INVALID_PARAMETER.", duty,
     no_seed, create_params_page, "Version", all_profiles, 0, create, "",
     "no op carries creation parameters: a secure pool takes none, and other pools cannot be asked for"},
    {"ECP-06", "The parameter count is 0 exactly when the parameters are NULL.", duty, no_seed,
     create_params_page, "ParameterCount", all_profiles, 0, create, "",
     "no op carries creation parameters: a secure pool takes none, and other pools cannot be asked for"},
    {"ECP-07", "Names are unique per driver, whatever their case; the string must last for the call only.",
     promise, no_seed, create_params_page, "", all_profiles, 0, create, "unverified: POOL_CREATE_FLG values",
     "only pools that are not secure have names, and the flags that make one have no documented value"},
    {"ECP-08", "The caller runs at PASSIVE_LEVEL.", duty, no_seed, create_page, "Requirements", all_profiles,
     by_validator, create, "", ""},
    {"ECP-09", "The page has ExAllocatePool2 allocate from the pool, which takes no parameter to name one.",
     advice, no_seed, create_page, "Remarks", all_profiles, 0, create | flag_takers, "X-30",
     "descriptive: the only documented carrier of a handle is judged as EAP3-10"},
    {"ECP-10", "The tag of the pool is four characters stored little-endian.", promise, no_seed, create_page,
     "Tag", all_profiles, 0, create, "X-08",
     "no documented call or tool shows the tag of a pool itself; those of its blocks are judged as TAG-05"},
    {"EDP-01", "The handle came from ExCreatePool; another one may bug-check.", duty, no_seed, destroy_page,
     "", all_profiles, by_bug_check | by_validator, destroy, "unverified: bug check of ExDestroyPool", ""},
    {"EDP-02", "Every block of the pool was released before.", duty, no_seed, destroy_page, "", all_profiles,
     by_bug_check | by_validator, destroy, "unverified: bug check of ExDestroyPool", ""},
    {"EDP-03", "The handle is dead afterwards.", promise, no_seed, destroy_page, "", all_profiles,
     by_bug_check | by_return, destroy | pool3, "unverified: bug check of ExDestroyPool", ""},
    {"EDP-04", "The caller runs at PASSIVE_LEVEL.", duty, no_seed, destroy_page, "Requirements", all_profiles,
     by_validator, destroy, "", ""},
    {"SEC-01", "The secure-pool parameters hold a handle, a buffer, a cookie and flags.", promise, no_seed,
     "wdm/ns-wdm-pool_extended_params_secure_pool", "", all_profiles, by_source, pool3 | free2,
     "unverified: secure-pool flags",
     "a matter of declared types: the page gives no field a meaning, and the compiler checks the layout"},
    {"SEC-02", "ExSecurePoolUpdate rewrites part of a secure block; offset and size stay within the block.",
     promise, no_seed, "wdm/nf-wdm-exsecurepoolupdate", "", all_profiles, by_return | by_contents, update, "",
     ""},
    {"SEC-03", "ExSecurePoolValidate tells whether handle, tag, block and cookie belong together.", promise,
     no_seed, "wdm/nf-wdm-exsecurepoolvalidate", "", all_profiles, by_return, validate, "", ""},
    {"SEC-04", "Secure blocks lie in nonpaged memory.", promise, no_seed, "wdm/nf-wdm-exfreepool2", "Remarks",
     all_profiles, by_tag_ledger | by_guard, pool3, "", ""},
    {"SEC-05", "The secure flags are none, freeable and modifiable: 0, 1 and 2. No page explains them.",
     advice, no_seed, "windows-rs, numeric constants", "", all_profiles, by_source, pool3 | create,
     "unverified: secure-pool flags, unverified: POOL_CREATE_FLG values",
     "descriptive: numbers without a documented meaning"},
    {"SEC-06", "PoolZeroingSupportPresent of SYSTEM_POOL_ZEROING_INFORMATION is reserved.", advice, no_seed,
     "wdm/ns-wdm-system_pool_zeroing_information", "", all_profiles, by_source, zero_wrappers, "",
     "descriptive: a reserved field that no pool routine reads"},
};

} // namespace

std::span<const Clause> private_pool_clauses() {
    return clauses;
}

} // namespace poolproof::contract
