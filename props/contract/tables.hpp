// The documented tables that clauses, traces and crash analyses share.
//
// Covers: pool types and modifier bits, pool flags, flags of EngAllocMem, of lists and of Driver Verifier,
// priorities, types of extended parameters, NTSTATUS values, and bug checks with the meaning of their
// parameters (contract facts 11 to 13), and the names of all of them, both ways. Does not cover: which
// outcome a call should have (oracle/). Static data; safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace poolproof {

// A documented name with its value and what the pages say of it.
struct NamedValue {
    std::string_view name;
    std::uint32_t value = 0;
    std::string_view note;
};

// The same for one flag of 64 bits.
struct NamedFlag {
    std::string_view name;
    std::uint64_t value = 0;
    std::string_view note;
};

// POOL_TYPE. Aliases follow the name that stands for their value in printed text.
std::span<const NamedValue> pool_types();
// Bits that may be OR-ed into a pool type.
std::span<const NamedValue> pool_type_modifiers();
// Bits of EngAllocMem's Flags.
std::span<const NamedValue> eng_flags();
// EX_POOL_PRIORITY, the nine values.
std::span<const NamedValue> priorities();
std::span<const NamedValue> statuses();
// POOL_FLAGS: the low half is required, the high half optional.
std::span<const NamedFlag> pool_flags();
// Bits of the Flags of ExInitializeLookasideListEx.
std::span<const NamedValue> lookaside_flags();
// POOL_EXTENDED_PARAMETER_TYPE.
std::span<const NamedValue> extended_parameter_types();
// Bits of Driver Verifier's options, by short names of ours: the pages name them in prose only.
std::span<const NamedValue> verifier_flags();

// Names joined by `separator`: a pool type, then its modifiers, then undocumented bits as one hex number. The
// result parses back to `value`, whatever it is.
std::string name_of_pool_type(std::uint32_t value, std::string_view separator = " | ");
// Sets of flags likewise, "0" for none.
std::string name_of_eng_flags(std::uint32_t value, std::string_view separator = " | ");
std::string name_of_pool_flags(std::uint64_t value, std::string_view separator = " | ");
std::string name_of_lookaside_flags(std::uint32_t value, std::string_view separator = " | ");
std::string name_of_verifier_flags(std::uint32_t value, std::string_view separator = " | ");
// One name, or a number: 0xHHHHHHHH for statuses, else decimal.
std::string name_of_priority(std::uint32_t value);
std::string name_of_extended_parameter_type(std::uint32_t value);
std::string name_of_status(std::uint32_t value);

// Names and numbers (decimal, or 0x and hex) joined by '|', blanks around each ignored; aliases are accepted.
// Several values are OR-ed. Nothing when a part is neither.
std::optional<std::uint32_t> parse_pool_type(std::string_view text);
std::optional<std::uint32_t> parse_eng_flags(std::string_view text);
std::optional<std::uint64_t>
parse_pool_flags(std::string_view text); // also POOL_FLAG_REQUIRED_START and its like
std::optional<std::uint32_t> parse_lookaside_flags(std::string_view text);
std::optional<std::uint32_t> parse_verifier_flags(std::string_view text);
// One name or one number.
std::optional<std::uint32_t> parse_priority(std::string_view text);
std::optional<std::uint32_t> parse_extended_parameter_type(std::string_view text);
std::optional<std::uint32_t> parse_status(std::string_view text);

// One documented form of a bug check: what happened, and what each parameter says. An empty parameter text
// means that no page gives it a meaning.
struct BugCheckRow {
    std::uint64_t sub_code = 0; // unused where the code has no sub-codes
    std::string_view meaning;
    std::array<std::string_view, 4> parameters;
    // Why no trace brings it about on the reference; empty where one can. Rows may leave it out.
    std::string_view unreachable = {}; // NOLINT(readability-redundant-member-init)
};

// Fields stand in reading order, not packed.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
struct BugCheckEntry {
    std::uint32_t code = 0;
    std::string_view name;
    std::uint8_t sub_code_parameter = 0; // which parameter holds the sub-code: 1 or 4, or 0 for none
    std::span<const BugCheckRow> rows;   // exactly one where there are no sub-codes
};

// By ascending code.
std::span<const BugCheckEntry> bug_checks();
// Null when no table has the code.
const BugCheckEntry* find_bug_check(std::uint32_t code);
// Null when the code is unknown or has no such sub-code.
const BugCheckRow* find_row(std::uint32_t code, const std::array<std::uint64_t, 4>& parameters);

} // namespace poolproof
