// Nights for tests.
//
// Covers: a night that says everything, and a row of nights in which findings come and go. Does not cover:
// results of real nights.
#pragma once

#include "report/night.hpp"
#include "report/report_test_kit.hpp"

#include <string>
#include <vector>

namespace poolproof {

inline NightFinding sample_finding(const std::string& bucket, NightKind kind = NightKind::contract) {
    NightFinding finding;
    finding.target = "special_pool_fuzzer";
    finding.subject = "reference";
    finding.kind = kind;
    finding.bucket = bucket;
    finding.rule = "The rule of " + bucket + ".";
    finding.text = "expected one page; got two";
    finding.first_seen = "2026-11-29T03:00:00Z";
    finding.crashes = 3;
    finding.trace = "poolproof-trace 2 64-bit\nallocate ExAllocatePool s0 size=100\n";
    finding.ops = 1;
    finding.file = "findings/crash-1234.pool";
    finding.replay = "poolproof replay findings/crash-1234.pool";
    finding.suggested_name = "one_page_too_many.pool";
    finding.shown_again = true;
    return finding;
}

// Fine but for two findings, one of them known.
inline Night sample_night(const std::string& started = "2026-11-29T02:00:00Z") {
    Night night;
    night.version = "1.2.3";
    night.commit = "0123456789abcdef";
    night.started = started;
    night.minutes = 480;
    night.seconds = 28'790.5;
    night.cores = 2;
    night.engines = {"libfuzzer", "afl"};
    night.subject = "reference";
    night.seed = 0xFFFFFFFFFFFFFFFF;
    night.resumed = 1;
    NightTarget target;
    target.name = "special_pool_fuzzer";
    target.engine = "libfuzzer";
    target.executions = 123'456'789;
    target.seconds = 14'000;
    target.runs = 12;
    target.execs_per_second = 8'818.3;
    target.edges = 4'321;
    target.features = 20'000;
    target.corpus_files = 900;
    target.corpus_bytes = 70'000;
    target.corpus_edges_at_start = 4'300;
    target.crashes = 3;
    target.points = {{0, 0, 4'300, 880}, {7'000, 60'000'000, 4'310, 890}, {14'000, 123'456'789, 4'321, 900}};
    target.complete = true;
    NightTarget other = target;
    other.engine = "afl";
    other.points.clear();
    night.targets = {target, other};
    NightFinding known = sample_finding("stack <0>", NightKind::sanitizer);
    known.known = true;
    night.findings = {sample_finding("GEO-02"), known};
    night.canaries = {{"faulty:slack-unchecked", "special_pool_fuzzer", "SP-14", true}};
    night.clauses = {{"GEO-01", 1'000}, {"GEO-02", 0}};
    night.time_to_bug = {{"faulty:slack-unchecked", "special_pool_fuzzer", 40'000, 9, 10}};
    return night;
}

// Nothing, then GEO-02 and a known one, then another in the place of GEO-02.
inline std::vector<Night> sample_nights() {
    std::vector<Night> nights = {sample_night("2026-11-27T02:00:00Z"), sample_night("2026-11-28T02:00:00Z"),
                                 sample_night("2026-11-29T02:00:00Z")};
    nights[0].findings.clear();
    nights[0].time_to_bug.clear();
    nights[0].targets.pop_back();
    nights[1].findings[0].first_seen = "2026-11-28T04:00:00Z";
    nights[2].findings[0] = sample_finding("TAG-05");
    return nights;
}

} // namespace poolproof
