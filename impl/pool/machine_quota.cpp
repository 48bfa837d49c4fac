// The part of poolproof/machine.h that concerns quota and processes, and how much quota a request weighs.
#include "poolproof/machine.h"

#include "pool/system.hpp"

#include <algorithm>
#include <mutex>

namespace poolproof {

void Machine::set_quota(unsigned process, PoolKind kind, std::uint64_t bytes) {
    const std::lock_guard lock(impl_->lock);
    impl_->quota.set_limit(process, kind, bytes);
}

QuotaUse Machine::quota(unsigned process, PoolKind kind) const {
    const std::lock_guard lock(impl_->lock);
    return impl_->quota.use(process, kind);
}

void* Machine::process_object(unsigned index) const {
    return reinterpret_cast<void*>(impl_->process_object(index));
}

void Machine::set_idle_process(std::optional<unsigned> index) {
    const std::lock_guard lock(impl_->lock);
    impl_->idle_process = index;
}

void Machine::run_in_dpc(bool on) {
    const std::lock_guard lock(impl_->lock);
    current_binding().processor->in_dpc = on;
}

std::uint64_t Machine::Impl::quota_weight(std::uint64_t bytes) const {
    const Policies& policies = config.policies;
    if (bytes >= page_size && policies.quota_of_pages == Policies::QuotaOfPages::uncharged)
        return 0;
    if (policies.quota_bytes == Policies::QuotaBytes::requested)
        return bytes;
    const std::uint64_t unit = bytes >= page_size ? page_size : config.is_64_bit ? 16 : 8;
    const std::uint64_t least = std::max(bytes, unit);
    return least > UINT64_MAX - unit ? least : (least + unit - 1) & ~(unit - 1);
}

std::optional<unsigned> Machine::Impl::process_of(std::uint64_t object) const {
    const std::uint64_t offset = object - process_object(0);
    if (offset % process_object_stride != 0 || offset / process_object_stride >= max_processes)
        return std::nullopt;
    return static_cast<unsigned>(offset / process_object_stride);
}

} // namespace poolproof
