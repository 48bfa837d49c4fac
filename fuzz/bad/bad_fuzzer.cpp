// A fuzz target that is bad as its name says (MISDEED_fuzzer), to prove that `poolproof check-build` rejects
// it.
//
// Under any other name it is good. Covers: what a target does wrong when it runs. Does not cover: how it is
// built wrong (CMakeLists.txt here), and what is wrong around it (check_bad.sh, which has the rule that each
// case must break).
#include "work.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <unistd.h>

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::string misdeed;

unsigned runs = 0; // what a good target would not remember

void touch(const char* path, int flags) {
    const int file = open(path, flags, 0600);
    if (file >= 0) {
        close(file);
    }
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** argv) {
    const std::string program = **argv;
    misdeed = program.substr(program.rfind('/') + 1);
    misdeed.erase(misdeed.rfind("_fuzzer"));
    if (misdeed == "crash_at_start") {
        std::abort();
    }
    if (misdeed == "no_start") {
        pause();
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ++runs;
    unsigned result = poolproof::bad::work(data, size);
    if (misdeed == "crash_on_seed" && size > 0) {
        std::abort();
    }
    if (misdeed == "exit_on_seed" && size > 0) {
        std::exit(0);
    }
    if (misdeed == "crash_later" && runs == 50) {
        std::abort();
    }
    if (misdeed == "other_path_later" && runs > 20) {
        result += poolproof::bad::other_work(result);
    }
    if (misdeed == "write_beside") {
        touch("left_behind", O_WRONLY | O_CREAT);
    }
    if (misdeed == "write_elsewhere") {
        touch("/var/tmp/poolproof_bad_fuzzer", O_WRONLY); // there is none, and it makes none
    }
    if (misdeed == "read_build_folder") {
        touch(POOLPROOF_BUILD_FOLDER "/CMakeCache.txt", O_RDONLY);
    }
    if (misdeed == "print" && size > 0) {
        std::fprintf(stderr, "an input of %zu bytes\n", size);
    }
    return result == 1 ? 1 : 0; // never: work() is even
}
