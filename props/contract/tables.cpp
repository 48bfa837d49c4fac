// Pool types, flags, priorities and statuses: their names, and texts made of names (contract facts 11). Does
// not cover: pool flags and their like (flag_tables.cpp), bug checks (bug_checks.cpp).
#include "contract/tables.hpp"
#include "contract/table_text.hpp"

namespace poolproof {

using contract::append_bits;
using contract::find_value;
using contract::hex;
using contract::parse_joined;
using contract::parse_one;

namespace {

constexpr NamedValue pool_type_table[] = {
    {"NonPagedPool", 0, "nonpaged, executable"},
    {"NonPagedPoolExecute", 0, "nonpaged, executable, since Windows 8"},
    {"NonPagedPoolBase", 0, "reserved for the system"},
    {"PagedPool", 1, "paged"},
    {"NonPagedPoolMustSucceed", 2, "internal, start-up only"},
    {"NonPagedPoolBaseMustSucceed", 2, "reserved for the system"},
    {"DontUseThisType", 3, "reserved"},
    {"NonPagedPoolCacheAligned", 4, "internal; FsRtl routines take it"},
    {"NonPagedPoolBaseCacheAligned", 4, "reserved for the system"},
    {"PagedPoolCacheAligned", 5, "internal; FsRtl routines take it"},
    {"NonPagedPoolCacheAlignedMustS", 6, "internal, start-up only"},
    {"NonPagedPoolBaseCacheAlignedMustS", 6, "reserved for the system"},
    {"MaxPoolType", 7, "reserved"},
    {"NonPagedPoolSession", 32, "deprecated"},
    {"PagedPoolSession", 33, "deprecated"},
    {"NonPagedPoolMustSucceedSession", 34, "deprecated"},
    {"DontUseThisTypeSession", 35, "deprecated"},
    {"NonPagedPoolCacheAlignedSession", 36, "deprecated"},
    {"PagedPoolCacheAlignedSession", 37, "deprecated"},
    {"NonPagedPoolCacheAlignedMustSSession", 38, "deprecated"},
    {"NonPagedPoolNx", 512, "nonpaged, not executable, since Windows 8"},
    {"NonPagedPoolNxCacheAligned", 516, "reserved for the system"},
    {"NonPagedPoolSessionNx", 544, "reserved for the system"},
};
// Bits that a pool type itself is made of: kind, must-succeed, cache-aligned, session, no-execute.
constexpr std::uint32_t pool_type_bits = 0x227;

constexpr NamedValue modifier_table[] = {
    {"POOL_QUOTA_FAIL_INSTEAD_OF_RAISE", 8, "quota routines return NULL instead of raising"},
    {"POOL_RAISE_IF_ALLOCATION_FAILURE", 16, "a failure raises instead of returning NULL"},
    {"POOL_COLD_ALLOCATION", 256, "advice: prefer pages likely to be paged out"},
    {"POOL_NX_ALLOCATION", 512, "not executable; the bit of NonPagedPoolNx"},
    {"POOL_ZERO_ALLOCATION", 1024, "zeroed contents; set by the wrappers that zero"},
};

constexpr NamedValue eng_flag_table[] = {
    {"FL_ZERO_MEMORY", 1, "zeroed contents"},
    {"FL_NONPAGED_MEMORY", 2, "nonpaged pool instead of paged pool"},
    {"FL_NON_SESSION", 4, "named by no page"},
};

constexpr NamedValue priority_table[] = {
    {"LowPoolPriority", 0, "may be failed when the system runs low"},
    {"LowPoolPrioritySpecialPoolOverrun", 8, "low; at the end of a special-pool page"},
    {"LowPoolPrioritySpecialPoolUnderrun", 9, "low; at the start of a special-pool page"},
    {"NormalPoolPriority", 16, "may be failed when the system runs very low"},
    {"NormalPoolPrioritySpecialPoolOverrun", 24, "normal; at the end of a special-pool page"},
    {"NormalPoolPrioritySpecialPoolUnderrun", 25, "normal; at the start of a special-pool page"},
    {"HighPoolPriority", 32, "not failed unless resources are exhausted"},
    {"HighPoolPrioritySpecialPoolOverrun", 40, "high; at the end of a special-pool page"},
    {"HighPoolPrioritySpecialPoolUnderrun", 41, "high; at the start of a special-pool page"},
};

constexpr NamedValue status_table[] = {
    {"STATUS_SUCCESS", 0x00000000, "success"},
    {"STATUS_INVALID_PARAMETER", 0xC000000D, "ExCreatePool: wrong version"},
    {"STATUS_QUOTA_EXCEEDED", 0xC0000044, "raised by the quota primitives"},
    {"STATUS_INSUFFICIENT_RESOURCES", 0xC000009A, "raised by FsRtl routines; returned by callers on NULL"},
    {"STATUS_INVALID_PARAMETER_1", 0xC00000EF, "ExCreatePool: not one kind of pool"},
    {"STATUS_INVALID_PARAMETER_3", 0xC00000F1, "ExCreatePool: wrong parameters"},
    {"STATUS_INVALID_PARAMETER_4", 0xC00000F2, "ExInitializeLookasideListEx: bad pool type"},
    {"STATUS_INVALID_PARAMETER_5", 0xC00000F3, "ExInitializeLookasideListEx: bad flags"},
};

} // namespace

std::span<const NamedValue> pool_types() {
    return pool_type_table;
}
std::span<const NamedValue> pool_type_modifiers() {
    return modifier_table;
}
std::span<const NamedValue> eng_flags() {
    return eng_flag_table;
}
std::span<const NamedValue> priorities() {
    return priority_table;
}
std::span<const NamedValue> statuses() {
    return status_table;
}

std::string name_of_pool_type(std::uint32_t value, std::string_view separator) {
    const NamedValue* type = find_value(pool_types(), value & pool_type_bits);
    if (type == nullptr) {
        type = find_value(pool_types(), value & 7U); // every value of the low three bits has a name
    }
    std::string text(type->name);
    append_bits(text, pool_type_modifiers(), value & ~type->value, separator);
    return text;
}

std::string name_of_eng_flags(std::uint32_t value, std::string_view separator) {
    return contract::name_of_bits(eng_flags(), value, separator);
}

std::string name_of_priority(std::uint32_t value) {
    const NamedValue* found = find_value(priorities(), value);
    return found != nullptr ? std::string(found->name) : std::to_string(value);
}

std::string name_of_status(std::uint32_t value) {
    const NamedValue* found = find_value(statuses(), value);
    return found != nullptr ? std::string(found->name) : hex(value, 8);
}

std::optional<std::uint32_t> parse_pool_type(std::string_view text) {
    return parse_joined(pool_types(), pool_type_modifiers(), text);
}
std::optional<std::uint32_t> parse_eng_flags(std::string_view text) {
    return parse_joined(eng_flags(), {}, text);
}
std::optional<std::uint32_t> parse_priority(std::string_view text) {
    return parse_one(priorities(), text);
}
std::optional<std::uint32_t> parse_status(std::string_view text) {
    return parse_one(statuses(), text);
}

} // namespace poolproof
