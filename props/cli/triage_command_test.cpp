// `poolproof triage` from end to end: crash files go in, findings come out, and every way it can fail.
//
// Covers: the judges of this build on faulty subjects, a target that goes wrong in other ways, what is left
// of it. Does not cover: the parts (triage_test.cpp).
#include "cli/cli_test_kit.hpp"
#include "cli/triage.hpp"
#include "subjects/faulty_evidence_family.hpp"
#include "trace/codec.hpp"
#include "trace/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace poolproof {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string crash_of(const std::string& ops) {
    const ParsedText text = parse_text("poolproof-trace 2 64-bit\n" + ops + "\n");
    EXPECT_TRUE(text.ok) << text.message;
    const std::vector<std::uint8_t> bytes = encode(text.trace);
    return {bytes.begin(), bytes.end()};
}

std::string evidence_of(std::string_view subject) {
    for (const Evidence& row : first_evidence) {
        if (row.subject == subject) {
            return std::string(row.trace);
        }
    }
    ADD_FAILURE() << "no evidence against " << subject;
    return {};
}

// Ops that have nothing to do with it: other slots, and things put back as they were.
std::string noise(int count, int slot) {
    std::string ops;
    for (int i = 0; i < count; ++i) {
        const std::string s = std::to_string(slot + i % 8);
        ops += "allocate ExAllocatePoolWithTag s" + s +
               " type=PagedPool size=" + std::to_string(32 + 16 * i) + " tag='Nois'\nread s" + s +
               " offset=0 length=16\nirql 1\nirql 0\nfree ExFreePoolWithTag s" + s + " tag='Nois'\n";
    }
    return ops;
}

class TriageCommand : public Command {
  protected:
    // A build folder in which a program of the tests stands in the place of a target.
    void pretend(const std::string& target) const {
        fs::create_directories(at("pretended/bin"));
        fs::copy_file(fs::path(POOLPROOF_BUILD_DIR) / "bin/misbehaving_target_replay",
                      at("pretended/bin/" + target + "_replay"));
    }

    static std::string with_build(const std::string& arguments) {
        return "triage " + arguments + " --build '" POOLPROOF_BUILD_DIR "'";
    }

    TriageResult result() const {
        return triage_result_from(nlohmann::ordered_json::parse(slurp(at("triage.json"))));
    }

    TriageFinding only_finding() const {
        const TriageResult found = result();
        EXPECT_EQ(found.findings.size(), 1U);
        return found.findings.empty() ? TriageFinding{} : found.findings.front();
    }
};

TEST_F(TriageCommand, ACrashBecomesTheShortestTraceAndAProgramThatShowsIt) {
    const std::string evidence = evidence_of("wrong-tag-accepted");
    spill(at("crashes/pool_trace_fuzzer/crash-a"), crash_of(noise(6, 10) + evidence + "\n" + noise(3, 20)));
    spill(at("crashes/pool_trace_fuzzer/crash-b"), crash_of(noise(8, 10) + evidence));
    spill(at("crashes/pool_trace_fuzzer/crash-c"), crash_of(noise(8, 10) + evidence));
    const Ran ran = run(with_build("crashes --subject faulty:wrong-tag-accepted --json triage.json -o out"));
    EXPECT_EQ(ran.code, 1) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("; C compiles, shows EFPT-02\n"));
    const TriageFinding finding = only_finding();
    EXPECT_EQ(finding.kind, BucketKind::contract);
    EXPECT_EQ(finding.bucket, "EFPT-02");
    EXPECT_EQ(finding.crashes, 2U);
    EXPECT_EQ(result().duplicates, 1U);
    EXPECT_EQ(finding.ops, 2U);
    EXPECT_EQ(finding.bytes, 66U);
    EXPECT_EQ(finding.name, "free_of_a_block_with_another_tag");
    EXPECT_EQ(finding.reproducer, Reproducer::shows);
    EXPECT_THAT(slurp(at("out") / finding.trace_file), HasSubstr("# EFPT-02: "));
    EXPECT_THAT(slurp(at("out") / finding.reproducer_file), HasSubstr("ExFreePoolWithTag(BLOCK(0), "));
    EXPECT_THAT(slurp(at("out") / finding.report_file), HasSubstr("Assertion failed: EFPT-02\n"));
    EXPECT_EQ(slurp(at("out") / finding.bytes_file).size(), 66U);
    const Ran replayed = run("replay --subject faulty:wrong-tag-accepted --as pool_trace_fuzzer 'out/" +
                             finding.trace_file + "'");
    EXPECT_EQ(replayed.code, 1) << replayed.out;
    EXPECT_THAT(replayed.out, HasSubstr("EFPT-02"));
}

TEST_F(TriageCommand, ABucketIsNotMinimisedTwiceUnlessASmallerCrashCame) {
    const std::string evidence = evidence_of("wrong-tag-accepted");
    const std::string arguments =
        with_build("crashes --subject faulty:wrong-tag-accepted --no-compile --json triage.json -o out");
    spill(at("crashes/pool_trace_fuzzer/crash-a"), crash_of(noise(4, 10) + evidence));
    EXPECT_EQ(run(arguments).code, 1);
    const TriageFinding first = only_finding();
    EXPECT_FALSE(first.known);
    EXPECT_EQ(first.reproducer, Reproducer::not_tried);
    EXPECT_EQ(run(arguments).code, 1);
    EXPECT_TRUE(only_finding().known);
    EXPECT_EQ(only_finding().bytes_before, first.bytes_before);
    spill(at("crashes/pool_trace_fuzzer/crash-b"), crash_of(evidence));
    EXPECT_EQ(run(arguments).code, 1);
    EXPECT_FALSE(only_finding().known);
    EXPECT_LT(only_finding().bytes_before, first.bytes_before);
    EXPECT_EQ(only_finding().crashes, 2U);
}

TEST_F(TriageCommand, AFindingUnderASetupIsPlayedAndPromotedWithIt) {
    spill(at("crashes/crash-a"), crash_of("allocate ExAllocatePoolWithTag s5 size=20 tag='Nois'\n"
                                          "write s2 offset=100 length=1 mask=0x01\n"
                                          "free ExFreePool s2"));
    const Ran ran =
        run(with_build("crashes --target special_exhaustion_fuzzer --subject faulty:slack-unchecked "
                       "--json triage.json -o out --promote --corpus corpus"));
    EXPECT_EQ(ran.code, 1) << ran.err;
    const TriageFinding finding = only_finding();
    EXPECT_EQ(finding.kind, BucketKind::contract);
    EXPECT_EQ(finding.reproducer, Reproducer::shows);
    EXPECT_THAT(slurp(at("out") / finding.reproducer_file), HasSubstr("\"special_exhaustion_fuzzer\""));
    EXPECT_TRUE(fs::exists(at("corpus/seeds/special_exhaustion_fuzzer/" + finding.name + ".pool")));
    const Ran again = run(with_build("crashes --target special_exhaustion_fuzzer --subject "
                                     "faulty:slack-unchecked -o out --promote --corpus corpus"));
    EXPECT_EQ(again.code, 2);
    EXPECT_THAT(again.err, HasSubstr("is there already"));
}

TEST_F(TriageCommand, InputsForThreadsAreBelievedWhenTheyShowEveryTime) {
    const std::string touches = "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'\n"
                                "allocate ExAllocatePoolWithTag s1 size=100 tag='Fred'\n"
                                "free ExFreePool s0\nfree ExFreePool s1\n"
                                "read s0 offset=0 length=4\nread s1 offset=0 length=4";
    spill(at("crashes/special_threads_fuzzer/crash-a"), crash_of("special_pool verifier\n" + touches));
    EXPECT_EQ(
        run(with_build("crashes --subject faulty:special-use-after-free --json triage.json -o out")).code, 1);
    const TriageFinding finding = only_finding();
    EXPECT_EQ(finding.kind, BucketKind::contract);
    EXPECT_EQ(finding.shown, 3U);
    EXPECT_EQ(finding.replays, 3U);
    EXPECT_LE(finding.ops, 7U);
    EXPECT_EQ(finding.reproducer, Reproducer::none);
}

TEST_F(TriageCommand, DriverCodeIsMinimisedByByte) {
    spill(at("crashes/packet_parser_fuzzer/crash-a"),
          slurp(fs::path(POOLPROOF_CORPUS_DIR) / "seeds/packet_parser_fuzzer/overrun.bin") +
              "and more of it");
    const std::string arguments = "crashes --subject packet_parser_overrun_planted --seconds 6 -o out";
    EXPECT_EQ(run(with_build(arguments + " --json triage.json")).code, 1);
    const TriageFinding finding = only_finding();
    EXPECT_EQ(finding.kind, BucketKind::bug_check);
    EXPECT_EQ(finding.bucket, "0xcd in copy_bytes");
    EXPECT_LT(finding.bytes, finding.bytes_before);
    EXPECT_EQ(finding.ops, 0U);
}

TEST_F(TriageCommand, WhatIsNoContractIsBucketedByWhatFailedAndWhere) {
    pretend("packet_parser_fuzzer");
    for (const char how : std::string("OSABE")) {
        spill(at(std::string("crashes/crash-") + how),
              "some noise k more of it " + std::string(1, how) + " and then");
    }
    spill(at("crashes/timeout-1"), "kH");
    spill(at("crashes/crash-none"), "quite harmless");
    const Ran ran =
        run("triage crashes --target packet_parser_fuzzer --build pretended -o out --time-limit 0.4 "
            "--memory-limit 512 --seconds 2 --json triage.json");
    EXPECT_EQ(ran.code, 1) << ran.err;
    std::vector<std::string> buckets;
    for (const TriageFinding& finding : result().findings) {
        buckets.push_back(std::string(name_of(finding.kind)) + ": " + finding.bucket);
        if (finding.kind != BucketKind::not_shown) {
            EXPECT_EQ(finding.bytes, 2U) << finding.bucket;
            EXPECT_EQ(finding.rule, "");
        }
    }
    EXPECT_THAT(buckets, testing::ElementsAre(
                             "assertion: a rule of the target", "bug check: 0xcd in copy_bytes",
                             "sanitizer: heap-buffer-overflow in poolproof::copy < poolproof::Arena::free",
                             testing::StartsWith("signal: signal 11"), "exit: exit status 5",
                             testing::StartsWith("time-out: time-out"),
                             "not shown again: not shown again in 1 replay"));
}

TEST_F(TriageCommand, MemoryWithoutEndIsABucket) {
    pretend("packet_parser_fuzzer");
    spill(at("crashes/oom-1"), "kM");
    const Ran ran =
        run("triage crashes --target packet_parser_fuzzer --build pretended -o out --memory-limit 256 "
            "--json triage.json");
    EXPECT_EQ(ran.code, 1) << ran.err;
    EXPECT_EQ(only_finding().kind, BucketKind::out_of_memory);
    EXPECT_EQ(only_finding().bucket, "out of memory");
}

TEST_F(TriageCommand, TheInputIsLeftAsItIs) {
    pretend("packet_parser_fuzzer");
    spill(at("crashes/crash-1"), "kA");
    spill(at("crashes/notes.txt"), "not for triage");
    const Ran ran = run("triage crashes --target packet_parser_fuzzer --build pretended -o out");
    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.err, HasSubstr("notes.txt: no crash file"));
    EXPECT_EQ(slurp(at("crashes/crash-1")), "kA");
    EXPECT_EQ(slurp(at("crashes/notes.txt")), "not for triage");
    EXPECT_EQ(std::distance(fs::directory_iterator(at("crashes")), fs::directory_iterator()), 2);
}

TEST_F(TriageCommand, OnlyHarmlessCrashesEndWell) {
    pretend("packet_parser_fuzzer");
    spill(at("crashes/crash-1"), "harmless");
    const Ran ran = run("triage crashes --target packet_parser_fuzzer --build pretended -o out");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("not shown again in 1 replay"));
}

TEST_F(TriageCommand, EveryFailureIsOneClearLine) {
    expect_failure("triage nowhere", 7, "nowhere: no such folder");
    fs::create_directories(at("empty"));
    expect_failure("triage empty", 7, "holds no folder of a fuzz target");
    expect_failure("triage empty --target pool_trace_fuzzer", 7, "nothing to triage");
    expect_failure("triage empty --target no_fuzzer", 2, "unknown fuzz target 'no_fuzzer'");
    expect_failure("triage empty --time-limit none", 2, "--time-limit");
    spill(at("crashes/crash-1"), "x");
    const std::string one = "triage crashes --target pool_trace_fuzzer ";
    expect_failure(one + "--build nowhere", 7, "nowhere/bin/pool_trace_fuzzer_replay is missing: build it");
    expect_failure(one + "--subject faulty:nobody", 2, "faulty:nobody");
    expect_failure(one + "--subject packet_parser_overrun_planted", 2, "takes the subjects");
    expect_failure(one + "-o crashes/crash-1/out", 6, "crash-1/out");
    fs::create_directories(at("old/bin"));
    spill(at("old/bin/pool_trace_fuzzer_replay"), "#!/bin/sh\nexit 2\n");
    fs::permissions(at("old/bin/pool_trace_fuzzer_replay"), fs::perms::owner_all);
    expect_failure(one + "--build old", 7, "does not answer as a judge");
}

} // namespace
} // namespace poolproof
