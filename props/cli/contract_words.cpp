// The fields of a clause, and what a subject can, in words (see contract_words.hpp).
#include "cli/contract_words.hpp"

#include "cli/exit_code.hpp"

#include <fmt/format.h>

#include <iterator>
#include <span>

namespace poolproof {
namespace {

struct BitWord {
    unsigned bit;
    std::string_view word;
};

constexpr BitWord kinds[] = {{promise, "promise"},
                             {duty, "duty"},
                             {detection, "detection"},
                             {advice, "advice"},
                             {evidence, "evidence"}};
constexpr BitWord seeds[] = {{1, "S1"}, {2, "S2"}, {4, "S3"}, {8, "S4"}, {16, "S5"}};
constexpr BitWord profiles[] = {{bits32, "32-bit"}, {bits64, "64-bit"}};
constexpr BitWord observations[] = {
    {by_return, "return"},         {by_raise, "raise"},   {by_address, "address"},
    {by_contents, "contents"},     {by_guard, "guard"},   {by_bug_check, "bug check"},
    {by_tag_ledger, "tag ledger"}, {by_event, "event"},   {by_counter, "counter"},
    {by_validator, "validator"},   {by_source, "source"}, {by_quota, "quota"}};
constexpr BitWord capabilities[] = {{can_raise, "raises"},
                                    {can_bug_check, "bug checks"},
                                    {can_block_info, "block information"},
                                    {can_ledger, "tag ledger"},
                                    {can_irql, "IRQL"},
                                    {can_processes, "processes"},
                                    {can_budget, "memory budgets"},
                                    {can_fail_nth, "failing allocations"},
                                    {can_special_pool, "special pool"},
                                    {can_verifier, "Driver Verifier"},
                                    {can_events, "pool events"},
                                    {can_validate, "caller faults"},
                                    {can_trim_paged, "paged memory trimmed at DISPATCH_LEVEL"},
                                    {can_fail_cleanly_at_free, "misuse of memory caught"},
                                    {can_quota, "quota"},
                                    {can_lists, "lookaside lists"},
                                    {can_verifier_flags, "verifier flags and drivers"},
                                    {can_secure_pools, "secure pools"},
                                    {can_page_rights, "page rights"}};
// A capability that is added needs a word.
static_assert((1U << std::size(capabilities)) - 1 == can_everything);

Words words_of(std::span<const BitWord> table, unsigned mask) {
    Words words;
    for (const BitWord& entry : table) {
        if ((mask & entry.bit) != 0) {
            words.push_back(entry.word);
        }
    }
    return words;
}

} // namespace

Words kind_words(std::uint8_t mask) {
    return words_of(kinds, mask);
}

Words seed_words(SeedSet mask) {
    return words_of(seeds, mask);
}

Words profile_words(std::uint8_t mask) {
    return words_of(profiles, mask);
}

Words observation_words(std::uint16_t mask) {
    return words_of(observations, mask);
}

Words routine_words(RoutineSet routines) {
    Words words;
    for (std::size_t i = 0; i < routine_count; ++i) {
        const auto routine = static_cast<Routine>(i);
        if (contains(routines, routine)) {
            words.push_back(name_of(routine));
        }
    }
    return words;
}

Words capability_words(std::uint32_t mask) {
    return words_of(capabilities, mask);
}

std::string joined(const Words& words) {
    return fmt::format("{}", fmt::join(words, ", "));
}

int known_clause(const std::string& id) {
    const int index = clause_index(id);
    if (index < 0) {
        Words known;
        for (const Clause& clause : all_clauses()) {
            known.push_back(clause.id);
        }
        throw Failure(ExitCode::usage, fmt::format("unknown clause '{}'; known: {}", id, joined(known)));
    }
    return index;
}

} // namespace poolproof
