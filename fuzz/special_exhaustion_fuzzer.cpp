// special_exhaustion_fuzzer: special pool with room for a handful of blocks: that ordinary pool serves what
// does not fit, that special pool serves again what fits again, and that freed pages are reused at once.
//
// Every input begins by filling it, falling back and recovering. Decodes, plays, aborts on a violated clause;
// no rule is stated here. Does not cover: special pool with room for everything (special_pool_fuzzer.cpp),
// requests of a page and more in special pool.
#include "harness.hpp"

using namespace poolproof;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

const FuzzTarget* target = nullptr;

} // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    target = &fuzz::begin("special_exhaustion_fuzzer");
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::play(data, size, *target);
    return 0;
}
