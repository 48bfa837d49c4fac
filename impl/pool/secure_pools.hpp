// Secure pools: which are open, and which block belongs to which.
//
// Covers: handles, which are used once each (EDP-03), and the claim on every live secure block. Does not
// cover: the blocks' memory, which is that of nonpaged pool (SEC-04). Searches are linear: secure blocks are
// few. Not locked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace poolproof {

// What identifies a secure block beside its address and tag.
struct SecureClaim {
    std::uint64_t pool = 0; // handle
    std::uint64_t cookie = 0;

    bool operator==(const SecureClaim&) const = default;
};

class SecurePools {
  public:
    void reset();
    // The handle of a new pool, never 0.
    std::uint64_t create();
    bool is_open(std::uint64_t pool) const;
    bool has_blocks(std::uint64_t pool) const;
    // `pool` is open and has no blocks.
    void destroy(std::uint64_t pool);

    void add_block(std::uint64_t start, const SecureClaim& claim);
    // nullptr when no secure block starts there; valid until the next change.
    const SecureClaim* claim_on(std::uint64_t start) const;
    void remove_block(std::uint64_t start);

  private:
    struct Block {
        std::uint64_t start;
        SecureClaim claim;
    };
    static constexpr std::uint64_t first_handle = 0x53500004; // handles are multiples of 4
    std::uint64_t next_handle_ = first_handle;
    std::vector<std::uint64_t> open_;
    std::vector<Block> blocks_;
};

} // namespace poolproof
