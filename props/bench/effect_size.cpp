// See effect_size.hpp. The distribution of the rank sum is approximated by the normal one.
#include "bench/effect_size.hpp"

#include <algorithm>
#include <cmath>

namespace poolproof::bench {
namespace {

// The sum of t^3 - t over the groups of t equal values.
double ties(Sample all) {
    std::sort(all.begin(), all.end());
    double sum = 0;
    for (std::size_t from = 0; from < all.size();) {
        const auto end = std::upper_bound(all.begin(), all.end(), all[from]);
        const auto count = static_cast<double>(end - all.begin()) - static_cast<double>(from);
        sum += count * count * count - count;
        from = static_cast<std::size_t>(end - all.begin());
    }
    return sum;
}

} // namespace

Effect compare(const Sample& before, const Sample& after) {
    Effect effect;
    if (before.empty() || after.empty()) {
        return effect;
    }
    double larger = 0; // Mann and Whitney's U
    for (const std::uint64_t old : before) {
        for (const std::uint64_t now : after) {
            larger += now > old ? 1.0 : now == old ? 0.5 : 0.0;
        }
    }
    const auto m = static_cast<double>(before.size());
    const auto n = static_cast<double>(after.size());
    effect.a12 = larger / (m * n);
    Sample all = before;
    all.insert(all.end(), after.begin(), after.end());
    const double variance = m * n / 12 * (m + n + 1 - ties(all) / ((m + n) * (m + n - 1)));
    const double distance = std::max(0.0, std::abs(larger - m * n / 2) - 0.5);
    effect.p = variance > 0 ? std::erfc(distance / std::sqrt(2 * variance)) : 1;
    return effect;
}

std::uint64_t median(Sample sample) {
    if (sample.empty()) {
        return 0;
    }
    std::sort(sample.begin(), sample.end());
    const std::size_t middle = sample.size() / 2;
    return sample.size() % 2 != 0 ? sample[middle] : (sample[middle - 1] + sample[middle]) / 2;
}

} // namespace poolproof::bench
