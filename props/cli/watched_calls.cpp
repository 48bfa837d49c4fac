// See watched_calls.hpp.
#include "cli/watched_calls.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace poolproof {
namespace {

constexpr int none = -1;

// Positions of its arguments. Without flags it writes.
struct WatchedCall {
    int number;
    int path;
    int folder = none; // a descriptor that the path is relative to
    int flags = none;  // as of open()
};

constexpr WatchedCall watched_calls[] = {
#ifdef SYS_open // not on newer machines, which have the ...at() calls only
    {.number = SYS_open, .path = 0, .flags = 1},
    {.number = SYS_creat, .path = 0},
    {.number = SYS_mkdir, .path = 0},
    {.number = SYS_mknod, .path = 0},
    {.number = SYS_rmdir, .path = 0},
    {.number = SYS_unlink, .path = 0},
    {.number = SYS_rename, .path = 1},
    {.number = SYS_link, .path = 1},
    {.number = SYS_symlink, .path = 1},
#endif
    {.number = SYS_openat, .path = 1, .folder = 0, .flags = 2},
    {.number = SYS_openat2, .path = 1, .folder = 0},
    {.number = SYS_mkdirat, .path = 1, .folder = 0},
    {.number = SYS_mknodat, .path = 1, .folder = 0},
    {.number = SYS_unlinkat, .path = 1, .folder = 0},
    {.number = SYS_renameat2, .path = 3, .folder = 2},
    {.number = SYS_linkat, .path = 3, .folder = 2},
    {.number = SYS_symlinkat, .path = 2, .folder = 1},
    {.number = SYS_truncate, .path = 0},
};

// The string at that address of another process; "" when it cannot be read.
std::string string_of(pid_t process, std::uint64_t address) {
    const int memory = open(fmt::format("/proc/{}/mem", process).c_str(), O_RDONLY | O_CLOEXEC);
    std::string text;
    std::array<char, 4096> page = {};
    while (memory >= 0 && text.size() < 4096) {
        // Not over the end of a page: the next one may not be there.
        const std::size_t wanted = page.size() - address % page.size();
        const ssize_t got = pread(memory, page.data(), wanted, static_cast<off_t>(address));
        if (got <= 0) {
            break;
        }
        const std::string_view part(page.data(), static_cast<std::size_t>(got));
        text += part.substr(0, part.find('\0'));
        if (part.find('\0') != std::string_view::npos) {
            break;
        }
        address += part.size();
    }
    if (memory >= 0) {
        close(memory);
    }
    return text;
}

std::filesystem::path folder_of(pid_t process, int descriptor) {
    std::error_code error;
    const std::string link = descriptor == AT_FDCWD ? fmt::format("/proc/{}/cwd", process)
                                                    : fmt::format("/proc/{}/fd/{}", process, descriptor);
    return std::filesystem::read_symlink(link, error);
}

} // namespace

std::vector<sock_filter> filter_of_watched_calls() {
    std::vector<sock_filter> filter = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
    for (const WatchedCall& call : watched_calls) {
        filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call.number), 0, 1));
        filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF));
    }
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    return filter;
}

std::optional<Touched> touched_by(const seccomp_data& call, pid_t caller) {
    for (const WatchedCall& watched : watched_calls) {
        if (watched.number != call.nr) {
            continue;
        }
        std::filesystem::path path = string_of(caller, call.args[watched.path]);
        if (path.empty()) {
            return std::nullopt;
        }
        if (path.is_relative()) {
            const int folder =
                watched.folder == none ? AT_FDCWD : static_cast<int>(call.args[watched.folder]);
            path = folder_of(caller, folder) / path;
        }
        bool writes = true;
        if (watched.flags != none) {
            const auto flags = static_cast<int>(call.args[watched.flags]);
            writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
        }
        return Touched{path.lexically_normal().string(), writes};
    }
    return std::nullopt;
}

} // namespace poolproof
