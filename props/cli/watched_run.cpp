// See watched_run.hpp.
#include "cli/watched_run.hpp"

#include "cli/exit_code.hpp"
#include "cli/watched_calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace poolproof {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_output = 1U << 20U;
constexpr std::chrono::seconds after_the_kill{5}; // for processes that hide from it
constexpr int not_watched = 126, not_found = 127; // exit codes of the child before it is the program

class Descriptor {
  public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { shut(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int get() const { return number_; }
    void set(int number) {
        shut();
        number_ = number;
    }
    void shut() {
        if (number_ >= 0) {
            close(number_);
        }
        number_ = -1;
    }

  private:
    int number_;
};

// A message of one byte that carries a descriptor over a socket.
struct Parcel {
    Parcel() {
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = room.data();
        message.msg_controllen = room.size();
    }
    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room = {};
    msghdr message = {};
};

bool send_descriptor(int socket, int descriptor) {
    Parcel parcel;
    cmsghdr* header = CMSG_FIRSTHDR(&parcel.message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    return sendmsg(socket, &parcel.message, 0) == 1;
}

int receive_descriptor(int socket) {
    Parcel parcel;
    int descriptor = -1;
    if (recvmsg(socket, &parcel.message, MSG_CMSG_CLOEXEC) == 1) {
        if (const cmsghdr* header = CMSG_FIRSTHDR(&parcel.message)) {
            std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
        }
    }
    return descriptor;
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
    std::vector<char*> all;
    for (const std::string& word : words) {
        all.push_back(const_cast<char*>(word.c_str())); // exec takes them so, and changes nothing
    }
    all.push_back(nullptr);
    return all;
}

// What the child does with what the parent prepared: it may allocate nothing.
struct Prepared {
    std::vector<char*> words;
    std::vector<char*> environment;
    std::vector<sock_filter> filter;
    const char* folder;
    int output;
    int socket;
};

[[noreturn]] void become(const Prepared& prepared) {
    const rlimit no_core = {0, 0};
    const int null = open("/dev/null", O_RDONLY);
    if (setpgid(0, 0) != 0 || setrlimit(RLIMIT_CORE, &no_core) != 0 || chdir(prepared.folder) != 0 ||
        dup2(null, 0) < 0 || dup2(prepared.output, 1) < 0 || dup2(prepared.output, 2) < 0) {
        _exit(not_watched);
    }
    const sock_fprog program = {static_cast<unsigned short>(prepared.filter.size()),
                                const_cast<sock_filter*>(prepared.filter.data())}; // only read
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        _exit(not_watched);
    }
    const long listener =
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    if (listener < 0 || !send_descriptor(prepared.socket, static_cast<int>(listener))) {
        _exit(not_watched);
    }
    close(static_cast<int>(listener));
    execvpe(prepared.words.front(), prepared.words.data(), prepared.environment.data());
    _exit(not_found);
}

// Answers one question of the kernel: the call goes on.
void answer(int listener, WatchedRun& run) {
    // The kernel's structures may have grown; it wants zeros.
    union {
        seccomp_notif content;
        std::array<char, 1024> room;
    } question = {.room = {}};
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &question) != 0) {
        return; // its process is gone
    }
    const auto touched = touched_by(question.content.data, static_cast<pid_t>(question.content.pid));
    if (touched && std::ranges::none_of(run.touched, [&](const Touched& known) {
            return known.path == touched->path && known.writes == touched->writes;
        })) {
        run.touched.push_back(*touched);
    }
    union {
        seccomp_notif_resp content;
        std::array<char, 1024> room;
    } reply = {.room = {}};
    reply.content.id = question.content.id;
    reply.content.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply);
}

// False at the end of the output.
bool read_output(int output, WatchedRun& run) {
    std::array<char, 65536> block;
    const ssize_t got = read(output, block.data(), block.size());
    if (got <= 0) {
        return got < 0 && errno == EINTR;
    }
    const std::size_t room = most_output - std::min(most_output, run.output.size());
    run.output.append(block.data(), std::min(room, static_cast<std::size_t>(got)));
    return true;
}

// Until every process of it is gone, or the limit is reached: then it is ended.
void attend(pid_t child, int listener, int output, std::chrono::milliseconds limit, WatchedRun& run) {
    std::array<pollfd, 2> waiting = {{{listener, POLLIN, 0}, {output, POLLIN, 0}}};
    Clock::time_point end = Clock::now() + limit;
    while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        if (left <= 0) {
            kill(-child, SIGKILL);
            if (run.timed_out) {
                return;
            }
            run.timed_out = true;
            end = Clock::now() + after_the_kill;
            continue;
        }
        if (poll(waiting.data(), waiting.size(), static_cast<int>(left)) <= 0) {
            continue;
        }
        if ((waiting[0].revents & POLLIN) != 0) {
            answer(listener, run);
        } else if (waiting[0].revents != 0) {
            waiting[0].fd = -1; // nobody is watched any more
        }
        if (waiting[1].revents != 0 && !read_output(output, run)) {
            waiting[1].fd = -1;
        }
    }
}

} // namespace

std::string WatchedRun::end() const {
    if (timed_out) {
        return "no end within the time limit";
    }
    return signal != 0 ? fmt::format("signal {}", signal) : fmt::format("exit code {}", status);
}

WatchedRun run_watched(const WatchedCommand& command) {
    std::array<int, 2> pipes;
    std::array<int, 2> sockets;
    if (pipe2(pipes.data(), O_CLOEXEC) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) {
        throw Failure(ExitCode::internal, "no descriptors are left");
    }
    Descriptor output(pipes[0]), output_of_child(pipes[1]), socket(sockets[0]), socket_of_child(sockets[1]);
    const Prepared prepared = {pointers(command.words),   pointers(command.environment),
                               filter_of_watched_calls(), command.folder.c_str(),
                               output_of_child.get(),     socket_of_child.get()};
    const pid_t child = fork();
    if (child == 0) {
        become(prepared);
    }
    if (child < 0) {
        throw Failure(ExitCode::internal, "no process can be started");
    }
    output_of_child.shut();
    socket_of_child.shut();
    WatchedRun run;
    const Descriptor listener(receive_descriptor(socket.get()));
    if (listener.get() >= 0) {
        attend(child, listener.get(), output.get(), command.limit, run);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    run.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    run.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (listener.get() < 0 || run.status == not_watched) {
        throw Failure(
            ExitCode::missing_tool,
            "the files that a program opens cannot be watched here: it takes Linux 5.8 with seccomp");
    }
    if (run.status == not_found) {
        throw Failure(ExitCode::missing_tool, fmt::format("{} cannot be run", command.words.front()));
    }
    return run;
}

} // namespace poolproof
