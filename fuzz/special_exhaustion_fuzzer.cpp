// special_exhaustion_fuzzer: special pool with room for a handful of blocks: that ordinary pool serves what
// does not fit, that special pool serves again what fits again, and that freed pages are reused at once.
//
// Every input begins by filling it, falling back and recovering. Decodes, plays, aborts on a violated clause;
// no rule is stated here. Does not cover: special pool with room for everything (special_pool_fuzzer.cpp),
// requests of a page and more in special pool.
#include "harness.hpp"

#include "trace/dense.hpp"

#include <ddi/wdm.h>

using namespace poolproof;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::uint32_t blocks = 3; // that special pool holds

Op op_on(std::uint8_t slot, OpKind kind) {
    Op op;
    op.kind = kind;
    op.slot = slot;
    op.routine = kind == OpKind::allocate ? usual_allocator(slot, Dialect::special)
                                          : free_routine_for(usual_allocator(slot, Dialect::special), true);
    op.tag = usual_tag(slot);
    op.pool_type = NonPagedPoolNx;
    op.size = 100;
    return canonical(op);
}

// One block more than special pool holds, and another one in the place of a freed one.
std::vector<Op> fill_and_recover() {
    std::vector<Op> ops;
    for (std::uint8_t slot = 0; slot <= blocks; ++slot) {
        ops.push_back(op_on(slot, OpKind::allocate));
    }
    ops.push_back(op_on(1, OpKind::free));
    ops.push_back(op_on(1, OpKind::allocate));
    return ops;
}

fuzz::Target make_target() {
    fuzz::Target target{Dialect::special, "special_exhaustion_fuzzer_replay"};
    target.setup.config.special_blocks = blocks;
    target.setup.config.guard_large_blocks = false;
    target.opening = fill_and_recover();
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
