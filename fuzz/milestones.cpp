// See milestones.hpp. The file: one line for each milestone, its name and the execution, 0 for never;
// `clause` with the clauses that were violated, the intended one first, when there are any.
#include "milestones.hpp"

#include "contract/clause.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace poolproof::fuzz {
namespace {

constexpr int exit_code = 77; // the engine's own for a crash

std::string_view clause_name(const Violation& violation) {
    return all_clauses()[static_cast<std::size_t>(violation.clause)].id;
}

[[noreturn]] void fail(const char* what, const std::string& which) {
    std::fprintf(stderr, "POOLPROOF_MILESTONES: %s: %s\n", which.c_str(), what);
    std::abort();
}

} // namespace

Milestones::Milestones(std::string path, const Subject& subject, const FaultySubject& fault)
    : path_(std::move(path)), subject_(&subject),
      clause_(static_cast<std::size_t>(clause_index(fault.clause))) {}

std::unique_ptr<Milestones> Milestones::asked_for(const Subject& subject) {
    const char* path = std::getenv("POOLPROOF_MILESTONES");
    if (path == nullptr || *path == 0) {
        return nullptr;
    }
    const FaultySubject* fault = faulty_subject(subject.name());
    if (fault == nullptr) {
        fail("only a faulty subject has milestones", std::string(subject.name()));
    }
    return std::unique_ptr<Milestones>(new Milestones(path, subject, *fault));
}

Milestones::~Milestones() {
    write();
}

void Milestones::note(const Runner& runner, const Oracle& oracle) {
    ++executions_;
    if (reached_ == 0 && oracle.tally()[clause_].exercised() > 0) {
        reached_ = executions_;
    }
    if (triggered_ == 0 && departures_of(*subject_) > 0) {
        triggered_ = executions_;
    }
    if (runner.violations().empty()) {
        return;
    }
    detected_ = executions_;
    const auto is_intended = [&](const Violation& v) {
        return static_cast<std::size_t>(v.clause) == clause_;
    };
    const auto& violations = runner.violations();
    const auto intended = std::find_if(violations.begin(), violations.end(), is_intended);
    by_ = clause_name(intended == violations.end() ? violations.front() : *intended);
    write();
    std::_Exit(exit_code);
}

void Milestones::write() const {
    std::FILE* file = std::fopen(path_.c_str(), "wb");
    if (file == nullptr) {
        fail("cannot be written", path_);
    }
    std::fprintf(file, "executions %llu\nreached %llu\ntriggered %llu\ndetected %llu\n",
                 static_cast<unsigned long long>(executions_), static_cast<unsigned long long>(reached_),
                 static_cast<unsigned long long>(triggered_), static_cast<unsigned long long>(detected_));
    if (!by_.empty()) {
        std::fprintf(file, "clause %s\n", by_.c_str());
    }
    if (std::fclose(file) != 0) {
        fail("cannot be written", path_);
    }
}

} // namespace poolproof::fuzz
