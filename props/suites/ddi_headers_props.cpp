// The documented headers as a driver uses them (EAPT-25): a driver routine in C calls every routine of the
// five families.
//
// That each header compiles alone, as C and as C++, is checked by the build (props/CMakeLists.txt). Does not
// cover: what the routines promise.
#include <poolproof/machine.h>

#include <gtest/gtest.h>

// ddi_driver.c: the number of calls that did not do what a driver expects.
extern "C" int ddi_driver_entry(void);

namespace poolproof {
namespace {

TEST(DdiHeaders, ADriverInCUsesEveryRoutine) {
    Machine machine;
    machine.bind(0);
    machine.reset({});
    EXPECT_EQ(ddi_driver_entry(), 0);
    EXPECT_EQ(machine.use().pages, 0U);
}

// A raise passes through a C frame, as it does through a driver's (FPT-05).
TEST(DdiHeaders, ARaiseLeavesADriverInC) {
    Machine machine;
    machine.bind(0);
    machine.reset({});
    machine.fail_nth(3); // the third allocation of ddi_driver_entry() is the one of FsRtlAllocatePoolWithTag
    EXPECT_THROW(ddi_driver_entry(), RaisedStatus);
}

} // namespace
} // namespace poolproof
