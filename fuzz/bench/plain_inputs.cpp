// See plain_inputs.hpp.
#include "bench/plain_inputs.hpp"

#include "trace/codec.hpp"
#include "trace/request.hpp"

#include <ddi/wdm.h>

#include <algorithm>
#include <array>
#include <random>

namespace poolproof::fuzz {
namespace {

constexpr std::uint64_t page = 4096;
constexpr unsigned slots = 16;
constexpr std::uint32_t tag = 0x46726564; // Fred
constexpr unsigned largest_power = 16;    // beyond it malloc maps each block, which costs it more than pool
constexpr std::uint64_t refused = std::uint64_t{1} << 32; // no pool and no heap of these has as much

// 0 and 1; around each power of two; a page less a header; around pages; the end of the address space.
std::vector<std::uint64_t> special_sizes() {
    std::vector<std::uint64_t> sizes = {0};
    for (unsigned power = 0; power <= largest_power; ++power) {
        const std::uint64_t size = std::uint64_t{1} << power;
        sizes.insert(sizes.end(), {size - 1, size, size + 1});
    }
    for (const std::uint64_t header : {8U, 16U, 32U}) {
        sizes.insert(sizes.end(), {page - header - 1, page - header, page - header + 1});
    }
    for (const std::uint64_t pages : {2U, 3U, 4U}) {
        sizes.insert(sizes.end(), {pages * page - 1, pages * page, pages * page + 1});
    }
    for (const std::uint64_t below : {std::uint64_t{0}, std::uint64_t{15}, page, 2 * page}) {
        sizes.push_back(UINT64_MAX - below);
    }
    return sizes;
}

constexpr std::array<Routine, 4> allocators = {Routine::ExAllocatePoolWithTag, Routine::ExAllocatePool2,
                                               Routine::ExAllocatePoolWithTagPriority,
                                               Routine::ExAllocatePool};
constexpr std::array<std::uint32_t, 3> types = {NonPagedPoolNx, PagedPool, NonPagedPool};
constexpr std::array<std::uint32_t, 2> flags = {pool_flag_non_paged, pool_flag_paged};

class Writer {
  public:
    Trace write(std::size_t ops) {
        blocks_.fill({});
        Trace trace;
        while (trace.ops.size() < ops) {
            trace.ops.push_back(canonical(next()));
        }
        return trace;
    }

  private:
    struct Block {
        bool live = false;
        std::uint64_t size = 0;
    };

    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    // Half of the ops allocate, as far as slots are empty; of the others a fifth touches.
    Op next() {
        const std::uint64_t slot = below(slots);
        Block& block = blocks_[slot];
        Op op = !block.live                        ? allocation(slot)
                : block.size == 0 || below(10) < 8 ? release(slot)
                                                   : touch(block.size);
        op.slot = static_cast<std::uint8_t>(slot);
        if (op.kind == OpKind::allocate) {
            block = {op.size < refused, op.size};
        } else if (op.kind == OpKind::free) {
            block = {};
        }
        return op;
    }

    Op allocation(std::uint64_t slot) {
        Op op;
        op.kind = OpKind::allocate;
        op.routine = allocators[slot % allocators.size()];
        op.tag = tag;
        op.pool_type = op.routine == Routine::ExAllocatePool2 ? flags[below(2)] : types[below(3)];
        op.size = sizes_[below(sizes_.size())];
        return op;
    }

    Op release(std::uint64_t slot) {
        Op op;
        op.kind = OpKind::free;
        const bool tagged = allocators[slot % allocators.size()] != Routine::ExAllocatePool && below(2) == 0;
        op.routine = tagged ? Routine::ExFreePoolWithTag : Routine::ExFreePool;
        op.tag = tag;
        return op;
    }

    Op touch(std::uint64_t size) {
        Op op;
        op.kind = below(2) == 0 ? OpKind::read : OpKind::write;
        op.length = static_cast<std::uint32_t>(std::min<std::uint64_t>(size, 1 + below(16)));
        op.offset = static_cast<std::int32_t>(below(size - op.length + 1));
        return op;
    }

    std::mt19937_64 random_{1};
    std::vector<std::uint64_t> sizes_ = special_sizes();
    std::array<Block, slots> blocks_;
};

} // namespace

std::vector<std::vector<std::uint8_t>> plain_inputs(std::size_t ops, std::size_t count) {
    Writer writer;
    std::vector<std::vector<std::uint8_t>> inputs;
    while (inputs.size() < count) {
        inputs.push_back(encode(writer.write(ops)));
    }
    return inputs;
}

} // namespace poolproof::fuzz
