// Tests of POOL_NX_OPTIN: what NonPagedPool means before and after the driver has opted in. Does not cover:
// the other two settings (nx_optin_auto_test.cpp, nx_optout_test.cpp).
#define POOL_NX_OPTIN 1
#include "ddi/ddi_test_kit.hpp"

namespace poolproof {
namespace {

class NxOptIn : public OnAMachine {};

TEST_F(NxOptIn, AtRunTimeTakesEffectWithTheDriverRuntime) {
    ExDefaultNonPagedPoolType = NonPagedPoolExecute; // a driver that has just been loaded
    ExInitializeDriverRuntime(0);
    EXPECT_TRUE(description_of(ExAllocatePoolWithTag(NonPagedPool, 8, test_tag)).executable);
    EXPECT_EQ(NonPagedPoolCacheAligned, NonPagedPoolBaseCacheAligned);
    ExInitializeDriverRuntime(DrvRtPoolNxOptIn);
    EXPECT_FALSE(description_of(ExAllocatePoolWithTag(NonPagedPool, 8, test_tag)).executable);
    EXPECT_FALSE(description_of(ExAllocatePoolZero(NonPagedPool, 8, test_tag)).executable);
    EXPECT_EQ(NonPagedPoolCacheAligned, NonPagedPoolNxCacheAligned);
    EXPECT_TRUE(description_of(ExAllocatePoolWithTag(NonPagedPoolExecute, 8, test_tag)).executable);
    ExDefaultNonPagedPoolType = NonPagedPoolExecute;
}

} // namespace
} // namespace poolproof
