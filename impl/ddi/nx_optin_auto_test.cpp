// Tests of POOL_NX_OPTIN_AUTO: NonPagedPool is a constant of the compiler. Does not cover: the other two
// settings (nx_optin_test.cpp, nx_optout_test.cpp).
#define POOL_NX_OPTIN_AUTO 1
#include "ddi/ddi_test_kit.hpp"

namespace poolproof {
namespace {

static_assert(NonPagedPool == 512 && NonPagedPoolCacheAligned == 516 && NonPagedPoolExecute == 0);

class NxOptInAuto : public OnAMachine {};

TEST_F(NxOptInAuto, AtCompileTimeNeedsNoDriverRuntime) {
    EXPECT_FALSE(description_of(ExAllocatePoolWithTag(NonPagedPool, 8, test_tag)).executable);
    EXPECT_TRUE(description_of(ExAllocatePoolWithTag(NonPagedPoolExecute, 8, test_tag)).executable);
}

} // namespace
} // namespace poolproof
