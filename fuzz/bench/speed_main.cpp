// A main for a fuzz target without an engine: plays the plain inputs over and over, and tells how fast.
//
// Usage: PROGRAM OPS. Says `ready BYTES` when it has made inputs of so many ops; for each line `MILLISECONDS`
// on standard input it plays them for that long and says `EXECUTIONS SECONDS`, in processor time of the
// thread, the kernel's included. Ends with its input. Does not cover: what an engine does around an
// execution.
#include "bench/plain_inputs.hpp"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

#include <ctime>

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Inputs = std::vector<std::vector<std::uint8_t>>;

constexpr std::size_t input_count = 256;
constexpr std::size_t most_ops = 4096;

double seconds_worked() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// 0 when it is no number.
unsigned number_in(std::string_view text) {
    unsigned number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    return end.ec == std::errc() ? number : 0;
}

void measure(const Inputs& inputs, double seconds) {
    const double start = seconds_worked();
    double passed = 0;
    std::size_t executions = 0;
    while (passed < seconds) {
        for (const std::vector<std::uint8_t>& input : inputs) {
            LLVMFuzzerTestOneInput(input.data(), input.size());
        }
        executions += inputs.size();
        passed = seconds_worked() - start;
    }
    std::printf("%zu %.9f\n", executions, passed);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv) {
    const unsigned ops = argc == 2 ? number_in(argv[1]) : 0;
    if (ops == 0 || ops > most_ops) {
        std::fprintf(stderr, "usage: %s OPS, 1 to %zu\n", argv[0], most_ops);
        return 2;
    }
    LLVMFuzzerInitialize(&argc, &argv);
    const Inputs inputs = poolproof::fuzz::plain_inputs(ops, input_count);
    std::printf("ready %zu\n", inputs.front().size());
    std::fflush(stdout);
    char line[32];
    while (std::fgets(line, sizeof line, stdin) != nullptr) {
        measure(inputs, number_in(line) / 1000.0);
    }
    return 0;
}
