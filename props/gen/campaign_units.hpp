// The units that a campaign is divided into.
//
// Covers: which units there are, in which order, and the traces of each. A unit's traces depend on the
// options and its own number alone. Does not cover: playing them (campaign.cpp).
#pragma once

#include "gen/campaign.hpp"
#include "gen/random_trace.hpp"
#include "gen/sweeps.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace poolproof {

enum class UnitKind : std::uint8_t { sweep, random, corpus };

struct Unit {
    UnitKind kind = UnitKind::sweep;
    std::size_t index = 0; // of the sweep, the random unit or the corpus trace
    bool is_64_bit = true;
    TraceFlavour flavour = TraceFlavour::ordinary; // random units
    std::uint64_t ops = 0;                         // random units: about as many are generated

    // Ordinary-pool ops, whose speed is reported apart.
    bool is_ordinary() const {
        return kind == UnitKind::random &&
               (flavour == TraceFlavour::ordinary || flavour == TraceFlavour::fragment);
    }
};

std::vector<Unit> plan_units(const CampaignOptions& options);

// "sweep sizes (64-bit)", "random seed 1 unit 37 (32-bit, mixed)", "corpus double_free.pool".
std::string name_of(const Unit& unit, const CampaignOptions& options);

// Makes the unit's traces in a fixed order until the visitor returns false.
void visit_traces(const Unit& unit, const CampaignOptions& options, TraceVisitor visit, void* context);

} // namespace poolproof
