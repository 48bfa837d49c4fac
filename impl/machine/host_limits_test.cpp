// Where the host gives no more: address space, files, machines; and how special pool goes on without files.
// Does not cover: mappings (pool/special_memory_test.cpp).
#include "machine/guards.hpp"
#include "machine/layout.hpp"
#include "machine/mapping.hpp"
#include "poolproof/machine.h"

#include <ddi/wdm.h>
#include <ddi/winddi.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace poolproof {
namespace {

constexpr ULONG tag = 0x64657246; // 'Fred'

// No file can be opened while it lives.
class NoMoreFiles {
  public:
    NoMoreFiles() {
        getrlimit(RLIMIT_NOFILE, &before_);
        const rlimit none{0, before_.rlim_max};
        setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoMoreFiles() { setrlimit(RLIMIT_NOFILE, &before_); }
    NoMoreFiles(const NoMoreFiles&) = delete;
    NoMoreFiles& operator=(const NoMoreFiles&) = delete;

  private:
    rlimit before_{};
};

TEST(HostLimits, MoreAddressSpaceThanThereIsIsRefused) {
    EXPECT_THROW(Mapping(std::size_t{1} << 60, Protection::none), std::system_error);
}

TEST(HostLimits, PagesThatAreNotThereCannotBeProtected) {
    std::byte* gone = nullptr;
    {
        const Mapping mapping(page_size, Protection::read_write);
        gone = mapping.data();
    }
    EXPECT_FALSE(try_protect(gone, page_size, Protection::none));
    EXPECT_THROW(protect(gone, page_size, Protection::none), std::system_error);
}

TEST(HostLimits, GuardsCannotBeClosedOnPagesThatAreNotThere) {
    const Mapping mapping(4 * page_size, Protection::none);
    for (const GuardBackend backend : {resolve(GuardBackend::automatic), GuardBackend::mprotect}) {
        GuardedRange range(mapping.data(), false);
        range.prepare(backend, 4, false);
        ASSERT_TRUE(range.open(mapping.data() + page_size, 1));
        std::byte* const beyond = reinterpret_cast<std::byte*>(page_size); // nothing is ever mapped there
        EXPECT_FALSE(range.open(beyond, 1));
        EXPECT_THROW(range.close(beyond, 1), std::system_error);
    }
}

TEST(HostLimits, MachinesAreCounted) {
    std::vector<std::unique_ptr<Machine>> machines;
    const auto make_too_many = [&] {
        for (unsigned i = 0; i < 65; ++i)
            machines.push_back(std::make_unique<Machine>());
    };
    EXPECT_THROW(make_too_many(), std::system_error);
    EXPECT_GE(machines.size(), 60U); // others of this process may live
    machines.clear();
    EXPECT_NO_THROW(machines.push_back(std::make_unique<Machine>()));
}

TEST(HostLimits, AProcessWithoutAFileHasNoUserMemory) {
    Machine machine;
    machine.bind(0);
    // UndefinedBehaviorSanitizer looks at an object through a pipe, which it cannot have below; it looks once
    // at a class.
    const std::system_error looked_at(0, std::generic_category(), "");
    {
        const NoMoreFiles limit;
        EXPECT_THROW(EngAllocUserMem(100, tag), std::system_error);
    }
    EXPECT_NE(EngAllocUserMem(100, tag), nullptr);
}

TEST(HostLimits, WithoutFilesSpecialPoolKeepsNothingAndWorks) {
    Machine machine;
    machine.bind(0);
    MachineConfig config;
    config.special_blocks = 1; // another number than before: its pages are prepared anew
    {
        const NoMoreFiles limit;
        machine.reset(config);
    }
    machine.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
    auto* block = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(NonPagedPoolNx, 16, tag));
    ASSERT_TRUE(machine.describe(block)->special);
    EXPECT_EQ(block[-1], config.policies.special_pattern);
    ExFreePool(block);
    block = static_cast<std::uint8_t*>(ExAllocatePoolWithTag(NonPagedPoolNx, 32, tag));
    EXPECT_EQ(block[-1], config.policies.special_pattern);
    const pid_t child = fork(); // memory that no file holds is the child's own at once
    ASSERT_GE(child, 0);
    if (child == 0) {
        block[0] = 1;
        _exit(block[-1] == config.policies.special_pattern ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(block[0], config.policies.special_pattern);
    ExFreePool(block);
}

TEST(HostLimits, TheEnvironmentChoosesTheGuards) {
    const char* const word = std::getenv("POOLPROOF_GUARDS");
    const std::string before = word != nullptr ? word : "";
    const GuardBackend best = [] {
        unsetenv("POOLPROOF_GUARDS");
        return resolve(GuardBackend::automatic);
    }();
    for (const char* automatic : {"", "auto"}) {
        setenv("POOLPROOF_GUARDS", automatic, 1);
        EXPECT_EQ(resolve(GuardBackend::automatic), best) << automatic;
    }
    setenv("POOLPROOF_GUARDS", "mprotect", 1);
    EXPECT_EQ(resolve(GuardBackend::automatic), GuardBackend::mprotect);
    if (best == GuardBackend::guard_regions) {
        setenv("POOLPROOF_GUARDS", "guard-regions", 1);
        EXPECT_EQ(resolve(GuardBackend::automatic), GuardBackend::guard_regions);
    }
    word != nullptr ? setenv("POOLPROOF_GUARDS", before.c_str(), 1) : unsetenv("POOLPROOF_GUARDS");
}

} // namespace
} // namespace poolproof
