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

// Splits "GEO-01"; number 0 when the id is not two parts of capitals and of two digits.
Id parts_of(std::string_view id) {
    const auto dash = id.find('-');
    if (dash == std::string_view::npos || dash < 2 || id.size() != dash + 3) {
        return {};
    }
    const std::string_view prefix = id.substr(0, dash);
    const bool capitals =
        std::all_of(prefix.begin(), prefix.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
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

TEST(Contract, IdsAreWellFormedAndInTheOrderOfTheFacts) {
    const std::vector<std::string> expected = {"GEO",  "CON", "TAG", "IRQ",  "ZER", "SHR", "EAPT",
                                               "EATP", "MS",  "EFP", "EFPT", "FPT", "EAM", "EFM",
                                               "EAU",  "EFU", "SP",  "GF",   "IC",  "EV"};
    std::vector<std::string> prefixes;
    int last = 0;
    for (const Clause& clause : all_clauses()) {
        const Id id = parts_of(clause.id);
        ASSERT_GT(id.number, 0) << clause.id;
        if (prefixes.empty() || prefixes.back() != id.prefix) {
            prefixes.push_back(id.prefix);
            last = 0;
        }
        EXPECT_GT(id.number, last) << clause.id;
        last = id.number;
    }
    EXPECT_EQ(prefixes, expected);
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
        EXPECT_LT(clause.observed, by_source * 2);
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
    EXPECT_EQ(without, (std::vector<std::string>{"GEO-09", "EV-02", "EV-03"}));
}

TEST(Contract, ARoutineThatARuleNamesIsAmongItsRoutines) {
    for (const Clause& clause : all_clauses()) {
        for (const Routine routine : {Routine::FsRtlAllocatePoolWithTag, Routine::EngAllocMem,
                                      Routine::EngAllocUserMem, Routine::EngWritePrinter}) {
            if (clause.rule.find(name_of(routine)) != std::string_view::npos &&
                clause.id.substr(0, 3) != "EFM" && clause.id.substr(0, 3) != "EFU") {
                EXPECT_TRUE(contains(clause.routines, routine)) << clause.id << " " << name_of(routine);
            }
        }
    }
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

TEST(Contract, PromisesAndDetectionsAreJudgedUnlessTheyAreStaticRules) {
    for (const Clause& clause : all_clauses()) {
        if ((clause.kinds & (promise | detection)) != 0 && !clause.unjudged.empty()) {
            const bool is_a_message = clause.id == "SP-10"; // on a screen: no run of an allocator shows it
            EXPECT_EQ(clause.observed, is_a_message ? 0 : by_source) << clause.id;
        }
    }
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
