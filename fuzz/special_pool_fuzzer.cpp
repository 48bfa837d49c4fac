// special_pool_fuzzer: overruns and underruns against the guard pages of special pool: detection exactly
// where the oracle predicts it, at the access or at the free, and nowhere else.
//
// Decodes, plays, aborts on a violated clause; no rule is stated here. Does not cover: ordinary pool, other
// than in passing (pool_trace_fuzzer.cpp).
#include "harness.hpp"

using namespace poolproof;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

const FuzzTarget* target = nullptr;

} // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    target = &fuzz::begin("special_pool_fuzzer");
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::play(data, size, *target);
    return 0;
}
