// Verdicts and events in words, each kind of them.
// Does not cover: which verdict an event gets.
#include "oracle/oracle.hpp"
#include "oracle/oracle_test_kit.hpp"

namespace poolproof::oracle {
namespace {

std::string said(const Event& event, const Op& op = request(ex_tag, 64)) {
    const std::string text = explain({clause_index("EAPT-06"), 0, "a pointer"}, op, event);
    constexpr std::string_view head = "expected a pointer; got ";
    EXPECT_EQ(text.substr(0, head.size()), head);
    return text.substr(head.size());
}

Event of_kind(EventKind kind) {
    Event event;
    event.kind = kind;
    return event;
}

Event crash(std::uint32_t code, std::uint64_t status) {
    Event event = of_kind(EventKind::crashed);
    event.code = code;
    event.number = status;
    return event;
}

TEST(VerdictWords, NameEveryVerdict) {
    EXPECT_EQ(name_of(Verdict::holds), "holds");
    EXPECT_EQ(name_of(Verdict::violated), "violated");
    EXPECT_EQ(name_of(Verdict::not_applicable), "not applicable");
    EXPECT_EQ(name_of(Verdict::unspecified), "unspecified");
    EXPECT_EQ(name_of(Verdict::not_observable), "not observable");
}

TEST(EventWords, TellWhatEndedAnOp) {
    EXPECT_EQ(said(of_kind(EventKind::skipped)), "nothing: the op was skipped");
    EXPECT_EQ(said(of_kind(EventKind::unsupported)), "nothing: the subject cannot express the op");
    EXPECT_EQ(said(of_kind(EventKind::timed_out)), "no return in time");
    EXPECT_EQ(said(of_kind(EventKind::garbled)), "an answer that is no event of this op");
    EXPECT_EQ(said(crash(0, 0)), "a crash of the subject");
    EXPECT_EQ(said(crash(11, 0)), "a crash of the subject: signal 11");
    EXPECT_EQ(said(crash(0xC0000005, 0)), "a crash of the subject: exception 0xC0000005");
    EXPECT_EQ(said(crash(0, 3)), "an end of the subject's process: exit status 3");
    Event changed = done();
    changed.intact = Seen::no;
    EXPECT_EQ(said(changed), "a normal return, after its bytes had changed");
}

TEST(EventWords, TellWhereABlockLies) {
    Event event = pointer(base);
    event.zeroed = Seen::yes;
    event.block = {};
    EXPECT_EQ(said(event), "pointer 0x10000000");
    event.block.rights_known = true;
    event.block.executable = true;
    EXPECT_EQ(said(event), "pointer 0x10000000, executable");
    event.block.known = event.block.special = event.block.paged = true;
    event.block.tag = fred;
    EXPECT_EQ(said(event),
              "pointer 0x10000000, paged pool, special pool, node 0, tag 0x46726564, executable");
    event.block.user = true;
    event.block.special = event.block.executable = false;
    event.block.process = 2;
    EXPECT_EQ(said(event),
              "pointer 0x10000000, user memory of process 2, node 0, tag 0x46726564, not executable");
}

TEST(EventWords, TellNumbersOfAQuery) {
    Event event = answer(7);
    event.counters = {1, 2, 3, 4, 5, 6, 7};
    Op op = query_event(true, false);
    EXPECT_EQ(said(event, op), "the answer 7");
    for (const OpKind kind : {OpKind::query_driver, OpKind::query_verifier}) {
        op.kind = kind;
        EXPECT_EQ(said(event, op), "the counters 1 2 3 4 5 6 7");
    }
}

TEST(EventWords, GiveABugCheckThatNoTableHasAsItsNumbers) {
    EXPECT_EQ(said(bug(0x1234, 1)), "bug check 0x1234 (0x1, 0x0, 0x0, 0x0)");
    EXPECT_EQ(
        said(bug(BAD_POOL_CALLER, 0xDEAD)).find("bug check 0xC2 BAD_POOL_CALLER (0xDEAD, 0x0, 0x0, 0x0)"),
        0U);
}

} // namespace
} // namespace poolproof::oracle
