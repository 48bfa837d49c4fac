// Implements pool/secure_pools.hpp.
#include "pool/secure_pools.hpp"

#include <algorithm>

namespace poolproof {

void SecurePools::reset() {
    next_handle_ = first_handle;
    open_.clear();
    blocks_.clear();
}

std::uint64_t SecurePools::create() {
    open_.push_back(next_handle_);
    next_handle_ += 4;
    return open_.back();
}

bool SecurePools::is_open(std::uint64_t pool) const {
    return std::find(open_.begin(), open_.end(), pool) != open_.end();
}

bool SecurePools::has_blocks(std::uint64_t pool) const {
    return std::any_of(blocks_.begin(), blocks_.end(),
                       [pool](const Block& block) { return block.claim.pool == pool; });
}

void SecurePools::destroy(std::uint64_t pool) {
    std::erase(open_, pool);
}

void SecurePools::add_block(std::uint64_t start, const SecureClaim& claim) {
    blocks_.push_back({start, claim});
}

const SecureClaim* SecurePools::claim_on(std::uint64_t start) const {
    const auto found = std::find_if(blocks_.begin(), blocks_.end(),
                                    [start](const Block& block) { return block.start == start; });
    return found != blocks_.end() ? &found->claim : nullptr;
}

void SecurePools::remove_block(std::uint64_t start) {
    std::erase_if(blocks_, [start](const Block& block) { return block.start == start; });
}

} // namespace poolproof
