// How much two samples differ: effect size and rank test.
//
// Covers: Vargha and Delaney's A12 and the test of Mann and Whitney, ties included; the median. Does not
// cover: what is compared (time_to_bug.hpp).
#pragma once

#include <cstdint>
#include <vector>

namespace poolproof::bench {

using Sample = std::vector<std::uint64_t>;

struct Effect {
    double a12 = 0.5; // chance that a value of the second is the larger one, ties counted by half
    double p = 1;     // of a difference as large as this one between samples of one distribution, two-sided
    // Vargha and Delaney's bound of a large effect, and no accident.
    bool is_large() const { return (a12 >= 0.71 || a12 <= 0.29) && p < 0.01; }
};

// No difference when either is empty.
Effect compare(const Sample& before, const Sample& after);

// Of an even number of values, the mean of the two in the middle, rounded down; 0 for none.
std::uint64_t median(Sample sample);

} // namespace poolproof::bench
