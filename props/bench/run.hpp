// Runs the pairs: fills everybody, then repetition 1 of all, repetition 2 of all, and so on.
//
// Covers: interleaving, medians, who could not be measured and why. Does not cover: caught faults
// (faults.hpp), tables (report.hpp).
#pragma once

#include "bench/contenders.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof::bench {

struct Settings {
    std::vector<std::uint32_t> live;
    std::vector<std::string> allocators; // empty: all
    unsigned repetitions = 5;
    unsigned repetition_ms = 500;
    unsigned fill_limit_ms = 20'000; // of one worker
};

struct Row {
    Contender contender;
    std::uint32_t live = 0;
    std::vector<double> ns_per_pair; // one a repetition; empty when it could not be measured
    std::string why;                 // then: why not
    bool must = false;               // it should have been measured
};

// Of none: 0.
double median(std::vector<double> values);

// Rows in the order of the counts, then of contenders(). `progress` is called with what happens next.
using Announce = void (*)(void* context, std::string_view text);
std::vector<Row> run_pairs(const Settings& settings, const Host& host, Announce progress, void* context);

} // namespace poolproof::bench
