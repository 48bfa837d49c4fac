// The units that a campaign is divided into (see campaign_units.hpp).
#include "gen/campaign_units.hpp"

#include <algorithm>
#include <array>

namespace poolproof {
namespace {

constexpr std::uint64_t ops_per_unit = 100'000;

// Out of twelve random units: what finds most per second is played most.
constexpr std::array<TraceFlavour, 12> shares = {
    TraceFlavour::ordinary, TraceFlavour::mixed,    TraceFlavour::fragment, TraceFlavour::special,
    TraceFlavour::ordinary, TraceFlavour::mixed,    TraceFlavour::ordinary, TraceFlavour::fragment,
    TraceFlavour::ordinary, TraceFlavour::ordinary, TraceFlavour::mixed,    TraceFlavour::ordinary,
};
// Each of the four flavours with both profiles at least.
constexpr std::uint64_t fewest_random_units = 2 * trace_flavour_count;

struct Lengths {
    std::uint32_t least;
    std::uint32_t most;
};

// Ops of one trace, by flavour.
constexpr std::array<Lengths, trace_flavour_count> lengths = {{
    {20, 1000},   // ordinary
    {5, 400},     // mixed
    {5, 150},     // special
    {1000, 4000}, // fragment
}};

std::string_view word_of(TraceFlavour flavour) {
    constexpr std::array<std::string_view, trace_flavour_count> words = {"ordinary", "mixed", "special",
                                                                         "fragment"};
    return words[static_cast<std::size_t>(flavour)];
}

void visit_random(const Unit& unit, std::uint64_t seed, TraceVisitor visit, void* context) {
    Random random(seed * 0xD1B54A32D192ED03U + unit.index * 0x9E3779B97F4A7C15U);
    const Lengths range = lengths[static_cast<std::size_t>(unit.flavour)];
    std::uint64_t made = 0;
    while (made < unit.ops) {
        const std::uint64_t wanted = range.least + random.below(range.most - range.least + 1);
        Trace trace = random_trace(random, unit.flavour, std::min(wanted, unit.ops - made));
        trace.is_64_bit = unit.is_64_bit;
        made += std::max<std::uint64_t>(trace.ops.size(), 1);
        if (!visit(context, trace)) {
            return;
        }
    }
}

// Passes on the traces that the stride leaves.
struct Strided {
    std::size_t stride;
    TraceVisitor visit;
    void* context;
    std::size_t count = 0;
};

void visit_sweep(const Unit& unit, std::size_t stride, TraceVisitor visit, void* context) {
    Strided strided{stride, visit, context};
    all_sweeps()[unit.index].run(
        unit.is_64_bit,
        [](void* passed, const Trace& trace) {
            Strided& to = *static_cast<Strided*>(passed);
            const std::size_t number = to.count++;
            return (number >= to.stride && number % to.stride != 0) || to.visit(to.context, trace);
        },
        &strided);
}

} // namespace

std::vector<Unit> plan_units(const CampaignOptions& options) {
    std::vector<Unit> units;
    for (std::size_t i = 0; i < options.corpus.size(); ++i) {
        units.push_back({UnitKind::corpus, i, options.corpus[i].trace.is_64_bit});
    }
    for (std::size_t i = 0; options.sweeps && i < all_sweeps().size(); ++i) {
        units.push_back({UnitKind::sweep, i, true});
        units.push_back({UnitKind::sweep, i, false});
    }
    if (options.random_ops > 0) {
        const std::uint64_t count = std::max(fewest_random_units, options.random_ops / ops_per_unit);
        for (std::uint64_t i = 0; i < count; ++i) {
            // Two units in a row share a flavour and differ in profile.
            const TraceFlavour flavour = shares[i / 2 % shares.size()];
            const std::uint64_t ops = options.random_ops / count + (i < options.random_ops % count ? 1 : 0);
            units.push_back({UnitKind::random, i, i % 2 == 0, flavour, ops});
        }
    }
    return units;
}

std::string name_of(const Unit& unit, const CampaignOptions& options) {
    const std::string bits = unit.is_64_bit ? "64-bit" : "32-bit";
    switch (unit.kind) {
    case UnitKind::sweep:
        return "sweep " + std::string(all_sweeps()[unit.index].name) + " (" + bits + ")";
    case UnitKind::random:
        return "random seed " + std::to_string(options.seed) + " unit " + std::to_string(unit.index) + " (" +
               bits + ", " + std::string(word_of(unit.flavour)) + ")";
    case UnitKind::corpus:
        break;
    }
    return "corpus " + options.corpus[unit.index].name;
}

void visit_traces(const Unit& unit, const CampaignOptions& options, TraceVisitor visit, void* context) {
    switch (unit.kind) {
    case UnitKind::sweep:
        visit_sweep(unit, options.sweep_stride, visit, context);
        break;
    case UnitKind::random:
        visit_random(unit, options.seed, visit, context);
        break;
    case UnitKind::corpus:
        visit(context, options.corpus[unit.index].trace);
        break;
    }
}

} // namespace poolproof
