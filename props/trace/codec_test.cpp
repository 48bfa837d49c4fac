// The byte form: no loss, totality, refusals, and what dense records are worth. Does not cover: the text
// form.
#include "trace/codec.hpp"

#include "gen/random.hpp"
#include "gen/random_op.hpp"
#include "trace/dense.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace poolproof {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes random_bytes(Random& random, std::size_t count) {
    Bytes bytes(count);
    for (std::uint8_t& byte : bytes) {
        byte = static_cast<std::uint8_t>(random.next());
    }
    return bytes;
}

Trace decoded(const Bytes& bytes, Dialect dialect, std::size_t max_ops = 4096) {
    Trace trace;
    decode_any(bytes, dialect, trace, max_ops);
    return trace;
}

TEST(ByteForm, EveryCanonicalTraceComesBackAsItWas) {
    Random random(1);
    for (int i = 0; i < 400; ++i) {
        const Trace trace = random_canonical_trace(random, random.below(100));
        const Bytes bytes = encode(trace);
        EXPECT_EQ(bytes.size(), header_bytes + trace.ops.size() * record_bytes);
        const DecodedFile file = decode_file(bytes);
        ASSERT_EQ(file.error, FileError::none) << file.message;
        ASSERT_EQ(file.trace, trace);
        ASSERT_EQ(decoded(bytes, Dialect::any), trace);
    }
}

TEST(ByteForm, ALongTraceComesBackWhole) {
    Random random(2);
    const Trace trace = random_canonical_trace(random, 5000);
    EXPECT_EQ(decode_file(encode(trace)).trace, trace);
}

TEST(ByteForm, EveryByteStringDecodesToCanonicalOps) {
    Random random(3);
    for (int i = 0; i < 3000; ++i) {
        const Bytes bytes = random_bytes(random, random.below(200));
        for (const Dialect dialect : {Dialect::any, Dialect::special}) {
            const Trace trace = decoded(bytes, dialect);
            for (const Op& op : trace.ops) {
                ASSERT_EQ(canonical(op), op);
            }
        }
        decode_file(bytes);
    }
}

TEST(ByteForm, NoBytesAtAllAreAnEmptyTrace) {
    EXPECT_TRUE(decoded({}, Dialect::any).ops.empty());
    EXPECT_TRUE(decoded({}, Dialect::any).is_64_bit);
    EXPECT_EQ(decoded({}, Dialect::special).ops.size(), 1U);
}

TEST(ByteForm, ARaggedTailIsPaddedWithZeros) {
    Bytes bytes = {2, 0, 0xF0, static_cast<std::uint8_t>(OpKind::irql), 0, 0, 0, 0, 2};
    const Trace trace = decoded(bytes, Dialect::any);
    ASSERT_EQ(trace.ops.size(), 1U);
    EXPECT_EQ(trace.ops[0].kind, OpKind::irql);
    EXPECT_EQ(trace.ops[0].level, 2);
}

TEST(ByteForm, NoMoreOpsAreReadThanAskedFor) {
    Random random(4);
    const Bytes bytes = random_bytes(random, header_bytes + 20 * record_bytes);
    EXPECT_EQ(decoded(bytes, Dialect::any, 7).ops.size(), 7U);
    EXPECT_EQ(decoded(bytes, Dialect::special, 7).ops.size(), 7U);
    EXPECT_TRUE(decoded(bytes, Dialect::special, 0).ops.empty());
}

TEST(ByteForm, TheSpecialDialectBeginsWithSpecialPoolOn) {
    const Trace end = decoded({2, 0}, Dialect::special);
    const Trace start = decoded({2, 2}, Dialect::special);
    ASSERT_EQ(end.ops.size(), 1U);
    EXPECT_EQ(end.ops[0].mode, SpecialMode::verifier);
    EXPECT_EQ(end.ops[0].side, Side::end);
    ASSERT_EQ(start.ops.size(), 1U);
    EXPECT_EQ(start.ops[0].side, Side::start);
}

std::array<std::size_t, op_kind_count> kinds_in_swarm(unsigned swarm, Dialect dialect) {
    Random random(20);
    Bytes bytes = random_bytes(random, header_bytes + 4000 * record_bytes);
    bytes[0] = format_version;
    bytes[1] = static_cast<std::uint8_t>(swarm << 2U);
    for (std::size_t at = header_bytes; at < bytes.size(); at += record_bytes) {
        bytes[at] = static_cast<std::uint8_t>(bytes[at] % first_exact_byte);
    }
    std::array<std::size_t, op_kind_count> counts{};
    for (const Op& op : decoded(bytes, dialect).ops) {
        ++counts.at(static_cast<std::size_t>(op.kind));
    }
    return counts;
}

class Swarms : public testing::TestWithParam<Dialect> {};
INSTANTIATE_TEST_SUITE_P(Dialects, Swarms, testing::Values(Dialect::any, Dialect::special));

TEST_P(Swarms, EveryKindIsLeftOutByManyAndFavouredByMany) {
    std::array<unsigned, op_kind_count> without{};
    std::array<unsigned, op_kind_count> favoured{};
    for (unsigned swarm = 1; swarm < swarm_count; ++swarm) {
        const auto counts = kinds_in_swarm(swarm, GetParam());
        EXPECT_GT(counts[static_cast<std::size_t>(OpKind::allocate)], 300U);
        for (std::size_t kind = 0; kind < op_kind_count; ++kind) {
            without.at(kind) += counts.at(kind) <= 1 ? 1U : 0U; // the op that switches special pool on
            favoured.at(kind) += counts.at(kind) > 200 ? 1U : 0U;
        }
    }
    for (std::size_t kind = 1; kind < op_kind_count; ++kind) {
        EXPECT_GT(without.at(kind), 4U) << kind;
        EXPECT_GT(favoured.at(kind), 4U) << kind;
    }
}

TEST_P(Swarms, AHeaderWithoutOneHasEveryKind) {
    const auto counts = kinds_in_swarm(0, GetParam());
    EXPECT_EQ(std::count(counts.begin(), counts.end(), 0U), 0);
}

TEST_P(Swarms, ChangeNoExactRecordAndNothingOfVersion1) {
    Random random(21);
    const Trace trace = random_canonical_trace(random, 200);
    Bytes exact = encode(trace);
    const Trace as_it_was = decoded(exact, GetParam());
    Bytes old = random_bytes(random, header_bytes + 200 * old_record_bytes);
    old[0] = 1;
    old[1] = 0;
    const Trace old_as_it_was = decoded(old, GetParam());
    for (unsigned swarm = 1; swarm < swarm_count; ++swarm) {
        const auto flags = static_cast<std::uint8_t>(swarm << 2U);
        exact[1] = static_cast<std::uint8_t>((exact[1] & 3U) | flags);
        old[1] = flags;
        EXPECT_EQ(decoded(exact, GetParam()), as_it_was);
        EXPECT_EQ(decoded(old, GetParam()), old_as_it_was);
    }
}

TEST(ByteForm, ATraceThatSwitchesSpecialPoolOnItselfIsLeftAlone) {
    Trace trace;
    Op on;
    on.kind = OpKind::special_pool;
    on.mode = SpecialMode::verifier;
    on.side = Side::start;
    trace.ops = {on, canonical(Op{})};
    EXPECT_EQ(decoded(encode(trace), Dialect::special), trace);
}

TEST(ByteForm, TheStorageOfATraceIsKept) {
    Random random(5);
    Trace trace;
    decode_any(random_bytes(random, 50 * record_bytes), Dialect::any, trace);
    const std::size_t capacity = trace.ops.capacity();
    decode_any(random_bytes(random, 3 * record_bytes), Dialect::any, trace);
    EXPECT_EQ(trace.ops.capacity(), capacity);
    EXPECT_EQ(trace.ops.size(), 3U);
}

struct Refusal {
    Bytes bytes;
    FileError error;
};

TEST(ByteForm, DamagedFilesAreRefusedWithOneLine) {
    Bytes ragged = encode(Trace{true, {Op{}, Op{}}});
    ragged.pop_back();
    const std::array<Refusal, 9> refusals = {{
        {{}, FileError::empty},
        {{1}, FileError::truncated},
        {ragged, FileError::truncated},
        {{3, 0}, FileError::future_version},
        {{31}, FileError::future_version},
        {{0, 0}, FileError::garbage},
        {{'p', 'o', 'o', 'l'}, FileError::garbage},
        {{0xFF, 0xD8}, FileError::garbage},
        {{1, 0x80}, FileError::garbage},
    }};
    for (const Refusal& refusal : refusals) {
        const DecodedFile file = decode_file(refusal.bytes);
        EXPECT_EQ(file.error, refusal.error) << file.message;
        EXPECT_FALSE(file.message.empty());
        EXPECT_EQ(file.message.find('\n'), std::string::npos);
        EXPECT_TRUE(file.trace.ops.empty());
    }
}

// A block, IRQL 2, and two dense records, as version 1 wrote them.
TEST(ByteForm, AFileOfVersion1ReadsAsItDidThen) {
    Bytes bytes = {1, 0};
    Bytes allocate(old_record_bytes, 0);
    allocate[0] = 0xF0;
    allocate[1] = 1; // ExAllocatePoolWithTagPriority
    allocate[2] = 7;
    allocate[4] = 32;
    allocate[8] = 1;
    allocate[12] = 0x64;
    allocate[16] = 100;
    Bytes irql(old_record_bytes, 0);
    irql[0] = 0xF4;
    irql[3] = 2U << 2;
    Bytes dense_allocate(old_record_bytes, 0);
    dense_allocate[2] = 3; // slot 3 was that of EngAllocUserMem
    Bytes dense_query(old_record_bytes, 0);
    dense_query[0] = 239;
    for (const Bytes& record : {allocate, irql, dense_allocate, dense_query}) {
        bytes.insert(bytes.end(), record.begin(), record.end());
    }
    const DecodedFile file = decode_file(bytes);
    ASSERT_EQ(file.error, FileError::none) << file.message;
    ASSERT_EQ(file.trace.ops.size(), 4U);
    const Op& op = file.trace.ops[0];
    EXPECT_EQ(op.routine, Routine::ExAllocatePoolWithTagPriority);
    EXPECT_EQ(op.slot, 7);
    EXPECT_EQ(op.priority, 32);
    EXPECT_EQ(op.pool_type, 1U);
    EXPECT_EQ(op.tag, 0x64U);
    EXPECT_EQ(op.size, 100U);
    EXPECT_EQ(file.trace.ops[1].level, 2);
    EXPECT_EQ(file.trace.ops[2].routine, Routine::EngAllocUserMem);
    EXPECT_EQ(file.trace.ops[3].kind, OpKind::query_event);
    bytes.pop_back();
    EXPECT_EQ(decode_file(bytes).error, FileError::truncated);
}

TEST(ByteForm, AFileThatHoldsOnlyAHeaderIsAnEmptyTrace) {
    const DecodedFile file = decode_file(Bytes{1, 1});
    EXPECT_EQ(file.error, FileError::none);
    EXPECT_TRUE(file.message.empty());
    EXPECT_FALSE(file.trace.is_64_bit);
}

TEST(ByteForm, ExactRecordsReadTheSameInBothDialects) {
    Random random(6);
    const Trace trace = random_canonical_trace(random, 500);
    Trace special = decoded(encode(trace), Dialect::special);
    special.ops.erase(special.ops.begin());
    EXPECT_EQ(special.ops, trace.ops);
}

class DenseRecords : public testing::TestWithParam<Dialect> {
  protected:
    std::vector<Op> sample(std::size_t count) {
        Random random(7);
        std::vector<Op> ops;
        for (std::size_t i = 0; i < count; ++i) {
            Bytes bytes = random_bytes(random, record_bytes);
            bytes[0] = static_cast<std::uint8_t>(random.below(first_exact_byte));
            ops.push_back(decode_record(std::span<const std::uint8_t, record_bytes>(bytes), GetParam()));
        }
        return ops;
    }
};
INSTANTIATE_TEST_SUITE_P(Dialects, DenseRecords, testing::Values(Dialect::any, Dialect::special));

TEST_P(DenseRecords, AreCanonicalAndStandForEveryKind) {
    std::array<std::size_t, op_kind_count> counts{};
    for (const Op& op : sample(50'000)) {
        ASSERT_EQ(canonical(op), op);
        ++counts.at(static_cast<std::size_t>(op.kind));
        ASSERT_LT(op.slot, dense_slots);
    }
    EXPECT_EQ(std::count(counts.begin(), counts.end(), 0U), 0);
}

// Each in the op kind of its role: allocators, frees, and the rest. EngWritePrinter has an op of its own.
TEST_P(DenseRecords, ReachEveryRoutine) {
    std::array<std::size_t, routine_count> counts{};
    for (const Op& op : sample(200'000)) {
        if (op.kind == OpKind::allocate || op.kind == OpKind::free || op.kind == OpKind::call) {
            ++counts.at(static_cast<std::size_t>(op.routine));
        }
    }
    for (const RoutineTraits& traits : routine_table) {
        if (traits.routine != Routine::EngWritePrinter) {
            EXPECT_GT(counts.at(static_cast<std::size_t>(traits.routine)), 5U) << traits.name;
        }
    }
}

TEST_P(DenseRecords, TheBytesOfAKindStandForIt) {
    unsigned bytes_in_all = 0;
    for (std::size_t kind = 0; kind < op_kind_count; ++kind) {
        const KindBytes bytes = kind_bytes(static_cast<OpKind>(kind), GetParam());
        ASSERT_GT(bytes.count, 0U);
        for (unsigned i = 0; i < bytes.count; ++i) {
            std::array<std::uint8_t, record_bytes> record{};
            record[0] = static_cast<std::uint8_t>(bytes.first + i);
            EXPECT_EQ(decode_record(record, GetParam()).kind, static_cast<OpKind>(kind));
        }
        bytes_in_all += bytes.count;
    }
    EXPECT_EQ(bytes_in_all, first_exact_byte);
}

TEST_P(DenseRecords, FreesMostlyMatchTheAllocationsOfTheirSlot) {
    std::size_t frees = 0;
    std::size_t matching = 0;
    for (const Op& op : sample(50'000)) {
        if (op.kind == OpKind::free && op.routine == Routine::ExFreePoolWithTag &&
            op.pointer == Pointer::of_slot) {
            ++frees;
            matching += op.tag == usual_tag(op.slot) ? 1 : 0;
        }
    }
    EXPECT_GT(matching * 100, frees * 75);
    EXPECT_LT(matching, frees);
}

TEST(DenseRecordsOfTheSpecialDialect, AreMostlyEligibleForSpecialPool) {
    Random random(8);
    std::size_t eligible = 0;
    for (int i = 0; i < 10'000; ++i) {
        Bytes bytes = random_bytes(random, record_bytes);
        bytes[0] = kind_bytes(OpKind::allocate, Dialect::special).first;
        const Op op = decode_record(std::span<const std::uint8_t, record_bytes>(bytes), Dialect::special);
        eligible += op.size >= 1 && op.size < 4096 && op.routine != Routine::EngAllocUserMem ? 1 : 0;
    }
    EXPECT_GT(eligible, 8000U);
}

TEST(DenseRecordsOfAnyDialect, ReachTheEdgesOfSizes) {
    Random random(9);
    std::vector<std::uint64_t> sizes;
    for (int i = 0; i < 200'000; ++i) {
        Bytes bytes = random_bytes(random, record_bytes);
        bytes[0] = kind_bytes(OpKind::allocate, Dialect::any).first;
        sizes.push_back(decode_record(std::span<const std::uint8_t, record_bytes>(bytes), Dialect::any).size);
    }
    std::sort(sizes.begin(), sizes.end());
    for (const std::uint64_t size :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{4063}, std::uint64_t{4080}, std::uint64_t{4081},
          std::uint64_t{4095}, std::uint64_t{4096}, std::uint64_t{4097}, std::uint64_t{8191},
          std::uint64_t{8193}, std::uint64_t{12288}, std::uint64_t{65535}, std::uint64_t{65537},
          std::uint64_t{1048576}}) {
        EXPECT_TRUE(std::binary_search(sizes.begin(), sizes.end(), size)) << size;
    }
    EXPECT_GE(sizes.back(), UINT64_MAX - 8192);
}

} // namespace
} // namespace poolproof
