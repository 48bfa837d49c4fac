// Stand-ins for addresses, so that the same run reads the same whatever the host gave it.
//
// Covers: finding the regions of pages that a log speaks of and numbering them; address by address, or in a
// text. Does not cover: addresses of 32 bits and of more than 47, which no host gives at random and which
// stay as they are.
#pragma once

#include "run/runner.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

class StandIns {
  public:
    // Takes the addresses that the ops returned, were given and touched. Regions are numbered from 1 as they
    // appear; addresses less than a MiB apart are of one region.
    explicit StandIns(const std::vector<Step>& log);

    // Of region n: n * 2^32 + 0x10000 for its lowest page, and the same distances. An address of no region
    // begins one.
    std::uint64_t operator()(std::uint64_t address);
    // The text with every hexadecimal number of 33 to 47 bits taken for an address and replaced by its
    // stand-in.
    std::string in(std::string_view text);

  private:
    struct Region {
        std::uint64_t low;  // first byte of its lowest page
        std::uint64_t high; // highest address seen
    };

    std::vector<Region> regions_; // as they appeared
};

} // namespace poolproof
