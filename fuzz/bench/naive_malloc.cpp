// A naive fuzz target for malloc: the measure of pool_trace_fuzzer's speed (ci/bench fuzz).
//
// What one writes first: a record is an op on a slot; what was allocated is filled, and must be found so when
// it is freed. It reads the bytes of the same inputs, records as exact ones of trace/codec.hpp. Covers:
// malloc, free, touches inside a block. Does not cover: anything that a contract says; finding anything.
//
// It fills blocks and checks every byte of them, as the fuzz target of snmalloc does. NAIVE_END_BYTES,
// when defined, pares that down to so many bytes at each end of a block, compared many at once.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// NOLINTBEGIN(bugprone-reserved-identifier): the sanitizer chose the name. As in harness.cpp.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
    return "allow_user_segv_handler=1:detect_stack_use_after_return=0:allocator_may_return_null=1";
}
// NOLINTEND(bugprone-reserved-identifier)

namespace {

constexpr std::size_t header_bytes = 2;
constexpr std::size_t record_bytes = 32;
// More is NULL without asking: the sanitizer's heap would answer the same, and print a warning each time.
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 32;

struct Block {
    unsigned char* start = nullptr;
    std::size_t size = 0;
    unsigned char filler = 0;
};

#ifdef NAIVE_END_BYTES
std::size_t at_each_end(const Block& block) {
    return std::min<std::size_t>(block.size, NAIVE_END_BYTES);
}

void fill(const Block& block) {
    const std::size_t bytes = at_each_end(block);
    std::memset(block.start, block.filler, bytes);
    std::memset(block.start + block.size - bytes, block.filler, bytes);
}

// Each byte is like the one before it, and the first is the filler.
bool is_filled(const unsigned char* from, std::size_t bytes, unsigned char filler) {
    return bytes == 0 || (*from == filler && std::memcmp(from, from + 1, bytes - 1) == 0);
}

bool is_filled(const Block& block) {
    const std::size_t bytes = at_each_end(block);
    return is_filled(block.start, bytes, block.filler) &&
           is_filled(block.start + block.size - bytes, bytes, block.filler);
}
#else
void fill(const Block& block) {
    std::memset(block.start, block.filler, block.size);
}

bool is_filled(const Block& block) {
    return std::all_of(block.start, block.start + block.size,
                       [&block](unsigned char byte) { return byte == block.filler; });
}
#endif

void allocate(Block& block, std::uint64_t size, unsigned char filler) {
    if (size >= most_bytes) {
        return;
    }
    auto* const start = static_cast<unsigned char*>(std::malloc(static_cast<std::size_t>(size)));
    if (start != nullptr) {
        block = {start, static_cast<std::size_t>(size), filler};
        fill(block);
    }
}

void release(Block& block) {
    if (block.start == nullptr) {
        return;
    }
    if (!is_filled(block)) {
        std::abort();
    }
    std::free(block.start);
    block = {};
}

template <class Number> Number number_at(const std::uint8_t* record, std::size_t at) {
    Number number = 0;
    std::memcpy(&number, record + at, sizeof number);
    return number;
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::array<Block, 16> blocks;
    unsigned char filler = 0;
    for (std::size_t at = header_bytes; at + record_bytes <= size; at += record_bytes) {
        const std::uint8_t* const record = data + at;
        Block& block = blocks[record[4] % blocks.size()];
        const auto offset = number_at<std::uint32_t>(record, 20);
        const auto length = number_at<std::uint16_t>(record, 10);
        switch (record[1]) {
        case 0:
            release(block);
            allocate(block, number_at<std::uint64_t>(record, 20), ++filler);
            break;
        case 1:
            release(block);
            break;
        case 2:
            if (std::size_t{offset} + length <= block.size) {
                std::array<unsigned char, 16> seen;
                std::memcpy(seen.data(), block.start + offset, std::min<std::size_t>(length, seen.size()));
            }
            break;
        case 3:
            if (std::size_t{offset} + length <= block.size) {
                std::memset(block.start + offset, block.filler, length);
            }
            break;
        default:
            break;
        }
    }
    for (Block& block : blocks) {
        release(block);
    }
    return 0;
}
