// What the bench says: the table of ratios, the targets, the JSON.
//
// Covers: ratios of medians and which target each must meet. Does not cover: measuring (run.hpp, faults.hpp).
#pragma once

#include "bench/contenders.hpp"
#include "bench/faults.hpp"
#include "bench/run.hpp"

#include <optional>
#include <string>
#include <vector>

namespace poolproof::bench {

struct Target {
    std::string name;
    std::optional<double> ratio; // nothing when one of the two was not measured
    double limit = 0;            // 0: told, but not demanded
    bool at_most = true;         // else at least

    bool missed() const { return ratio && limit != 0 && (at_most ? *ratio > limit : *ratio < limit); }
};
std::vector<Target> targets_of(const std::vector<Row>& rows);

struct Report {
    Settings settings;
    Host host;
    std::vector<Row> rows;
    std::vector<FaultRow> faults;
    std::vector<Target> targets;
};

std::string as_table(const Report& report);
std::string as_json(const Report& report);

} // namespace poolproof::bench
