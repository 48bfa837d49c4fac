// The bench's worker for allocators that replace malloc: preloaded into it, or linked.
//
// Every block is looked at: it must begin or end where a page does, else it is no guarded block, and the
// bench would measure something else. Does not cover: timing (pair_loop.hpp).
#include "bench/serve.hpp"

namespace poolproof {
namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t alignment = 16; // what may be left between a block and the guard behind it

class Malloc {
  public:
    char* allocate(std::uint32_t bytes) {
        char* const block = static_cast<char*>(std::malloc(bytes));
        const auto address = reinterpret_cast<std::size_t>(block);
        const std::size_t left = (page - (address + bytes) % page) % page;
        ++blocks_;
        unguarded_ += address % page != 0 && left >= alignment;
        return block;
    }
    void free(char* block) { std::free(block); }

    bool complains(char* into, std::size_t bytes, std::uint32_t /*live*/) const {
        if (unguarded_ == 0)
            return false;
        (void)std::snprintf(into, bytes,
                            "%llu of %llu blocks touch no page boundary, so that nothing guards them: "
                            "the allocator is not in place, or full",
                            static_cast<unsigned long long>(unguarded_),
                            static_cast<unsigned long long>(blocks_));
        return true;
    }

  private:
    std::uint64_t blocks_ = 0;
    std::uint64_t unguarded_ = 0;
};

} // namespace
} // namespace poolproof

int main(int argc, char** argv) {
    if (argc != 3) {
        (void)std::fprintf(stderr,
                           "usage: %s LIVE FILL_MILLISECONDS\n"
                           "A worker of poolproof_bench; then one line of milliseconds a repetition.\n",
                           argv[0]);
        return 2;
    }
    poolproof::Malloc allocator;
    poolproof::serve(allocator, static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10)),
                     std::strtoull(argv[2], nullptr, 10));
    return 0;
}
