// pool_trace_fuzzer: any trace, against the whole contract.
//
// Decodes, plays, aborts on a violated clause; no rule is stated here. Does not cover: special pool from the
// first op on (special_pool_fuzzer.cpp).
#include "harness.hpp"

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    poolproof::fuzz::begin();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace poolproof;
    fuzz::play(data, size, {Dialect::any, "poolproof replay --as pool_trace_fuzzer"});
    return 0;
}
