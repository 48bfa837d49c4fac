// Implements bench/run.hpp.
#include "bench/run.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

namespace poolproof::bench {
namespace {

constexpr unsigned patience_ms = 15'000; // beyond what a worker limits itself to

bool wanted(const Settings& settings, const Contender& contender) {
    return settings.allocators.empty() ||
           std::ranges::find(settings.allocators, contender.allocator) != settings.allocators.end();
}

// The line after `cannot `, or how the worker ended.
std::string reason(Worker& worker, const std::optional<std::string>& line) {
    if (line && line->starts_with("cannot ")) {
        return line->substr(7);
    }
    return worker.end();
}

class Round {
  public:
    Round(const Settings& settings, const Host& host, Announce progress, void* context)
        : settings_(&settings), host_(&host), progress_(progress), context_(context) {}

    // `earlier`: the rows of smaller counts. Who failed there is not tried again.
    std::vector<Row> run(std::uint32_t live, const std::vector<Row>& earlier) {
        for (const Contender& contender : contenders()) {
            if (wanted(*settings_, contender)) {
                fill(contender, live, earlier);
            }
        }
        for (unsigned i = 0; i < settings_->repetitions; ++i) {
            for (std::size_t at = 0; at < rows_.size(); ++at) {
                repeat(at, i);
            }
        }
        workers_.clear();
        return std::move(rows_);
    }

  private:
    void fill(const Contender& contender, std::uint32_t live, const std::vector<Row>& earlier) {
        Row row{contender, live, {}, ruled_out(contender, live, *host_), false};
        const auto failed = std::ranges::find_if(earlier, [&contender](const Row& other) {
            return other.contender.allocator == contender.allocator &&
                   other.contender.backend == contender.backend && !other.why.empty();
        });
        if (row.why.empty() && failed != earlier.end()) {
            row.why = fmt::format("could not be measured at {} either: {}", failed->live, failed->why);
        }
        workers_.push_back(nullptr);
        if (row.why.empty()) {
            progress_(context_,
                      fmt::format("{} {}: filling {} blocks", contender.allocator, contender.backend, live));
            auto worker = std::make_unique<Worker>(worker_for(contender, live, settings_->fill_limit_ms));
            const auto line = worker->listen(settings_->fill_limit_ms + patience_ms);
            if (line == "ready") {
                workers_.back() = std::move(worker);
            } else {
                row.why = reason(*worker, line);
                row.must = must_be_measured(contender, live);
            }
        }
        rows_.push_back(std::move(row));
    }

    void repeat(std::size_t at, unsigned repetition) {
        if (workers_[at] == nullptr) {
            return;
        }
        Row& row = rows_[at];
        progress_(context_,
                  fmt::format("{} live: repetition {} of {}, {} {}", row.live, repetition + 1,
                              settings_->repetitions, row.contender.allocator, row.contender.backend));
        workers_[at]->tell(fmt::format("{}", settings_->repetition_ms));
        const auto line = workers_[at]->listen(settings_->repetition_ms + patience_ms);
        unsigned long long pairs = 0;
        unsigned long long nanoseconds = 0;
        if (line && std::sscanf(line->c_str(), "pairs %llu %llu", &pairs, &nanoseconds) == 2) {
            row.ns_per_pair.push_back(static_cast<double>(nanoseconds) / static_cast<double>(pairs));
            return;
        }
        row.why = reason(*workers_[at], line);
        row.must = must_be_measured(row.contender, row.live);
        row.ns_per_pair.clear();
        workers_[at].reset();
    }

    const Settings* settings_;
    const Host* host_;
    Announce progress_;
    void* context_;
    std::vector<Row> rows_;
    std::vector<std::unique_ptr<Worker>> workers_; // one a row, nullptr when there is none
};

} // namespace

double median(std::vector<double> values) {
    if (values.empty()) {
        return 0;
    }
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 != 0 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::vector<Row> run_pairs(const Settings& settings, const Host& host, Announce progress, void* context) {
    std::vector<std::uint32_t> counts = settings.live;
    std::ranges::sort(counts);
    std::vector<Row> rows;
    for (const std::uint32_t live : counts) {
        const std::vector<Row> more = Round(settings, host, progress, context).run(live, rows);
        rows.insert(rows.end(), more.begin(), more.end());
    }
    return rows;
}

} // namespace poolproof::bench
