// Reports of broken duties: each bit is right exactly when the duty is broken. Does not cover: other
// reactions.
#include "oracle/oracle_test_kit.hpp"

namespace poolproof::oracle {
namespace {

constexpr Routine plain = Routine::ExFreePool;
constexpr Routine tagged = Routine::ExFreePoolWithTag;

// The four combinations of broken or not and reported or not, of one op that ends in `event`.
void both_ways(const Op& broken, const Op& kept, Event event, std::uint32_t bit, const char* ids,
               Play play = Play(), std::uint64_t used = 0) {
    Play other = play;
    event.caller_faults = bit;
    play.step(broken, event, used).holds(ids);
    other.step(kept, event, used).violates(ids);
    event.caller_faults = 0;
    play.step(broken, event, used).violates(ids);
    other.step(kept, event, used).holds(ids);
}

Op with_tag(Op op, std::uint32_t tag) {
    op.tag = tag;
    return op;
}

// Silent about zero tags, so that the report is the only reaction.
Play lenient() {
    Claims claims = full_claims();
    claims.tag_zero = TagZero::unstated;
    return Play(claims);
}

ORACLE_TEST(OracleDuties, TagsOfAllocations) {
    const struct {
        Routine routine;
        const char* zero;
        const char* character;
    } cases[] = {{ex_tag, "TAG-01 EAPT-05", "TAG-02 EAPT-05"},
                 {ex_priority, "TAG-01 EATP-04", "TAG-02 EATP-04"},
                 {fsrtl, "FPT-04", "FPT-04"}};
    for (const auto& one : cases) {
        const Op kept = request(one.routine, 32);
        both_ways(with_tag(kept, 0), kept, null_result(), fault_tag_zero, one.zero, lenient());
        both_ways(with_tag(kept, 0x80616161), kept, null_result(), fault_tag_character, one.character);
    }
    const Op kept = request(eng, 32);
    both_ways(with_tag(kept, 0), kept, null_result(), fault_tag_zero, "EAM-06");
    const Op user = request(eng_user, 32);
    both_ways(with_tag(user, 0), user, null_result(), fault_tag_zero, "EAU-14");
}

ORACLE_TEST(OracleDuties, TheEdgesOfTheTagRange) {
    Event silent = pointer(base);
    Event told = silent;
    told.caller_faults = fault_tag_character;
    for (const std::uint32_t good : {0x7E202061U, 0x7E7E7E30U}) {
        Play().step(with_tag(request(ex_tag, 32), good), silent).holds("TAG-02");
        Play().step(with_tag(request(ex_tag, 32), good), told).violates("TAG-02");
    }
    for (const std::uint32_t bad : {0x7F616161U, 0x1F616161U, 0x61610061U, 0x61617F61U, 0x61616100U}) {
        Play().step(with_tag(request(ex_tag, 32), bad), told).holds("TAG-02");
        Play().step(with_tag(request(ex_tag, 32), bad), silent).violates("TAG-02");
    }
    Play().step(with_tag(request(fsrtl, 32), 0x7F1F6161), silent).holds("FPT-04");
    const Op brief = with_tag(request(ex_tag, 32), 0x6162); // 'ab': X-07
    Play().step(brief, silent).says_nothing_of("TAG-02");
    Play().step(brief, told).says_nothing_of("TAG-02");
}

ORACLE_TEST(OracleDuties, TagsOfFrees) {
    const Op kept = release(tagged);
    Claims claims = full_claims();
    claims.tag_mismatch = TagMismatch::silent;
    const auto with_block = [&claims] {
        Play play(claims);
        play.allocate(ex_tag, 40, base);
        return play;
    };
    const Event refused = bug(0x1234, 0); // keeps the block; a report may come with it
    Event told = refused;
    told.caller_faults = fault_tag_zero;
    with_block().step(with_tag(kept, 0), told, base).holds("TAG-01");
    Event silent = done();
    with_block().step(with_tag(kept, 0), silent, base).violates("TAG-01 EFPT-04 EFPT-02");
    silent.caller_faults = fault_tag_zero | fault_free_tag;
    with_block().step(with_tag(kept, 0), silent, base).holds("TAG-01 EFPT-04 EFPT-02");
    with_block().step(kept, silent, base).violates("TAG-01 EFPT-04 EFPT-02");
    with_block().step(with_tag(kept, 0x7F616161), done(), base).violates("TAG-02 EFPT-04 EFPT-02");
    with_block().step(kept, done(), base).holds("TAG-01 TAG-02 EFPT-04");
}

ORACLE_TEST(OracleDuties, ZeroBytes) {
    const struct {
        Routine routine;
        const char* ids;
    } cases[] = {{ex_tag, "ZER-01 EAPT-19"}, {ex_priority, "ZER-01 EATP-15"}, {fsrtl, "ZER-03 FPT-03"}};
    for (const auto& one : cases) {
        Event event = pointer(base);
        event.caller_faults = fault_zero_bytes;
        Play().step(request(one.routine, 0), event).holds(one.ids);
        Play().step(request(one.routine, 1), event).violates(one.ids);
        event.caller_faults = 0;
        Play().step(request(one.routine, 0), event).violates(one.ids);
        Play().step(request(one.routine, 1), event).holds(one.routine == fsrtl ? one.ids : "ZER-01");
    }
}

ORACLE_TEST(OracleDuties, PoolTypesAndPriorities) {
    Op kept = request(ex_priority, 32);
    Op broken = kept;
    broken.priority = 17;
    both_ways(broken, kept, null_result(), fault_priority, "EATP-22");
    kept.priority = HighPoolPrioritySpecialPoolUnderrun;
    broken.priority = 33;
    both_ways(broken, kept, null_result(), fault_priority, "EATP-22");

    kept = broken = request(fsrtl, 32);
    broken.pool_type = PagedPoolSession;
    both_ways(broken, kept, raised(0xC000009A), fault_pool_type, "FPT-01");
    Event event = raised(0xC000009A);
    event.caller_faults = fault_must_succeed;
    Play().step(kept, event).violates("FPT-02");
    Play().step(kept, raised(0xC000009A)).holds("FPT-02");
    broken.pool_type = NonPagedPoolMustSucceed;
    event = bug(BAD_POOL_CALLER, 0x9A, NonPagedPoolMustSucceed, 32, fred);
    event.caller_faults = fault_must_succeed;
    Play().step(broken, event).holds("FPT-02");
    Play().step(broken, raised(0xC000009A)).violates("FPT-02");
    for (const Routine routine : ex_routines) {
        kept = broken = request(routine, 32);
        broken.pool_type = NonPagedPoolCacheAlignedMustS;
        event = null_result();
        event.caller_faults = fault_must_succeed;
        Play().step(kept, event).violates("MS-04");
        event.caller_faults = 0;
        Play().step(kept, event).holds("MS-04");
        event = bug(BAD_POOL_CALLER, 0x9A, NonPagedPoolCacheAlignedMustS, 32, fred);
        event.caller_faults = fault_must_succeed;
        Play().step(broken, event).holds("MS-04");
        Play().step(broken, null_result()).violates("MS-04");
    }
    Op nx = request(fsrtl, 32);
    nx.pool_type = NonPagedPoolNx;
    Event told = pointer(base);
    told.caller_faults = fault_pool_type;
    Play().step(nx, told).says_nothing_of("FPT-01");
}

ORACLE_TEST(OracleDuties, IrqlOfAllocations) {
    const char* above[] = {"IRQ-01 EAPT-16", "IRQ-01 EATP-13", "IRQ-01 FPT-09"};
    const char* paged[] = {"IRQ-02 EAPT-17", "IRQ-02 EATP-13", "IRQ-02 FPT-09"};
    for (std::size_t i = 0; i < 3; ++i) {
        Op op = request(ex_family[i], 32);
        Event event = pointer(base);
        Play().step(op, event).holds(above[i]);
        Play().step(op, event).holds(paged[i]);
        event.caller_faults = fault_irql;
        Play().step(op, event).violates(above[i]);
        Play().step(op, event).violates(paged[i]);
        op.pool_type = PagedPool;
        event = bug(BAD_POOL_CALLER, 8, 2, PagedPool, 32);
        event.caller_faults = fault_irql;
        Play().irql(2).step(op, event).holds(paged[i]);
        event.caller_faults = 0;
        Play().irql(2).step(op, event).leaves_open(paged[i]);
    }
}

ORACLE_TEST(OracleDuties, IrqlOfFrees) {
    const char* ids[] = {"IRQ-04 EFP-04", "IRQ-04 EFPT-05"};
    for (std::size_t i = 0; i < 2; ++i) {
        const Op op = release(ex_frees[i]);
        Event event = done();
        Play().allocate(ex_tag, 32, base).step(op, event, base).holds(ids[i]);
        event.caller_faults = fault_irql;
        Play().allocate(ex_tag, 32, base).step(op, event, base).violates(ids[i]);
        Play().allocate(ex_tag, 32, base).irql(2).step(op, event, base).violates(ids[i]);
        event.caller_faults = 0;
        Play().allocate(ex_tag, 32, base).irql(5).step(op, event, base).violates(ids[i]);
    }
}

ORACLE_TEST(OracleDuties, PointersOfFrees) {
    Op stray = release(tagged);
    stray.pointer = Pointer::system_address;
    Op user = release(tagged);
    user.pointer = Pointer::user_address;
    const struct {
        Op op;
        std::uint64_t used;
        bool freed;
        const char* ids;
    } cases[] = {{stray, base + 0x9000, false, "EFP-05 EFPT-01"},
                 {release(tagged), base + 8, false, "EFP-06 EFPT-01"},
                 {release(tagged), base, true, "EFP-07 EFPT-01"},
                 {user, 64, false, "EFP-08 EFPT-01"}};
    Claims claims = full_claims(); // only reports count
    claims.capabilities = can_validate;
    for (const auto& one : cases) {
        Play play(claims);
        play.allocate(ex_tag, 40, base);
        if (one.freed) {
            play.step(release(plain), done(), base);
        }
        Event event = done();
        event.caller_faults = fault_free_address;
        Play(play).step(one.op, event, one.used).holds(one.ids);
        event.caller_faults = 0;
        Play(play).step(one.op, event, one.used).violates(one.ids);
    }
    Event event = done();
    event.caller_faults = fault_free_address;
    Play().allocate(ex_tag, 40, base).step(release(tagged), event, base).violates("EFPT-01");
}

ORACLE_TEST(OracleDuties, FreeTagsRoutinesAndProcesses) {
    Play play;
    play.allocate(ex_tag, 40, base);
    Event event = bug(BAD_POOL_CALLER, 0x0A, base, fred, 0x31676154);
    event.caller_faults = fault_free_tag;
    play.step(with_tag(release(tagged), 0x31676154), event, base).holds("EFPT-02");
    event = done();
    event.caller_faults = fault_free_tag;
    play.step(release(tagged), event, base).violates("EFPT-02");

    event.caller_faults = fault_wrong_free_routine;
    Play().allocate(eng, 40, base).step(release(tagged), event, base).holds("EAM-07");
    Play()
        .allocate(eng, 40, base)
        .step(release(Routine::EngFreeUserMem), event, base)
        .says_nothing_of("EAM-07");
    Play().allocate(eng, 40, base).step(release(Routine::EngFreeMem), event, base).violates("EAM-07");
    event.caller_faults = 0;
    Play().allocate(eng, 40, base).step(release(plain), event, base).violates("EAM-07");
    Play().allocate(eng, 40, base).step(release(Routine::EngFreeMem), event, base).holds("EAM-07");

    const Op user_free = release(Routine::EngFreeUserMem);
    Play other;
    other.allocate(eng_user, 40, user_base)
        .process(1)
        .step(user_free, done(), user_base)
        .violates("EAU-04 EFU-02");
    Play own;
    own.allocate(eng_user, 40, user_base).step(user_free, done(), user_base).holds("EAU-04 EFU-02");
    event.caller_faults = fault_wrong_process;
    own.allocate(eng_user, 40, user_base).step(user_free, event, user_base).violates("EAU-04 EFU-02");
    other.step(user_free, event, user_base).holds("EAU-04 EFU-02");
}

ORACLE_TEST(OracleDuties, UserMemoryIsNotForThePrinter) {
    Op print;
    print.kind = OpKind::print;
    Event told = answer(0);
    told.caller_faults = fault_printer_memory;
    Play().allocate(eng_user, 40, user_base).step(print, told, user_base).holds("EAU-08");
    Play().allocate(eng_user, 40, user_base).step(print, answer(1), user_base).violates("EAU-08");
    Play().allocate(ex_tag, 40, base).step(print, answer(1), base).holds("EAU-08");
    Play().allocate(ex_tag, 40, base).step(print, told, base).violates("EAU-08");
}

} // namespace
} // namespace poolproof::oracle
