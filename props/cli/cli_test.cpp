// The command as a user meets it: run as a process, judged by exit code, output and files.
// Does not cover: the full main job and the matrix, which are tests of their own (they take longer).
#include "cli/cli_test_kit.hpp"
#include "subjects/registry.hpp"
#include "trace/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace poolproof {
namespace {

using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(Command, EveryHelpHasExamplesAndOptions) {
    for (const char* sub :
         {"", "verify", "report", "detect", "diff", "replay", "encode", "decode", "contract", "tidy"}) {
        const Ran ran = run(std::string(sub) + " --help");
        EXPECT_EQ(ran.code, 0) << sub;
        EXPECT_THAT(ran.out, HasSubstr("Examples:\n  poolproof ")) << sub;
        EXPECT_THAT(ran.out, HasSubstr("--help")) << sub;
        EXPECT_TRUE(ran.err.empty()) << ran.err;
    }
    EXPECT_THAT(run("--help").out, HasSubstr("Exit codes:"));
}

TEST_F(Command, VersionIsOneLine) {
    const Ran ran = run("--version");
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.out, "poolproof " POOLPROOF_VERSION "\n");
}

TEST_F(Command, WrongArgumentsAreOneLineAndCodeTwo) {
    expect_failure("", 2, "--help");
    expect_failure("verfy", 2, "--help");
    expect_failure("verify --no-such-option", 2, "--no-such-option");
    expect_failure("verify --seed many", 2, "seed");
    expect_failure("detect --guards electric", 2, "mprotect");
    expect_failure("detect --stride 0", 2, "stride");
    expect_failure("detect --subject nobody", 2, "reference");
    expect_failure("replay", 2, "FILE");
    expect_failure("replay corpus/seeds/one_block.pool --as other_fuzzer", 2, "pool_trace_fuzzer");
    expect_failure("verify --subject faulty:all --clause GEO-01", 2, "--clause");
    spill(at("other.pool"), one_block);
    expect_failure("encode corpus/seeds/one_block.pool other.pool", 2, "-o DIR");
    expect_failure("report", 2, "RESULT");
    expect_failure("report a.json --sarif - --junit -", 2, "standard output");
    expect_failure("report a.json --sarif same --html same", 2, "same");
    expect_failure("verify --json - --html -", 2, "standard output");
    expect_failure("verify --subject faulty:all --html page.html", 2, "--json");
    expect_failure("encode other.pool other.pool -o encoded", 2, "other");
}

TEST_F(Command, AnUnknownSubjectOrClauseNamesTheKnownOnes) {
    ASSERT_FALSE(all_faulty_subjects().empty());
    const std::string known = "faulty:" + std::string(all_faulty_subjects().back().name);
    expect_failure("verify --subject nobody", 2, known);
    expect_failure("verify --subject faulty:nobody", 2, "reference");
    expect_failure("replay corpus/seeds/one_block.pool --subject nobody", 2, known);
    expect_failure("verify --clause GEO-99", 2, "GEO-01");
    expect_failure("contract GEO-99", 2, "GEO-01");
}

TEST_F(Command, GarbageIsOneLineAndCodeThree) {
    spill(at("words.pool"), "this is no trace\n");
    expect_failure("replay words.pool", 3, "words.pool:1: expected");
    spill(at("bad_line.pool"), std::string(one_block) + "allocate Nothing s0\n");
    expect_failure("replay bad_line.pool", 3, "bad_line.pool:4: expected");
    expect_failure("encode bad_line.pool -o x", 3, "bad_line.pool:4: expected");
    EXPECT_FALSE(fs::exists(at("x")));
    spill(at("empty.trace"), "");
    expect_failure("decode empty.trace", 3, "empty.trace");
}

TEST_F(Command, ATruncatedTraceIsCodeFour) {
    ASSERT_EQ(run("encode corpus/seeds/one_block.pool -o whole.trace").code, 0);
    const std::string whole = slurp(at("whole.trace"));
    spill(at("short.trace"), whole.substr(0, whole.size() - 3));
    expect_failure("decode short.trace", 4, "short.trace");
    expect_failure("replay short.trace", 4, "short.trace");
}

TEST_F(Command, AFutureVersionIsCodeFiveInBothForms) {
    ASSERT_EQ(run("encode corpus/seeds/one_block.pool -o whole.trace").code, 0);
    std::string bytes = slurp(at("whole.trace"));
    bytes[0] = 3;
    spill(at("future.trace"), bytes);
    expect_failure("replay future.trace", 5, "future.trace");
    spill(at("future.pool"), "poolproof-trace 3 64-bit\n");
    expect_failure("replay future.pool", 5, "future.pool:1:");
}

TEST_F(Command, UnwritableOutputIsCodeSixAndLeavesNothing) {
    expect_failure("encode corpus/seeds/one_block.pool -o no/such/folder/x", 6, "no/such/folder/x");
    expect_failure("decode corpus/seeds/one_block.pool -o /dev/full", 6, "/dev/full");
    const Ran full = run("contract > /dev/full 2> /dev/null; echo $? > code.txt; true");
    EXPECT_THAT(slurp(at("code.txt")), StartsWith("6")) << full.err;
    spill(at("kept.json"), "as it was");
    fs::create_directories(at("folder"));
    expect_failure("replay corpus/seeds/one_block.pool --json folder --findings f > /dev/null", 6, "folder");
    EXPECT_EQ(slurp(at("kept.json")), "as it was");
    for (const auto& entry : fs::directory_iterator(folder_)) {
        EXPECT_NE(entry.path().extension(), ".tmp") << entry.path();
    }
}

TEST_F(Command, MissingInputOrAnEmptyCorpusIsCodeSeven) {
    expect_failure("replay nowhere.pool", 7, "nowhere.pool");
    expect_failure("replay corpus", 7, "corpus");
    expect_failure("report nowhere.json", 7, "nowhere.json");
    expect_failure("verify --corpus nowhere", 7, "nowhere");
    fs::create_directories(at("hollow/seeds"));
    expect_failure("verify --corpus hollow", 7, "hollow");
    expect_failure("tidy nowhere", 7, "nowhere");
}

TEST_F(Command, TextSurvivesBytesAndBack) {
    ASSERT_EQ(run("encode corpus/seeds/one_block.pool -o one.trace").code, 0);
    EXPECT_NE(slurp(at("one.trace")), one_block);
    EXPECT_EQ(run("decode one.trace").out, one_block);
    ASSERT_EQ(run("decode one.trace -o again.pool").code, 0);
    EXPECT_EQ(slurp(at("again.pool")), one_block);
}

TEST_F(Command, TheWholeCorpusSurvivesBytesAndBack) {
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(POOLPROOF_CORPUS_DIR)) {
        if (entry.path().extension() != ".pool") {
            continue;
        }
        ++files;
        const std::string path = "'" + entry.path().string() + "'";
        ASSERT_EQ(run("encode -o one.trace " + path).code, 0) << path;
        const ParsedText before = parse_text(slurp(entry.path()));
        const ParsedText after = parse_text(run("decode one.trace").out);
        ASSERT_TRUE(before.ok && after.ok) << path;
        EXPECT_EQ(before.trace, after.trace) << path;
    }
    EXPECT_GT(files, 0U);
}

TEST_F(Command, AnyBytesDecodeAsAFuzzTargetReadsThem) {
    spill(at("bytes"), std::string("\x01\x00 any bytes at all, and then some more of them", 47));
    for (const char* target : {"pool_trace_fuzzer", "special_pool_fuzzer"}) {
        const Ran ran = run(std::string("decode bytes --as ") + target);
        EXPECT_EQ(ran.code, 0) << ran.err;
        EXPECT_TRUE(parse_text(ran.out).ok) << ran.out;
        EXPECT_EQ(run(std::string("replay bytes --as ") + target).code, 0);
    }
}

TEST_F(Command, ReplayShowsTheLogTheVerdictsAndThePool) {
    spill(at("two.pool"), std::string(one_block) + "allocate EngAllocMem s1 size=5000 tag='Gdi1'\n"
                                                   "free ExFreePool user_address\n");
    const Ran ran = run("replay two.pool --json replay.json");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("allocate EngAllocMem s1"));
    EXPECT_THAT(ran.out, HasSubstr("*** STOP: 0x000000C2 (0x0000000000000040,"));
    EXPECT_THAT(ran.out, HasSubstr("BAD_POOL_CALLER"));
    EXPECT_THAT(ran.out, HasSubstr("EAM-02"));
    EXPECT_THAT(ran.out, HasSubstr("1idG")); // the tag in memory order
    const auto json = nlohmann::json::parse(slurp(at("replay.json")));
    EXPECT_EQ(json["files"].size(), 1U);
    EXPECT_EQ(json["files"][0]["events"].size(), 4U);
    EXPECT_EQ(json["files"][0]["pool"]["blocks"].size(), 1U);
}

TEST_F(Command, ReplayShowsEveryTagThatWasUsedAsPoolMonDoes) {
    spill(at("two.pool"), std::string(one_block) + "allocate ExAllocatePool s1 type=PagedPool size=32\n" +
                              "allocate ExAllocatePoolWithTag s2 type=NonPagedPool size=50 tag='Fred'\n");
    const Ran ran = run("replay two.pool --poolmon --json replay.json");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, ContainsRegex("derF +Nonp +2 +1 +1 +50 +50\n"));
    EXPECT_THAT(ran.out, ContainsRegex("None +Paged +1 +0 +1 +32 +32\n"));
    const auto json = nlohmann::json::parse(slurp(at("replay.json")));
    ASSERT_EQ(json["files"][0]["poolmon"].size(), 3U);
    EXPECT_THAT(json["files"][0]["poolmon"][1].get<std::string>(), HasSubstr("None"));
    EXPECT_THAT(run("replay two.pool").out, Not(HasSubstr("PoolMon")));
    EXPECT_THAT(run("replay two.pool --poolmon --subject faulty:tag-byte-swapped").out,
                Not(HasSubstr("PoolMon")));
}

TEST_F(Command, VerifyPrintsARowPerClauseAndWhatRan) {
    const Ran ran = run(quick("--no-color"));
    EXPECT_EQ(ran.code, 0) << ran.err << ran.out;
    for (const Clause& clause : all_clauses()) {
        EXPECT_THAT(ran.out, HasSubstr("\n" + std::string(clause.id) + " ")) << clause.id;
    }
    EXPECT_THAT(ran.out, HasSubstr("ops checked per second"));
    EXPECT_THAT(ran.out, HasSubstr("1 corpus traces"));
    EXPECT_TRUE(ran.err.empty()) << ran.err;
    EXPECT_FALSE(fs::exists(at("findings")));
}

TEST_F(Command, TheSameSeedGivesTheSameJsonWhateverTheThreads) {
    std::vector<nlohmann::json> documents;
    for (const char* threads : {"1", "1", "2"}) {
        const Ran ran = run(quick(std::string("--seed 9 --json v.json --threads ") + threads));
        EXPECT_EQ(ran.code, 0) << ran.err;
        documents.push_back(nlohmann::json::parse(slurp(at("v.json"))));
        EXPECT_TRUE(documents.back()["seconds"].is_number());
        documents.back().erase("seconds");
        documents.back().erase("speed");
    }
    EXPECT_EQ(documents[0], documents[1]);
    EXPECT_EQ(documents[0], documents[2]);
    EXPECT_EQ(documents[0]["subject"], "reference");
    EXPECT_EQ(documents[0]["seed"], 9);
    EXPECT_GT(documents[0]["ops"], 20000);
    ASSERT_EQ(documents[0]["clauses"].size(), all_clauses().size());
    for (const auto& clause : documents[0]["clauses"]) {
        EXPECT_TRUE(clause.contains("id") && clause.contains("verdict") && clause.contains("exercised"));
    }
}

TEST_F(Command, WithOneClauseOnlyThatOneIsListed) {
    const Ran ran = run(quick("--clause GEO-02 --json -"));
    EXPECT_EQ(ran.code, 0) << ran.err;
    const auto json = nlohmann::json::parse(ran.out);
    ASSERT_EQ(json["clauses"].size(), 1U);
    EXPECT_EQ(json["clauses"][0]["id"], "GEO-02");
    EXPECT_EQ(json["clauses"][0]["verdict"], "holds");
}

TEST_F(Command, AFaultySubjectIsConvictedAndItsTraceReplaysToTheSameClause) {
    ASSERT_FALSE(all_faulty_subjects().empty());
    const FaultySubject& subject = all_faulty_subjects().front();
    const std::string name = "faulty:" + std::string(subject.name);
    const Ran ran = run(quick("--subject " + name + " --findings shown"));
    EXPECT_EQ(ran.code, 1) << ran.err;
    const std::string marker = "replay it with: poolproof ";
    const std::size_t from = ran.out.find(marker);
    ASSERT_NE(from, std::string::npos) << ran.out;
    const std::size_t start = from + marker.size();
    const std::string line = ran.out.substr(start, ran.out.find('\n', start) - start);
    EXPECT_THAT(line, EndsWith("--subject " + name));
    const Ran again = run(line);
    EXPECT_EQ(again.code, 1) << line << again.err;
    EXPECT_THAT(again.out, HasSubstr("violated: " + std::string(subject.clause) + " at op "));
    // The reference plays the same trace without a violation.
    EXPECT_EQ(run(line.substr(0, line.find(" --subject"))).code, 0);
}

TEST_F(Command, DetectPrintsHowManyAccessesItChecked) {
    for (const char* guards : {"auto", "mprotect"}) {
        const Ran ran = run(std::string("detect --stride 500 --guards ") + guards + " --json figures.json");
        EXPECT_EQ(ran.code, 0) << ran.err;
        EXPECT_THAT(ran.out, HasSubstr("0 misses, 0 false alarms"));
        const auto figures = nlohmann::json::parse(slurp(at("figures.json")));
        EXPECT_GT(figures["accesses"], 100000);
        EXPECT_EQ(figures["guards"], guards);
        EXPECT_FALSE(figures.contains("counterexample"));
        EXPECT_THAT(ran.out,
                    HasSubstr(std::to_string(figures["accesses"].get<std::uint64_t>()) + " accesses"));
    }
}

TEST_F(Command, DetectShowsTheFirstCounterexampleAndItsTraceReplays) {
    const Ran ran = run("detect --stride 500 --subject faulty:guard-behind-missing --findings shown");
    EXPECT_EQ(ran.code, 1) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("the first counterexample:\npoolproof-trace 2 64-bit\n"));
    const std::string replay = "replay shown/faulty-guard-behind-missing-detection.pool";
    EXPECT_EQ(run(replay + " --subject faulty:guard-behind-missing").code, 1);
    EXPECT_EQ(run(replay).code, 0);
}

TEST_F(Command, ContractListsEveryClause) {
    const Ran table = run("contract");
    EXPECT_EQ(table.code, 0);
    EXPECT_EQ(static_cast<std::size_t>(std::count(table.out.begin(), table.out.end(), '\n')),
              all_clauses().size());
    const auto json = nlohmann::json::parse(run("contract --json").out);
    EXPECT_EQ(json["clauses"].size(), all_clauses().size());
    EXPECT_FALSE(json["register"].empty());
    EXPECT_THAT(run("contract --lock").out, HasSubstr("clause GEO-01\n"));
    EXPECT_THAT(run("contract GEO-02 X-05").out, HasSubstr("X-05"));
    EXPECT_THAT(run("contract --bug-checks").out, HasSubstr("BAD_POOL_CALLER"));
    EXPECT_THAT(run("contract --register").out, HasSubstr("X-12"));
}

} // namespace
} // namespace poolproof
