// Reading what an op asks for. Covers: which priorities are documented. Does not cover: the reading of the
// other arguments, which is under the tests of the oracle.
#include "contract/tables.hpp"
#include "trace/request.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace poolproof {
namespace {

TEST(Request, ExactlyTheNineNamedPrioritiesAreDocumented) {
    unsigned documented = 0;
    for (std::uint32_t value = 0; value < 0x10000; ++value) {
        const bool named = std::ranges::any_of(
            priorities(), [&](const NamedValue& priority) { return priority.value == value; });
        ASSERT_EQ(is_ex_pool_priority(value), named) << value;
        documented += named ? 1U : 0U;
    }
    EXPECT_EQ(documented, 9U);
}

} // namespace
} // namespace poolproof
