// The clauses as data: well-formed, complete, consistent with the register and with the checked-in lock.
// Does not cover: the tables (tables_test.cpp), and whether a clause says what its page says.
#include "contract/clause.hpp"
#include "contract/lock.hpp"
#include "contract/register.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace poolproof {
namespace {

struct Id {
    std::string prefix;
    int number = 0;
};

// Splits "GEO-01"; number 0 when the id is not two parts, of capitals with a digit at most at their end
// ("EAP2") and of two digits.
Id parts_of(std::string_view id) {
    const auto dash = id.find('-');
    if (dash == std::string_view::npos || dash < 2 || id.size() != dash + 3) {
        return {};
    }
    const std::string_view prefix = id.substr(0, dash);
    const std::string_view letters = prefix.substr(0, dash - (prefix.back() == '2' || prefix.back() == '3'));
    const bool capitals =
        std::all_of(letters.begin(), letters.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    const bool digits = std::isdigit(id[dash + 1]) != 0 && std::isdigit(id[dash + 2]) != 0;
    if (!capitals || !digits) {
        return {};
    }
    return {std::string(prefix), (id[dash + 1] - '0') * 10 + (id[dash + 2] - '0')};
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto comma = text.find(", ");
        parts.emplace_back(text.substr(0, comma));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 2);
    }
    return parts;
}

// Every id of the facts, one a line, in their order.
std::vector<std::string> ids_of_the_facts() {
    std::ifstream file(std::string(POOLPROOF_SOURCE_DIR) + "/props/contract/ids.txt");
    std::vector<std::string> ids;
    for (std::string line; std::getline(file, line);) {
        ids.push_back(line);
    }
    return ids;
}

TEST(Contract, IdsAreWellFormedAndCountUpWithinTheirFamily) {
    std::vector<std::string> prefixes;
    int last = 0;
    for (const Clause& clause : all_clauses()) {
        const Id id = parts_of(clause.id);
        ASSERT_GT(id.number, 0) << clause.id;
        if (prefixes.empty() || prefixes.back() != id.prefix) {
            prefixes.push_back(id.prefix);
            last = 0;
        }
        EXPECT_EQ(id.number, last + 1) << clause.id;
        last = id.number;
    }
    EXPECT_EQ(prefixes.size(), 45U);
    std::sort(prefixes.begin(), prefixes.end());
    EXPECT_EQ(std::adjacent_find(prefixes.begin(), prefixes.end()), prefixes.end())
        << "a family in two parts";
}

TEST(Contract, EveryIdOfTheFactsHasAClauseAndNoOtherHasOne) {
    std::vector<std::string> ids;
    for (const Clause& clause : all_clauses()) {
        ids.emplace_back(clause.id);
    }
    EXPECT_EQ(ids, ids_of_the_facts());
    EXPECT_EQ(ids.size(), 442U) << "the facts have more or fewer ids now: ids.txt follows them";
}

TEST(Contract, EveryIdIsFoundAtItsPosition) {
    const auto clauses = all_clauses();
    for (std::size_t i = 0; i < clauses.size(); ++i) {
        EXPECT_EQ(clause_index(clauses[i].id), static_cast<int>(i)) << clauses[i].id;
    }
}

TEST(Contract, UnknownIdsAreNotFound) {
    EXPECT_EQ(clause_index(""), -1);
    EXPECT_EQ(clause_index("GEO"), -1);
    EXPECT_EQ(clause_index("geo-01"), -1);
}

TEST(Contract, EveryClauseSaysWhatItIsAndWhereItStands) {
    for (const Clause& clause : all_clauses()) {
        SCOPED_TRACE(clause.id);
        EXPECT_FALSE(clause.rule.empty());
        EXPECT_EQ(clause.rule.back(), '.');
        EXPECT_LE(clause.rule.size(), 200U);
        EXPECT_FALSE(clause.page.empty());
        EXPECT_NE(clause.kinds, 0);
        EXPECT_EQ(clause.kinds & ~(promise | duty | detection | advice | evidence), 0);
        EXPECT_NE(clause.profiles & all_profiles, 0);
        EXPECT_EQ(clause.profiles & ~all_profiles, 0);
        EXPECT_LT(clause.seeds, 32);
        EXPECT_LT(clause.observed, by_quota * 2);
        EXPECT_EQ(clause.routines >> routine_count, 0U);
    }
}

TEST(Contract, OnlyRulesAboutTheSystemSpeakOfNoRoutine) {
    std::vector<std::string> without;
    for (const Clause& clause : all_clauses()) {
        if (clause.routines == 0) {
            without.emplace_back(clause.id);
        }
    }
    EXPECT_EQ(without, (std::vector<std::string>{
                           "GEO-08", "GEO-09",                               // figures of the platform
                           "FPX-01", "ESX-01",                               // routines that are not on trial
                           "OTH-01", "OTH-02", "OTH-03", "OTH-06", "OTH-07", //
                           "OTH-08", "OTH-09", "OTH-10", "OTH-11", "OTH-12", "OTH-13",   //
                           "IC-03",  "IC-05",  "IC-06",                                  // Driver Verifier
                           "EV-01",  "EV-02",  "EV-03",  "EV-04",  "EV-05",  "EV-06"})); // the events
}

bool names_as_a_word(std::string_view text, std::string_view word) {
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool begins = at == 0 || std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0;
        if (begins && (end == text.size() || std::isalnum(static_cast<unsigned char>(text[end])) == 0)) {
            return true;
        }
    }
    return false;
}

TEST(Contract, ARoutineThatARuleNamesIsAmongItsRoutinesUnlessItIsThereToCompareWith) {
    std::vector<std::string> comparing;
    for (const Clause& clause : all_clauses()) {
        for (const RoutineTraits& routine : routine_table) {
            if ((clause.kinds & (promise | duty | detection)) != 0 &&
                names_as_a_word(clause.rule, routine.name) && !contains(clause.routines, routine.routine)) {
                comparing.emplace_back(clause.id);
            }
        }
    }
    EXPECT_EQ(comparing, (std::vector<std::string>{"EATP-04", "EAQT-07", "EAP3-01", "ZW-01", "ZW-06",
                                                   "EFPT-01", "EFP2-01", "EDP-01", "LL-02", "LL-03"}));
}

TEST(Contract, WhatNoRunCanSeeIsUnjudgedForAReason) {
    for (const Clause& clause : all_clauses()) {
        SCOPED_TRACE(clause.id);
        if ((clause.observed & ~by_source) == 0) {
            EXPECT_GT(clause.unjudged.size(), 20U);
        } else {
            EXPECT_TRUE(clause.unjudged.empty());
        }
    }
}

TEST(Contract, PromisesAndDetectionsAreJudgedUnlessTheyAreStaticRulesOrOutOfReach) {
    std::vector<std::string> out_of_reach;
    for (const Clause& clause : all_clauses()) {
        if ((clause.kinds & (promise | detection)) != 0 && !clause.unjudged.empty() &&
            clause.observed != by_source) {
            out_of_reach.emplace_back(clause.id);
        }
    }
    EXPECT_EQ(out_of_reach,
              (std::vector<std::string>{"MS-02", "MS-03",   // another bug check comes first
                                        "EFP-14",           // buffers of routines that are not on trial
                                        "ECP-04",           // parameters that no op carries
                                        "ECP-07", "ECP-10", // values and displays that no page gives
                                        "LL-07",            // threads, which a trace does not have
                                        "LL-08", "LL-25",   // leave to do or not to do
                                        "EAM-10",           // a kernel object that the machine does not have
                                        "SP-10", "SP-11", // a message on a screen, a matter of configuration
                                        "PT-07",          // a log that a debugger shows
                                        "IC-03", "IC-06", // kernel objects again
                                        "KA-01",          // a detector of rebuilt drivers
                                        "EV-01", "EV-04", "EV-05"})); // names and waits
}

TEST(Contract, TheSeedsStateOneHundredAndThreeClauses) {
    const auto clauses = all_clauses();
    EXPECT_EQ(std::count_if(clauses.begin(), clauses.end(), [](const Clause& c) { return c.seeds != 0; }),
              103);
}

TEST(Contract, EveryRoutineHasADocumentedNameOfItsOwn) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < routine_count; ++i) {
        EXPECT_EQ(routine_table[i].routine, static_cast<Routine>(i));
        names.push_back(name_of(static_cast<Routine>(i)));
        EXPECT_FALSE(names.back().empty());
    }
    std::sort(names.begin(), names.end());
    EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(Register, EveryEntryThatAClauseNamesIsThere) {
    for (const Clause& clause : all_clauses()) {
        for (const std::string& id : split(clause.entries)) {
            EXPECT_NE(find_register_entry(id), nullptr) << clause.id << ": " << id;
        }
    }
    EXPECT_EQ(find_register_entry("X"), nullptr);
}

TEST(Register, EveryEntryBearsOnSomeClauseAndDecides) {
    std::vector<std::string> named;
    for (const Clause& clause : all_clauses()) {
        for (std::string& id : split(clause.entries)) {
            named.push_back(std::move(id));
        }
    }
    for (const RegisterEntry& entry : register_entries()) {
        SCOPED_TRACE(entry.id);
        EXPECT_FALSE(entry.conflict.empty());
        EXPECT_FALSE(entry.decision.empty());
        EXPECT_NE(std::find(named.begin(), named.end(), entry.id), named.end());
    }
}

TEST(Register, ContradictionsStandInOrderBeforeSilences) {
    std::string_view last;
    bool silences = false;
    for (const RegisterEntry& entry : register_entries()) {
        if (entry.id.substr(0, 2) == "X-") {
            EXPECT_FALSE(silences) << entry.id;
            EXPECT_LT(last, entry.id);
            last = entry.id;
        } else {
            EXPECT_EQ(entry.id.substr(0, 12), "unverified: ");
            silences = true;
        }
    }
}

TEST(Lock, TheCheckedInLockIsTheContract) {
    std::ifstream file(std::string(POOLPROOF_SOURCE_DIR) + "/props/contract/contract.lock", std::ios::binary);
    ASSERT_TRUE(file.is_open());
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str(), contract_lock())
        << "stale: run `poolproof contract --lock > props/contract/contract.lock`";
}

TEST(Lock, HoldsEveryClauseAndEveryRegisterEntry) {
    const std::string text = contract_lock();
    EXPECT_EQ(text, contract_lock());
    EXPECT_EQ(text.back(), '\n');
    for (const Clause& clause : all_clauses()) {
        EXPECT_NE(text.find("clause " + std::string(clause.id) + "\n"), std::string::npos) << clause.id;
    }
    for (const RegisterEntry& entry : register_entries()) {
        EXPECT_NE(text.find("register " + std::string(entry.id) + "\n"), std::string::npos) << entry.id;
    }
}

} // namespace
} // namespace poolproof
