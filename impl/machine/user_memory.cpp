// Implements machine/user_memory.hpp: each process is an anonymous file, its window a fixed shared mapping of
// it.
#include "machine/user_memory.hpp"

#include "poolproof/machine.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace poolproof {

namespace {

[[noreturn]] void refuse(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

} // namespace

UserMemory::~UserMemory() {
    for (const Process& process : processes_)
        if (process.file >= 0)
            close(process.file);
}

void UserMemory::map(const Process& process, std::uint32_t unit, std::uint32_t units) {
    if (mmap(window_ + unit * user_unit, units * user_unit, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
             process.file, static_cast<off_t>(unit * user_unit)) == MAP_FAILED)
        refuse("mapping the user memory of a process");
}

void UserMemory::unmap(std::uint32_t unit, std::uint32_t units) {
    if (mmap(window_ + unit * user_unit, units * user_unit, PROT_NONE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == MAP_FAILED)
        refuse("closing the user memory of a process");
}

// One call for all blocks, whatever lies between them.
void UserMemory::close_window() {
    const auto& blocks = processes_[open_].blocks;
    if (!blocks.empty())
        unmap(blocks.front().unit, blocks.back().unit + blocks.back().units - blocks.front().unit);
}

void UserMemory::reset() {
    close_window();
    secured_.clear();
    last_handle_ = 0;
    for (Process& process : processes_) {
        process.blocks.clear();
        if (!process.dirty)
            continue;
        if (ftruncate(process.file, 0) != 0 || ftruncate(process.file, user_window_bytes) != 0)
            refuse("emptying the user memory of a process");
        process.dirty = false;
    }
    open_ = 0;
}

void UserMemory::open(unsigned process) {
    if (process == open_)
        return;
    close_window();
    open_ = process;
    const auto& blocks = processes_[open_].blocks;
    for (std::size_t i = 0; i < blocks.size();) { // one call for blocks side by side
        std::uint32_t units = blocks[i].units;
        std::size_t next = i + 1;
        for (; next < blocks.size() && blocks[next].unit == blocks[i].unit + units; ++next)
            units += blocks[next].units;
        map(processes_[open_], blocks[i].unit, units);
        i = next;
    }
}

std::byte* UserMemory::allocate(unsigned process_index, std::uint64_t bytes, std::uint32_t tag,
                                bool is_private) {
    if (bytes > user_window_bytes - user_header_bytes)
        return nullptr;
    const auto units = static_cast<std::uint32_t>((bytes + user_header_bytes + user_unit - 1) / user_unit);
    Process& process = processes_[process_index];
    // First fit between the blocks.
    std::uint32_t unit = 0;
    auto next = process.blocks.begin();
    while (next != process.blocks.end() && next->unit - unit < units) {
        unit = next->unit + next->units;
        ++next;
    }
    if (unit + units > user_units)
        return nullptr;
    if (process.file < 0) {
        process.file = memfd_create("poolproof-process", MFD_CLOEXEC);
        if (process.file < 0 || ftruncate(process.file, user_window_bytes) != 0)
            refuse("making the user memory of a process");
    }
    const UserBlock block{unit, units, tag, bytes, is_private};
    if (process_index == open_)
        map(process, unit, units);
    process.dirty = true;
    process.blocks.insert(next, block);
    write_header(process, block);
    return window_ + unit * user_unit + user_header_bytes;
}

// Through the window where it shows this process, else through the file behind it.
void UserMemory::write_header(const Process& process, const UserBlock& block) {
    std::array<std::byte, user_header_bytes> header{};
    std::memcpy(header.data(), &block.tag, sizeof block.tag);
    std::memcpy(header.data() + 8, &block.bytes, sizeof block.bytes);
    const std::size_t offset = block.unit * user_unit;
    if (&process == &processes_[open_])
        std::memcpy(window_ + offset, header.data(), header.size());
    else if (pwrite(process.file, header.data(), header.size(), static_cast<off_t>(offset)) !=
             static_cast<ssize_t>(header.size()))
        refuse("writing to the user memory of a process");
}

const UserBlock* UserMemory::find(unsigned process, std::uint64_t address) const {
    const auto& blocks = processes_[process].blocks;
    const auto at = std::find_if(blocks.begin(), blocks.end(),
                                 [&](const UserBlock& block) { return start_of(block) == address; });
    return at == blocks.end() ? nullptr : &*at;
}

void UserMemory::release(unsigned process, const UserBlock& block) {
    if (block.secured == 0)
        return drop(process, block);
    auto& blocks = processes_[process].blocks;
    blocks[static_cast<std::size_t>(&block - blocks.data())].freed = true;
}

void UserMemory::drop(unsigned process, const UserBlock& block) {
    if (process == open_)
        unmap(block.unit, block.units);
    auto& blocks = processes_[process].blocks;
    blocks.erase(blocks.begin() + (&block - blocks.data()));
}

std::uint64_t UserMemory::secure(unsigned process, std::uint64_t address, std::uint64_t bytes) {
    if (bytes == 0)
        return 0;
    for (UserBlock& block : processes_[process].blocks) {
        const std::uint64_t offset = address - start_of(block);
        if (block.freed || offset >= block.bytes || bytes > block.bytes - offset)
            continue;
        ++block.secured;
        last_handle_ += 4; // as handles of the system are, so that none looks like an address
        secured_.push_back({last_handle_, process, block.unit});
        return last_handle_;
    }
    return 0;
}

bool UserMemory::unsecure(std::uint64_t handle) {
    const auto range = std::find_if(secured_.begin(), secured_.end(),
                                    [&](const Secured& secured) { return secured.handle == handle; });
    if (range == secured_.end())
        return false;
    const Secured secured = *range;
    secured_.erase(range);
    auto& blocks = processes_[secured.process].blocks;
    const auto block = std::find_if(blocks.begin(), blocks.end(),
                                    [&](const UserBlock& other) { return other.unit == secured.unit; });
    if (--block->secured == 0 && block->freed)
        drop(secured.process, *block);
    return true;
}

} // namespace poolproof
