// special_pool_fuzzer: overruns and underruns against the guard pages of special pool: detection exactly
// where the oracle predicts it, at the access or at the free, and nowhere else.
//
// Decodes, plays, aborts on a violated clause; no rule is stated here. Does not cover: ordinary pool, other
// than in passing (pool_trace_fuzzer.cpp).
#include "harness.hpp"

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    poolproof::fuzz::begin();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace poolproof;
    fuzz::play(data, size, {Dialect::special, "poolproof replay --as special_pool_fuzzer"});
    return 0;
}
