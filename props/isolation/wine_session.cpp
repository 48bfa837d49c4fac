// See wine_session.hpp.
#include "isolation/wine_session.hpp"

#include "isolation/child.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

// Debian's, then where a Wine of one's own would be.
constexpr std::array<const char*, 4> folders = {"/usr/lib/wine", "/usr/bin", "/usr/local/bin",
                                                "/opt/wine-stable/bin"};

// Without a limit of its address space, set before the first program of a prefix, Wine tries for seconds to
// serve a request of 2^44 bytes, and takes all memory for one of 2^46.
constexpr const char* address_space_kilobytes = "12000000";

// No debug output, and no crash dump, may get into the pipes; nobody asks for another runtime.
constexpr const char* settings = "export WINEDEBUG=-all WINEDLLOVERRIDES='winedbg.exe=;mscoree=;mshtml=';";

std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text) {
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return result + "'";
}

std::string folder_of_wine() {
    for (const char* folder : folders) {
        if (access((std::string(folder) + "/wine64").c_str(), X_OK) == 0) {
            return folder;
        }
    }
    throw SubjectError("wine: no wine64 is installed; ci/setup --wine installs it and builds its agent");
}

} // namespace

WineSession::WineSession(WinePlace place, const std::function<void(const std::string&)>& waiting)
    : place_(std::move(place)), folder_(folder_of_wine()) {
    if (!fs::exists(place_.agent)) {
        throw SubjectError("wine: " + place_.agent + " is not there; ci/setup --wine builds it");
    }
    fs::create_directories(fs::path(place_.prefix).parent_path());
    const std::string lock = place_.prefix + ".lock";
    lock_ = open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock_ < 0) {
        throw SubjectError(lock + ": cannot be written: " + std::strerror(errno));
    }
    if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
        waiting("waiting for another run in " + place_.prefix);
        while (flock(lock_, LOCK_EX) != 0 && errno == EINTR) {
        }
    }
    try {
        if (!fs::exists(fs::path(place_.prefix) / "poolproof-made")) {
            waiting("making " + place_.prefix);
            make_prefix();
        }
    } catch (...) {
        close(lock_);
        throw;
    }
}

// A prefix that was not finished is made anew.
void WineSession::make_prefix() {
    fs::remove_all(place_.prefix);
    if (run("wine64", "wineboot --init") != 0 || run("wineserver", "-w") != 0 ||
        !fs::exists(fs::path(place_.prefix) / "system.reg")) {
        run("wineserver", "-k");
        throw SubjectError("wine: no prefix could be made in " + place_.prefix);
    }
    std::ofstream(fs::path(place_.prefix) / "poolproof-made") << "complete\n";
}

int WineSession::run(const std::string& program, const std::string& arguments) const {
    const std::string line = std::string(settings) +
                             " export WINEPREFIX=" + quoted(fs::absolute(place_.prefix)) + "; ulimit -v " +
                             address_space_kilobytes + "; exec " + quoted(folder_ + "/" + program) + " " +
                             arguments + " </dev/null >/dev/null 2>&1";
    std::string shell = "/bin/sh";
    std::string option = "-c";
    std::string script = line;
    char* command[] = {shell.data(), option.data(), script.data(), nullptr};
    pid_t pid = -1;
    if (posix_spawn(&pid, shell.c_str(), nullptr, nullptr, command, environ) != 0) {
        return -1;
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Of this prefix alone; whoever still waits for the server gets it fresh.
WineSession::~WineSession() {
    run("wineserver", "-k");
    run("wineserver", "-w");
    close(lock_);
}

std::vector<std::string> WineSession::command() const {
    // The shell becomes Wine, so that its descriptor 3 is the window, which the agent opens by its name.
    const std::string line = std::string(settings) +
                             " export WINEPREFIX=" + quoted(fs::absolute(place_.prefix)) + "; ulimit -v " +
                             address_space_kilobytes + "; exec " + quoted(folder_ + "/wine64") + " " +
                             quoted(fs::absolute(place_.agent)) + " 'Z:\\proc\\'$$'\\fd\\3' 2>/dev/null";
    return {"/bin/sh", "-c", line};
}

} // namespace poolproof
