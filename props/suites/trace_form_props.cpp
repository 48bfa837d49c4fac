// Trace forms: traces come back from bytes and from text as they were; RapidCheck's traces shrink well.
//
// Does not cover: what traces mean to a subject, refusals and messages (the tests in trace/).
#include "gen/rapidcheck_trace.hpp"
#include "suites/property.hpp"

namespace poolproof {
namespace {

template <class Property> std::string complaint_of(const Property& property) {
    rc::detail::TestMetadata metadata;
    metadata.id = testing::UnitTest::GetInstance()->current_test_info()->name();
    metadata.description = metadata.id;
    return complaint_in(rc::detail::checkTestable(property, metadata));
}

TEST(TraceForms, BytesLoseNothing) {
    EXPECT_EQ(complaint_of([] {
                  const Trace trace = *traces_of(Dialect::any);
                  RC_ASSERT(decode_file(encode(trace)).trace == trace);
              }),
              "");
}

TEST(TraceForms, TextLosesNothing) {
    EXPECT_EQ(complaint_of([] {
                  const Trace trace = *traces_of(Dialect::special);
                  const ParsedText parsed = parse_text(to_text(trace));
                  RC_ASSERT(parsed.message == "");
                  RC_ASSERT(parsed.trace == trace);
              }),
              "");
}

// A property that fails comes down to the two ops that make it fail.
TEST(TraceForms, TracesShrinkToTheirCause) {
    const auto shows = [](const Trace& trace) {
        bool allocated = false;
        for (const Op& op : trace.ops) {
            allocated = allocated || (op.kind == OpKind::allocate && op.size > 4096);
            if (allocated && op.kind == OpKind::free) {
                return true;
            }
        }
        return false;
    };
    const auto long_trace = traces_of(Dialect::any)(rc::Random(1), 100);
    ASSERT_GT(long_trace.value().ops.size(), 20U);
    ASSERT_TRUE(shows(long_trace.value()));
    const Trace small = rc::shrinkable::findLocalMin(long_trace, shows).first;
    ASSERT_EQ(small.ops.size(), 2U);
    EXPECT_EQ(small.ops[0].size, 8192U);
    EXPECT_EQ(small.ops[1].kind, OpKind::free);
    EXPECT_EQ(small.ops[1].routine, Routine::ExFreePool);
}

} // namespace
} // namespace poolproof
