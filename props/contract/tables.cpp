// Pool types, flags, priorities and statuses: their names, and texts made of names (contract facts 11). Does
// not cover: bug checks (bug_checks.cpp).
#include "contract/tables.hpp"

namespace poolproof {
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
    {"STATUS_INVALID_PARAMETER", 0xC000000D, "named by pages of later routines"},
    {"STATUS_QUOTA_EXCEEDED", 0xC0000044, "raised by the quota primitives"},
    {"STATUS_INSUFFICIENT_RESOURCES", 0xC000009A, "raised by FsRtl routines; returned by callers on NULL"},
};

const NamedValue* find_value(std::span<const NamedValue> table, std::uint32_t value) {
    for (const NamedValue& entry : table) {
        if (entry.value == value) {
            return &entry;
        }
    }
    return nullptr;
}

std::string hex(std::uint32_t value, unsigned least_digits = 1) {
    std::string digits;
    for (; value != 0 || digits.size() < least_digits; value >>= 4) {
        digits.insert(digits.begin(), "0123456789ABCDEF"[value & 15U]);
    }
    return "0x" + digits;
}

void append(std::string& text, std::string_view part, std::string_view separator) {
    if (!text.empty()) {
        text += separator;
    }
    text += part;
}

// Names the bits of `value` that `table` knows and appends the others as one number.
void append_bits(std::string& text, std::span<const NamedValue> table, std::uint32_t value,
                 std::string_view separator) {
    for (const NamedValue& bit : table) {
        if ((value & bit.value) != 0) {
            append(text, bit.name, separator);
            value &= ~bit.value;
        }
    }
    if (value != 0) {
        append(text, hex(value), separator);
    }
}

std::optional<std::uint32_t> parse_number(std::string_view text) {
    const bool is_hex = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const std::uint64_t base = is_hex ? 16 : 10;
    if (is_hex) {
        text.remove_prefix(2);
    }
    if (text.empty()) {
        return std::nullopt;
    }
    std::uint64_t number = 0;
    for (const char c : text) {
        std::uint64_t digit = 16;
        if (c >= '0' && c <= '9') {
            digit = static_cast<std::uint64_t>(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = static_cast<std::uint64_t>(c - 'a') + 10;
        } else if (c >= 'A' && c <= 'F') {
            digit = static_cast<std::uint64_t>(c - 'A') + 10;
        }
        if (digit >= base) {
            return std::nullopt;
        }
        number = number * base + digit;
        if (number > UINT32_MAX) {
            return std::nullopt;
        }
    }
    return static_cast<std::uint32_t>(number);
}

std::optional<std::uint32_t> parse_one(std::span<const NamedValue> table, std::string_view text) {
    for (const NamedValue& entry : table) {
        if (entry.name == text) {
            return entry.value;
        }
    }
    return parse_number(text);
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::optional<std::uint32_t> parse_joined(std::span<const NamedValue> bases, std::span<const NamedValue> bits,
                                          std::string_view text) {
    std::uint32_t value = 0;
    for (bool more = true; more;) {
        const auto bar = text.find('|');
        more = bar != std::string_view::npos;
        const std::string_view part = trimmed(text.substr(0, bar));
        auto parsed = parse_one(bases, part);
        if (!parsed) {
            parsed = parse_one(bits, part);
        }
        if (!parsed) {
            return std::nullopt;
        }
        value |= *parsed;
        text.remove_prefix(more ? bar + 1 : text.size());
    }
    return value;
}

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
    const NamedValue* type = find_value(pool_type_table, value & pool_type_bits);
    if (type == nullptr) {
        type = find_value(pool_type_table, value & 7U); // every value of the low three bits has a name
    }
    std::string text(type->name);
    append_bits(text, modifier_table, value & ~type->value, separator);
    return text;
}

std::string name_of_eng_flags(std::uint32_t value, std::string_view separator) {
    std::string text;
    append_bits(text, eng_flag_table, value, separator);
    return text.empty() ? "0" : text;
}

std::string name_of_priority(std::uint32_t value) {
    const NamedValue* found = find_value(priority_table, value);
    return found != nullptr ? std::string(found->name) : std::to_string(value);
}

std::string name_of_status(std::uint32_t value) {
    const NamedValue* found = find_value(status_table, value);
    return found != nullptr ? std::string(found->name) : hex(value, 8);
}

std::optional<std::uint32_t> parse_pool_type(std::string_view text) {
    return parse_joined(pool_type_table, modifier_table, text);
}
std::optional<std::uint32_t> parse_eng_flags(std::string_view text) {
    return parse_joined(eng_flag_table, {}, text);
}
std::optional<std::uint32_t> parse_priority(std::string_view text) {
    return parse_one(priority_table, text);
}
std::optional<std::uint32_t> parse_status(std::string_view text) {
    return parse_one(status_table, text);
}

} // namespace poolproof
