// User memory: for each process its own memory behind one range of addresses.
//
// Covers: giving out units of 64 KB in a process (EAU-05), opening one process's window and closing the
// others', lookup. Memory of a process that is not attached is not mapped at all, so nothing can reach it.
// Does not cover: which process a processor is in (machine_impl.hpp). Not locked.
#pragma once

#include "machine/layout.hpp"
#include "poolproof/machine.h"

#include <array>
#include <cstdint>
#include <vector>

namespace poolproof {

// In front of the caller's bytes, in user memory: the tag is inserted before the allocation (EAU-02).
inline constexpr std::size_t user_header_bytes = 16;

struct UserBlock {
    std::uint32_t unit = 0;  // first unit
    std::uint32_t units = 0; // consumed
    std::uint32_t tag = 0;
    std::uint64_t bytes = 0; // requested
};

class UserMemory {
  public:
    explicit UserMemory(std::byte* window) : window_(window) {}
    ~UserMemory();
    UserMemory(const UserMemory&) = delete;
    UserMemory& operator=(const UserMemory&) = delete;

    void reset();
    // Makes this process's memory the one behind the window.
    void open(unsigned process);
    // In the open process; nullptr when its address space is used up.
    std::byte* allocate(std::uint64_t bytes, std::uint32_t tag);
    // The live block of that process that starts at the address; nullptr when there is none.
    const UserBlock* find(unsigned process, std::uint64_t address) const;
    // In the open process; `block` comes from find().
    void release(const UserBlock& block);

    bool owns(std::uint64_t address) const {
        return address - reinterpret_cast<std::uint64_t>(window_) < user_window_bytes;
    }
    unsigned open_process() const { return open_; }
    std::uint64_t start_of(const UserBlock& block) const {
        return reinterpret_cast<std::uint64_t>(window_) + block.unit * user_unit + user_header_bytes;
    }
    const std::vector<UserBlock>& blocks(unsigned process) const { return processes_[process].blocks; }

  private:
    struct Process {
        int file = -1; // made at first need
        bool dirty = false;
        std::vector<UserBlock> blocks; // by address
    };
    // Units of the open process: behind the window, or inaccessible.
    void map(const Process& process, std::uint32_t unit, std::uint32_t units);
    void unmap(std::uint32_t unit, std::uint32_t units);
    void close_window();

    std::byte* window_;
    unsigned open_ = 0;
    std::array<Process, max_processes> processes_;
};

} // namespace poolproof
