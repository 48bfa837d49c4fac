// What each clause rests on: the lists sources.txt and pages_left_out.txt, and the quotes they are made from.
//
// Covers: reading them with one error for each bad line, and writing sources.txt. Does not cover: the
// sentences of a page (contract/page_sentences.hpp), and what is done with the fingerprints
// (contract_drift.hpp).
#pragma once

#include "contract/clause.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

// A sentence that stands on a page so many times at least.
struct Print {
    std::uint64_t value = 0; // its fingerprint
    unsigned times = 1;
};

// A line of sources.txt: a clause on a page.
struct Source {
    std::string clause;        // an id of the contract
    std::string page;          // "folder/file" without its ".md", or "-" when the source is no page
    std::vector<Print> prints; // sorted by value, each once; empty when there is a reason
    std::string reason;        // why there is no fingerprint; empty when there is one
};

// A page that looks like one on pool allocators, and that no clause needs to rest on.
struct LeftOut {
    std::string page;
    std::string reason;
};

// A sentence as somebody copied it from a page, or the reason why a clause has none there.
struct Quote {
    unsigned line = 0; // of the file, from 1
    std::string clause;
    std::string page;
    std::string sentence; // empty when there is a reason
    std::string reason;
};

// Each throws Failure: missing_input when `path` cannot be read; usage, with file and line, for a line that
// is out of form or out of order, says something twice, or names a clause that is not in the contract.
std::vector<Source> read_sources(const std::string& path);
std::vector<LeftOut> read_left_out(const std::string& path);
std::vector<Quote> read_quotes(const std::string& path);

// Whether `page` is the clause's own, not another that tells a part of its rule. A clause may name two pages
// with a comma between, and a file by the front of its name: bug-check-0xc2 for
// bug-check-0xc2--bad-pool-caller. "-" is the own page of a clause that names none.
bool is_own_page(const Clause& clause, std::string_view page);

// The text of sources.txt, with its head comment. `sources` are sorted by clause, then page.
std::string sources_text(std::span<const Source> sources);

} // namespace poolproof
