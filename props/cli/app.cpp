// The command as a whole: its sub-commands, help, version, and how each failure is reported.
// Does not cover: what a sub-command does.
#include "cli/commands.hpp"
#include "isolation/child.hpp"
#include "report/baseline.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>

namespace poolproof {
namespace {

constexpr const char* description =
    R"(poolproof checks that an NT pool allocator keeps its documented contract: the Ex, FsRtl, Flt and Eng routines,
the header wrappers, lookaside lists, quota and secure pools.

Examples:
  poolproof verify                                the whole contract against the reference
  poolproof verify --subject faulty:all           does the suite convict every faulty subject?
  poolproof verify --clause GEO-02 --seed 7       one clause, another seed
  poolproof verify --subject plugin:./my_pool.so  an implementation behind poolproof/subject.h
  poolproof verify --subject wine --baseline corpus/baselines/wine-8.0.txt
  poolproof diff --subject reference --subject plugin:./my_pool.so
  poolproof report result.json --html report.html
  poolproof dashboard nights -o dashboard.html
  poolproof replay corpus/seeds/pool_trace_fuzzer/one_block.pool
  poolproof replay crash-1234 --as pool_trace_fuzzer
  poolproof decode crash-1234 --as pool_trace_fuzzer -o crash.pool
  poolproof triage crashes                        crash files to findings
  poolproof contract GEO-02)";

constexpr const char* exit_codes = R"(Exit codes:
  0   fine
  1   a clause was violated, or one that must be exercised was not; findings; coverage falls short; a built target
      breaks a rule
  2   wrong arguments, or an unknown subject or clause
  3   a trace file that is neither text nor encoded ops
  4   an encoded trace that ends inside a record
  5   a trace of a later format version
  6   output that cannot be written
  7   a missing input file, or an empty corpus
  8   a result file that is no result, or not all of one
  9   a result of another version of the form
  10  a subject that cannot be put on trial: it does not load, start or survive a reset
  11  a baseline that is none, or one of another format, subject or version
  12  a nightly run that proves nothing: a canary was silent, or a target did not run
  13  a state folder that another job uses
  14  interrupted; the same command goes on
  15  a tool, or a right on this host, that is missing
  70  internal error)";

// Lists a sub-command by the first line of its description; the rest are examples.
class HelpFormat : public CLI::Formatter {
  public:
    std::string make_subcommand(const CLI::App* sub) const override {
        const std::string text = sub->get_description();
        return fmt::format("  {:<12}{}\n", sub->get_name(), text.substr(0, text.find('\n')));
    }
};

int report(ExitCode code, std::string message) {
    for (char& c : message) {
        c = c == '\n' ? ' ' : c;
    }
    fmt::print(stderr, "poolproof: {}\n", message);
    return static_cast<int>(code);
}

std::string chosen_name(const CLI::App& app) {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? "poolproof" : "poolproof " + chosen.front()->get_name();
}

// The output has arrived, or the run was for nothing.
ExitCode flushed(ExitCode code) {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        throw Failure(ExitCode::unwritable, "standard output cannot be written");
    }
    return code;
}

} // namespace

int run_command(int argc, const char* const* argv) try {
    CLI::App app{description, "poolproof"};
    app.formatter(std::make_shared<HelpFormat>());
    app.set_version_flag("--version", std::string("poolproof " POOLPROOF_VERSION));
    app.require_subcommand(1);
    app.footer(exit_codes);
    Action chosen;
    add_verify(app, chosen);
    add_report(app, chosen);
    add_replay(app, chosen);
    add_encode(app, chosen);
    add_decode(app, chosen);
    add_detect(app, chosen);
    add_diff(app, chosen);
    add_nightly(app, chosen);
    add_triage(app, chosen);
    add_check_build(app, chosen);
    add_contract(app, chosen);
    add_dashboard(app, chosen);
    add_coverage(app, chosen);
    add_tidy(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {
            app.exit(error); // help or version
            return static_cast<int>(flushed(ExitCode::fine));
        }
        return report(ExitCode::usage, fmt::format("{}; see {} --help", error.what(), chosen_name(app)));
    }
    return static_cast<int>(flushed(chosen()));
} catch (const Failure& failure) {
    return report(failure.code(), failure.what());
} catch (const BaselineError& error) {
    return report(ExitCode::bad_baseline, error.what());
} catch (const SubjectError& error) {
    return report(ExitCode::bad_subject, error.what());
} catch (const std::exception& error) {
    if (std::ferror(stdout) != 0) {
        return report(ExitCode::unwritable, "standard output cannot be written");
    }
    return report(ExitCode::internal, error.what());
}

} // namespace poolproof
