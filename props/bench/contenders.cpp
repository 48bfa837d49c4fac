// Implements bench/contenders.hpp.
#include "bench/contenders.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>

#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace poolproof::bench {
namespace {

constexpr std::uint64_t page = 4096;
constexpr int guard_install = 102; // MADV_GUARD_INSTALL, Linux 6.13

bool kernel_has_guard_regions() {
    void* const memory = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return false;
    }
    const bool has = madvise(memory, page, guard_install) == 0;
    munmap(memory, page);
    return has;
}

// The rest of the first line that begins with `name`.
std::string value_in(const char* file, const std::string& name) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(name)) {
            const std::size_t value = line.find_first_not_of(" \t:", name.size());
            return value == std::string::npos ? "" : line.substr(value);
        }
    }
    return "";
}

} // namespace

Host look_at_host() {
    Host host;
    utsname name{};
    if (uname(&name) == 0) {
        host.kernel = name.release;
    }
    host.processor = value_in("/proc/cpuinfo", "model name");
    host.processors = std::thread::hardware_concurrency();
    if (getloadavg(&host.load, 1) != 1) {
        host.load = 0;
    }
    std::ifstream("/proc/sys/vm/max_map_count") >> host.most_mappings;
    host.free_bytes = std::strtoull(value_in("/proc/meminfo", "MemAvailable").c_str(), nullptr, 10) * 1024;
    host.guard_regions = kernel_has_guard_regions();
    return host;
}

const std::vector<Contender>& contenders() {
    static const std::vector<Contender> all = {
        {"poolproof", "guard-regions"}, {"bare-loop", "guard-regions"}, {"poolproof", "mprotect"},
        {"bare-loop", "mprotect"},      {"electric-fence", "mprotect"}, {"duma", "mprotect"},
        {"gwp-asan", "mprotect"},
    };
    return all;
}

std::string program_beside(const std::string& name) {
    std::error_code error;
    const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe", error);
    return (own.parent_path() / name).string();
}

WorkerCommand worker_for(const Contender& contender, std::uint32_t live, std::uint64_t fill_limit) {
    const std::string blocks = fmt::format("{}", live);
    const std::string limit = fmt::format("{}", fill_limit);
    if (contender.allocator == "electric-fence") {
        return {{program_beside("poolproof_bench_malloc"), blocks, limit},
                {"LD_PRELOAD=libefence.so.0.0", "EF_ALLOW_MALLOC_0=1", "EF_DISABLE_BANNER=1"}};
    }
    if (contender.allocator == "duma") { // it reuses what is freed, as the others do: else it only grows
        return {{program_beside("poolproof_bench_malloc"), blocks, limit},
                {"LD_PRELOAD=libduma.so.0.0.0", "DUMA_ALLOW_MALLOC_0=1", "DUMA_DISABLE_BANNER=1",
                 "DUMA_PROTECT_FREE=0"}};
    }
    if (contender.allocator == "gwp-asan") {
        return {{program_beside("poolproof_bench_scudo"), blocks, limit},
                {fmt::format("SCUDO_OPTIONS=GWP_ASAN_Enabled=true:GWP_ASAN_SampleRate=1:"
                             "GWP_ASAN_MaxSimultaneousAllocations={}",
                             live + 16)}};
    }
    return {{program_beside("poolproof_bench_pool"), contender.allocator, contender.backend, blocks, limit},
            {}};
}

std::string ruled_out(const Contender& contender, std::uint32_t live, const Host& host) {
    if (contender.backend == "guard-regions" && !host.guard_regions) {
        return "this kernel has no guard regions (Linux 6.13)";
    }
    // An open page between closed ones is a mapping of its own, and so is what closes it.
    if (contender.backend == "mprotect" && 2 * std::uint64_t{live} > host.most_mappings) {
        return fmt::format("{} mappings would be needed, vm.max_map_count is {}", 2 * std::uint64_t{live},
                           host.most_mappings);
    }
    // Of special pool and of the bare loop at once: pages, records, page tables.
    const std::uint64_t needed = std::uint64_t{live} * (2 * page + 2048);
    if (needed > host.free_bytes) {
        return fmt::format("{} MB of memory would be needed, {} MB are free", needed >> 20,
                           host.free_bytes >> 20);
    }
    return "";
}

bool must_be_measured(const Contender& contender, std::uint32_t live) {
    const bool own = contender.allocator == "poolproof" || contender.allocator == "bare-loop";
    return own || live <= 1000;
}

} // namespace poolproof::bench
