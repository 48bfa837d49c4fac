// See harness.hpp.
#include "harness.hpp"

#include "milestones.hpp"

#include "contract/clause.hpp"
#include "oracle/oracle.hpp"
#include "trace/text.hpp"

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>

// NOLINTBEGIN(bugprone-reserved-identifier): the sanitizer chose the name.
// Our fault handler stands before the sanitizer's; it leaves frames by siglongjmp, which a fake stack does
// not survive well; and a host that refuses memory must not end the run.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
    return "allow_user_segv_handler=1:detect_stack_use_after_return=0:allocator_may_return_null=1";
}
// NOLINTEND(bugprone-reserved-identifier)

namespace poolproof::fuzz {
namespace {

const char* subject_name() {
    const char* name = std::getenv("POOLPROOF_SUBJECT");
    return name == nullptr || *name == 0 ? "reference" : name;
}

bool is_known(std::string_view name) {
    return name == "reference" || faulty_subject(name) != nullptr;
}

// Made at the first input and not before: the engine's signal handlers stand by then, and faults that are not
// the subject's reach them.
struct Session {
    explicit Session(const ReferenceSetup& setup)
        : subject(make_subject_on_trial(setup)), milestones(Milestones::asked_for(*subject)) {}

    std::unique_ptr<Subject> subject;
    Oracle oracle;
    Runner runner{*subject, oracle};
    Trace trace;
    std::unique_ptr<Milestones> milestones;
};

std::string_view clause_of(const Violation& violation) {
    return all_clauses()[static_cast<std::size_t>(violation.clause)].id;
}

std::string explanation_of(const Runner& runner) {
    const Step& step = runner.last_step();
    std::string explanation;
    for (const Violation& violation : runner.violations()) {
        const bool is_first = &violation == &runner.violations().front();
        explanation += is_first ? "" : "\nand " + std::string(clause_of(violation)) + ": ";
        explanation += explain(violation, step.op, step.event);
    }
    return explanation;
}

} // namespace

const FuzzTarget& begin(std::string_view target) {
    const char* name = subject_name();
    if (!is_known(name)) {
        std::fprintf(stderr, "POOLPROOF_SUBJECT: there is no subject %s; it is reference or faulty:NAME\n",
                     name);
        std::abort();
    }
    const FuzzTarget* known = fuzz_target(target);
    if (known == nullptr) {
        std::fprintf(stderr, "%.*s is not listed in run/fuzz_targets.cpp\n", static_cast<int>(target.size()),
                     target.data());
        std::abort();
    }
    return *known;
}

std::unique_ptr<Subject> make_subject_on_trial(const ReferenceSetup& setup) {
    return make_subject(subject_name(), setup);
}

void report(const Runner& runner, const Trace& trace, const FuzzTarget& target) {
    static std::mutex first;
    first.lock(); // for good
    const Violation& violation = runner.violations().front();
    const std::string_view clause = clause_of(violation);
    Trace played = trace;
    played.ops.resize(violation.op_index + std::size_t{1});
    std::fprintf(
        stderr,
        "Assertion failed: %.*s\nDEDUP_TOKEN: %.*s\n%s\nsubject %s, trace up to the op that showed it:\n%s",
        static_cast<int>(clause.size()), clause.data(), static_cast<int>(clause.size()), clause.data(),
        explanation_of(runner).c_str(), subject_name(), to_text(played).c_str());
    std::fprintf(stderr, "replay with: %s <the file of this input>\n", replay_command(target).c_str());
    std::abort();
}

void play(const std::uint8_t* data, std::size_t size, const FuzzTarget& target) {
    static Session session(target.setup);
    decode_as(target, {data, size}, session.trace);
    const bool good = session.runner.run(session.trace);
    if (session.milestones) {
        session.milestones->note(session.runner, session.oracle);
    }
    if (!good) {
        report(session.runner, session.trace, target);
    }
}

} // namespace poolproof::fuzz
