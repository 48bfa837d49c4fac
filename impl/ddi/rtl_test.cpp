// Tests of ddi/rtl.h, ddi/lists.h and the macros of ddi/basic_types.h: values against the documented rules.
#include <ddi/bugcodes.h>
#include <ddi/wdm.h>
#include <poolproof/machine.h>

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace poolproof {
namespace {

UNICODE_STRING string_of(const char16_t* text) {
    UNICODE_STRING string;
    RtlInitUnicodeString(&string, text);
    return string;
}

TEST(RtlMemory, ComparingCountsTheBytesThatAgree) {
    EXPECT_EQ(RtlCompareMemory("abcdef", "abcxef", 6), 3U);
    EXPECT_EQ(RtlCompareMemory("abc", "abc", 3), 3U);
    EXPECT_EQ(RtlCompareMemory("x", "y", 1), 0U);
    EXPECT_EQ(RtlCompareMemory("x", "y", 0), 0U);
}

TEST(RtlMemory, MacrosFillCopyMoveAndCompare) {
    char bytes[8] = "abcdefg";
    RtlMoveMemory(bytes + 1, bytes, 6);
    EXPECT_STREQ(bytes, "aabcdef");
    RtlFillMemory(bytes, 3, 'x');
    EXPECT_STREQ(bytes, "xxxcdef");
    char copy[8];
    RtlCopyMemory(copy, bytes, sizeof copy);
    EXPECT_TRUE(RtlEqualMemory(copy, bytes, sizeof copy));
    copy[6] = 'z';
    EXPECT_FALSE(RtlEqualMemory(copy, bytes, sizeof copy));
    RtlZeroMemory(copy, 4);
    EXPECT_EQ(RtlSecureZeroMemory(copy + 4, 4), copy + 4);
    EXPECT_EQ(std::string(copy, 8), std::string(8, '\0'));
}

TEST(RtlStrings, InitialisingCountsTheTextAndItsTerminator) {
    const UNICODE_STRING string = string_of(u"pool");
    EXPECT_EQ(string.Length, 8);
    EXPECT_EQ(string.MaximumLength, 10);
    EXPECT_EQ(string.Buffer[3], u'l');
    const UNICODE_STRING none = string_of(nullptr);
    EXPECT_EQ(none.Length, 0);
    EXPECT_EQ(none.MaximumLength, 0);
    EXPECT_EQ(none.Buffer, nullptr);
    ANSI_STRING ansi;
    RtlInitAnsiString(&ansi, "pool");
    EXPECT_EQ(ansi.Length, 4);
    EXPECT_EQ(ansi.MaximumLength, 5);
}

TEST(RtlStrings, ATextThatNoLengthCanCountIsCut) {
    const std::u16string text(40000, u'x');
    const UNICODE_STRING string = string_of(text.c_str());
    EXPECT_EQ(string.Length, 65532);
    EXPECT_EQ(string.MaximumLength, 65534);
}

TEST(RtlStrings, CopyingStopsAtTheDestinationsMaximum) {
    DECLARE_UNICODE_STRING_SIZE(to, 4);
    to_buffer[3] = u'!';
    to.MaximumLength = 6;
    const UNICODE_STRING from = string_of(u"special");
    RtlCopyUnicodeString(&to, &from);
    EXPECT_EQ(to.Length, 6);
    EXPECT_EQ(std::u16string(to_buffer, 4), u"spe!");
    RtlCopyUnicodeString(&to, nullptr);
    EXPECT_EQ(to.Length, 0);
    EXPECT_EQ(to.MaximumLength, 6);
    EXPECT_EQ(to.Buffer, to_buffer);
}

TEST(RtlStrings, ComparingOrdersAndMayIgnoreCase) {
    const UNICODE_STRING small = string_of(u"pool\u00e4");
    const UNICODE_STRING capital = string_of(u"POOL\u00c4");
    const UNICODE_STRING longer = string_of(u"pool\u00e4s");
    EXPECT_GT(RtlCompareUnicodeString(&small, &capital, FALSE), 0);
    EXPECT_EQ(RtlCompareUnicodeString(&small, &capital, TRUE), 0);
    EXPECT_LT(RtlCompareUnicodeString(&small, &longer, TRUE), 0);
    EXPECT_TRUE(RtlEqualUnicodeString(&small, &capital, TRUE));
    EXPECT_FALSE(RtlEqualUnicodeString(&small, &capital, FALSE));
    EXPECT_FALSE(RtlEqualUnicodeString(&small, &longer, TRUE));
}

TEST(RtlStrings, UpcasingKnowsLatin1) {
    EXPECT_EQ(RtlUpcaseUnicodeChar(u'z'), u'Z');
    EXPECT_EQ(RtlUpcaseUnicodeChar(u'['), u'[');
    EXPECT_EQ(RtlUpcaseUnicodeChar(u'\u00f7'), u'\u00f7'); // the division sign, in the midst of letters
    EXPECT_EQ(RtlUpcaseUnicodeChar(u'\u00fe'), u'\u00de');
    EXPECT_EQ(RtlUpcaseUnicodeChar(u'\u00ff'), u'\u0178');
}

TEST(RtlStrings, LiteralsBecomeStrings) {
    DECLARE_CONST_UNICODE_STRING(name, u"Fred");
    const UNICODE_STRING same = RTL_CONSTANT_STRING(u"Fred");
    EXPECT_TRUE(RtlEqualUnicodeString(&name, &same, FALSE));
    EXPECT_EQ(same.MaximumLength, 10);
    const ANSI_STRING ansi = RTL_CONSTANT_STRING("Fred");
    EXPECT_EQ(ansi.Length, 4);
}

TEST(BasicTypes, StatusesHaveTheirSeverity) {
    EXPECT_TRUE(NT_SUCCESS(STATUS_SUCCESS));
    EXPECT_TRUE(NT_SUCCESS(0x40000000) && NT_INFORMATION(0x40000000));
    EXPECT_FALSE(NT_SUCCESS(STATUS_BREAKPOINT) || NT_ERROR(STATUS_BREAKPOINT));
    EXPECT_TRUE(NT_WARNING(STATUS_BREAKPOINT));
    EXPECT_TRUE(NT_ERROR(STATUS_INSUFFICIENT_RESOURCES));
}

TEST(BasicTypes, WidthsAreThoseOfTheInterface) {
    static_assert(sizeof(LONG) == 4 && sizeof(ULONG) == 4 && sizeof(WCHAR) == 2 && sizeof(LONGLONG) == 8);
    static_assert(sizeof(ULONG_PTR) == sizeof(PVOID) && sizeof(BOOLEAN) == 1 && sizeof(LARGE_INTEGER) == 8);
    LARGE_INTEGER number;
    number.QuadPart = -2;
    EXPECT_EQ(number.LowPart, 0xFFFFFFFEU);
    EXPECT_EQ(number.HighPart, -1);
    EXPECT_EQ(number.u.LowPart, number.LowPart);
}

struct Node {
    int value = 0;
    LIST_ENTRY link = {};
    SINGLE_LIST_ENTRY next = {};
};

Node* node_of(LIST_ENTRY* entry) {
    return CONTAINING_RECORD(entry, Node, link);
}

std::vector<int> values(const LIST_ENTRY& head) {
    std::vector<int> seen;
    for (LIST_ENTRY* entry = head.Flink; entry != &head; entry = entry->Flink)
        seen.push_back(node_of(entry)->value);
    return seen;
}

class Lists : public testing::Test {
  protected:
    Lists() {
        InitializeListHead(&head_);
        for (int i = 0; i < 3; ++i)
            nodes_[i].value = i;
    }
    template <typename Body> static void expect_corrupt(const Body& body) {
        try {
            body();
            ADD_FAILURE() << "the damage went unseen";
        } catch (const BugCheck& caught) {
            EXPECT_EQ(caught.code, KERNEL_SECURITY_CHECK_FAILURE);
            EXPECT_EQ(caught.parameters[0], 3U);
        }
    }
    LIST_ENTRY head_;
    Node nodes_[3];
};

TEST_F(Lists, InsertAndRemoveAtBothEnds) {
    EXPECT_TRUE(IsListEmpty(&head_));
    InsertTailList(&head_, &nodes_[1].link);
    InsertHeadList(&head_, &nodes_[0].link);
    InsertTailList(&head_, &nodes_[2].link);
    EXPECT_EQ(values(head_), (std::vector<int>{0, 1, 2}));
    EXPECT_EQ(RemoveHeadList(&head_), &nodes_[0].link);
    EXPECT_EQ(RemoveTailList(&head_), &nodes_[2].link);
    EXPECT_FALSE(IsListEmpty(&head_));
    EXPECT_TRUE(RemoveEntryList(&nodes_[1].link));
    EXPECT_TRUE(IsListEmpty(&head_));
    EXPECT_EQ(RemoveHeadList(&head_), &head_);
}

TEST_F(Lists, AHeadlessListIsAppendedWhole) {
    InsertTailList(&head_, &nodes_[0].link);
    InitializeListHead(&nodes_[1].link);
    InsertTailList(&nodes_[1].link, &nodes_[2].link);
    AppendTailList(&head_, &nodes_[1].link);
    EXPECT_EQ(values(head_), (std::vector<int>{0, 1, 2}));
    EXPECT_EQ(head_.Blink, &nodes_[2].link);
}

TEST_F(Lists, RemovingTwiceIsABugCheck) {
    InsertTailList(&head_, &nodes_[0].link);
    InsertTailList(&head_, &nodes_[1].link);
    EXPECT_FALSE(RemoveEntryList(&nodes_[0].link));
    expect_corrupt([this] { RemoveEntryList(&nodes_[0].link); });
}

TEST_F(Lists, DamagedNeighboursAreABugCheckWhereverTheyAreMet) {
    InsertTailList(&head_, &nodes_[0].link);
    nodes_[0].link.Blink = nullptr;
    expect_corrupt([this] { InsertHeadList(&head_, &nodes_[1].link); });
    expect_corrupt([this] { RemoveHeadList(&head_); });
    nodes_[0].link.Blink = &head_;
    nodes_[0].link.Flink = &nodes_[0].link;
    expect_corrupt([this] { InsertTailList(&head_, &nodes_[1].link); });
    expect_corrupt([this] { RemoveTailList(&head_); });
    InitializeListHead(&nodes_[2].link);
    expect_corrupt([this] { AppendTailList(&head_, &nodes_[2].link); });
}

TEST_F(Lists, SinglyLinkedListsAreStacks) {
    SINGLE_LIST_ENTRY head = {nullptr};
    EXPECT_EQ(PopEntryList(&head), nullptr);
    PushEntryList(&head, &nodes_[0].next);
    PushEntryList(&head, &nodes_[1].next);
    EXPECT_EQ(PopEntryList(&head), &nodes_[1].next);
    EXPECT_EQ(PopEntryList(&head), &nodes_[0].next);
    EXPECT_EQ(PopEntryList(&head), nullptr);
    EXPECT_EQ(FIELD_OFFSET(Node, next), static_cast<LONG>(offsetof(Node, next)));
    EXPECT_EQ(ARRAYSIZE(nodes_), 3U);
}

} // namespace
} // namespace poolproof
