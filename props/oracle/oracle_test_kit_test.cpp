// The kit's code, and the check that every row was seen both ways. Does not cover: single rules (the other
// oracle_*_test.cpp files).
#include "oracle/oracle_test_kit.hpp"

#include <string>

namespace poolproof::oracle {

Claims full_claims() {
    Claims claims;
    claims.capabilities = can_everything;
    claims.special_pool_blocks = 2048;
    claims.tag_zero = TagZero::bug_check;
    claims.tag_mismatch = TagMismatch::bug_check;
    claims.zero_bytes = ZeroBytes::smallest_block;
    claims.null_free = NullFree::bug_check;
    claims.tag_without_alnum = TagWithoutAlnum::bug_check;
    claims.tail_reuse = TailReuse::reused;
    claims.must_succeed = MustSucceed::bug_check;
    return claims;
}

Op request(Routine routine, std::uint64_t size) {
    Op op;
    op.kind = OpKind::allocate;
    op.routine = routine;
    op.size = size;
    op.tag = fred;
    switch (traits_of(routine).type) {
    case TypeArgument::pool_flags:
        op.pool_type = pool_flag_non_paged;
        break;
    case TypeArgument::eng_flags:
        op.pool_type = FL_NONPAGED_MEMORY;
        break;
    default:
        op.pool_type = NonPagedPool;
        break;
    }
    return op;
}

Op release(Routine routine) {
    Op op;
    op.kind = OpKind::free;
    op.routine = routine;
    op.tag = fred;
    return op;
}

Op touch(OpKind kind, std::int32_t offset, std::uint32_t length) {
    Op op;
    op.kind = kind;
    op.offset = offset;
    op.length = length;
    return op;
}

Op query_tag(std::uint32_t tag, bool paged) {
    Op op;
    op.kind = OpKind::query_tag;
    op.tag = tag;
    op.paged = paged;
    return op;
}

Op query_event(bool paged, bool high) {
    Op op;
    op.kind = OpKind::query_event;
    op.paged = paged;
    op.level = high ? 1 : 0;
    return op;
}

Event pointer(std::uint64_t address) {
    Event event;
    event.kind = EventKind::pointer;
    event.address = address;
    event.accessible = Seen::yes;
    event.zeroed = Seen::no;
    return event;
}

Event placed(const Op& op, std::uint64_t address, bool special) {
    Event event = pointer(address);
    BlockInfo& block = event.block;
    block.known = true;
    block.special = special;
    block.user = op.routine == Routine::EngAllocUserMem;
    const AllocationRequest ask = request_of(op, 0, ListSettings{});
    block.paged = ask.paged;
    block.executable = !block.paged && (ask.pool_type & POOL_NX_ALLOCATION) == 0;
    block.tag = ask.tag;
    block.bytes = op.size;
    return event;
}

Event null_result() {
    Event event;
    event.kind = EventKind::null;
    return event;
}

Event raised(std::uint32_t status) {
    Event event;
    event.kind = EventKind::raised;
    event.status = status;
    return event;
}

Event bug(std::uint32_t code, std::uint64_t p1, std::uint64_t p2, std::uint64_t p3, std::uint64_t p4) {
    Event event;
    event.kind = EventKind::bug_check;
    event.code = code;
    event.parameters = {p1, p2, p3, p4};
    return event;
}

Event fault_at(std::uint64_t address) {
    Event event;
    event.kind = EventKind::guard_fault;
    event.address = address;
    return event;
}

Event done() {
    Event event;
    event.kind = EventKind::done;
    return event;
}

Event answer(std::uint64_t number) {
    Event event;
    event.kind = EventKind::value;
    event.number = number;
    return event;
}

Event row(std::uint64_t allocations, std::uint64_t frees, std::uint64_t bytes) {
    Event event = answer(0);
    event.row = {allocations, frees, bytes};
    return event;
}

std::vector<RowTally>& seen_rows() {
    static std::vector<RowTally> seen(all_rows().size());
    return seen;
}

std::vector<OracleTest>& oracle_tests() {
    static std::vector<OracleTest> tests;
    return tests;
}

bool add_oracle_test(OracleTest test) {
    oracle_tests().push_back(test);
    return true;
}

Play::Play(const Claims& claims) {
    judge_.begin(claims);
}

Play& Play::step(const Op& op, Event event, std::uint64_t used) {
    before_ = judge_.tally();
    event.used = used;
    judge_.step(op, event, violations_);
    for (std::size_t i = 0; i < before_.size(); ++i) {
        seen_rows()[i].holds += judge_.tally()[i].holds - before_[i].holds;
        seen_rows()[i].violated += judge_.tally()[i].violated - before_[i].violated;
        seen_rows()[i].unspecified += judge_.tally()[i].unspecified - before_[i].unspecified;
    }
    return *this;
}

Play& Play::allocate(Routine routine, std::uint64_t size, std::uint64_t address) {
    const Op op = request(routine, size);
    Event event = placed(op, address);
    event.block.process = judge_.world().process();
    return step(op, event);
}

Play& Play::allocate_special(Routine routine, std::uint64_t size, std::uint64_t address) {
    const Op op = request(routine, size);
    return step(op, placed(op, address, true));
}

Play& Play::irql(std::uint8_t level) {
    Op op;
    op.kind = OpKind::irql;
    op.level = level;
    return step(op, done());
}

Play& Play::process(std::uint8_t index) {
    Op op;
    op.kind = OpKind::process;
    op.index = index;
    return step(op, done());
}

Play& Play::processor(std::uint8_t index) {
    Op op;
    op.kind = OpKind::processor;
    op.index = index;
    return step(op, done());
}

Play& Play::budget(unsigned node, bool paged, std::uint64_t pages) {
    Op op;
    op.kind = OpKind::budget;
    op.index = static_cast<std::uint8_t>(node);
    op.paged = paged;
    op.size = pages;
    return step(op, done());
}

Play& Play::fail_next() {
    Op op;
    op.kind = OpKind::fail_nth;
    op.size = 1;
    return step(op, done());
}

Play& Play::verifier() {
    Op op;
    op.kind = OpKind::verifier;
    op.level = 1;
    return step(op, done());
}

Play& Play::special(SpecialMode mode, Side side, std::uint32_t tag) {
    Op op;
    op.kind = OpKind::special_pool;
    op.mode = mode;
    op.side = side;
    op.tag = tag;
    return step(op, done());
}

RowTally Play::last(std::string_view clause) const {
    RowTally sum;
    EXPECT_GE(clause_index(clause), 0) << clause;
    for (std::size_t i = 0; i < before_.size(); ++i) {
        if (all_rows()[i].row->clause == clause) {
            sum.holds += judge_.tally()[i].holds - before_[i].holds;
            sum.violated += judge_.tally()[i].violated - before_[i].violated;
            sum.unspecified += judge_.tally()[i].unspecified - before_[i].unspecified;
        }
    }
    return sum;
}

namespace {

template <class Visit> void each_id(std::string_view clauses, const Visit& visit) {
    while (!clauses.empty()) {
        const auto blank = clauses.find(' ');
        visit(clauses.substr(0, blank));
        clauses.remove_prefix(blank == std::string_view::npos ? clauses.size() : blank + 1);
    }
}

} // namespace

void Play::holds(std::string_view clauses) const {
    each_id(clauses, [this](std::string_view id) {
        EXPECT_GT(last(id).holds, 0U) << id << " should hold";
        EXPECT_EQ(last(id).violated, 0U) << id << " should hold";
    });
}

void Play::violates(std::string_view clauses) const {
    each_id(clauses,
            [this](std::string_view id) { EXPECT_GT(last(id).violated, 0U) << id << " not violated"; });
}

void Play::leaves_open(std::string_view clauses) const {
    each_id(clauses, [this](std::string_view id) {
        EXPECT_GT(last(id).unspecified, 0U) << id << " should be open";
        EXPECT_EQ(last(id).violated, 0U) << id << " should be open";
    });
}

void Play::says_nothing_of(std::string_view clauses) const {
    each_id(clauses, [this](std::string_view id) {
        const RowTally sum = last(id);
        EXPECT_EQ(sum.holds + sum.violated + sum.unspecified, 0U) << id << " should not be judged";
    });
}

void Play::is_clean() const {
    for (const Violation& violation : violations_) {
        ADD_FAILURE() << all_clauses()[static_cast<std::size_t>(violation.clause)].id << " violated at op "
                      << violation.op_index << ": expected " << violation.expected;
    }
}

namespace {

TEST(OracleRows, NameClausesThatExist) {
    for (const BoundRow& bound : all_rows()) {
        EXPECT_GE(bound.clause, 0) << bound.row->clause;
        EXPECT_GT(std::string_view(bound.row->expected).size(), 5U) << bound.row->clause;
    }
}

TEST(OracleRows, JudgeEveryClauseThatIsNotMarkedUnjudged) {
    for (const Clause& clause : all_clauses()) {
        EXPECT_EQ(is_judged(clause_index(clause.id)), clause.unjudged.empty()) << clause.id;
    }
}

TEST(OracleRows, ConcernOnlyRoutinesThatTheirClauseSpeaksOf) {
    for (const BoundRow& bound : all_rows()) {
        const Clause& clause = all_clauses()[static_cast<std::size_t>(bound.clause)];
        const bool allocates = (bound.row->ops & on_allocate) != 0 && bound.row->ops == on_allocate;
        if (allocates && clause.routines != 0 && clause.id.substr(0, 6) != "GEO-05" &&
            clause.id != "EAPT-11") {
            EXPECT_EQ(bound.row->routines & ~clause.routines, 0) << clause.id << ": " << bound.row->expected;
        }
    }
}

TEST(OracleRows, EachHasATestInWhichItHoldsAndOneInWhichItIsViolated) {
    for (const OracleTest test : oracle_tests()) {
        test();
    }
    for (std::size_t i = 0; i < all_rows().size(); ++i) {
        const Row& checked = *all_rows()[i].row;
        const RowTally& seen = seen_rows()[i];
        if (checked.open) {
            EXPECT_GT(seen.holds + seen.unspecified, 0U) << checked.clause << ": " << checked.expected;
            EXPECT_EQ(seen.violated, 0U) << checked.clause << ": " << checked.expected;
        } else {
            EXPECT_GT(seen.holds, 0U) << checked.clause << " never held: " << checked.expected;
            EXPECT_GT(seen.violated, 0U) << checked.clause << " never violated: " << checked.expected;
        }
    }
}

} // namespace

} // namespace poolproof::oracle
