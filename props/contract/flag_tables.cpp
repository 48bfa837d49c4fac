// Pool flags, and the flags and types of lists, extended parameters and Driver Verifier (contract
// facts 11.3, 11.5 and 13.4): their names, and texts made of names. Does not cover: pool types (tables.cpp).
#include "contract/table_text.hpp"
#include "contract/tables.hpp"

namespace poolproof {
namespace {

constexpr NamedFlag pool_flag_table[] = {
    {"POOL_FLAG_USE_QUOTA", 0x1, "charged to a quota"},
    {"POOL_FLAG_UNINITIALIZED", 0x2, "not zeroed"},
    {"POOL_FLAG_SESSION", 0x4, "for the system"},
    {"POOL_FLAG_CACHE_ALIGNED", 0x8, "best effort"},
    {"POOL_FLAG_RESERVED1", 0x10, "reserved"},
    {"POOL_FLAG_RAISE_ON_FAILURE", 0x20, "a failure raises instead of returning NULL"},
    {"POOL_FLAG_NON_PAGED", 0x40, "nonpaged, not executable"},
    {"POOL_FLAG_NON_PAGED_EXECUTE", 0x80, "nonpaged, executable"},
    {"POOL_FLAG_PAGED", 0x100, "paged, executable on x86 only"},
    {"POOL_FLAG_RESERVED2", 0x200, "reserved"},
    {"POOL_FLAG_RESERVED3", 0x400, "reserved"},
    {"POOL_FLAG_SPECIAL_POOL", 0x100000000, "optional: tries special pool"},
};
// Ends of ranges, which are the names of no flag: read, never printed.
constexpr NamedFlag pool_flag_ranges[] = {
    {"POOL_FLAG_REQUIRED_START", 0x1, "first required flag"},
    {"POOL_FLAG_REQUIRED_END", 0x80000000, "last required flag"},
    {"POOL_FLAG_OPTIONAL_START", 0x100000000, "first optional flag"},
    {"POOL_FLAG_OPTIONAL_END", 0x8000000000000000, "last optional flag"},
};

constexpr NamedValue lookaside_flag_table[] = {
    {"EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL", 1, "a failure raises"},
    {"EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE", 2, "a failure returns NULL, of quota allocators too"},
};

constexpr NamedValue parameter_type_table[] = {
    {"PoolExtendedParameterInvalidType", 0, "not to be used"},
    {"PoolExtendedParameterPriority", 1, "an EX_POOL_PRIORITY"},
    {"PoolExtendedParameterSecurePool", 2, "the parameters of a secure block"},
    {"PoolExtendedParameterNumaNode", 3, "a NUMA node, or a preference for one"},
    {"PoolExtendedParameterMax", 4, "not to be used"},
};

constexpr NamedValue verifier_flag_table[] = {
    {"special_pool", 0x1, "special pool; a standard setting"},
    {"force_irql", 0x2, "forced IRQL checking; a standard setting"},
    {"low_resources", 0x4, "low-resources simulation at random"},
    {"pool_tracking", 0x8, "pool tracking; a standard setting"},
    {"io", 0x10, "I/O verification; a standard setting"},
    {"deadlock", 0x20, "deadlock detection; a standard setting"},
    {"dma", 0x80, "DMA checking; a standard setting"},
    {"security", 0x100, "security checks; a standard setting"},
    {"miscellaneous", 0x800, "active objects in freed memory; a standard setting"},
    {"ddi_compliance", 0x20000, "DDI compliance checking; a standard setting"},
    {"systematic_low_resources", 0x40000, "low-resources simulation by call stack"},
    {"code_integrity", 0x2000000, "code integrity checking"},
};

} // namespace

std::span<const NamedFlag> pool_flags() {
    return pool_flag_table;
}
std::span<const NamedValue> lookaside_flags() {
    return lookaside_flag_table;
}
std::span<const NamedValue> extended_parameter_types() {
    return parameter_type_table;
}
std::span<const NamedValue> verifier_flags() {
    return verifier_flag_table;
}

std::string name_of_pool_flags(std::uint64_t value, std::string_view separator) {
    return contract::name_of_bits(pool_flags(), value, separator);
}
std::string name_of_lookaside_flags(std::uint32_t value, std::string_view separator) {
    return contract::name_of_bits(lookaside_flags(), value, separator);
}
std::string name_of_verifier_flags(std::uint32_t value, std::string_view separator) {
    return contract::name_of_bits(verifier_flags(), value, separator);
}
std::string name_of_extended_parameter_type(std::uint32_t value) {
    const NamedValue* found = contract::find_value(extended_parameter_types(), value);
    return found != nullptr ? std::string(found->name) : std::to_string(value);
}

std::optional<std::uint64_t> parse_pool_flags(std::string_view text) {
    return contract::parse_joined(pool_flags(), std::span<const NamedFlag>(pool_flag_ranges), text);
}
std::optional<std::uint32_t> parse_lookaside_flags(std::string_view text) {
    return contract::parse_joined(lookaside_flags(), {}, text);
}
std::optional<std::uint32_t> parse_verifier_flags(std::string_view text) {
    return contract::parse_joined(verifier_flags(), {}, text);
}
std::optional<std::uint32_t> parse_extended_parameter_type(std::string_view text) {
    return contract::parse_one(extended_parameter_types(), text);
}

} // namespace poolproof
