// What ends the process: uncaught bug checks and exceptions, faults that are somebody else's, and the names
// of a stack where no program knows them.
//
// Negative tests in a forked child. Does not cover: what a report says of special pool
// (pool/explain_test.cpp).
#include "machine/faults.hpp"
#include "machine/line.hpp"
#include "machine/report.hpp"
#include "machine/stacks.hpp"
#include "poolproof/machine.h"

#include <ddi/wdm.h>

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <unistd.h>

namespace poolproof {
namespace {

// The address comes at run time, so that the compiler leaves the write alone.
__attribute__((no_sanitize("undefined"))) void write_to_null() {
    volatile std::uintptr_t nowhere = 0;
    *reinterpret_cast<volatile int*>(nowhere) = 1;
}

void throw_a_number() {
    throw 7;
}

void throw_out() noexcept {
    throw_a_number();
}

void handle_by_number(int number) {
    _exit(number == SIGSEGV ? 44 : 45);
}

void fault_with_handler_before(void (*handler)(int)) {
    signal(SIGSEGV, handler);
    const Machine machine; // installs its own
    write_to_null();
}

TEST(ForeignFaultDeathTest, GoesToAHandlerThatTakesTheNumberAlone) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(fault_with_handler_before(handle_by_number), testing::ExitedWithCode(44), "");
}

TEST(ForeignFaultDeathTest, EndsTheProcessTheHostsWayWithoutAHandler) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(fault_with_handler_before(SIG_DFL), testing::KilledBySignal(SIGSEGV), "");
}

TEST(Uncaught, ABugCheckThatNobodyKnowsHasNoName) {
    EXPECT_DEATH(
        {
            report_uncaught_exceptions();
            []() noexcept { KeBugCheck(0x12345); }();
        },
        "STOP: 0x00012345.*UNKNOWN_BUG_CHECK");
}

TEST(Uncaught, AnExceptionOfSomebodyElsesIsLeftToTheHandlerBefore) {
    EXPECT_EXIT(
        {
            std::set_terminate([] { _exit(46); });
            report_uncaught_exceptions();
            throw_out();
        },
        testing::ExitedWithCode(46), "");
}

TEST(Uncaught, TerminatingWithoutAnExceptionAborts) {
    EXPECT_EXIT(
        {
            report_uncaught_exceptions();
            std::terminate();
        },
        testing::KilledBySignal(SIGABRT), "");
}

TEST(Uncaught, AStackHasModulesAndOffsetsWhereNoProgramNamesIt) {
    EXPECT_DEATH(
        {
            report_uncaught_exceptions();
            setenv("PATH", "/nonexistent", 1);
            []() noexcept { KeBugCheck(0x12345); }();
        },
        "Stack:.*#0 .*(\\+0x[0-9a-f]+|<null>)"); // the second: a sanitizer's runtime has names of its own
}

TEST(Names, AnAddressInNoModuleIsShownAsItIs) {
    EXPECT_EQ(name_of_call(0x11), "?+0x0000000000000010");
    EXPECT_DEATH(
        {
            Stack stack;
            stack.depth = 1;
            stack.frames[0] = 0x11;
            print_stack(stack);
            std::abort();
        },
        "#0 \\?\\+0x0000000000000010");
}

TEST(Stacks, AWalkBeginsWithTheInstructionAndEndsAtAnAddressThatIsNone) {
    std::uint64_t frames[6] = {};
    frames[0] = reinterpret_cast<std::uint64_t>(&frames[2]); // of the caller
    frames[1] = 0x5000;                                      // back to
    frames[2] = reinterpret_cast<std::uint64_t>(&frames[4]);
    frames[3] = 0x6000;
    frames[5] = 7; // lies in no code
    Stack stack;
    take_stack({0x4000, reinterpret_cast<std::uint64_t>(frames)}, stack);
    ASSERT_EQ(stack.depth, 3U);
    EXPECT_EQ(stack.frames[0], 0x4001U);
    EXPECT_EQ(stack.frames[1], 0x5000U);
    EXPECT_EQ(stack.frames[2], 0x6000U);
}

TEST(Stacks, AWalkLeavesFramesOutsideTheStackAlone) {
    for (const std::uint64_t frame :
         {std::uint64_t{0}, std::uint64_t{16}, ~std::uint64_t{7}, std::uint64_t{3}}) {
        Stack stack;
        take_stack({0, frame}, stack);
        EXPECT_EQ(stack.depth, 0U) << frame;
    }
}

TEST(Stacks, AnInstructionThatIsNotBeingExecutedHasNoStack) {
    Stack stack;
    EXPECT_FALSE(take_stack_of_fault(1, stack));
}

TEST(Stacks, AStackThatDoesNotHoldTheCallIsTheCallAlone) {
    Stack stack;
    take_stack_from(0x1234, stack);
    ASSERT_EQ(stack.depth, 1U);
    EXPECT_EQ(stack.frames[0], 0x1234U);
}

TEST(Lines, AreCutWhereTheBufferEndsAndLostWhereNobodyReads) {
    testing::internal::CaptureStderr();
    Line line;
    for (unsigned i = 0; i < 100; ++i)
        line.text("twelve bytes");
    line.print();
    line.tag(0x7F1F4142).print();
    EXPECT_EQ(testing::internal::GetCapturedStderr().size(), 1024U + 4U);
    EXPECT_EXIT(
        {
            close(STDERR_FILENO);
            Line().text("lost").print();
            _exit(47);
        },
        testing::ExitedWithCode(47), "");
}

} // namespace
} // namespace poolproof
