// The shared tables: names there and back, look-ups, and agreement with the documented headers.
#include "contract/tables.hpp"

#include <ddi/bugcodes.h>
#include <ddi/ntstatus.h>
#include <ddi/wdm.h>
#include <ddi/winddi.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace poolproof {
namespace {

TEST(PoolTypeNames, ComposeTheTypeAndItsModifiers) {
    EXPECT_EQ(name_of_pool_type(0), "NonPagedPool");
    EXPECT_EQ(name_of_pool_type(PagedPool | POOL_COLD_ALLOCATION), "PagedPool | POOL_COLD_ALLOCATION");
    EXPECT_EQ(name_of_pool_type(NonPagedPoolNx | POOL_RAISE_IF_ALLOCATION_FAILURE, "|"),
              "NonPagedPoolNx|POOL_RAISE_IF_ALLOCATION_FAILURE");
    EXPECT_EQ(name_of_pool_type(NonPagedPoolSessionNx), "NonPagedPoolSessionNx");
    EXPECT_EQ(name_of_pool_type(PagedPool | POOL_NX_ALLOCATION), "PagedPool | POOL_NX_ALLOCATION");
    EXPECT_EQ(name_of_pool_type(39), "MaxPoolType | 0x20");
    EXPECT_EQ(name_of_pool_type(0x40000001), "PagedPool | 0x40000000");
}

TEST(PoolTypeNames, ParseBackToEveryValueOfTheLowBits) {
    for (std::uint32_t value = 0; value < 0x1000; ++value) {
        ASSERT_EQ(parse_pool_type(name_of_pool_type(value)), value);
        ASSERT_EQ(parse_pool_type(name_of_pool_type(value, "|")), value);
    }
}

TEST(PoolTypeNames, ParseBackToEverySingleBit) {
    for (unsigned bit = 0; bit < 32; ++bit) {
        const std::uint32_t value = 1U << bit;
        EXPECT_EQ(parse_pool_type(name_of_pool_type(value)), value);
        EXPECT_EQ(parse_pool_type(name_of_pool_type(~value)), ~value);
    }
}

TEST(PoolTypeNames, EveryDocumentedNameParses) {
    for (const NamedValue& type : pool_types()) {
        EXPECT_EQ(parse_pool_type(type.name), type.value);
    }
    for (const NamedValue& bit : pool_type_modifiers()) {
        EXPECT_EQ(parse_pool_type(bit.name), bit.value);
    }
}

TEST(PoolTypeNames, NumbersParseAndNonsenseDoesNot) {
    EXPECT_EQ(parse_pool_type("0x201"), 0x201U);
    EXPECT_EQ(parse_pool_type("17"), 17U);
    EXPECT_EQ(parse_pool_type("0xFFFFFFFF"), 0xFFFFFFFFU);
    for (const char* text : {"", "|", "PagedPool|", "pagedpool", "0x", "0xG", "1F", "-1", "4294967296",
                             "0x100000000", "PagedPool POOL_COLD_ALLOCATION", "99999999999999999999999"}) {
        EXPECT_FALSE(parse_pool_type(text).has_value()) << text;
    }
}

TEST(EngFlagNames, GoThereAndBack) {
    EXPECT_EQ(name_of_eng_flags(0), "0");
    EXPECT_EQ(name_of_eng_flags(FL_ZERO_MEMORY | FL_NONPAGED_MEMORY), "FL_ZERO_MEMORY | FL_NONPAGED_MEMORY");
    for (std::uint32_t value = 0; value < 64; ++value) {
        EXPECT_EQ(parse_eng_flags(name_of_eng_flags(value)), value);
    }
    EXPECT_FALSE(parse_eng_flags("PagedPool").has_value());
}

TEST(PriorityNames, GoThereAndBack) {
    EXPECT_EQ(name_of_priority(HighPoolPrioritySpecialPoolUnderrun), "HighPoolPrioritySpecialPoolUnderrun");
    EXPECT_EQ(name_of_priority(17), "17");
    for (std::uint32_t value = 0; value < 64; ++value) {
        EXPECT_EQ(parse_priority(name_of_priority(value)), value);
    }
    EXPECT_EQ(priorities().size(), 9U);
    EXPECT_FALSE(parse_priority("High").has_value());
    EXPECT_FALSE(parse_priority("").has_value());
}

TEST(StatusNames, GoThereAndBack) {
    EXPECT_EQ(name_of_status(0xC000009A), "STATUS_INSUFFICIENT_RESOURCES");
    EXPECT_EQ(name_of_status(0xC00000), "0x00C00000");
    EXPECT_EQ(parse_status("STATUS_QUOTA_EXCEEDED"), 0xC0000044U);
    EXPECT_EQ(parse_status("STATUS_INVALID_PARAMETER_1"), 0xC00000EFU);
    EXPECT_EQ(name_of_status(0xC00000F3), "STATUS_INVALID_PARAMETER_5");
    EXPECT_EQ(parse_status("STATUS_INVALID_PARAMETER"), 0xC000000DU);
    EXPECT_EQ(parse_status(name_of_status(0xDEADBEEF)), 0xDEADBEEFU);
    EXPECT_FALSE(parse_status("STATUS_NOTHING").has_value());
}

TEST(PoolFlagNames, ComposeTheFlagsAndTheRestAsANumber) {
    EXPECT_EQ(name_of_pool_flags(0), "0");
    EXPECT_EQ(name_of_pool_flags(0x41), "POOL_FLAG_USE_QUOTA | POOL_FLAG_NON_PAGED");
    EXPECT_EQ(name_of_pool_flags(0x100000100, "|"), "POOL_FLAG_PAGED|POOL_FLAG_SPECIAL_POOL");
    EXPECT_EQ(name_of_pool_flags(0x8000000080000040), "POOL_FLAG_NON_PAGED | 0x8000000080000000");
    EXPECT_EQ(name_of_pool_flags(1), "POOL_FLAG_USE_QUOTA") << "and not the start of the required flags";
}

TEST(PoolFlagNames, ParseBackToEveryValueOfTheDocumentedBitsAndToEverySingleBit) {
    for (std::uint64_t low = 0; low < 0x1000; ++low) {
        for (const std::uint64_t value : {low, low | 0x100000000, low | 0xFFFFFFFFFFFFF000}) {
            ASSERT_EQ(parse_pool_flags(name_of_pool_flags(value)), value);
            ASSERT_EQ(parse_pool_flags(name_of_pool_flags(value, "|")), value);
        }
    }
    for (unsigned bit = 0; bit < 64; ++bit) {
        const std::uint64_t value = std::uint64_t{1} << bit;
        EXPECT_EQ(parse_pool_flags(name_of_pool_flags(value)), value);
        EXPECT_EQ(parse_pool_flags(name_of_pool_flags(~value)), ~value);
    }
}

TEST(PoolFlagNames, EveryDocumentedNameAndNumberParsesAndNonsenseDoesNot) {
    for (const NamedFlag& flag : pool_flags()) {
        EXPECT_EQ(parse_pool_flags(flag.name), flag.value);
    }
    EXPECT_EQ(pool_flags().size(), 12U);
    EXPECT_EQ(parse_pool_flags("POOL_FLAG_REQUIRED_END | POOL_FLAG_OPTIONAL_END"), 0x8000000080000000);
    EXPECT_EQ(parse_pool_flags("POOL_FLAG_REQUIRED_START|POOL_FLAG_OPTIONAL_START"), 0x100000001U);
    EXPECT_EQ(parse_pool_flags("0xFFFFFFFFFFFFFFFF"), 0xFFFFFFFFFFFFFFFF);
    EXPECT_EQ(parse_pool_flags("18446744073709551615"), 0xFFFFFFFFFFFFFFFF);
    for (const char* text : {"", "|", "POOL_FLAG_PAGED|", "pool_flag_paged", "0x10000000000000000",
                             "18446744073709551616", "99999999999999999999999", "PagedPool", "-1"}) {
        EXPECT_FALSE(parse_pool_flags(text).has_value()) << text;
    }
}

TEST(LookasideFlagNames, GoThereAndBack) {
    EXPECT_EQ(name_of_lookaside_flags(2), "EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE");
    for (std::uint32_t value = 0; value < 64; ++value) {
        EXPECT_EQ(parse_lookaside_flags(name_of_lookaside_flags(value)), value);
    }
    EXPECT_FALSE(parse_lookaside_flags("RAISE_ON_FAIL").has_value());
}

TEST(ExtendedParameterTypeNames, GoThereAndBack) {
    EXPECT_EQ(name_of_extended_parameter_type(3), "PoolExtendedParameterNumaNode");
    EXPECT_EQ(name_of_extended_parameter_type(5), "5");
    for (std::uint32_t value = 0; value < 256; ++value) {
        EXPECT_EQ(parse_extended_parameter_type(name_of_extended_parameter_type(value)), value);
    }
    EXPECT_FALSE(parse_extended_parameter_type("NumaNode").has_value());
}

TEST(VerifierFlagNames, GoThereAndBack) {
    EXPECT_EQ(name_of_verifier_flags(0x9), "special_pool | pool_tracking");
    for (std::uint32_t value = 0; value < 0x1000; ++value) {
        ASSERT_EQ(parse_verifier_flags(name_of_verifier_flags(value)), value);
    }
    for (unsigned bit = 0; bit < 32; ++bit) {
        EXPECT_EQ(parse_verifier_flags(name_of_verifier_flags(~(1U << bit))), ~(1U << bit));
    }
    EXPECT_FALSE(parse_verifier_flags("special pool").has_value());
}

TEST(VerifierFlagNames, TheStandardSettingsAddUpToTheDocumentedSum) {
    std::uint32_t sum = 0;
    for (const NamedValue& flag : verifier_flags()) {
        sum |= flag.note.ends_with("; a standard setting") ? flag.value : 0;
    }
    EXPECT_EQ(sum, 0x209BBU);
}

TEST(BugCheckTable, HoldsEveryCodeOfTheFactsWithAllItsRows) {
    const std::vector<std::pair<std::uint32_t, std::size_t>> expected = {
        {0x0A, 1},  {0x19, 17}, {0x1A, 3},  {0x3F, 2},   {0x41, 1},  {0x4D, 1}, {0x50, 1},
        {0xAB, 1},  {0xAC, 1},  {0xC1, 8},  {0xC2, 28},  {0xC4, 47}, {0xC5, 1}, {0xC6, 1},
        {0xC7, 6},  {0xCB, 1},  {0xCC, 1},  {0xCD, 1},   {0xCE, 1},  {0xD0, 1}, {0xD1, 1},
        {0xD4, 1},  {0xD5, 1},  {0xD6, 1},  {0xDE, 1},   {0xE4, 7},  {0xEC, 1}, {0xFC, 1},
        {0x109, 4}, {0x126, 2}, {0x139, 1}, {0x13A, 21}, {0x1C4, 2}, {0x1F2, 1}};
    std::vector<std::pair<std::uint32_t, std::size_t>> rows;
    for (const BugCheckEntry& entry : bug_checks()) {
        rows.emplace_back(entry.code, entry.rows.size());
    }
    EXPECT_EQ(rows, expected);
}

TEST(BugCheckTable, GivesARealReasonForEveryRowThatIsNotMet) {
    std::size_t with_reason = 0;
    for (const BugCheckEntry& entry : bug_checks()) {
        for (const BugCheckRow& row : entry.rows) {
            if (!row.unreachable.empty()) {
                EXPECT_GT(row.unreachable.size(), 20U) << entry.name << " " << row.meaning;
                ++with_reason;
            }
        }
    }
    EXPECT_GT(with_reason, 0U);
}

TEST(BugCheckTable, TellsTheParametersOfAFreedWorkItem) {
    const BugCheckRow* row = find_row(0xE4, {0, 1, 2, 3});
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->parameters[2], "start of the block");
    EXPECT_EQ(row->parameters[3], "end of the block");
    EXPECT_EQ(find_row(0xE4, {4, 0, 0, 0}), nullptr);
}

TEST(BugCheckTable, StandsInAscendingOrderWithOneRowForEachSubCode) {
    std::uint32_t last = 0;
    for (const BugCheckEntry& entry : bug_checks()) {
        SCOPED_TRACE(entry.name);
        EXPECT_GT(entry.code, last);
        last = entry.code;
        ASSERT_FALSE(entry.rows.empty());
        if (entry.sub_code_parameter == 0) {
            EXPECT_EQ(entry.rows.size(), 1U);
            continue;
        }
        ASSERT_TRUE(entry.sub_code_parameter == 1 || entry.sub_code_parameter == 4);
        for (std::size_t i = 0; i < entry.rows.size(); ++i) {
            EXPECT_FALSE(entry.rows[i].meaning.empty());
            EXPECT_EQ(entry.rows[i].parameters[entry.sub_code_parameter - 1U], "sub-code");
            EXPECT_TRUE(i == 0 || entry.rows[i - 1].sub_code < entry.rows[i].sub_code);
        }
    }
}

TEST(BugCheckTable, FindsEveryRowByItsSubCode) {
    for (const BugCheckEntry& entry : bug_checks()) {
        EXPECT_EQ(find_bug_check(entry.code), &entry);
        for (const BugCheckRow& row : entry.rows) {
            std::array<std::uint64_t, 4> parameters{};
            if (entry.sub_code_parameter != 0) {
                parameters[entry.sub_code_parameter - 1U] = row.sub_code;
            }
            EXPECT_EQ(find_row(entry.code, parameters), &row);
        }
    }
}

TEST(BugCheckTable, FindsNothingForUnknownCodesAndSubCodes) {
    EXPECT_EQ(find_bug_check(0), nullptr);
    EXPECT_EQ(find_bug_check(0xFFFFFFFF), nullptr);
    EXPECT_EQ(find_row(0xDEAD, {}), nullptr);
    EXPECT_EQ(find_row(BAD_POOL_CALLER, {0x1234, 0, 0, 0}), nullptr);
    EXPECT_EQ(find_row(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, {0x24, 0, 0, 0}), nullptr);
}

TEST(BugCheckTable, TellsTheParametersOfAWrongTag) {
    const BugCheckRow* row = find_row(BAD_POOL_CALLER, {0x0A, 1, 2, 3});
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->parameters[1], "address");
    EXPECT_EQ(row->parameters[2], "tag of the allocation");
    EXPECT_EQ(row->parameters[3], "tag of the free");
}

TEST(BugCheckTable, TellsWhichByteOfSpecialPoolIsDamaged) {
    const BugCheckRow* row = find_row(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, {1, 2, 3, 0x24});
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->parameters[1], "corrupt address");
}

TEST(Tables, AgreeWithTheDocumentedHeaders) {
    const auto value = [](std::string_view name) { return parse_pool_type(name); };
    EXPECT_EQ(value("PagedPoolCacheAligned"), static_cast<std::uint32_t>(PagedPoolCacheAligned));
    EXPECT_EQ(value("NonPagedPoolCacheAlignedMustS"),
              static_cast<std::uint32_t>(NonPagedPoolCacheAlignedMustS));
    EXPECT_EQ(value("NonPagedPoolCacheAlignedMustSSession"),
              static_cast<std::uint32_t>(NonPagedPoolCacheAlignedMustSSession));
    EXPECT_EQ(value("NonPagedPoolNxCacheAligned"), static_cast<std::uint32_t>(NonPagedPoolNxCacheAligned));
    EXPECT_EQ(value("POOL_ZERO_ALLOCATION"), static_cast<std::uint32_t>(POOL_ZERO_ALLOCATION));
    EXPECT_EQ(value("POOL_QUOTA_FAIL_INSTEAD_OF_RAISE"),
              static_cast<std::uint32_t>(POOL_QUOTA_FAIL_INSTEAD_OF_RAISE));
    EXPECT_EQ(parse_status("STATUS_INSUFFICIENT_RESOURCES"),
              static_cast<std::uint32_t>(STATUS_INSUFFICIENT_RESOURCES));
    EXPECT_EQ(find_bug_check(DRIVER_CAUGHT_MODIFYING_FREED_POOL)->name, "DRIVER_CAUGHT_MODIFYING_FREED_POOL");
    EXPECT_EQ(find_bug_check(MUST_SUCCEED_POOL_EMPTY)->name, "MUST_SUCCEED_POOL_EMPTY");
    EXPECT_EQ(find_bug_check(KERNEL_MODE_HEAP_CORRUPTION)->name, "KERNEL_MODE_HEAP_CORRUPTION");
    EXPECT_EQ(find_bug_check(DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION)->name,
              "DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION");
}

} // namespace
} // namespace poolproof
