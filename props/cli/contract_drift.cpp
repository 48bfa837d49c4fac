// `poolproof contract drift` (see contract_drift.hpp).
#include "cli/contract_drift.hpp"

#include "cli/files.hpp"
#include "contract/page_sentences.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <unordered_map>

namespace poolproof {
namespace {

using Json = nlohmann::ordered_json;

struct DriftOptions {
    std::vector<std::string> docs;
    std::string sources = POOLPROOF_SOURCES;
    std::string left_out = POOLPROOF_PAGES_LEFT_OUT;
    bool json = false;
};

// The pages that clauses rest on, each read once.
class Pages {
  public:
    explicit Pages(const DocsTree& tree) : tree_(&tree) {}

    // Nothing when the page is not in the tree.
    const std::vector<std::uint64_t>* prints(const std::string& page) {
        const auto known = prints_.find(page);
        if (known != prints_.end()) {
            return &known->second;
        }
        const auto files = tree_->files(page);
        return files.empty() ? nullptr : &prints_.emplace(page, prints_of(files)).first->second;
    }

    std::size_t read() const { return prints_.size(); }

  private:
    const DocsTree* tree_;
    std::unordered_map<std::string, std::vector<std::uint64_t>> prints_;
};

void note_missing(Drift& drift, const Source& source) {
    auto page = std::find_if(drift.missing.begin(), drift.missing.end(),
                             [&](const MissingPage& m) { return m.page == source.page; });
    if (page == drift.missing.end()) {
        page = drift.missing.insert(page, {source.page, {}});
    }
    page->clauses.push_back(source.clause);
}

void compare(Drift& drift, const Source& source, const std::vector<std::uint64_t>& on_page,
             const DocsTree& tree) {
    ChangedClause changed;
    for (const Print& print : source.prints) {
        if (count_of(on_page, print.value) < print.times) {
            changed.gone.push_back(fingerprint_text(print.value));
        }
    }
    drift.sentences += source.prints.size();
    if (changed.gone.empty()) {
        return;
    }
    changed.clause = &all_clauses()[static_cast<std::size_t>(clause_index(source.clause))];
    changed.page = source.page;
    changed.of = source.prints.size();
    for (const auto& file : tree.files(source.page)) {
        changed.files.push_back(file.string());
    }
    drift.changed.push_back(std::move(changed));
}

bool is_known(std::span<const Source> sources, std::span<const LeftOut> left_out, std::string_view page) {
    return std::any_of(sources.begin(), sources.end(), [&](const Source& s) { return s.page == page; }) ||
           std::any_of(left_out.begin(), left_out.end(), [&](const LeftOut& l) { return l.page == page; });
}

bool is_any(const Drift& drift) {
    return !drift.changed.empty() || !drift.missing.empty() || !drift.uncovered.empty();
}

// The section is that of the clause's own page; on another one the sentence stands wherever it stands.
std::string place_of(const ChangedClause& changed) {
    return is_own_page(*changed.clause, changed.page) && !changed.clause->section.empty()
               ? fmt::format("{}, {}", changed.page, changed.clause->section)
               : changed.page;
}

void print_text(const Drift& drift) {
    for (const ChangedClause& changed : drift.changed) {
        fmt::print("CHANGED  {}  {}\n", changed.clause->id, changed.clause->rule);
        fmt::print("  {}: {} of {} sentences not found\n", place_of(changed), changed.gone.size(),
                   changed.of);
        fmt::print("  read in {}\n", fmt::join(changed.files, ", "));
    }
    for (const MissingPage& page : drift.missing) {
        fmt::print("MISSING  {}, cited by {}\n", page.page, fmt::join(page.clauses, ", "));
    }
    for (const std::string& page : drift.uncovered) {
        fmt::print("NEW      {}: a page on pool allocators by its name, and no clause rests on it\n", page);
    }
    fmt::print(
        "{} clauses compared, {} sentences on {} pages: {} changed, {} pages missing, {} pages without "
        "a clause; {} lines have no fingerprint, for a reason\n",
        drift.clauses, drift.sentences, drift.pages, drift.changed.size(), drift.missing.size(),
        drift.uncovered.size(), drift.unprinted.size());
}

Json to_json(const Drift& drift) {
    Json changed = Json::array();
    for (const ChangedClause& each : drift.changed) {
        changed.push_back({{"id", each.clause->id},
                           {"rule", each.clause->rule},
                           {"page", each.page},
                           {"section", each.clause->section},
                           {"gone", each.gone},
                           {"of", each.of},
                           {"files", each.files}});
    }
    Json missing = Json::array();
    for (const MissingPage& page : drift.missing) {
        missing.push_back({{"page", page.page}, {"clauses", page.clauses}});
    }
    Json unprinted = Json::array();
    for (const Source& source : drift.unprinted) {
        unprinted.push_back({{"id", source.clause}, {"page", source.page}, {"reason", source.reason}});
    }
    const Json summary = {{"clauses", drift.clauses},
                          {"sentences", drift.sentences},
                          {"pages", drift.pages},
                          {"changed", drift.changed.size()},
                          {"missing", drift.missing.size()},
                          {"without_clause", drift.uncovered.size()},
                          {"without_fingerprint", drift.unprinted.size()}};
    return {{"changed", changed},
            {"missing", missing},
            {"without_clause", drift.uncovered},
            {"without_fingerprint", unprinted},
            {"summary", summary}};
}

} // namespace

std::vector<std::uint64_t> prints_of(const std::vector<std::filesystem::path>& files) {
    std::vector<std::uint64_t> prints;
    for (const auto& file : files) {
        const std::vector<std::uint8_t> bytes = read_bytes(file);
        for (const std::string& sentence : sentences_of(std::string(bytes.begin(), bytes.end()))) {
            prints.push_back(fingerprint(sentence));
        }
    }
    std::sort(prints.begin(), prints.end());
    return prints;
}

std::size_t count_of(std::span<const std::uint64_t> prints, std::uint64_t value) {
    const auto range = std::equal_range(prints.begin(), prints.end(), value);
    return static_cast<std::size_t>(range.second - range.first);
}

Drift find_drift(std::span<const Source> sources, std::span<const LeftOut> left_out, const DocsTree& tree) {
    Drift drift;
    Pages pages(tree);
    std::string_view last;
    for (const Source& source : sources) {
        if (source.prints.empty()) {
            drift.unprinted.push_back(source);
        } else if (const std::vector<std::uint64_t>* on_page = pages.prints(source.page)) {
            drift.clauses += source.clause == last ? 0 : 1;
            last = source.clause;
            compare(drift, source, *on_page, tree);
        } else {
            note_missing(drift, source);
        }
    }
    drift.pages = pages.read();
    if (drift.pages == 0) {
        throw Failure(
            ExitCode::missing_input,
            "none of the pages that clauses rest on is there; expected checkouts of windows-driver-docs-ddi "
            "and windows-driver-docs, with their files");
    }
    for (const std::string& page : tree.pool_pages()) {
        if (!is_known(sources, left_out, page)) {
            drift.uncovered.push_back(page);
        }
    }
    return drift;
}

ExitCode show_drift(const Drift& drift, bool json) {
    if (json) {
        fmt::print("{}\n", to_json(drift).dump(2));
    } else {
        print_text(drift);
    }
    return is_any(drift) ? ExitCode::violations : ExitCode::fine;
}

void add_contract_drift(CLI::App& contract, Action& chosen) {
    CLI::App* command = contract.add_subcommand(
        "drift", R"(Find what changed in Microsoft's pages since the contract was made.

Lists the clauses whose sentences are no longer on their page, cited pages that are missing, and pages on pool
allocators without a clause: by their names, those with "pool" or "lookaside" in them in the folders of the kernel's
routines, guides, Driver Verifier and debugger, and EngAlloc and EngFree in winddi. Exit code 0: no drift; 1: drift;
7: a folder, or every cited page, is missing.

Examples:
  git clone --depth 1 https://github.com/MicrosoftDocs/windows-driver-docs-ddi
  git clone --depth 1 https://github.com/MicrosoftDocs/windows-driver-docs
  poolproof contract drift --docs windows-driver-docs-ddi --docs windows-driver-docs
  poolproof contract drift --docs windows-driver-docs-ddi --docs windows-driver-docs --json)");
    const auto options = std::make_shared<DriftOptions>();
    command->add_option("--docs", options->docs, "checkout of a documentation repository; may be given again")
        ->required()
        ->allow_extra_args(false);
    command->add_flag("--json", options->json, "everything, for tools");
    command->add_option("--sources", options->sources,
                        "the fingerprints, props/contract/sources.txt by default");
    command->add_option("--left-out", options->left_out,
                        "pages without a clause, props/contract/pages_left_out.txt by default");
    command->callback([options, &chosen] {
        chosen = [options] {
            const std::vector<Source> sources = read_sources(options->sources);
            const std::vector<LeftOut> left_out = read_left_out(options->left_out);
            return show_drift(find_drift(sources, left_out, DocsTree(options->docs)), options->json);
        };
    });
}

} // namespace poolproof
