// The text form: golden text, no loss, every class of error. Does not cover: the byte form.
#include "trace/text.hpp"

#include "gen/random.hpp"
#include "gen/random_op.hpp"

#include <gtest/gtest.h>

#include <array>

namespace poolproof {
namespace {

constexpr std::string_view golden = R"(poolproof-trace 2 64-bit
allocate ExAllocatePoolWithTag s0 type=NonPagedPool size=100 tag='Fred'
allocate ExAllocatePoolWithTagPriority s1 type=PagedPool|POOL_RAISE_IF_ALLOCATION_FAILURE size=0 tag='ab' priority=LowPoolPriority
allocate ExAllocatePoolWithTagPriority s2 type=NonPagedPoolNx size=1 tag=0x00000000
allocate FsRtlAllocatePoolWithTag s3 type=NonPagedPool size=0xFFFFFFFFFFFFFFFF tag='A  '
allocate EngAllocMem s4 flags=FL_ZERO_MEMORY|FL_NONPAGED_MEMORY size=4096 tag=0x4672657F
allocate EngAllocMem s5 size=7 tag='X'
allocate EngAllocUserMem s255 size=65536 tag='User'
read s0 offset=-16 length=8192
write s0 offset=100 length=1 mask=0xFF
free ExFreePoolWithTag s0 tag='Fred'
free ExFreePool s0 offset=16
free ExFreePool null
free EngFreeMem system_address
free EngFreeUserMem user_address
irql 2
processor 3
process 1
budget node=1 pool=paged pages=10
fail_nth 3
special_pool off
special_pool verifier
special_pool by_tag side=start tag='Fred'
verifier on
print s4 length=64
query_tag pool=nonpaged tag='Fred'
query_event high pool=paged
allocate ExAllocatePool s6 type=PagedPool size=8
allocate ExAllocatePool2 s7 flags=POOL_FLAG_USE_QUOTA|POOL_FLAG_NON_PAGED size=100 tag='Fred'
allocate ExAllocatePool3 s8 flags=POOL_FLAG_NON_PAGED|POOL_FLAG_SPECIAL_POOL params=1:16,3:1:any:optional size=100 tag='Fred'
allocate ExAllocateFromLookasideListEx s9 list=3
allocate EngAllocPrivateUserMem s10 surface=2 size=100 tag='Fred'
allocate FltAllocatePoolAlignedWithTag s11 instance=1 type=NonPagedPool size=0 tag='Fred'
free ExFreePool2 s8 params=2:0 tag='Fred'
free EngFreePrivateUserMem s10 surface=2
free ExFreeToLookasideListEx s9 list=3
verifier on flags=pool_tracking
call ExInitializeLookasideListEx list=3 type=PagedPool list_flags=0x00000001 routines=own size=64 tag='Look'
call ExInitializeNPagedLookasideList list=1 flags=0x00000010 size=64 tag='Look'
call ExDeleteLookasideListEx list=3
call EngSecureMem s10 offset=-8 length=100
call EngUnsecureMem s10
call PsChargePoolQuota process=1 type=PagedPool size=64
quota process=1 pool=paged size=4096
query_quota process=1 pool=paged
driver 2
unload 2
low_resources 600 tag='Fred'
clock 480
unload 2 phase=begin
call ExSecurePoolValidate s8 private=1 cookie=7 tag='Fred'
dpc on
idle on process=3
idle off
query_driver 2 pool=paged
query_verifier
)";

// Version 1 had fewer ops; its text reads as it always did.
constexpr std::string_view golden_1 = R"(poolproof-trace 1 32-bit
allocate ExAllocatePoolWithTag s0 type=NonPagedPool size=100 tag='Fred'
verifier on
free ExFreePoolWithTag s0 tag='Fred'
)";

TEST(TextForm, TextOfVersion1IsReadAsBeforeAndWrittenAsTheNewest) {
    const ParsedText parsed = parse_text(golden_1);
    ASSERT_TRUE(parsed.ok) << parsed.line << ": " << parsed.message;
    std::string newest(golden_1);
    newest.replace(newest.find('1'), 1, "2");
    EXPECT_EQ(to_text(parsed.trace), newest);
}

TEST(TextForm, GoldenTextReadsAndWritesAsItStands) {
    const ParsedText parsed = parse_text(golden);
    ASSERT_TRUE(parsed.ok) << parsed.line << ": " << parsed.message;
    EXPECT_EQ(parsed.trace.ops.size(), 55U);
    EXPECT_EQ(to_text(parsed.trace), golden);
}

TEST(TextForm, FieldsMeanWhatTheySay) {
    const ParsedText parsed =
        parse_text("poolproof-trace 1 32-bit\n"
                   "allocate ExAllocatePoolWithTagPriority s9 priority=HighPoolPriority "
                   "tag='Fred' size=0x10 type=PagedPool|0x40000000\n");
    ASSERT_TRUE(parsed.ok) << parsed.message;
    Op op;
    op.routine = Routine::ExAllocatePoolWithTagPriority;
    op.slot = 9;
    op.priority = 32;
    op.tag = 0x46726564;
    op.size = 16;
    op.pool_type = 0x40000001;
    EXPECT_FALSE(parsed.trace.is_64_bit);
    ASSERT_EQ(parsed.trace.ops.size(), 1U);
    EXPECT_EQ(parsed.trace.ops[0], op);
}

TEST(TextForm, EveryCanonicalTraceComesBackAsItWas) {
    Random random(21);
    for (int i = 0; i < 300; ++i) {
        const Trace trace = random_canonical_trace(random, 60);
        const ParsedText parsed = parse_text(to_text(trace));
        ASSERT_TRUE(parsed.ok) << parsed.line << ": " << parsed.message << "\n" << to_text(trace);
        ASSERT_EQ(parsed.trace, trace);
    }
}

TEST(TextForm, EveryTagComesBackAsItWas) {
    Random random(22);
    Op op;
    for (int i = 0; i < 20'000; ++i) {
        op.tag = 0;
        for (int byte = 0; byte < 4; ++byte) {
            constexpr std::array<std::uint8_t, 12> bytes = {0,   0x1F, ' ', '\'', '\\', '#',
                                                            '=', 'a',  '~', 0x7F, 0x80, 0xFF};
            op.tag = op.tag << 8 | bytes.at(random.below(bytes.size()));
        }
        const ParsedText parsed = parse_text("poolproof-trace 1 64-bit\n" + to_text(op));
        ASSERT_TRUE(parsed.ok) << to_text(op) << parsed.message;
        ASSERT_EQ(parsed.trace.ops.at(0).tag, op.tag) << to_text(op);
    }
}

TEST(TextForm, CommentsBlankLinesAndWindowsLineEndsAreFine) {
    const ParsedText parsed =
        parse_text("\r\n# a comment\r\n  poolproof-trace 1 64-bit # the header\r\n\t\r\n"
                   "  query_tag\ttag='a#b' pool=paged # why\r\n#end\r\nirql 2");
    ASSERT_TRUE(parsed.ok) << parsed.line << ": " << parsed.message;
    ASSERT_EQ(parsed.trace.ops.size(), 2U);
    EXPECT_EQ(parsed.trace.ops[0].tag, 0x612362U);
    EXPECT_EQ(parsed.trace.ops[1].level, 2);
}

TEST(TextForm, FieldsThatAreLeftOutHaveTheirDefault) {
    const ParsedText parsed = parse_text("poolproof-trace 1 64-bit\nwrite s3\n");
    ASSERT_TRUE(parsed.ok);
    Op op;
    op.kind = OpKind::write;
    op.slot = 3;
    EXPECT_EQ(parsed.trace.ops.at(0), op);
}

struct Error {
    std::string_view op; // the third line of a trace
    std::string_view message;
};

constexpr std::array<Error, 30> errors = {{
    {"alocate",
     "expected an op, one of allocate, free, read, write, irql, processor, process, budget, fail_nth, "
     "special_pool, verifier, print, query_tag, query_event, call, quota, query_quota, driver, unload, "
     "low_resources, clock, dpc, idle, query_driver, query_verifier; got \"alocate\""},
    {"allocate", "expected a routine, one of"},
    {"allocate ExFreePool s0", "got \"ExFreePool\""},
    {"free EngAllocMem s0",
     "expected a routine, one of ExFreePool, ExFreePoolWithTag, EngFreeMem, EngFreeUserMem"},
    {"read s256", "expected s0 to s255; got \"s256\""},
    {"read 3", "expected s0 to s255; got \"3\""},
    {"free ExFreePool nul", "expected s0 to s255, null, user_address or system_address; got \"nul\""},
    {"free ExFreePool", "got the end of the line"},
    {"free ExFreePool s0 tag='Fred'", "expected KEY=VALUE with a key of offset; got \"tag='Fred'\""},
    {"free ExFreePool null offset=1", "expected the end of the line; got \"offset=1\""},
    {"read s0 lenght=1", "expected KEY=VALUE with a key of offset, length; got \"lenght=1\""},
    {"read s0 length", "expected KEY=VALUE with a key of offset, length; got \"length\""},
    {"read s0 length=1 length=1", "expected KEY=VALUE with a key of offset; got \"length=1\""},
    {"read s0 length=0", "expected bytes, 1 to 8192; got \"0\""},
    {"read s0 length=8193", "expected bytes, 1 to 8192; got \"8193\""},
    {"read s0 offset=2147483648", "expected an offset, a signed number of 32 bits; got \"2147483648\""},
    {"read s0 offset=--1", "expected an offset"},
    {"write s0 mask=0", "expected a mask, 1 to 255; got \"0\""},
    {"irql 16", "expected an IRQL, 0 to 15; got \"16\""},
    {"processor 4", "expected a processor, 0 to 3; got \"4\""},
    {"process 4", "expected a process, 0 to 3; got \"4\""},
    {"budget node=2", "expected a node, 0 to 1; got \"2\""},
    {"budget pool=both", "expected one of nonpaged, paged; got \"both\""},
    {"special_pool on", "expected a mode, one of off, verifier, by_tag; got \"on\""},
    {"special_pool verifier side=left", "expected one of end, start; got \"left\""},
    {"verifier 1", "expected a switch, one of off, on; got \"1\""},
    {"query_tag tag='Fredd'", "expected a tag, 'c' to 'cccc' or 0xHHHHHHHH; got \"'Fredd'\""},
    {"allocate ExAllocatePoolWithTag s0 type=Paged",
     "expected pool types and modifiers joined by |, of NonPagedPool"},
    {"allocate ExAllocatePoolWithTagPriority s0 priority=64", "expected a priority, one of LowPoolPriority"},
    {"allocate EngAllocMem s0 size=0x100000000", "expected bytes, 0 to 4294967295; got \"0x100000000\""},
}};

TEST(TextForm, ErrorsNameTheLineAndWhatWasExpected) {
    for (const Error& error : errors) {
        const ParsedText parsed =
            parse_text("poolproof-trace 1 64-bit\n\n" + std::string(error.op) + "\nirql 2\n");
        EXPECT_FALSE(parsed.ok) << error.op;
        EXPECT_EQ(parsed.line, 3U) << error.op;
        EXPECT_NE(parsed.message.find(error.message), std::string::npos)
            << error.op << ": " << parsed.message;
        EXPECT_FALSE(parsed.future_version);
    }
}

TEST(TextForm, NumbersMustFit) {
    for (const std::string_view number :
         {"18446744073709551616", "0x10000000000000000", "0x", "12a", "-1", "+1", ""}) {
        EXPECT_FALSE(parse_text("poolproof-trace 1 64-bit\nfail_nth " + std::string(number)).ok) << number;
    }
    EXPECT_TRUE(parse_text("poolproof-trace 1 64-bit\nfail_nth 18446744073709551615").ok);
    EXPECT_TRUE(parse_text("poolproof-trace 1 64-bit\nread s0 offset=-0x80000000").ok);
}

TEST(TextForm, ATextWithoutHeaderIsRefused) {
    for (const std::string_view text : {"", "\n\n", "# only a comment", "irql 2\n", "poolproof-trace\n",
                                        "poolproof-trace 0 64-bit\n", "poolproof-trace one 64-bit\n"}) {
        const ParsedText parsed = parse_text(text);
        EXPECT_FALSE(parsed.ok) << text;
        EXPECT_GE(parsed.line, 1U) << text;
        EXPECT_NE(parsed.message.find("poolproof-trace 2 64-bit"), std::string::npos) << parsed.message;
        EXPECT_FALSE(parsed.future_version);
    }
}

TEST(TextForm, AHeaderWithTooMuchOrTooLittleIsRefused) {
    EXPECT_NE(parse_text("poolproof-trace 1\n").message.find("32-bit, 64-bit"), std::string::npos);
    EXPECT_NE(parse_text("poolproof-trace 1 16-bit\n").message.find("32-bit, 64-bit"), std::string::npos);
    EXPECT_FALSE(parse_text("poolproof-trace 1 64-bit strict\n").ok);
}

TEST(TextForm, ANewerVersionIsToldApart) {
    const ParsedText parsed = parse_text("poolproof-trace 3 128-bit\nfrobnicate\n");
    EXPECT_FALSE(parsed.ok);
    EXPECT_TRUE(parsed.future_version);
    EXPECT_EQ(parsed.line, 1U);
    EXPECT_NE(parsed.message.find("got \"3\""), std::string::npos) << parsed.message;
}

TEST(TextForm, AnyBytesAtAllGiveOneLine) {
    Random random(23);
    for (int i = 0; i < 5000; ++i) {
        std::string text = i % 2 == 0 ? "poolproof-trace 1 64-bit\n" : "";
        for (std::uint32_t left = random.below(60); left > 0; --left) {
            text += static_cast<char>(random.next());
        }
        const ParsedText parsed = parse_text(text);
        for (const char c : parsed.message) {
            ASSERT_TRUE(c >= 0x20 && c < 0x7F);
        }
        ASSERT_EQ(parsed.ok, parsed.message.empty());
    }
}

} // namespace
} // namespace poolproof
