// Who is compared, at how many live blocks, and who cannot be there at all.
//
// Covers: the workers' command lines, and what the host rules out beforehand. Does not cover: running them
// (run.hpp).
#pragma once

#include "bench/worker.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace poolproof::bench {

struct Host {
    std::string kernel;
    std::string processor;
    unsigned processors = 0;
    double load = 0; // average of the last minute, when the bench begins
    std::uint64_t most_mappings = 0;
    std::uint64_t free_bytes = 0;
    bool guard_regions = false;
};
Host look_at_host();

struct Contender {
    std::string allocator; // poolproof, bare-loop, electric-fence, duma, gwp-asan
    std::string backend;   // guard-regions, mprotect
};
// Everybody, in the order of the table.
const std::vector<Contender>& contenders();

// The worker for so many blocks; `fill_limit` in milliseconds. Programs are those beside the bench's own.
WorkerCommand worker_for(const Contender& contender, std::uint32_t live, std::uint64_t fill_limit);
// The program of that name beside the bench's own, whether it is there or not.
std::string program_beside(const std::string& name);

// Why the host rules it out; empty when it does not.
std::string ruled_out(const Contender& contender, std::uint32_t live, const Host& host);
// Who must be measured for a run to count: what no host limit keeps from it.
bool must_be_measured(const Contender& contender, std::uint32_t live);

} // namespace poolproof::bench
