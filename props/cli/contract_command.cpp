// `poolproof contract`: the clauses, the register and the bug checks, for readers and for tools.
// Does not cover: how far they are covered (contract_coverage.hpp), whether the pages still say so
// (contract_drift.hpp), and verdicts (verify.cpp).
#include "cli/commands.hpp"
#include "cli/contract_coverage.hpp"
#include "cli/contract_drift.hpp"
#include "cli/contract_words.hpp"
#include "cli/files.hpp"
#include "cli/terminal.hpp"
#include "contract/lock.hpp"
#include "contract/register.hpp"
#include "oracle/oracle.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

namespace poolproof {
namespace {

using Json = nlohmann::ordered_json;

struct ContractOptions {
    std::vector<std::string> ids;
    bool json = false;
    bool lock = false;
    bool show_register = false;
    bool bug_checks = false;
    bool coverage = false;
    std::string corpus;
};

void print_field(std::string_view name, std::string_view value) {
    if (!value.empty()) {
        fmt::print("  {:<9} {}\n", name, value);
    }
}

void print_clause(const Clause& clause) {
    fmt::print("{}  {}\n", clause.id, clause.rule);
    print_field("kind", joined(kind_words(clause.kinds)));
    print_field("source", fmt::format("{}, {}", clause.page, clause.section));
    print_field("seeds", joined(seed_words(clause.seeds)));
    print_field("profiles", joined(profile_words(clause.profiles)));
    print_field("seen by", joined(observation_words(clause.observed)));
    print_field("routines", joined(routine_words(clause.routines)));
    print_field("see also", clause.entries);
    print_field("unjudged", clause.unjudged);
}

void print_entry(const RegisterEntry& entry) {
    fmt::print("{}  {}\n", entry.id, entry.conflict);
    print_field("decision", entry.decision);
    print_field("switch", entry.policy);
}

// One line per clause; only a terminal has a width to cut the rule to.
void print_table() {
    const bool on_terminal = isatty(STDOUT_FILENO) != 0;
    const std::size_t width = on_terminal ? Terminal(false).width() : std::numeric_limits<std::size_t>::max();
    for (const Clause& clause : all_clauses()) {
        fmt::print("{}\n", cut(fmt::format("{:<9} {:<18} {}", clause.id, joined(kind_words(clause.kinds)),
                                           clause.rule),
                               width));
    }
}

Json to_json(const Clause& clause) {
    return {{"id", clause.id},
            {"rule", clause.rule},
            {"kinds", kind_words(clause.kinds)},
            {"seeds", seed_words(clause.seeds)},
            {"page", clause.page},
            {"section", clause.section},
            {"profiles", profile_words(clause.profiles)},
            {"observed", observation_words(clause.observed)},
            {"routines", routine_words(clause.routines)},
            {"entries", clause.entries},
            {"judged", is_judged(clause_index(clause.id))},
            {"unjudged", clause.unjudged}};
}

Json to_json(const RegisterEntry& entry) {
    return {{"id", entry.id},
            {"conflict", entry.conflict},
            {"decision", entry.decision},
            {"policy", entry.policy}};
}

ExitCode run_json(const ContractOptions& options) {
    Json clauses = Json::array();
    Json entries = Json::array();
    for (const std::string& id : options.ids) {
        if (const RegisterEntry* entry = find_register_entry(id)) {
            entries.push_back(to_json(*entry));
        } else {
            clauses.push_back(to_json(all_clauses()[static_cast<std::size_t>(known_clause(id))]));
        }
    }
    if (options.ids.empty()) {
        for (const Clause& clause : all_clauses()) {
            clauses.push_back(to_json(clause));
        }
        for (const RegisterEntry& entry : register_entries()) {
            entries.push_back(to_json(entry));
        }
    }
    fmt::print("{}\n", Json{{"clauses", clauses}, {"register", entries}}.dump(2));
    return ExitCode::fine;
}

ExitCode run_contract(const ContractOptions& options) {
    if (options.lock) {
        fmt::print("{}", contract_lock());
        return ExitCode::fine;
    }
    if (options.coverage || options.bug_checks) {
        const CorpusEvidence evidence = play_on_reference(read_corpus(options.corpus));
        return options.coverage
                   ? show_coverage(evidence, read_convictions(POOLPROOF_CONVICTIONS), options.json)
                   : show_bug_checks(evidence, options.json);
    }
    if (options.json) {
        return run_json(options);
    }
    for (const std::string& id : options.ids) {
        if (const RegisterEntry* entry = find_register_entry(id)) {
            print_entry(*entry);
        } else {
            print_clause(all_clauses()[static_cast<std::size_t>(known_clause(id))]);
        }
    }
    if (options.show_register) {
        for (const RegisterEntry& entry : register_entries()) {
            print_entry(entry);
        }
    }
    if (options.ids.empty() && !options.show_register) {
        print_table();
    }
    return ExitCode::fine;
}

} // namespace

void add_contract(CLI::App& app, Action& chosen) {
    CLI::App* command = app.add_subcommand("contract", R"(List the documented rules.

Examples:
  poolproof contract                    every clause, one line each
  poolproof contract GEO-02 X-05        a clause and a register entry in full
  poolproof contract --json             everything, for tools
  poolproof contract --coverage         what judges each clause, or why nothing does
  poolproof contract bugchecks          the bug checks, and the traces that reach them
  poolproof contract drift --docs DIR   what changed in Microsoft's pages since the contract was made
  poolproof contract --lock             the text of contract.lock)");
    const auto options = std::make_shared<ContractOptions>();
    options->corpus = POOLPROOF_CORPUS_DIR;
    command->add_option("ID", options->ids, "clauses and register entries to show in full, or bugchecks");
    command->add_flag("--json", options->json, "clauses and register, or what is asked for, as JSON");
    command->add_flag("--lock", options->lock, "the text that contract.lock holds");
    command->add_flag("--register", options->show_register,
                      "what the documents leave open, and the decision");
    const auto alone =
        command->add_flag("--bug-checks", options->bug_checks,
                          "the bug checks with their sub-codes, and the traces that reach them");
    command->add_flag("--coverage", options->coverage, "what judges each clause, or why nothing does")
        ->excludes(alone);
    command->add_option("--corpus", options->corpus, "folder of corpora, the source tree's by default");
    add_contract_drift(*command, chosen);
    add_contract_fingerprint(*command, chosen);
    command->callback([command, options, &chosen] {
        if (!command->get_subcommands().empty()) {
            const auto own = command->get_options();
            if (std::any_of(own.begin(), own.end(), [](const auto* option) { return option->count() > 0; })) {
                throw Failure(ExitCode::usage,
                              "options of contract drift and contract fingerprint come behind "
                              "these words, and no clause does");
            }
            return;
        }
        const auto word = std::find(options->ids.begin(), options->ids.end(), "bugchecks");
        if (word != options->ids.end()) {
            options->ids.erase(word);
            options->bug_checks = true;
        }
        chosen = [options] { return run_contract(*options); };
    });
}

} // namespace poolproof
