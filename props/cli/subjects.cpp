// Subjects as the command line names them (see subjects.hpp).
#include "cli/subjects.hpp"

#include "cli/exit_code.hpp"
#include "isolation/isolated_player.hpp"
#include "isolation/wine_session.hpp"
#include "play/local_player.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include <unistd.h>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view plugin_prefix = "plugin:";

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

// A program that is built beside this one.
std::string beside_this_program(const char* program) {
    return fs::read_symlink("/proc/self/exe").parent_path() / program;
}

const char* setting(const char* variable, const char* otherwise) {
    const char* value = std::getenv(variable);
    return value == nullptr || *value == 0 ? otherwise : value;
}

IsolatedSubject plugin_named(const std::string& name) {
    std::string file = name.substr(plugin_prefix.size());
    std::string argument;
    if (!fs::exists(file)) { // a file may have a colon in its name
        const std::size_t colon = file.find(':');
        argument = colon == std::string::npos ? "" : file.substr(colon + 1);
        file.resize(std::min(colon, file.size()));
    }
    if (!fs::is_regular_file(file)) {
        throw Failure(ExitCode::missing_input,
                      fmt::format("{}: no such file; a plugin is plugin:FILE.so", file));
    }
    IsolatedSubject subject;
    subject.name = name;
    // Without a slash the loader would look elsewhere.
    subject.command = {beside_this_program("poolproof_host"), fs::absolute(file), argument,
                       setting("POOLPROOF_SUBJECT_OUTPUT", "/dev/null")};
    return subject;
}

std::function<std::unique_ptr<Player>()> wine_maker() {
    auto session = std::make_shared<const WineSession>(
        WinePlace{beside_this_program("poolproof_wine_agent.exe"), POOLPROOF_WINE_PREFIX},
        [](const std::string& what) {
            if (isatty(STDERR_FILENO) != 0) {
                fmt::print(stderr, "poolproof: {}\n", what);
            }
        });
    IsolatedSubject subject;
    subject.name = "wine";
    subject.command = session->command();
    subject.keeps = std::move(session);
    return [subject] { return std::make_unique<IsolatedPlayer>(subject); };
}

} // namespace

std::function<std::unique_ptr<Subject>()> subject_maker(const std::string& name,
                                                        const ReferenceSetup& setup) {
    if (name.starts_with(plugin_prefix) || name == "wine") {
        throw Failure(ExitCode::usage,
                      fmt::format("{} does not live in this process, as is needed here", name));
    }
    if (!is_known(name)) {
        std::string known = "reference, plugin:FILE.so, wine";
        for (const FaultySubject& subject : all_faulty_subjects()) {
            known += fmt::format(", faulty:{}", subject.name);
        }
        throw Failure(ExitCode::usage, fmt::format("unknown subject '{}'; known: {}", name, known));
    }
    return [name, setup] { return make_subject(name, setup); };
}

void check_subject(const std::string& name) {
    if (name.starts_with(plugin_prefix)) {
        plugin_named(name);
    } else if (name != "wine") {
        subject_maker(name);
    }
}

std::function<std::unique_ptr<Player>()> player_maker(const std::string& name, const ReferenceSetup& setup) {
    if (name.starts_with(plugin_prefix)) {
        return [subject = plugin_named(name)] { return std::make_unique<IsolatedPlayer>(subject); };
    }
    if (name == "wine") {
        return wine_maker();
    }
    return [make = subject_maker(name, setup)] { return std::make_unique<LocalPlayer>(make()); };
}

std::string file_name_of_subject(std::string name) {
    if (name.starts_with(plugin_prefix)) { // without its folder
        name = "plugin-" + name.substr(std::max(name.rfind('/') + 1, plugin_prefix.size()));
    }
    std::replace(name.begin(), name.end(), ':', '-');
    return name;
}

} // namespace poolproof
