// Where Microsoft's pages no longer say what the contract was made from.
//
// Covers: comparing the fingerprints with the pages, and the report. Does not cover: whether a changed
// sentence changes its rule, which a reader decides.
#pragma once

#include "cli/commands.hpp"
#include "cli/contract_sources.hpp"
#include "cli/docs_tree.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace poolproof {

// A clause some of whose sentences are no longer on a page, or not as often.
struct ChangedClause {
    const Clause* clause = nullptr;
    std::string page;
    std::vector<std::string> files; // where the page was read
    std::vector<std::string> gone;  // fingerprints that no sentence has any more
    std::size_t of = 0;             // how many the clause has on this page
};

struct MissingPage {
    std::string page;
    std::vector<std::string> clauses;
};

struct Drift {
    std::vector<ChangedClause> changed;
    std::vector<MissingPage> missing;
    std::vector<std::string>
        uncovered;                 // pages on pool allocators without a clause, that are not left out either
    std::vector<Source> unprinted; // what could not be compared, with the reason
    std::size_t clauses = 0;       // compared, on one page at least
    std::size_t pages = 0;         // read
    std::size_t sentences = 0;     // of which a clause has the fingerprint
};

// Throws Failure: missing_input when none of the pages with a fingerprint is in the tree, or a file of one
// cannot be read.
Drift find_drift(std::span<const Source> sources, std::span<const LeftOut> left_out, const DocsTree& tree);

// Prints what was found, and returns violations when there is any drift.
ExitCode show_drift(const Drift& drift, bool json);

// The fingerprints of the sentences of all files of a page, sorted, as often as each stands there.
std::vector<std::uint64_t> prints_of(const std::vector<std::filesystem::path>& files);

// How often a fingerprint is among `prints`, which are sorted.
std::size_t count_of(std::span<const std::uint64_t> prints, std::uint64_t value);

// The sub-commands `contract drift` and `contract fingerprint`.
void add_contract_drift(CLI::App& contract, Action& chosen);
void add_contract_fingerprint(CLI::App& contract, Action& chosen);

} // namespace poolproof
