// Subjects as the command line names them (see subjects.hpp).
#include "cli/subjects.hpp"

#include "cli/exit_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace poolproof {
namespace {

bool is_known(std::string_view name) {
    constexpr std::string_view prefix = "faulty:";
    if (!name.starts_with(prefix)) {
        return name == "reference";
    }
    const auto faulty = all_faulty_subjects();
    return std::any_of(faulty.begin(), faulty.end(), [&](const FaultySubject& subject) {
        return subject.name == name.substr(prefix.size());
    });
}

} // namespace

std::function<std::unique_ptr<Subject>()> subject_maker(const std::string& name) {
    if (!is_known(name)) {
        std::string known = "reference";
        for (const FaultySubject& subject : all_faulty_subjects()) {
            known += fmt::format(", faulty:{}", subject.name);
        }
        throw Failure(ExitCode::usage, fmt::format("unknown subject '{}'; known: {}", name, known));
    }
    return [name] { return make_subject(name); };
}

std::string file_name_of_subject(std::string name) {
    std::replace(name.begin(), name.end(), ':', '-');
    return name;
}

} // namespace poolproof
