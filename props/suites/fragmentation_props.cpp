// A long life: hundreds of live blocks of many sizes, freed in random order, page tails given out again.
//
// Contents of every block are checked at its free; at the end everything is released. Does not cover: several
// host threads (concurrency_props.cpp).
#include "gen/random.hpp"
#include "suites/property.hpp"
#include "suites/values.hpp"

#include <algorithm>
#include <unordered_map>

namespace poolproof {

POOL_SUITE(Fragmentation);

namespace {

// Ops of one life: enough that every page has been taken apart and put together several times.
constexpr unsigned life = 6000;
constexpr std::size_t most_live = 500;

std::uint64_t draw_size(Random& random) {
    switch (random.below(4)) {
    case 0:
        return 1 + random.below(64);
    case 1:
        return 1 + random.below(1024);
    case 2:
        return 1 + random.below(2 * PAGE_SIZE);
    default:
        return page + 1 + random.below(3 * PAGE_SIZE);
    }
}

class Life {
  public:
    Life(Driver& drive, std::uint64_t seed) : drive_(&drive), random_(seed) {}

    void live() {
        for (unsigned i = 0; i < life; ++i) {
            const std::uint32_t fullness = live_.size() < most_live ? 3 : 1;
            if (live_.empty() || random_.below(4) < fullness) {
                allocate();
            } else {
                free(random_.below(static_cast<std::uint32_t>(live_.size())));
            }
        }
        look_at_pages();
        while (!live_.empty()) {
            free(random_.below(static_cast<std::uint32_t>(live_.size())));
        }
    }

    std::size_t most() const { return most_; }
    unsigned in_tails() const { return in_tails_; }
    unsigned shared_pages() const { return shared_pages_; }

  private:
    void allocate() {
        const auto& requests = every_request();
        const Request request = requests[random_.below(static_cast<std::uint32_t>(requests.size() - 1))];
        const std::uint64_t bytes = draw_size(random_);
        const Address block = drive_->allocate(request, bytes, fred);
        RC_ASSERT(block != 0U);
        const auto seed = static_cast<unsigned>(random_.next());
        drive_->fill(block, bytes, seed);
        in_tails_ += is_in_a_tail(block, bytes) ? 1 : 0;
        live_.push_back({block, bytes, request, seed});
        most_ = std::max(most_, live_.size());
    }

    void free(std::size_t at) {
        const Lived block = live_[at];
        live_[at] = live_.back();
        live_.pop_back();
        RC_ASSERT(drive_->holds(block.address, block.bytes, block.seed));
        drive_->release(block.request, block.address, fred);
    }

    // Whether the block lies in the last page of a live block of more than a page, behind it (GEO-05).
    bool is_in_a_tail(Address block, std::uint64_t bytes) const {
        return std::any_of(live_.begin(), live_.end(), [&](const Lived& large) {
            const Address end = large.address + large.bytes;
            return large.bytes > page && block >= end && block + bytes <= (end + page - 1) / page * page;
        });
    }

    // Blocks are apart, and pages are shared.
    void look_at_pages() {
        std::sort(live_.begin(), live_.end(),
                  [](const Lived& a, const Lived& b) { return a.address < b.address; });
        std::unordered_map<std::uint64_t, unsigned> blocks_of_page;
        for (std::size_t i = 0; i < live_.size(); ++i) {
            RC_ASSERT((i == 0 || live_[i - 1].address + live_[i - 1].bytes <= live_[i].address));
            shared_pages_ += ++blocks_of_page[live_[i].address / page] == 2 ? 1 : 0;
        }
    }

    Driver* drive_;
    Random random_;
    std::vector<Lived> live_;
    std::size_t most_ = 0;
    unsigned in_tails_ = 0;
    unsigned shared_pages_ = 0;
};

void expect_a_life(Driver& drive, std::uint64_t seed) {
    Life one(drive, seed);
    one.live();
    RC_ASSERT(one.most() >= most_live);
    RC_ASSERT(one.in_tails() > 0U);
    RC_ASSERT(one.shared_pages() > 0U);
    for (const bool paged : {false, true}) {
        const TagRow row = drive.tag_row(fred, paged);
        RC_ASSERT(row.allocations == row.frees);
        RC_ASSERT(row.bytes == 0U);
    }
    RC_ASSERT(drive.pages_in_use() == 0U);
}

} // namespace

POOL_SWEEP(Fragmentation, AFragmentedPoolKeepsEveryBlockAndGivesEverythingBack) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        expect_a_life(drive, seed);
    }
}

// Every second of many small blocks is freed: what fits the holes goes there, not into new pages.
POOL_SWEEP(Fragmentation, HolesAreFilledAgain) {
    std::vector<Address> blocks;
    blocks.reserve(1000);
    for (unsigned i = 0; i < 1000; ++i) {
        blocks.push_back(drive.ExAllocatePoolWithTag(NonPagedPool, 200, fred));
    }
    const std::uint64_t pages = drive.pages_in_use();
    for (std::size_t i = 0; i < blocks.size(); i += 2) {
        drive.ExFreePool(blocks[i]);
    }
    for (std::size_t i = 0; i < blocks.size(); i += 2) {
        blocks[i] = drive.ExAllocatePoolWithTag(NonPagedPool, 200, fred);
    }
    RC_ASSERT(drive.pages_in_use() <= pages);
}

// Neighbours that are free join: after small blocks a large sub-page one fits into the same pages.
POOL_SWEEP(Fragmentation, FreedNeighboursJoin) {
    drive.set_budgets(false, 4, 0);
    for (unsigned round = 0; round < 20; ++round) {
        std::vector<Address> small;
        for (unsigned i = 0; i < 4 * 16; ++i) {
            small.push_back(drive.ExAllocatePoolWithTag(NonPagedPool, 200, fred));
            RC_ASSERT(small.back() != 0U);
        }
        for (const Address block : small) {
            drive.ExFreePool(block);
        }
        std::vector<Address> large;
        for (unsigned i = 0; i < 4; ++i) {
            large.push_back(drive.ExAllocatePoolWithTag(NonPagedPool, 3000, fred));
            RC_ASSERT(large.back() != 0U);
        }
        for (const Address block : large) {
            drive.ExFreePool(block);
        }
    }
}

POOL_SWEEP_CONVICTS(Fragmentation, AFragmentedPoolKeepsEveryBlockAndGivesEverythingBack, "tail-overlaps")

} // namespace poolproof
