// The parts of triage: buckets, frames, names, bytes, JSON, what becomes of files.
//
// Covers: the parts that need no judge. Does not cover: the command as a whole (triage_command_test.cpp).
#include "cli/cli_test_kit.hpp"
#include "cli/exit_code.hpp"
#include "cli/triage.hpp"
#include "cli/triage_bucket.hpp"
#include "cli/triage_files.hpp"
#include "cli/triage_input.hpp"
#include "cli/triage_name.hpp"
#include "cli/triage_process.hpp"
#include "cli/triage_shrink.hpp"
#include "trace/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <vector>

namespace poolproof {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* overrun =
    "==9==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602\n"
    "WRITE of size 1 at 0x602 thread T0\n"
    "    #0 0x55 in __asan_memcpy (/x/bin/t+0x12) (BuildId: 77)\n"
    "    #1 0x56 in poolproof::(anonymous namespace)::copy(char*, int) /x/impl/pool/arena.cpp:12:3\n"
    "    #2 0x57 in std::vector<int>::push_back(int) /usr/include/c++/12/bits/stl_vector.h:1\n"
    "    #3 0x58 in poolproof::Arena::free(void*) /x/impl/pool/arena.cpp:40:9\n"
    "    #4 0x59 in LLVMFuzzerTestOneInput /x/fuzz/target.cpp:9:1\n"
    "\n"
    "    #0 0x60 in malloc /x/impl/pool/other.cpp:1:1\n"
    "SUMMARY: AddressSanitizer: heap-buffer-overflow /x/impl/pool/arena.cpp:12:3 in copy(char*, int)\n";

Bucket bucket_for(const std::string& report, Outcome outcome = Outcome::signalled, int detail = SIGABRT) {
    return bucket_of({outcome, detail, report}).value_or(Bucket{BucketKind::not_shown, "clean"});
}

TEST(TriageBuckets, AClauseIsItsBucket) {
    EXPECT_EQ(bucket_for("Assertion failed: EFPT-02\nDEDUP_TOKEN: EFPT-02\n"),
              (Bucket{BucketKind::contract, "EFPT-02"}));
    EXPECT_EQ(bucket_for("Assertion failed: leak of tag Pkb0\n2 blocks\n"),
              (Bucket{BucketKind::assertion, "leak of tag Pkb0"}));
}

TEST(TriageBuckets, AReportOfASanitizerIsItsKindAndOurFrames) {
    EXPECT_EQ(
        bucket_for(overrun, Outcome::exited, 1),
        (Bucket{BucketKind::sanitizer, "heap-buffer-overflow in poolproof::copy < poolproof::Arena::free"}));
    EXPECT_THAT(frames_of(overrun, 1), ElementsAre("poolproof::copy"));
}

TEST(TriageBuckets, WithoutFilesTheFramesAreModulesAndOffsets) {
    EXPECT_THAT(
        frames_of(
            "    #0 0x5581  (/x/bin/target+0x1234) (BuildId: 77)\n    #1 0x5582  (/x/bin/target+0x99)\n"),
        ElementsAre("target+0x1234", "target+0x99"));
    EXPECT_THAT(frames_of("nothing\n"), IsEmpty());
}

TEST(TriageBuckets, ABugCheckIsItsCodeAndTheFunctionThatMadeIt) {
    EXPECT_EQ(bucket_for("\n*** STOP: 0x000000cd (0x7f,0x1,0x2,0x3)\nAllocated by X at\n"
                         "    #0 make_packet /x/fuzz/driver/p.c:50:17\nStack:\n"
                         "    #0 copy_bytes /x/fuzz/driver/p.c:35:15\n"),
              (Bucket{BucketKind::bug_check, "0xcd in copy_bytes"}));
}

TEST(TriageBuckets, LimitsSignalsAndExits) {
    EXPECT_EQ(bucket_for("", Outcome::timed_out, 0), (Bucket{BucketKind::time_out, "time-out"}));
    EXPECT_EQ(bucket_for("", Outcome::out_of_memory, 0),
              (Bucket{BucketKind::out_of_memory, "out of memory"}));
    EXPECT_EQ(bucket_for("", Outcome::exited, 5), (Bucket{BucketKind::exit, "exit status 5"}));
    EXPECT_EQ(bucket_for("", Outcome::signalled, SIGSEGV).kind, BucketKind::signal);
    EXPECT_EQ(bucket_of({Outcome::clean, 0, ""}), std::nullopt);
}

TEST(TriageBuckets, WhatALimitEndedIsTheSameWhateverItsStack) {
    EXPECT_TRUE(
        is_same({BucketKind::time_out, "time-out in a"}, Bucket{BucketKind::time_out, "time-out in b"}));
    EXPECT_FALSE(is_same({BucketKind::contract, "GEO-01"}, Bucket{BucketKind::contract, "GEO-02"}));
    EXPECT_FALSE(is_same({BucketKind::contract, "GEO-01"}, std::nullopt));
}

TEST(TriageBuckets, ReportsOfClausesHaveAnExplanationAndATrace) {
    const std::string report =
        "Assertion failed: GEO-01\nDEDUP_TOKEN: GEO-01\nexpected x; got y\nand GEO-02: z\n"
        "subject faulty:a, trace up to the op that showed it:\npoolproof-trace 2 64-bit\n"
        "irql 2\nreplay with: x\n";
    EXPECT_EQ(explanation_in(report), "expected x; got y\nand GEO-02: z");
    EXPECT_EQ(trace_text_in(report), "poolproof-trace 2 64-bit\nirql 2\n");
    EXPECT_EQ(trace_text_in("none"), "");
}

Trace parsed(const std::string& ops) {
    ParsedText text = parse_text("poolproof-trace 2 64-bit\n" + ops + "\n");
    EXPECT_TRUE(text.ok) << text.message;
    return std::move(text.trace);
}

TEST(TriageNames, AreThePlainWordsOfTheLastOp) {
    const std::string block = "allocate ExAllocatePoolWithTag s0 size=100 tag='Fred'\n";
    EXPECT_EQ(words_of(parsed(block + "free ExFreePoolWithTag s0 tag='plus'")),
              "free_of_a_block_with_another_tag");
    EXPECT_EQ(words_of(parsed(block + "free ExFreePool s0\nfree ExFreePool s0")), "free_of_a_freed_block");
    EXPECT_EQ(words_of(parsed("special_pool verifier\n" + block + "read s0 offset=100 length=1")),
              "read_behind_a_block_under_special_pool");
    EXPECT_EQ(words_of(parsed("irql 2\nfree ExFreePool null")), "free_of_null_at_dispatch");
    EXPECT_EQ(words_of(parsed("fail_nth 1\nallocate ExAllocatePoolWithTag s0 type=PagedPool size=0 tag='F'")),
              "request_for_paged_pool_of_no_bytes_short_of_memory");
    EXPECT_EQ(words_of(parsed("call ExDestroyPool private=0")), "call_of_ex_destroy_pool");
    EXPECT_EQ(words_of(Trace{}), "nothing_at_all");
}

TEST(TriageNames, AreNotTakenTwice) {
    const fs::path folder = fs::path(POOLPROOF_CORPUS_DIR) / "regressions";
    EXPECT_EQ(free_name("freed_user_block_by_offset", "efp_08", {folder}),
              "freed_user_block_by_offset_efp_08");
    EXPECT_EQ(free_name("a_new_one", "efp_08", {folder}), "a_new_one");
    EXPECT_EQ(slug_of("leak of tag Pkb0!", '_'), "leak_of_tag_pkb0");
    EXPECT_EQ(slug_of("abc def", '-', 4), "abc");
}

TEST(TriageBytes, ShrinkToWhatThePredicateNeeds) {
    using Bytes = std::vector<std::uint8_t>;
    Bytes bytes(300, 0x55);
    bytes[40] = 'k';
    bytes[222] = 'O';
    const auto shows = [](const Bytes& candidate) {
        const auto k = std::find(candidate.begin(), candidate.end(), 'k');
        return std::find(k, candidate.end(), 'O') != candidate.end();
    };
    EXPECT_EQ(shrink_bytes(bytes, shows), (Bytes{'k', 'O'}));
    const auto at_least_ten = [](const Bytes& candidate) {
        return candidate.size() > 2 && candidate[0] >= 10;
    };
    EXPECT_EQ(shrink_bytes(bytes, at_least_ten), (Bytes{10, 0, 0}));
}

TEST(TriageProcess, OutputEndAndLimitOfAProgram) {
    using std::chrono::milliseconds;
    const Ended said = run_program({"sh", "-c", "echo out; echo err >&2; exit 3"}, {}, milliseconds(10'000));
    EXPECT_TRUE(said.started);
    EXPECT_EQ(said.status, 3);
    EXPECT_EQ(said.output, "out\nerr\n");
    EXPECT_EQ(run_program({"sh", "-c", "printf %s $GIVEN"}, {"GIVEN=this"}, milliseconds(10'000)).output,
              "this");
    EXPECT_FALSE(run_program({"/no/such/program"}, {}, milliseconds(1000)).started);
    EXPECT_TRUE(run_program({"sleep", "60"}, {}, milliseconds(100)).timed_out);
    EXPECT_EQ(run_program({"sh", "-c", "kill -9 $$"}, {}, milliseconds(10'000)).signal, SIGKILL);
}

class TriageFiles : public Command {
  protected:
    static TriageFinding example() {
        TriageFinding finding;
        finding.target = "pool_trace_fuzzer";
        finding.subject = "faulty:wrong-tag-accepted";
        finding.bucket = "EFPT-02";
        finding.files = {"pool_trace_fuzzer/crash-1", "pool_trace_fuzzer/crash-2"};
        finding.crashes = 2;
        finding.bytes_before = 640;
        finding.bytes = 66;
        finding.ops = 2;
        finding.shown = finding.replays = 1;
        finding.name = "free_of_a_block_with_another_tag";
        finding.reproducer = Reproducer::shows;
        return finding;
    }

    CrashFolder crashes(const std::string& target = "pool_trace_fuzzer") const {
        return read_crashes(at("crashes"), target);
    }
};

TEST_F(TriageFiles, ResultsReadBackAsTheyWereWritten) {
    TriageResult result;
    result.findings = {example()};
    result.remarks = {"x: no crash"};
    result.crashes = 2;
    result.duplicates = 1;
    const TriageResult back = triage_result_from(to_json(result));
    EXPECT_EQ(back.findings, result.findings);
    EXPECT_EQ(back.remarks, result.remarks);
    EXPECT_EQ(back.crashes, 2U);
    EXPECT_EQ(back.duplicates, 1U);
}

TEST_F(TriageFiles, WhatIsNoResultIsRefused) {
    using Json = nlohmann::ordered_json;
    EXPECT_THROW(triage_result_from(Json::parse("{}")), Failure);
    EXPECT_THROW(triage_result_from(Json::parse("[1]")), Failure);
    Json later = to_json(TriageResult{});
    later["format"] = 2;
    try {
        triage_result_from(later);
        FAIL();
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.code(), ExitCode::result_format);
    }
    Json odd = to_json(example());
    odd["kind"] = "strange";
    EXPECT_THROW(triage_finding_from(odd), Failure);
}

TEST_F(TriageFiles, AFindingIsKnownAgainUntilAFileOfItIsMissing) {
    TriageFinding finding = example();
    fs::create_directories(at("out"));
    EXPECT_EQ(known_finding(finding, at("out")), std::nullopt);
    write_finding(finding, {"bytes", "trace", "int main(void){}", "report"}, at("out"));
    EXPECT_EQ(finding.trace_file, "pool_trace_fuzzer-faulty-wrong-tag-accepted-EFPT-02.pool");
    EXPECT_EQ(known_finding(finding, at("out")), finding);
    TriageFinding other = finding;
    other.bucket = "EFPT-03";
    EXPECT_EQ(known_finding(other, at("out")), std::nullopt);
    fs::remove(at("out") / finding.reproducer_file);
    EXPECT_EQ(known_finding(finding, at("out")), std::nullopt);
    spill(at("out") / (stem_of(finding) + ".json"), "{ cut sho");
    EXPECT_EQ(known_finding(finding, at("out")), std::nullopt);
}

TEST_F(TriageFiles, BucketsOfStacksHaveFileNamesOfTheirOwn) {
    TriageFinding finding = example();
    finding.kind = BucketKind::sanitizer;
    finding.bucket = "heap-buffer-overflow in poolproof::a/../b < c";
    const std::string first = stem_of(finding);
    EXPECT_EQ(first.find_first_of("/:<> "), std::string::npos) << first;
    finding.bucket += "x";
    EXPECT_NE(stem_of(finding), first);
}

TEST_F(TriageFiles, CrashesAreWhatFuzzersCallSo) {
    spill(at("crashes/crash-1"), "one");
    spill(at("crashes/timeout-2"), "two");
    spill(at("crashes/oom-3"), "one"); // a copy
    spill(at("crashes/leak-4"), "four");
    spill(at("crashes/default/crashes/id:000000,sig:06,src:000000"), "five");
    spill(at("crashes/default/queue/id:000001,src:000000"), "six");
    spill(at("crashes/slow-unit-5"), "seven");
    spill(at("crashes/README.txt"), "eight");
    const CrashFolder found = crashes();
    std::vector<std::string> names;
    for (const CrashFile& crash : found.crashes) {
        names.push_back(crash.file);
        EXPECT_EQ(crash.leak, crash.file == "leak-4");
    }
    EXPECT_THAT(names,
                ElementsAre("crash-1", "default/crashes/id:000000,sig:06,src:000000", "leak-4", "timeout-2"));
    EXPECT_EQ(found.duplicates, 1U);
    EXPECT_THAT(found.remarks,
                testing::UnorderedElementsAre(HasSubstr("README.txt: no crash file"),
                                              HasSubstr("queue/id:000001"), HasSubstr("slow-unit-5: slow")));
}

TEST_F(TriageFiles, FoldersWithoutACrashAreRefused) {
    EXPECT_THROW(crashes(), Failure); // no folder
    fs::create_directories(at("crashes"));
    EXPECT_THROW(crashes(), Failure);
    EXPECT_THROW(crashes(""), Failure); // no folder of a target
    spill(at("crashes/README.txt"), "x");
    EXPECT_THROW(crashes(), Failure);
    EXPECT_THROW(crashes("no_such_fuzzer"), Failure);
    spill(at("crashes/special_pool_fuzzer/crash-1"), "x");
    EXPECT_EQ(crashes("").crashes.front().target->name, "special_pool_fuzzer");
}

TEST_F(TriageFiles, PromotingWritesTheRegressionOnce) {
    TriageFinding finding = example();
    finding.rule = "Tag equals the tag of the allocation.";
    fs::create_directories(at("out"));
    const std::string text(one_block);
    write_finding(finding, {"ignored", text, "", ""}, at("out"));
    const fs::path written = promote(finding, at("out"), at("corpus"));
    EXPECT_EQ(written, at("corpus/regressions/free_of_a_block_with_another_tag.pool"));
    EXPECT_EQ(slurp(written),
              "# Free of a block with another tag: Tag equals the tag of the allocation (EFPT-02).\n"
              "# Found by pool_trace_fuzzer on faulty:wrong-tag-accepted.\n" +
                  text);
    EXPECT_THROW(promote(finding, at("out"), at("corpus")), Failure);
}

TEST_F(TriageFiles, PromotingKeepsWhatOnlyOneTargetCanShowAmongItsSeeds) {
    TriageFinding finding = example();
    fs::create_directories(at("out"));
    finding.target = "special_exhaustion_fuzzer";
    write_finding(finding, {"bytes", one_block, "", ""}, at("out"));
    EXPECT_EQ(promote(finding, at("out"), at("corpus")).parent_path(),
              at("corpus/seeds/special_exhaustion_fuzzer"));
    finding.target = "packet_parser_fuzzer";
    finding.kind = BucketKind::bug_check;
    write_finding(finding, {"bytes", "", "", ""}, at("out"));
    const fs::path seed = promote(finding, at("out"), at("corpus"));
    EXPECT_EQ(seed.extension(), ".bin");
    EXPECT_EQ(slurp(seed), "bytes");
    finding.target = "special_threads_fuzzer";
    write_finding(finding, {std::string("\2\x10", 2), one_block, "", ""}, at("out"));
    EXPECT_THROW(promote(finding, at("out"), at("corpus")), Failure); // three threads
    finding.bytes_file.clear();
    EXPECT_THROW(promote(finding, at("out"), at("corpus")), Failure);
}

} // namespace
} // namespace poolproof
