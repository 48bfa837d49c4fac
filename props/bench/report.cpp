// Implements the table and the targets of bench/report.hpp. The JSON is in report_json.cpp.
#include "bench/report.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace poolproof::bench {
namespace {

constexpr std::uint32_t few = 1000, many = 1'000'000;

// The median, when there is one.
std::optional<double> pair_of(const std::vector<Row>& rows, const Contender& who, std::uint32_t live) {
    for (const Row& row : rows) {
        if (row.live == live && row.contender.allocator == who.allocator &&
            row.contender.backend == who.backend && !row.ns_per_pair.empty()) {
            return median(row.ns_per_pair);
        }
    }
    return std::nullopt;
}

std::optional<double> ratio(std::optional<double> of, std::optional<double> to) {
    return of && to ? std::optional(*of / *to) : std::nullopt;
}

std::string shown(std::optional<double> value) {
    return value ? fmt::format("{:.2f}", *value) : "-";
}

std::string grouped(std::uint32_t number) {
    std::string text = fmt::format("{}", number);
    for (std::size_t at = text.size(); at > 3; at -= 3) {
        text.insert(at - 3, ",");
    }
    return text;
}

std::string line_of(const Row& row, const std::vector<Row>& rows) {
    const std::string head =
        fmt::format("{:<15} {:<14} {:>9}", row.contender.allocator, row.contender.backend, grouped(row.live));
    if (row.ns_per_pair.empty()) {
        return fmt::format("{}  cannot: {}\n", head, row.why);
    }
    const auto [low, high] = std::ranges::minmax(row.ns_per_pair);
    const double own = median(row.ns_per_pair);
    const Contender bare{"bare-loop", row.contender.backend};
    return fmt::format("{} {:>10.0f} {:>17} {:>12} {:>15} {:>12}\n", head, own,
                       fmt::format("{:.0f}..{:.0f}", low, high),
                       shown(ratio(own, pair_of(rows, bare, row.live))),
                       shown(ratio(own, pair_of(rows, {"poolproof", "guard-regions"}, row.live))),
                       shown(ratio(own, pair_of(rows, {"poolproof", "mprotect"}, row.live))));
}

std::string line_of(const Target& target) {
    const std::string demanded =
        target.limit == 0 ? ""
                          : fmt::format("{} {:.2f}", target.at_most ? "at most" : "at least", target.limit);
    const char* const verdict = target.limit == 0 ? ""
                                : !target.ratio   ? "not measured"
                                : target.missed() ? "MISSED"
                                                  : "met";
    return fmt::format("{:<72} {:>6}  {:<14} {}\n", target.name, shown(target.ratio), demanded, verdict);
}

} // namespace

std::vector<Target> targets_of(const std::vector<Row>& rows) {
    std::vector<Target> targets;
    const auto add = [&](const Contender& of, std::uint32_t of_live, const Contender& to,
                         std::uint32_t to_live, double limit, bool at_most) {
        const auto named = [](const Contender& who, std::uint32_t live) {
            const bool own = who.allocator == "poolproof" || who.allocator == "bare-loop";
            return fmt::format("{}{} at {}", who.allocator, own ? " " + who.backend : "", grouped(live));
        };
        targets.push_back({fmt::format("{} / {}", named(of, of_live), named(to, to_live)),
                           ratio(pair_of(rows, of, of_live), pair_of(rows, to, to_live)), limit, at_most});
    };
    for (const char* backend : {"guard-regions", "mprotect"}) {
        add({"poolproof", backend}, few, {"bare-loop", backend}, few, 1.25, true);
        add({"electric-fence", "mprotect"}, few, {"poolproof", backend}, few, 4, false);
        add({"gwp-asan", "mprotect"}, few, {"poolproof", backend}, few, 2.5, false);
    }
    const Contender own{"poolproof", "guard-regions"};
    const Contender bare{"bare-loop", "guard-regions"};
    add(own, many, own, few, 1.5, true);
    add(own, many, bare, few, 0, true);
    add(own, many, bare, many, 0, true);
    return targets;
}

std::string as_table(const Report& report) {
    std::string text = fmt::format("{:<15} {:<14} {:>9} {:>10} {:>17} {:>12} {:>15} {:>12}\n", "", "", "",
                                   "ns a pair", "", "to bare-loop", "to poolproof", "to poolproof");
    text += fmt::format("{:<15} {:<14} {:>9} {:>10} {:>17} {:>12} {:>15} {:>12}\n", "allocator", "backend",
                        "live", "median", "lowest..highest", "same backend", "guard-regions", "mprotect");
    for (const Row& row : report.rows) {
        text += line_of(row, report.rows);
    }
    for (const FaultRow& row : report.faults) {
        text += fmt::format("{:<15} {:<14} {}\n", row.contender.allocator, row.contender.backend,
                            row.why.empty() ? fmt::format("{:>20.0f} ns a caught fault", row.ns_per_fault)
                                            : fmt::format("caught fault: cannot: {}", row.why));
    }
    text += "\n";
    for (const Target& target : report.targets) {
        text += line_of(target);
    }
    return text;
}

} // namespace poolproof::bench
