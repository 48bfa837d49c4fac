// The launcher of the properties: RapidCheck's and GoogleTest's own start-up has holes, which this closes.
//
// It always sets and prints the seed, refuses every parameter that nobody reads, and fails when no test ran
// or one was skipped. That each property ran at least one case is checked where it runs (property.hpp). Does
// not cover: what the properties are.
#include "suites/canary.hpp"
#include "suites/crash_trace.hpp"
#include "suites/property.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

constexpr int usage_error = 2;
constexpr std::uint64_t default_seed = 20261121;

constexpr std::string_view help = R"(poolproof_props: the properties of the contract, against the reference

Usage:
  poolproof_props [--seed N] [--crash-folder DIR] [GoogleTest options]
  poolproof_props --canary
  poolproof_props --convictions

  --seed N            seed of every random value (default 20261121); always printed
  --crash-folder DIR  where the trace of a crash is written (default: the current folder)
  --canary            the one property that must fail, and no other: exit code 1 unless the properties are blind
  --convictions       which property convicts which faulty subject: the text of props/suites/convictions.txt
  --help              this text
  --gtest_help        GoogleTest's options

RapidCheck's settings come from RC_PARAMS, as "key=value ..."; an unknown key is an error. The keys: seed, max_success,
max_size, max_discard_ratio, noshrink, verbose_progress, verbose_shrinking, reproduce.

Examples:
  poolproof_props --seed 7
  poolproof_props --gtest_filter='*Alignment.*'
  RC_PARAMS="max_success=10000" poolproof_props --gtest_filter='*SpecialPool*Bits32'
  RC_PARAMS="reproduce=..." poolproof_props --gtest_filter=Reference/Frees.SecondFreeIsABugCheck/Bits64

Exit codes: 0 everything holds, 1 something failed, ran no case or no test ran, 2 usage
)";

constexpr std::array<std::string_view, 8> known_keys = {
    "seed",     "max_success",      "max_size",          "max_discard_ratio",
    "noshrink", "verbose_progress", "verbose_shrinking", "reproduce"};

int refuse(const std::string& what) {
    std::fprintf(stderr, "poolproof_props: %s; see poolproof_props --help\n", what.c_str());
    return usage_error;
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

struct Options {
    std::uint64_t seed = default_seed;
    bool seed_given = false;
    const char* crash_folder = ".";
    std::string rest; // of RC_PARAMS, without the seed
};

// Reads what RC_PARAMS sets. Returns what is wrong with it, or nothing.
std::string read_rapidcheck_parameters(std::string_view parameters, Options& options) {
    while (!parameters.empty()) {
        const std::string_view word = parameters.substr(0, parameters.find(' '));
        parameters.remove_prefix(std::min(word.size() + 1, parameters.size()));
        if (word.empty()) {
            continue;
        }
        const std::string_view key = word.substr(0, word.find('='));
        const std::string_view value = word.substr(std::min(key.size() + 1, word.size()));
        if (std::find(known_keys.begin(), known_keys.end(), key) == known_keys.end()) {
            return "unknown key '" + std::string(key) + "' in RC_PARAMS";
        }
        if (value.empty()) {
            return "no value for '" + std::string(key) + "' in RC_PARAMS";
        }
        if (key == "seed") {
            const auto seed = number(value);
            if (!seed || options.seed_given) {
                return seed ? "the seed is given twice" : "the seed in RC_PARAMS is no number";
            }
            options.seed = *seed;
            continue;
        }
        if (key == "max_success" && number(value).value_or(0) == 0) {
            return "max_success in RC_PARAMS is no number above 0: no case would run";
        }
        options.rest += " " + std::string(word);
    }
    return "";
}

// Reads the arguments that GoogleTest left. Returns what is wrong with them, or nothing.
std::string read_arguments(int count, char** arguments, Options& options) {
    for (int i = 1; i < count; ++i) {
        const std::string_view name = arguments[i];
        if (name != "--seed" && name != "--crash-folder") {
            return "unknown argument '" + std::string(name) + "'";
        }
        if (++i == count) {
            return "no value for " + std::string(name);
        }
        if (name == "--crash-folder") {
            options.crash_folder = arguments[i];
            continue;
        }
        const auto seed = number(arguments[i]);
        if (!seed || options.seed_given) {
            return seed ? "the seed is given twice" : "the seed is no number";
        }
        options.seed = *seed;
        options.seed_given = true;
    }
    return "";
}

int run(const Options& options) {
    const std::string parameters = "seed=" + std::to_string(options.seed) + options.rest;
    setenv("RC_PARAMS", parameters.c_str(), 1);
    poolproof::write_crash_traces_to(options.crash_folder);
    if (testing::GTEST_FLAG(list_tests)) { // its output is read by programs
        return RUN_ALL_TESTS();
    }
    const std::string filter = testing::GTEST_FLAG(filter);
    std::printf("seed %llu; the same again: RC_PARAMS=\"%s\" poolproof_props --gtest_filter='%s'\n",
                static_cast<unsigned long long>(options.seed), parameters.c_str(), filter.c_str());
    std::fflush(stdout);
    const int result = RUN_ALL_TESTS();
    const auto& tests = *testing::UnitTest::GetInstance();
    if (tests.test_to_run_count() == 0) {
        std::fprintf(stderr, "poolproof_props: no test ran: the filter '%s' matches none\n", filter.c_str());
        return EXIT_FAILURE;
    }
    if (tests.skipped_test_count() > 0) {
        std::fprintf(stderr, "poolproof_props: %d tests were skipped\n", tests.skipped_test_count());
        return EXIT_FAILURE;
    }
    return result;
}

} // namespace

int main(int count, char** arguments) {
    for (int i = 1; i < count; ++i) { // before GoogleTest takes --help for its own
        if (std::string_view(arguments[i]) == "--help" || std::string_view(arguments[i]) == "-h") {
            std::fwrite(help.data(), 1, help.size(), stdout);
            return EXIT_SUCCESS;
        }
        if (std::string_view(arguments[i]) == "--convictions") {
            for (const std::string& line : poolproof::convictions()) {
                std::printf("%s\n", line.c_str());
            }
            return EXIT_SUCCESS;
        }
    }
    const bool canary = count > 1 && std::string_view(arguments[1]) == "--canary";
    if (canary) {
        poolproof::register_canary();
        arguments[1] = arguments[0];
        ++arguments;
        --count;
    }
    testing::InitGoogleTest(&count, arguments);
    if (canary) {
        testing::GTEST_FLAG(filter) = "Canary.MustFail";
    }
    Options options;
    std::string wrong = read_arguments(count, arguments, options);
    const char* parameters = std::getenv("RC_PARAMS");
    if (wrong.empty() && parameters != nullptr) {
        wrong = read_rapidcheck_parameters(parameters, options);
    }
    return wrong.empty() ? run(options) : refuse(wrong);
}
