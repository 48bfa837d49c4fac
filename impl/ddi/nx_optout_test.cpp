// Tests of POOL_NX_OPTOUT: it cancels either opt-in in one file. Does not cover: the opt-ins
// (nx_optin_test.cpp, nx_optin_auto_test.cpp).
#define POOL_NX_OPTIN 1
#define POOL_NX_OPTIN_AUTO 1
#define POOL_NX_OPTOUT 1
#include "ddi/ddi_test_kit.hpp"

namespace poolproof {
namespace {

static_assert(NonPagedPool == 0 && NonPagedPoolCacheAligned == 4);

class NxOptOut : public OnAMachine {};

TEST_F(NxOptOut, LeavesNonpagedPoolExecutable) {
    EXPECT_TRUE(description_of(ExAllocatePoolWithTag(NonPagedPool, 8, test_tag)).executable);
}

} // namespace
} // namespace poolproof
