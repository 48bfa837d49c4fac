// See fuzz_targets.hpp.
#include "run/fuzz_targets.hpp"

#include "trace/dense.hpp"

#include <ddi/wdm.h>

namespace poolproof {
namespace {

constexpr std::uint32_t blocks_when_short = 3; // that special pool holds in special_exhaustion_fuzzer

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
    for (std::uint8_t slot = 0; slot <= blocks_when_short; ++slot) {
        ops.push_back(op_on(slot, OpKind::allocate));
    }
    ops.push_back(op_on(1, OpKind::free));
    ops.push_back(op_on(1, OpKind::allocate));
    return ops;
}

std::vector<FuzzTarget> listed() {
    FuzzTarget any{
        .name = "pool_trace_fuzzer", .canaries = {"faulty:wrong-tag-accepted"}, .coverage_floor = 3490};
    FuzzTarget special{.name = "special_pool_fuzzer",
                       .dialect = Dialect::special,
                       .canaries = {"faulty:slack-unchecked"},
                       .coverage_floor = 2070};
    FuzzTarget exhaustion{.name = "special_exhaustion_fuzzer",
                          .dialect = Dialect::special,
                          .opening = fill_and_recover(),
                          .canaries = {"faulty:slack-unchecked"},
                          .coverage_floor = 1930};
    exhaustion.setup.config.special_blocks = blocks_when_short;
    FuzzTarget threads{.name = "special_threads_fuzzer",
                       .input = FuzzInput::threads,
                       .dialect = Dialect::special,
                       .canaries = {"faulty:special-use-after-free"},
                       .coverage_floor = 1300}; // 10% below what is seen: threads take turns as they like
    FuzzTarget parser{.name = "packet_parser_fuzzer",
                      .input = FuzzInput::driver,
                      .canaries = {"packet_parser_overrun_planted", "packet_parser_use_after_free_planted",
                                   "packet_parser_underrun_planted"},
                      .coverage_floor = 340};
    return {any, special, exhaustion, threads, parser};
}

} // namespace

std::span<const FuzzTarget> all_fuzz_targets() {
    static const std::vector<FuzzTarget> all = listed();
    return all;
}

const FuzzTarget* fuzz_target(std::string_view name) {
    for (const FuzzTarget& target : all_fuzz_targets()) {
        if (target.name == name) {
            return &target;
        }
    }
    return nullptr;
}

void decode_as(const FuzzTarget& target, std::span<const std::uint8_t> bytes, Trace& into) {
    decode_any(bytes, target.dialect, into);
    if (!target.opening.empty()) {
        into.ops.insert(into.ops.begin() + 1, target.opening.begin(), target.opening.end());
    }
}

std::string replay_command(const FuzzTarget& target) {
    const std::string name(target.name);
    return target.input == FuzzInput::trace ? "poolproof replay --as " + name : name + "_replay";
}

} // namespace poolproof
