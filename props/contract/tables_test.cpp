// The shared tables: names there and back, look-ups, and agreement with the documented headers.
#include "contract/tables.hpp"

#include <ddi/bugcodes.h>
#include <ddi/ntstatus.h>
#include <ddi/wdm.h>
#include <ddi/winddi.h>
#include <gtest/gtest.h>

#include <algorithm>

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
    EXPECT_EQ(parse_status(name_of_status(0xDEADBEEF)), 0xDEADBEEFU);
    EXPECT_FALSE(parse_status("STATUS_NOTHING").has_value());
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
