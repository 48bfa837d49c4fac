// pool_trace_fuzzer: any trace, against the whole contract.
//
// Decodes, plays, aborts on a violated clause; no rule is stated here. Does not cover: special pool from the
// first op on (special_pool_fuzzer.cpp).
#include "harness.hpp"

using namespace poolproof;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

const FuzzTarget* target = nullptr;

} // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    target = &fuzz::begin("pool_trace_fuzzer");
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::play(data, size, *target);
    return 0;
}
