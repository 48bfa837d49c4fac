// special_exhaustion_fuzzer: special pool with room for a handful of blocks: that ordinary pool serves what
// does not fit, that special pool serves again what fits again, and that freed pages are reused at once.
//
// Decodes, plays, aborts on a violated clause; no rule is stated here. Does not cover: special pool with room
// for everything (special_pool_fuzzer.cpp), requests of a page and more in special pool.
#include "harness.hpp"

using namespace poolproof;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

fuzz::Target make_target() {
    fuzz::Target target{"special_exhaustion_fuzzer", Dialect::special, "special_exhaustion_fuzzer_replay"};
    target.setup.config.special_blocks = 3;
    target.setup.config.guard_large_blocks = false;
    return target;
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    fuzz::begin();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::Target target = make_target();
    fuzz::play(data, size, target);
    return 0;
}
