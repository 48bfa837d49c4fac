// `poolproof contract fingerprint`: sources.txt from quotes.
// Does not cover: choosing the sentences, which needs a reader.
#include "cli/contract_drift.hpp"
#include "cli/files.hpp"
#include "contract/page_sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <tuple>

namespace poolproof {
namespace {

struct FingerprintOptions {
    std::vector<std::string> docs;
    std::string quotes;
    std::string sources = POOLPROOF_SOURCES;
    std::string output = "-";
};

// How often the sentence stands on its page; says so on stderr when it does not.
unsigned times_on_page(const Quote& quote, std::uint64_t print, const DocsTree& tree,
                       const std::string& path) {
    const auto files = tree.files(quote.page);
    const std::size_t times = count_of(prints_of(files), print);
    if (times == 0) {
        fmt::print(stderr, "{}:{}: {} {}: {}\n", path, quote.line, quote.clause,
                   files.empty() ? "has no such page as " + quote.page : "is not on " + quote.page,
                   quote.sentence);
    }
    return static_cast<unsigned>(times);
}

Source& line_for(std::vector<Source>& sources, const Quote& quote) {
    const auto found = std::find_if(sources.begin(), sources.end(), [&](const Source& s) {
        return s.clause == quote.clause && s.page == quote.page;
    });
    return found != sources.end() ? *found : sources.emplace_back(Source{quote.clause, quote.page, {}, {}});
}

// The lines that the quotes make. Counts the quotes that are not found.
std::vector<Source> lines_of(const std::vector<Quote>& quotes, const DocsTree& tree, const std::string& path,
                             std::size_t& not_found) {
    std::vector<Source> lines;
    for (const Quote& quote : quotes) {
        Source& line = line_for(lines, quote);
        if (!quote.reason.empty()) {
            line.reason = quote.reason;
        } else {
            const std::uint64_t print = fingerprint(normal_sentence(quote.sentence));
            const unsigned times = times_on_page(quote, print, tree, path);
            not_found += times == 0 ? 1 : 0;
            line.prints.push_back({print, times});
        }
        if (!line.reason.empty() && !line.prints.empty()) {
            throw Failure(ExitCode::usage,
                          fmt::format("{}:{}: expected a sentence or a reason for {} on {}, not both", path,
                                      quote.line, quote.clause, quote.page));
        }
    }
    for (Source& line : lines) {
        const auto value = [](const Print& print) { return print.value; };
        std::ranges::sort(line.prints, {}, value);
        const auto same = std::ranges::unique(line.prints, {}, value);
        line.prints.erase(same.begin(), same.end());
    }
    return lines;
}

ExitCode run_fingerprint(const FingerprintOptions& options) {
    const std::vector<Quote> quotes = read_quotes(options.quotes);
    if (quotes.empty()) {
        throw Failure(ExitCode::usage, fmt::format("{} has no quote in it", options.quotes));
    }
    std::vector<Source> sources = read_sources(options.sources);
    std::size_t not_found = 0;
    std::vector<Source> fresh = lines_of(quotes, DocsTree(options.docs), options.quotes, not_found);
    if (not_found != 0) {
        fmt::print(stderr, "{} of {} quotes are not found; nothing is written\n", not_found, quotes.size());
        return ExitCode::violations;
    }
    std::erase_if(sources, [&](const Source& old) {
        return std::any_of(fresh.begin(), fresh.end(),
                           [&](const Source& line) { return line.clause == old.clause; });
    });
    sources.insert(sources.end(), std::make_move_iterator(fresh.begin()),
                   std::make_move_iterator(fresh.end()));
    std::sort(sources.begin(), sources.end(), [](const Source& a, const Source& b) {
        return std::tie(a.clause, a.page) < std::tie(b.clause, b.page);
    });
    write_output(options.output, sources_text(sources));
    return ExitCode::fine;
}

} // namespace

void add_contract_fingerprint(CLI::App& contract, Action& chosen) {
    CLI::App* command =
        contract.add_subcommand("fingerprint", R"(Make sources.txt from the sentences that clauses rest on.

A quote is a line of FILE: "CLAUSE | folder/file | the sentence", copied from the page, or "none: " and the reason where
no sentence tells the rule. All lines of a clause that FILE names are made anew; other clauses keep theirs. Quotes stay
out of the source tree. Exit code 1, and nothing is written: a quote is not on its page.

Examples:
  poolproof contract fingerprint --docs windows-driver-docs-ddi --quotes quotes.txt
  poolproof contract fingerprint --docs windows-driver-docs --quotes quotes.txt -o props/contract/sources.txt)");
    const auto options = std::make_shared<FingerprintOptions>();
    command->add_option("--docs", options->docs, "checkout of a documentation repository; may be given again")
        ->required()
        ->allow_extra_args(false);
    command->add_option("--quotes", options->quotes, "the sentences, one per line")->required();
    command->add_option("--sources", options->sources,
                        "what is there so far, props/contract/sources.txt by default");
    command->add_option("-o,--output", options->output, "where the text goes, standard output by default");
    command->callback([options, &chosen] { chosen = [options] { return run_fingerprint(*options); }; });
}

} // namespace poolproof
