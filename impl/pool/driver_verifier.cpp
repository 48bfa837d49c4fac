// Implements pool/driver_verifier.hpp.
#include "pool/driver_verifier.hpp"

#include <ddi/bugcodes.h>

#include <algorithm>

namespace poolproof {

const char* driver_name(unsigned driver) {
    static constexpr std::array<const char*, max_drivers> names = {"driver0.sys", "driver1.sys",
                                                                   "driver2.sys", "driver3.sys"};
    return names[driver];
}

void DriverVerifier::reset(std::uint32_t log_entries) {
    counters = VerifierCounters{};
    drivers_.fill(DriverCounters{});
    unloading_ = 0;
    faults.reset();
    log.reset(log_entries);
}

void DriverVerifier::count_attempt(std::uint32_t tag) {
    constexpr std::uint32_t default_tag = 0x656E6F4E; // tools show None (TAG-09)
    ++counters.attempted;
    counters.without_tag += tag == 0 || tag == default_tag ? 1 : 0;
}

void DriverVerifier::count_refused(std::uint32_t tag) {
    count_attempt(tag);
    ++counters.failed;
}

void DriverVerifier::track(const BlockAttributes& block, PoolKind kind, std::uint64_t bytes) {
    TrackedPool& use = pool(block.driver(), kind);
    use.peak_allocations = std::max(use.peak_allocations, ++use.allocations);
    use.bytes += bytes;
    use.peak_bytes = std::max(use.peak_bytes, use.bytes);
}

void DriverVerifier::untrack(const BlockAttributes& block, PoolKind kind, std::uint64_t bytes) {
    TrackedPool& use = pool(block.driver(), kind);
    --use.allocations;
    use.bytes -= bytes;
}

void DriverVerifier::check_allocation_of(unsigned driver) const {
    if ((unloading_ >> driver & 1U) == 0)
        return;
    const DriverCounters& left = drivers_[driver];
    throw BugCheck{
        DRIVER_VERIFIER_DETECTED_VIOLATION,
        {0x61, left.paged.bytes, left.nonpaged.bytes, left.paged.allocations + left.nonpaged.allocations}};
}

void DriverVerifier::check_unload(unsigned driver, Policies::UnloadCheck check) const {
    const DriverCounters& left = drivers_[driver];
    const std::uint64_t count = left.paged.allocations + left.nonpaged.allocations;
    if (count == 0)
        return;
    if (check == Policies::UnloadCheck::byte_counts)
        throw BugCheck{DRIVER_VERIFIER_DETECTED_VIOLATION,
                       {0x60, left.paged.bytes, left.nonpaged.bytes, count}};
    throw BugCheck{DRIVER_VERIFIER_DETECTED_VIOLATION,
                   {0x62, reinterpret_cast<std::uint64_t>(driver_name(driver)), 0, count}};
}

} // namespace poolproof
