// See canary.hpp.
// Does not cover: canaries of fuzz targets (run/fuzz_targets.hpp).
#include "suites/canary.hpp"

#include "subjects/registry.hpp"
#include "suites/property.hpp"
#include "suites/values.hpp"

namespace poolproof {
namespace {

// Not so: what is larger than a page does not lie within one.
void every_block_lies_within_a_page(Driver& drive) {
    const auto bytes = *any_size();
    const std::uint64_t block = drive.ExAllocatePoolWithTag(NonPagedPoolNx, bytes, fred);
    RC_ASSERT(block == 0U || block / page == (block + bytes - 1) / page);
}

class Canary final : public testing::Test {
    void TestBody() override {
        const auto subject = make_subject("reference");
        const std::string complaint =
            complaint_about(every_block_lies_within_a_page, *subject, true, "Canary.MustFail");
        EXPECT_TRUE(complaint.empty()) << complaint;
    }
};

} // namespace

void register_canary() {
    testing::RegisterTest("Canary", "MustFail", nullptr, nullptr, __FILE__, __LINE__,
                          []() -> testing::Test* { return new Canary; });
}

} // namespace poolproof
