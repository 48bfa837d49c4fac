// See harness.hpp.
#include "harness.hpp"

#include "contract/clause.hpp"
#include "oracle/oracle.hpp"
#include "run/runner.hpp"
#include "subjects/registry.hpp"
#include "trace/text.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
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
    constexpr std::string_view prefix = "faulty:";
    if (name == "reference") {
        return true;
    }
    if (!name.starts_with(prefix)) {
        return false;
    }
    name.remove_prefix(prefix.size());
    for (const FaultySubject& subject : all_faulty_subjects()) {
        if (subject.name == name) {
            return true;
        }
    }
    return false;
}

// Made at the first input and not before: the engine's signal handlers stand by then, and faults that are not
// the subject's reach them.
struct Session {
    std::unique_ptr<Subject> subject = make_subject(subject_name());
    Oracle oracle;
    Runner runner{*subject, oracle};
    Trace trace;
};

[[noreturn]] void report(const Session& session, std::string_view clause, const std::string& explanation,
                         std::size_t ops, const char* target) {
    Trace played = session.trace;
    played.ops.resize(ops);
    const std::string text = to_text(played);
    std::fprintf(
        stderr,
        "Assertion failed: %.*s\nDEDUP_TOKEN: %.*s\n%s\nsubject %s, trace up to the op that showed it:\n%s",
        static_cast<int>(clause.size()), clause.data(), static_cast<int>(clause.size()), clause.data(),
        explanation.c_str(), subject_name(), text.c_str());
    std::fprintf(stderr, "replay with: poolproof replay --as %s <the file of this input>\n", target);
    std::abort();
}

} // namespace

void begin() {
    const char* name = subject_name();
    if (!is_known(name)) {
        std::fprintf(stderr, "POOLPROOF_SUBJECT: there is no subject %s; it is reference or faulty:NAME\n",
                     name);
        std::abort();
    }
}

void play(const std::uint8_t* data, std::size_t size, Dialect dialect, const char* target) {
    static Session session;
    decode_any({data, size}, dialect, session.trace);
    if (session.runner.run(session.trace)) {
        return;
    }
    const Violation& first = session.runner.violations().front();
    const Step& step = session.runner.last_step();
    std::string explanation;
    for (const Violation& violation : session.runner.violations()) {
        explanation +=
            &violation == &first
                ? ""
                : "\nand " + std::string(all_clauses()[static_cast<std::size_t>(violation.clause)].id) + ": ";
        explanation += explain(violation, step.op, step.event);
    }
    report(session, all_clauses()[static_cast<std::size_t>(first.clause)].id, explanation,
           first.op_index + std::size_t{1}, target);
}

} // namespace poolproof::fuzz
