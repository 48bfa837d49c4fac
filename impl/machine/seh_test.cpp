// Tests of poolproof/seh.h: which handler gets a raise, in C and in C++, and what is unwound on the way
// there.
//
// Does not cover: which routine raises when (pool_calls.cpp; the properties).
#include "machine/raise.hpp"
#include "machine/seh_test_code.h"
#include "poolproof/machine.h"
#include "poolproof/seh.h"

#include <ddi/bugcodes.h>
#include <ddi/ntifs.h>

#include <gtest/gtest.h>

#include <thread>

namespace poolproof {
namespace {

constexpr ULONG tag = 0x31676154; // '1gaT'
constexpr NTSTATUS strange = static_cast<NTSTATUS>(0xC0001234);

void do_nothing(void*) {}
void raise_what_is_given(void* status) {
    ExRaiseStatus(*static_cast<NTSTATUS*>(status));
}
void allocate_from_nothing(void*) {
    Machine::current().fail_nth(1);
    FsRtlAllocatePoolWithTag(PagedPool, 100, tag);
}
void free_twice(void*) {
    void* block = ExAllocatePoolWithTag(NonPagedPool, 100, tag);
    ExFreePool(block);
    ExFreePool(block);
}

class Handlers : public testing::Test {
  protected:
    Handlers() { machine_.bind(0); }
    ~Handlers() override { EXPECT_EQ(innermost_try(), nullptr); } // no way out of a body leaves it entered
    // The status that reaches a C++ handler around body(context), STATUS_SUCCESS without any.
    template <typename Body> static NTSTATUS raised_by(const Body& body) {
        volatile NTSTATUS status = STATUS_SUCCESS;
        POOLPROOF_TRY {
            body();
        } POOLPROOF_EXCEPT(TRUE) {
            status = GetExceptionCode();
        } POOLPROOF_END
        return status;
    }
    NTSTATUS status_ = strange;
    Machine machine_;
};

using HandlersInC = Handlers;
using HandlersInCpp = Handlers;

TEST_F(HandlersInC, TheStatusOfARaiseArrives) {
    EXPECT_EQ(seh_test_status_of(raise_what_is_given, &status_), strange);
    EXPECT_EQ(seh_test_status_of(do_nothing, nullptr), STATUS_SUCCESS);
}

TEST_F(HandlersInC, APoolRoutineThatRaisedHoldsNoLockAfterwards) {
    EXPECT_EQ(seh_test_status_of(allocate_from_nothing, nullptr), STATUS_INSUFFICIENT_RESOURCES);
    void* block = ExAllocatePoolWithTag(PagedPool, 100, tag);
    ASSERT_NE(block, nullptr);
    ExFreePool(block);
}

TEST_F(HandlersInC, AFilterThatSaysNoHandsTheRaiseOnToCpp) {
    EXPECT_EQ(seh_test_filters(raise_what_is_given, &status_, strange), 1);
    EXPECT_EQ(raised_by([this] { seh_test_filters(raise_what_is_given, &status_, STATUS_SUCCESS); }),
              strange);
}

TEST_F(HandlersInC, ContinuingTheBodyIsNotAllowed) {
    EXPECT_EQ(raised_by([this] { seh_test_continues(raise_what_is_given, &status_); }),
              STATUS_NONCONTINUABLE_EXCEPTION);
}

TEST_F(HandlersInC, TheInnerHandlerIsAskedFirst) {
    EXPECT_EQ(seh_test_nests(raise_what_is_given, &status_, strange), 1);
    EXPECT_EQ(seh_test_nests(raise_what_is_given, &status_, STATUS_BREAKPOINT), 2);
    EXPECT_EQ(seh_test_nests(do_nothing, nullptr, strange), 0);
}

TEST_F(HandlersInC, ARaiseInAHandlerGoesOutwards) {
    EXPECT_EQ(
        raised_by([this] { seh_test_raises_again(raise_what_is_given, &status_, STATUS_QUOTA_EXCEEDED); }),
        STATUS_QUOTA_EXCEEDED);
}

TEST_F(HandlersInC, AFinallyBlockRunsEitherWayAndDoesNotStopTheRaise) {
    int runs = 0;
    seh_test_finally(do_nothing, nullptr, &runs);
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(raised_by([&] { seh_test_finally(raise_what_is_given, &status_, &runs); }), strange);
    EXPECT_EQ(runs, 12);
}

TEST_F(HandlersInC, ReturnAndBreakLeaveABody) {
    EXPECT_EQ(seh_test_leaves_early(1), 102);
    EXPECT_EQ(seh_test_leaves_early(0), 3);
}

TEST_F(HandlersInC, FramesBetweenAreCleanedUpOnce) {
    int runs = 0;
    seh_test_cleans_up(raise_what_is_given, &status_, &runs);
    EXPECT_EQ(runs, 2); // the cleanup and the handler
    seh_test_cleans_up(do_nothing, nullptr, &runs);
    EXPECT_EQ(runs, 3);
}

struct Counter {
    int* runs;
    ~Counter() { ++*runs; }
};

TEST_F(HandlersInC, DestructorsBetweenRun) {
    int runs = 0;
    const auto body = [](void* context) {
        const Counter counter{static_cast<int*>(context)};
        ExRaiseStatus(strange);
    };
    EXPECT_EQ(seh_test_status_of(body, &runs), strange);
    EXPECT_EQ(runs, 1);
}

TEST_F(HandlersInC, CppCodeBetweenMayTakeTheRaiseForItself) {
    const auto body = [](void* seen) {
        *static_cast<NTSTATUS*>(seen) = raised_by([] { ExRaiseStatus(strange); });
    };
    NTSTATUS seen = 0;
    EXPECT_EQ(seh_test_status_of(body, &seen), STATUS_SUCCESS);
    EXPECT_EQ(seen, strange);
}

TEST_F(HandlersInC, CppCodeBetweenMayEndAnyRaise) {
    const auto body = [](void* runs) {
        for (int i = 0; i < 2; ++i) {
            try {
                ExRaiseStatus(strange);
            } catch (...) {
                ++*static_cast<int*>(runs);
            }
        }
    };
    int runs = 0;
    EXPECT_EQ(seh_test_status_of(body, &runs), STATUS_SUCCESS);
    EXPECT_EQ(runs, 2);
}

TEST_F(HandlersInC, ABugCheckPassesEveryHandler) {
    try {
        seh_test_status_of(free_twice, nullptr);
        ADD_FAILURE() << "the handler took the bug check";
    } catch (const BugCheck& caught) {
        EXPECT_EQ(caught.code, BAD_POOL_CALLER);
    }
    ULONG code = 0;
    ULONG64 parameters[4] = {};
    const auto body = [](void*) { seh_test_status_of(free_twice, nullptr); };
    ASSERT_TRUE(poolproof_catch_bug_check(body, nullptr, &code, parameters));
    EXPECT_EQ(code, BAD_POOL_CALLER);
    EXPECT_EQ(parameters[0], 0x7U);
}

TEST_F(HandlersInC, EachThreadHasItsOwnHandlers) {
    const auto body = [](void* seen) {
        std::thread([seen] {
            NTSTATUS other = strange;
            *static_cast<NTSTATUS*>(seen) = seh_test_status_of(raise_what_is_given, &other);
        }).join();
    };
    NTSTATUS seen = 0;
    EXPECT_EQ(seh_test_status_of(body, &seen), STATUS_SUCCESS);
    EXPECT_EQ(seen, strange);
}

TEST_F(HandlersInC, KeywordsDoTheSame) {
    EXPECT_EQ(seh_test_keyword_except(do_nothing, nullptr, EXCEPTION_EXECUTE_HANDLER), 1);
    EXPECT_EQ(seh_test_keyword_except(raise_what_is_given, &status_, EXCEPTION_EXECUTE_HANDLER), 3);
    EXPECT_EQ(raised_by([this] {
                  seh_test_keyword_except(raise_what_is_given, &status_, EXCEPTION_CONTINUE_SEARCH);
              }),
              strange);
    int seen = 0;
    seh_test_keyword_finally(do_nothing, nullptr, &seen);
    EXPECT_EQ(seen, 5);
    seen = 0;
    EXPECT_EQ(raised_by([&] { seh_test_keyword_finally(raise_what_is_given, &status_, &seen); }), strange);
    EXPECT_EQ(seen, 5);
    EXPECT_EQ(seh_test_keyword_leave(), 13);
}

TEST_F(HandlersInCpp, ARaiseIsACppExceptionWithoutAHandlerInC) {
    EXPECT_THROW(raise_what_is_given(&status_), RaisedStatus);
    EXPECT_THROW(allocate_from_nothing(nullptr), RaisedStatus);
}

TEST_F(HandlersInCpp, AFilterSeesTheStatus) {
    int outer = 0;
    int inner = 0;
    POOLPROOF_TRY {
        POOLPROOF_TRY {
            ExRaiseStatus(strange);
        } POOLPROOF_EXCEPT(GetExceptionCode() == STATUS_QUOTA_EXCEEDED) {
            ++inner;
        } POOLPROOF_END
    } POOLPROOF_EXCEPT(GetExceptionCode() == strange) {
        ++outer;
    } POOLPROOF_END
    EXPECT_EQ(inner, 0);
    EXPECT_EQ(outer, 1);
}

TEST_F(HandlersInCpp, ABugCheckPasses) {
    EXPECT_THROW(raised_by([] { free_twice(nullptr); }), BugCheck);
}

TEST_F(HandlersInCpp, ABodyMayBeAFunction) {
    NTSTATUS status = STATUS_SUCCESS;
    EXPECT_FALSE(poolproof_try(do_nothing, nullptr, &status));
    EXPECT_EQ(status, STATUS_SUCCESS);
    EXPECT_TRUE(poolproof_try(raise_what_is_given, &status_, &status));
    EXPECT_EQ(status, strange);
}

using BugChecksAsValues = Handlers;

#ifdef __clang__
__attribute__((no_sanitize("address")))
#else
__attribute__((no_sanitize_address))
#endif
void overrun(void* block) {
    static_cast<volatile UCHAR*>(block)[32] = 1;
}

TEST_F(BugChecksAsValues, AnOverrunInSpecialPoolInsideAHandlerLeavesNothingBehind) {
    machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    void* block = ExAllocatePoolWithTag(NonPagedPool, 32, tag);
    const auto body = [](void* context) { seh_test_status_of(overrun, context); };
    ULONG code = 0;
    ULONG64 parameters[4] = {};
    ASSERT_TRUE(poolproof_catch_bug_check(body, block, &code, parameters));
    EXPECT_EQ(code, PAGE_FAULT_BEYOND_END_OF_ALLOCATION);
    EXPECT_EQ(parameters[0], reinterpret_cast<std::uint64_t>(block) + 32);
    EXPECT_EQ(innermost_try(), nullptr);
    ExFreePool(block);
}

TEST_F(BugChecksAsValues, ARaiseGoesOnToAHandlerInC) {
    const auto body = [](void* context) {
        ULONG code = 0;
        ULONG64 parameters[4] = {};
        poolproof_catch_bug_check(raise_what_is_given, context, &code, parameters);
    };
    EXPECT_EQ(seh_test_status_of(body, &status_), strange);
    ULONG code = 0;
    ULONG64 parameters[4] = {};
    EXPECT_FALSE(poolproof_catch_bug_check(do_nothing, nullptr, &code, parameters));
}

} // namespace
} // namespace poolproof
