// The part of poolproof/machine.h that tells what the linter noticed, and the copy to user memory that it
// watches.
#include "poolproof/machine.h"

#include "pool/system.hpp"

#include <algorithm>
#include <array>

namespace poolproof {

void Machine::set_linter(bool on) {
    const std::lock_guard lock(impl_->lock);
    impl_->linter.set(on);
    impl_->update_watched();
}

std::size_t Machine::warnings() const {
    const std::lock_guard lock(impl_->lock);
    return impl_->linter.warnings().size();
}

void Machine::for_each_warning(void (*visit)(void*, const CallerWarning&), void* context) const {
    const std::lock_guard lock(impl_->lock);
    for (const CallerWarning& warning : impl_->linter.warnings())
        visit(context, warning);
}

// Part by part; a run of unwritten bytes may lie across two. Only bytes inside the block that the copy starts
// in hold a fill.
std::optional<BugCheck> Machine::copy_to_user(std::uint64_t user, std::uint64_t pool, std::size_t bytes) {
    std::uint64_t filled_end = pool;
    {
        const std::lock_guard lock(impl_->lock);
        const PoolBlock block = impl_->locate(pool);
        const bool live = block.what == AddressClass::live || block.what == AddressClass::interior;
        if (impl_->linter.is_on() && user < impl_->system_start() && live)
            filled_end = std::min(pool + bytes, block.start + block.bytes);
    }
    std::array<std::uint8_t, 512> part;
    UnwrittenRun run;
    for (std::size_t done = 0; done < bytes; done += part.size()) {
        const std::size_t count = std::min(bytes - done, part.size());
        if (const auto fault = read(pool + done, count, part.data()))
            return fault;
        if (const auto fault = write(user + done, count, part.data()))
            return fault;
        if (pool + done >= filled_end)
            continue;
        const std::size_t filled = std::min<std::uint64_t>(count, filled_end - (pool + done));
        const auto unwritten = run.look(pool + done, part.data(), filled);
        if (!unwritten)
            continue;
        filled_end = pool; // one is enough
        const std::lock_guard lock(impl_->lock);
        impl_->linter.add({WarningKind::uninitialised_bytes, "CON-02", "Machine::copy_to_user",
                           reinterpret_cast<std::uint64_t>(__builtin_return_address(0)), *unwritten});
    }
    return std::nullopt;
}

} // namespace poolproof
