// Siblings behave as what they stand for, in any trace: the header wrappers, ExAllocatePool3 without
// parameters, ExAllocatePool, ExFreePool2, FsRtlAllocatePoolWithTag, and lookaside lists with routines of the
// driver's own.
//
// Each property plays a random trace on one machine and the same trace in other words on a second
// (equivalence.hpp); a subject that breaks a rule of one sibling alone makes it fail. Does not cover: what
// both come to.
#include "suites/equivalence.hpp"

#include "subjects/faulty.hpp"
#include "subjects/registry.hpp"
#include "suites/property.hpp"
#include "trace/text.hpp"

#include <ddi/wdm.h>

#include <array>
#include <memory>

namespace poolproof {
namespace {

constexpr std::size_t trace_length = 300; // ops

bool allocates(const Op& op) {
    return op.kind == OpKind::allocate;
}

template <Routine routine> bool calls(const Op& op) {
    return op.kind == OpKind::allocate && op.routine == routine;
}
template <Routine routine> void call(Op& op) {
    op.routine = routine;
    op = canonical(op);
}
template <Routine wrapper, Routine base> constexpr Spelling wrapper_of(std::uint32_t type_bits) {
    return {allocates, call<wrapper>, calls<wrapper>, call<base>, type_bits, false, false};
}

// EAP-10: what the raise bit does for ExAllocatePool is undocumented.
void call_untagged(Op& op) {
    op.pool_type &= ~std::uint32_t{POOL_RAISE_IF_ALLOCATION_FAILURE};
    call<Routine::ExAllocatePool>(op);
}
bool calls_untagged(const Op& op) {
    return calls<Routine::ExAllocatePool>(op) && (op.pool_type & POOL_RAISE_IF_ALLOCATION_FAILURE) == 0;
}
// Register X-10.
void call_with_none(Op& op) {
    op.tag = 0x656E6F4E; // None
    call<Routine::ExAllocatePoolWithTag>(op);
}

// POOL_FLAGS of random traces stay; half of those of other routines name a kind of pool.
void call_pool3(Op& op) {
    op.extended = 0;
    op.routine = Routine::ExAllocatePool3;
}
bool takes_pool_flags(const Op& op) {
    return op.kind == OpKind::allocate &&
           (op.routine == Routine::ExAllocatePool2 || op.routine == Routine::ExAllocatePool3);
}
bool calls_pool3_plainly(const Op& op) {
    return calls<Routine::ExAllocatePool3>(op) && op.extended == 0;
}

// FPT-01 lists these types, FPT-03 and FPT-04 ask for a size and a tag; without them the pages differ.
void call_fsrtl(Op& op) {
    op.pool_type &= 5U;
    op.size = op.size == 0 ? 1 : op.size;
    op.tag = 0x73466C31; // a good one for both
    call<Routine::FsRtlAllocatePoolWithTag>(op);
}
bool is_listed_fsrtl(const Op& op) {
    return calls<Routine::FsRtlAllocatePoolWithTag>(op) && (op.pool_type & ~5U) == 0 && op.size != 0 &&
           op.tag == 0x73466C31;
}
void call_with_raise(Op& op) {
    op.pool_type |= POOL_RAISE_IF_ALLOCATION_FAILURE;
    call<Routine::ExAllocatePoolWithTag>(op);
}

bool frees_from_pool(const Op& op) {
    return op.kind == OpKind::free &&
           (op.routine == Routine::ExFreePool || op.routine == Routine::ExFreePoolWithTag);
}
bool frees_plainly(const Op& op) {
    return op.kind == OpKind::free && op.routine == Routine::ExFreePool;
}
void free_plainly(Op& op) {
    op.routine = Routine::ExFreePool;
    op = canonical(op);
}
void free_with_tag(Op& op) { // op.tag is that of the block
    op.routine = Routine::ExFreePool2;
    op.extended = 0;
}

bool initialises_list(const Op& op) {
    return op.kind == OpKind::call && traits_of(op.routine).takes(takes_list) &&
           traits_of(op.routine).takes(takes_size);
}
// LL-15: the flags of LOOKASIDE_LIST_EX depend on who allocates.
void with_own_routines(Op& op) {
    op.flags_high = 0;
    op.level = 1;
}
bool has_own_routines(const Op& op) {
    return initialises_list(op) && op.level == 1 && op.flags_high == 0;
}
void without_own_routines(Op& op) {
    op.level = 0;
}

constexpr Spelling uninitialized =
    wrapper_of<Routine::ExAllocatePoolUninitialized, Routine::ExAllocatePoolWithTag>(0);
constexpr Spelling priority_uninitialized =
    wrapper_of<Routine::ExAllocatePoolPriorityUninitialized, Routine::ExAllocatePoolWithTagPriority>(0);
constexpr Spelling quota_uninitialized =
    wrapper_of<Routine::ExAllocatePoolQuotaUninitialized, Routine::ExAllocatePoolWithQuotaTag>(0);
constexpr Spelling zero =
    wrapper_of<Routine::ExAllocatePoolZero, Routine::ExAllocatePoolWithTag>(POOL_ZERO_ALLOCATION);
constexpr Spelling priority_zero =
    wrapper_of<Routine::ExAllocatePoolPriorityZero, Routine::ExAllocatePoolWithTagPriority>(
        POOL_ZERO_ALLOCATION);
constexpr Spelling quota_zero =
    wrapper_of<Routine::ExAllocatePoolQuotaZero, Routine::ExAllocatePoolWithQuotaTag>(POOL_ZERO_ALLOCATION);
constexpr Spelling pool3 = {takes_pool_flags, call_pool3, calls_pool3_plainly,
                            call<Routine::ExAllocatePool2>};
constexpr Spelling untagged = {allocates, call_untagged, calls_untagged, call_with_none, 0, false, true};
constexpr Spelling fsrtl = {
    allocates, call_fsrtl, is_listed_fsrtl, call_with_raise, POOL_RAISE_IF_ALLOCATION_FAILURE, false, true};
constexpr Spelling free2 = {frees_from_pool, free_plainly, frees_plainly, free_with_tag, 0, true, false};
constexpr Spelling own_routines = {
    initialises_list, with_own_routines, has_own_routines, without_own_routines, 0, false, true};

// As many traces as a property has cases; RapidCheck chooses their seeds.
void spellings_agree(Driver& drive, const Spelling& spelling) {
    static const std::unique_ptr<Subject> other = make_subject("reference");
    Random random(*rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>()));
    const Trace trace = trace_for(spelling, random, drive.is_64_bit(), trace_length);
    const Compared compared = compare_spellings(trace, spelling, drive.subject(), *other);
    RC_ASSERT(compared.ops == trace.ops.size() || !compared.difference.empty());
    if (!compared.difference.empty()) {
        RC_FAIL(compared.difference + "\n" + to_text(trace));
    }
}

constexpr std::array all_spellings = {uninitialized,
                                      priority_uninitialized,
                                      quota_uninitialized,
                                      zero,
                                      priority_zero,
                                      quota_zero,
                                      pool3,
                                      untagged,
                                      fsrtl,
                                      free2,
                                      own_routines};

// What comes of forty random traces.
Compared compare_many(const Spelling& spelling, Subject& one, Subject& other) {
    Random random(11);
    Compared all;
    for (unsigned i = 0; i < 80 && all.difference.empty(); ++i) {
        const Trace trace = trace_for(spelling, random, true, trace_length);
        const Compared compared = compare_spellings(trace, spelling, one, other);
        all.ops += compared.ops;
        all.respelt += compared.respelt;
        all.difference = compared.difference;
    }
    return all;
}

// A reference that does something else for the calls that are written the first way.
class Spoiled final : public faulty::Base {
  public:
    enum class Fault : std::uint8_t { other_outcome, other_duties, other_tag };
    Spoiled(const Spelling& spelling, Fault fault)
        : Base("spoiled", {}), spelling_(&spelling), fault_(fault) {}

    Event serve(const Call& call) override {
        Event event = forward(call);
        if (!spelling_->is_one(*call.op)) {
            return event;
        }
        switch (fault_) {
        case Fault::other_outcome:
            return faulty::quiet(event,
                                 event.kind == EventKind::raised ? EventKind::null : EventKind::raised);
        case Fault::other_duties:
            event.caller_faults ^= 1U;
            break;
        case Fault::other_tag:
            event.block.tag ^= event.kind == EventKind::pointer ? 1U : 0U;
            break;
        }
        return event;
    }

  private:
    const Spelling* spelling_;
    Fault fault_;
};

// Random traces have enough of what is respelt, or a property says nothing.
TEST(Equivalence, EverySpellingIsMetOften) {
    const auto one = make_subject("reference");
    const auto other = make_subject("reference");
    for (std::size_t i = 0; i < all_spellings.size(); ++i) {
        const Compared compared = compare_many(all_spellings[i], *one, *other);
        EXPECT_EQ(compared.difference, "") << i;
        EXPECT_GT(compared.respelt, 20U) << i;
        EXPECT_GT(compared.ops, 1000U) << i;
    }
}

TEST(Equivalence, ASiblingThatDoesSomethingElseIsFound) {
    const auto other = make_subject("reference");
    for (std::size_t i = 0; i < all_spellings.size(); ++i) {
        const Spelling& spelling = all_spellings[i];
        for (const Spoiled::Fault fault :
             {Spoiled::Fault::other_outcome, Spoiled::Fault::other_duties, Spoiled::Fault::other_tag}) {
            if (fault == Spoiled::Fault::other_tag && (spelling.needs_tag_of_block || spelling.own_rules)) {
                continue; // not every one of these allocates
            }
            Spoiled one(spelling, fault);
            EXPECT_NE(compare_many(spelling, one, *other).difference, "") << i;
        }
    }
}

} // namespace

POOL_SUITE(Sibling);

POOL_PROPERTY(Sibling, UninitializedIsWithTag) {
    spellings_agree(drive, uninitialized); // ZW-06
}
POOL_PROPERTY(Sibling, PriorityUninitializedIsWithTagPriority) {
    spellings_agree(drive, priority_uninitialized); // ZW-06
}
POOL_PROPERTY(Sibling, QuotaUninitializedIsWithQuotaTag) {
    spellings_agree(drive, quota_uninitialized); // ZW-06
}
POOL_PROPERTY(Sibling, ZeroIsWithTag) {
    spellings_agree(drive, zero); // ZW-01
}
POOL_PROPERTY(Sibling, PriorityZeroIsWithTagPriority) {
    spellings_agree(drive, priority_zero); // ZW-02
}
POOL_PROPERTY(Sibling, QuotaZeroIsWithQuotaTag) {
    spellings_agree(drive, quota_zero); // ZW-02
}
POOL_PROPERTY(Sibling, Pool3WithoutParametersIsPool2) {
    spellings_agree(drive, pool3); // EAP3-01
}
POOL_PROPERTY(Sibling, TheUntaggedRoutineIsWithTagNone) {
    spellings_agree(drive, untagged); // TAG-09, register X-10
}
POOL_PROPERTY(Sibling, FsRtlIsWithTagThatRaises) {
    spellings_agree(drive, fsrtl); // FPT-05, SHR-07
}
POOL_PROPERTY(Sibling, Free2OfAnOrdinaryBlockIsFree) {
    spellings_agree(drive, free2); // EFP2-01
}
POOL_PROPERTY(Sibling, OwnRoutinesThatForwardAreTheSystemsOwn) {
    spellings_agree(drive, own_routines); // LL-29
}

POOL_CONVICTS(Sibling, FsRtlIsWithTagThatRaises, "fsrtl-returns-null")

} // namespace poolproof
