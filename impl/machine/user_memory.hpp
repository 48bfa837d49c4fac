// User memory: for each process its own memory behind one range of addresses.
//
// Covers: giving out units of 64 KB in any process (EAU-05, EPU-01), opening one process's window and closing
// the others', lookup, ranges that are secured against being freed (ESM-01). Memory of a process that is not
// attached is not mapped at all, so nothing can reach it. Does not cover: which process a processor is in
// (pool/system.hpp). Not locked.
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
    std::uint64_t bytes = 0;   // requested
    bool is_private = false;   // of EngAllocPrivateUserMem
    bool freed = false;        // by its owner; stays for as long as a range of it is secured
    std::uint32_t secured = 0; // ranges
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
    // In any process, whichever is open; nullptr when its address space is used up.
    std::byte* allocate(unsigned process, std::uint64_t bytes, std::uint32_t tag, bool is_private);
    // The live block of that process that starts at the address; nullptr when there is none. One that is
    // freed but secured is live here.
    const UserBlock* find(unsigned process, std::uint64_t address) const;
    // `block` comes from find() of that process. Now, or once the last range of it is no longer secured.
    void release(unsigned process, const UserBlock& block);

    // A handle, never 0, to a range inside one block of that process that is not freed; 0 for any other range
    // and for an empty one.
    std::uint64_t secure(unsigned process, std::uint64_t address, std::uint64_t bytes);
    // False for what is no handle or no longer one.
    bool unsecure(std::uint64_t handle);

    bool owns(std::uint64_t address) const {
        return address - reinterpret_cast<std::uint64_t>(window_) < user_window_bytes;
    }
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
    struct Secured {
        std::uint64_t handle;
        unsigned process;
        std::uint32_t unit; // of the block
    };
    void drop(unsigned process, const UserBlock& block);
    void write_header(const Process& process, const UserBlock& block);
    // Units of the open process: behind the window, or inaccessible.
    void map(const Process& process, std::uint32_t unit, std::uint32_t units);
    void unmap(std::uint32_t unit, std::uint32_t units);
    void close_window();

    std::byte* window_;
    unsigned open_ = 0;
    std::array<Process, max_processes> processes_;
    std::vector<Secured> secured_;
    std::uint64_t last_handle_ = 0;
};

} // namespace poolproof
