// The lists of what clauses rest on: the ones in the tree are whole, and bad ones are refused.
// Does not cover: whether the fingerprints are those of the pages, which are not in this tree.
#include "cli/contract_sources.hpp"
#include "cli/docs_tree.hpp"
#include "cli/exit_code.hpp"
#include "contract/clause.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

namespace poolproof {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

std::string written(const std::string& text) {
    const std::string path =
        testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name() + ".txt";
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

// What `read` says of a file with `text`, and that it is the caller's fault.
template <class Read> std::string refusal(Read read, const std::string& text) {
    const std::string path = written(text);
    try {
        read(path);
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.code(), ExitCode::usage);
        const std::string message = failure.what();
        EXPECT_EQ(message.rfind(path + ":", 0), 0U) << message;
        return message.substr(path.size() + 1);
    }
    return "accepted";
}

TEST(Sources, EveryClauseHasALineForItsOwnPage) {
    const std::vector<Source> sources = read_sources(POOLPROOF_SOURCES);
    for (const Clause& clause : all_clauses()) {
        EXPECT_TRUE(std::any_of(sources.begin(), sources.end(),
                                [&](const Source& source) {
                                    return source.clause == clause.id && is_own_page(clause, source.page);
                                }))
            << clause.id << " on " << clause.page << ": add it with poolproof contract fingerprint";
    }
}

TEST(Sources, AreWrittenAsTheyStandInTheTree) {
    std::ifstream file(POOLPROOF_SOURCES, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(sources_text(read_sources(POOLPROOF_SOURCES)), text);
}

TEST(Sources, NoPageLeftOutHasAClause) {
    const std::vector<Source> sources = read_sources(POOLPROOF_SOURCES);
    for (const LeftOut& page : read_left_out(POOLPROOF_PAGES_LEFT_OUT)) {
        EXPECT_TRUE(is_pool_page(page.page)) << page.page << " would not be reported anyway";
        EXPECT_TRUE(std::none_of(sources.begin(), sources.end(), [&](const Source& source) {
            return source.page == page.page;
        })) << page.page;
    }
}

TEST(Sources, ALineIsAClauseAPageAndFingerprints) {
    const auto sources =
        read_sources(written("# head\r\n\r\nGEO-01 wdm/a 00000000000000ff,ab00000000000001*12\r\n"
                             "GEO-01 wdm/b - not there\nTAG-13 - - no page"));
    ASSERT_EQ(sources.size(), 3U);
    ASSERT_EQ(sources[0].prints.size(), 2U);
    EXPECT_EQ(sources[0].prints[0].value, 0xFFU);
    EXPECT_EQ(sources[0].prints[0].times, 1U);
    EXPECT_EQ(sources[0].prints[1].times, 12U);
    EXPECT_EQ(sources[1].reason, "not there");
    EXPECT_EQ(sources[2].page, "-");
    EXPECT_THAT(sources_text(sources), EndsWith("GEO-01 wdm/a 00000000000000ff,ab00000000000001*12\n"
                                                "GEO-01 wdm/b - not there\nTAG-13 - - no page\n"));
}

TEST(Sources, ABadLineIsNamedWithWhatWasExpected) {
    const std::string good = "GEO-01 wdm/a 00000000000000ff\n";
    EXPECT_THAT(refusal(read_sources, "GEO-99 wdm/a 00000000000000ff"), HasSubstr("1: expected a clause"));
    EXPECT_THAT(refusal(read_sources, "GEO-01 wdm 00000000000000ff"), HasSubstr("1: expected a page"));
    EXPECT_THAT(refusal(read_sources, "GEO-01 a/b/c 00000000000000ff"), HasSubstr("1: expected a page"));
    EXPECT_THAT(refusal(read_sources, good + good), HasSubstr("2: expected lines sorted"));
    EXPECT_THAT(refusal(read_sources, "GEO-02 wdm/a 00000000000000ff\n" + good),
                HasSubstr("2: expected lines sorted"));
    EXPECT_THAT(refusal(read_sources, "GEO-01 wdm/a 2222222222222222,1111111111111111"),
                HasSubstr("that go up"));
    EXPECT_THAT(refusal(read_sources, "GEO-01 - 00000000000000ff"),
                HasSubstr("of a page, or - and a reason"));
    for (const char* const bad :
         {"", "- ", "ff", "00000000000000FF", "00000000000000fg", "00000000000000ff*1", "00000000000000ff*",
          "00000000000000ff*2x", "0x000000000000ff", "-000000000000ff"}) {
        EXPECT_THAT(refusal(read_sources, std::string("GEO-01 wdm/a ") + bad),
                    HasSubstr("1: expected fingerprints"))
            << bad;
    }
}

TEST(Sources, TheOwnPageOfAClauseIsNotOneWithALikeName) {
    const auto clause = [](const char* id) {
        return all_clauses()[static_cast<std::size_t>(clause_index(id))];
    };
    EXPECT_TRUE(is_own_page(clause("EAP-01"), "wdm/nf-wdm-exallocatepool"));
    EXPECT_FALSE(is_own_page(clause("EAP-01"), "wdm/nf-wdm-exallocatepool2"));
    EXPECT_FALSE(is_own_page(clause("EAP2-05"), "wdm/nf-wdm-exallocatepool"));
    EXPECT_TRUE(is_own_page(clause("TAG-06"), "debugger/bug-check-0xc2--bad-pool-caller"));
    EXPECT_TRUE(is_own_page(clause("FPO-01"), "ifs/fsrtlallocatepoolwithquota"));
    EXPECT_TRUE(is_own_page(clause("TAG-13"), "-"));
    EXPECT_FALSE(is_own_page(clause("TAG-06"), "-"));
}

TEST(LeftOut, NeedsAReasonAndOrder) {
    EXPECT_THAT(refusal(read_left_out, "wdm/a\n"), HasSubstr("1: expected a page"));
    EXPECT_THAT(refusal(read_left_out, "wdm/b why\nwdm/a why\n"), HasSubstr("2: expected pages in order"));
    EXPECT_EQ(read_left_out(written("wdm/a why not\n")).at(0).reason, "why not");
}

TEST(Quotes, AreASentenceOrAReason) {
    const auto quotes = read_quotes(written("\nGEO-01 | wdm/a | One | two.\nTAG-13 | - | none: no page\n"));
    ASSERT_EQ(quotes.size(), 2U);
    EXPECT_EQ(quotes[0].sentence, "One | two.");
    EXPECT_EQ(quotes[0].line, 2U);
    EXPECT_EQ(quotes[1].reason, "no page");
    EXPECT_THAT(refusal(read_quotes, "GEO-01 | wdm/a | \n"), HasSubstr("1: expected CLAUSE"));
    EXPECT_THAT(refusal(read_quotes, "GEO-01 | wdm/a | **\n"), HasSubstr("1: expected CLAUSE"));
    EXPECT_THAT(refusal(read_quotes, "GEO-01 | - | Words.\n"), HasSubstr("1: expected CLAUSE"));
    EXPECT_THAT(refusal(read_quotes, "GEO-99 | wdm/a | Words.\n"), HasSubstr("1: expected a clause"));
}

TEST(PoolPages, AreKnownByFolderAndName) {
    EXPECT_TRUE(is_pool_page("wdm/nf-wdm-exallocatepool4"));
    EXPECT_TRUE(is_pool_page("kernel/using-lookaside-lists"));
    EXPECT_TRUE(is_pool_page("winddi/nf-winddi-engallocmem"));
    EXPECT_FALSE(is_pool_page("winddi/nf-winddi-engcreatepath"));
    EXPECT_FALSE(is_pool_page("wdm/nf-wdm-ioallocatemdl"));
    EXPECT_FALSE(is_pool_page("ndis/nf-ndis-ndisallocatepacketpool"));
    EXPECT_FALSE(is_pool_page("pool"));
}

} // namespace
} // namespace poolproof
