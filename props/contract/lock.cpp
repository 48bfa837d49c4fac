// The lock text: clauses, register and tables, one fact a line.
#include "contract/lock.hpp"

#include "contract/clause.hpp"
#include "contract/register.hpp"
#include "contract/tables.hpp"

namespace poolproof {
namespace {

struct BitName {
    unsigned bit;
    std::string_view name;
};
constexpr BitName kind_names[] = {
    {promise, "promise"}, {duty, "duty"},         {detection, "detection"},
    {advice, "advice"},   {evidence, "evidence"},
};
constexpr BitName seed_names[] = {{1, "S1"}, {2, "S2"}, {4, "S3"}, {8, "S4"}, {16, "S5"}};
constexpr BitName profile_names[] = {{bits32, "32-bit"}, {bits64, "64-bit"}};
constexpr BitName observation_names[] = {
    {by_return, "return"},         {by_raise, "raise"},   {by_address, "address"},
    {by_contents, "contents"},     {by_guard, "guard"},   {by_bug_check, "bug check"},
    {by_tag_ledger, "tag ledger"}, {by_event, "event"},   {by_counter, "counter"},
    {by_validator, "validator"},   {by_source, "source"}, {by_quota, "quota"},
};

std::string hex(std::uint64_t value) {
    std::string digits;
    do {
        digits.insert(digits.begin(), "0123456789ABCDEF"[value & 15U]);
        value >>= 4;
    } while (value != 0);
    return "0x" + digits;
}

// "name: a, b"; no line when there is nothing to say.
void field(std::string& text, std::string_view name, std::string_view value) {
    if (!value.empty()) {
        text.append("  ").append(name).append(": ").append(value).append("\n");
    }
}

std::string joined(std::span<const BitName> names, unsigned mask) {
    std::string text;
    for (const BitName& n : names) {
        if ((mask & n.bit) != 0) {
            text.append(text.empty() ? "" : ", ").append(n.name);
        }
    }
    return text;
}

std::string routine_names(RoutineSet set) {
    std::string text;
    for (std::size_t i = 0; i < routine_count; ++i) {
        const auto routine = static_cast<Routine>(i);
        if (contains(set, routine)) {
            text.append(text.empty() ? "" : ", ").append(name_of(routine));
        }
    }
    return text;
}

void append_clause(std::string& text, const Clause& clause) {
    text.append("clause ").append(clause.id).append("\n");
    field(text, "rule", clause.rule);
    field(text, "kinds", joined(kind_names, clause.kinds));
    field(text, "seeds", joined(seed_names, clause.seeds));
    field(text, "page", clause.page);
    field(text, "section", clause.section);
    field(text, "profiles", joined(profile_names, clause.profiles));
    field(text, "observed", joined(observation_names, clause.observed));
    field(text, "routines", routine_names(clause.routines));
    field(text, "entries", clause.entries);
    field(text, "unjudged", clause.unjudged);
}

template <class Entry>
void append_table(std::string& text, std::string_view title, std::span<const Entry> table) {
    text.append("table ").append(title).append("\n");
    for (const Entry& entry : table) {
        field(text, entry.name, hex(entry.value) + " " + std::string(entry.note));
    }
}

void append_bug_check(std::string& text, const BugCheckEntry& entry) {
    text.append("bug check ").append(hex(entry.code)).append(" ").append(entry.name).append("\n");
    for (const BugCheckRow& row : entry.rows) {
        std::string line(row.meaning);
        for (std::size_t i = 0; i < row.parameters.size(); ++i) {
            line.append("; p").append(std::to_string(i + 1)).append(" ");
            line.append(row.parameters[i].empty() ? "-" : row.parameters[i]);
        }
        field(text, entry.sub_code_parameter == 0 ? "any" : hex(row.sub_code), line);
        field(text, "  unreachable", row.unreachable);
    }
}

} // namespace

std::string contract_lock() {
    std::string text = "# Made by: poolproof contract --lock > props/contract/contract.lock\n";
    for (const Clause& clause : all_clauses()) {
        append_clause(text, clause);
    }
    for (const RegisterEntry& entry : register_entries()) {
        text.append("register ").append(entry.id).append("\n");
        field(text, "conflict", entry.conflict);
        field(text, "decision", entry.decision);
        field(text, "policy", entry.policy);
    }
    append_table(text, "pool types", pool_types());
    append_table(text, "pool type modifiers", pool_type_modifiers());
    append_table(text, "EngAllocMem flags", eng_flags());
    append_table(text, "priorities", priorities());
    append_table(text, "statuses", statuses());
    append_table(text, "pool flags", pool_flags());
    append_table(text, "lookaside list flags", lookaside_flags());
    append_table(text, "extended parameter types", extended_parameter_types());
    append_table(text, "verifier flags", verifier_flags());
    for (const BugCheckEntry& entry : bug_checks()) {
        append_bug_check(text, entry);
    }
    return text;
}

} // namespace poolproof
