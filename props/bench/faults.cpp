// Implements bench/faults.hpp.
#include "bench/faults.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace poolproof::bench {

namespace {

constexpr unsigned patience_ms = 60'000;

FaultRow row_of(const nlohmann::json& measured) {
    const std::string name = measured.at("run_name");
    const std::size_t slash = name.find('/');
    FaultRow row{
        {name.substr(0, slash), name.substr(slash + 1, name.find('/', slash + 1) - slash - 1)}, 0, ""};
    if (measured.contains("error_message")) {
        row.why = measured.at("error_message");
    } else {
        row.ns_per_fault = measured.at("cpu_time");
    }
    return row;
}

} // namespace

std::vector<FaultRow> run_faults(unsigned repetitions, unsigned repetition_ms) {
    Worker worker({{program_beside("poolproof_bench_faults"), "--benchmark_format=json",
                    "--benchmark_enable_random_interleaving=true",
                    fmt::format("--benchmark_repetitions={}", repetitions),
                    fmt::format("--benchmark_min_time={}", repetition_ms / 1000.0)},
                   {}});
    const Outcome outcome = worker.wait(patience_ms);
    const nlohmann::json report = nlohmann::json::parse(outcome.output, nullptr, false);
    if (report.is_discarded() || !report.contains("benchmarks")) {
        return {
            {{"poolproof", "every"}, 0, worker.end() + outcome.output.substr(0, outcome.output.find('\n'))}};
    }
    std::vector<FaultRow> rows;
    for (const nlohmann::json& measured : report.at("benchmarks")) {
        const bool one_run = repetitions == 1 && measured.value("run_type", "") == "iteration";
        if (one_run || measured.value("aggregate_name", "") == "median" ||
            measured.contains("error_message")) {
            rows.push_back(row_of(measured));
        }
    }
    return rows;
}

} // namespace poolproof::bench
