// Implements machine/guards.hpp over madvise and mprotect.
//
// A guard region drops anonymous memory, which then has to be zeroed and charged anew at every allocation: a
// fifth of its price. Pages of a memory file survive it.
#include "machine/guards.hpp"

#include "machine/layout.hpp"
#include "machine/mapping.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace poolproof {

namespace {

// Linux 6.13; older C libraries do not name them.
constexpr int guard_install = 102;
constexpr int guard_remove = 103;

bool advise(std::byte* first, std::size_t pages, int advice) noexcept {
    int outcome = madvise(first, pages * page_size, advice);
    while (outcome != 0 && (errno == EINTR || errno == EAGAIN))
        outcome = madvise(first, pages * page_size, advice);
    return outcome == 0;
}

bool kernel_has_guard_regions() {
    static const bool has = [] {
        const Mapping page(page_size, Protection::read_write);
        return advise(page.data(), 1, guard_install) && advise(page.data(), 1, guard_remove);
    }();
    return has;
}

GuardBackend from_environment() {
    const char* word = std::getenv("POOLPROOF_GUARDS");
    if (word == nullptr || *word == '\0' || std::strcmp(word, "auto") == 0)
        return GuardBackend::automatic;
    if (std::strcmp(word, "guard-regions") == 0)
        return GuardBackend::guard_regions;
    if (std::strcmp(word, "mprotect") == 0)
        return GuardBackend::mprotect;
    throw std::invalid_argument(std::string("POOLPROOF_GUARDS is '") + word +
                                "': expected auto, guard-regions or mprotect");
}

// Every open block splits one mapping in three, that is, adds two.
std::size_t most_blocks_by_mprotect() {
    static const std::size_t most = [] {
        unsigned long mappings = 65530;
        if (std::FILE* file = std::fopen("/proc/sys/vm/max_map_count", "re")) {
            if (std::fscanf(file, "%lu", &mappings) != 1)
                mappings = 65530;
            (void)std::fclose(file); // was only read
        }
        return static_cast<std::size_t>(mappings / 2);
    }();
    return most;
}

} // namespace

GuardBackend resolve(GuardBackend wanted) {
    const GuardBackend chosen = wanted == GuardBackend::automatic ? from_environment() : wanted;
    if (chosen == GuardBackend::mprotect)
        return chosen;
    if (kernel_has_guard_regions())
        return GuardBackend::guard_regions;
    if (chosen == GuardBackend::guard_regions)
        throw std::system_error(ENOTSUP, std::generic_category(),
                                "guard regions are asked for and this kernel has none (Linux 6.13)");
    return GuardBackend::mprotect;
}

void GuardedRange::prepare(GuardBackend backend, std::size_t pages, bool keep) {
    if (backend == backend_ && pages == pages_ && keep == keep_)
        return;
    if (pages_ != 0 && mmap(start_, pages_ * page_size, PROT_NONE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
        throw std::system_error(errno, std::generic_category(), "clearing the pages of special pool");
    pages_ = pages;
    backend_ = backend;
    keep_ = keep;
    drop_file();
    if (backend == GuardBackend::mprotect)
        return;
    if (keep && map_file())
        return;
    drop_file();
    protect(start_, pages * page_size, executable_ ? Protection::read_write_execute : Protection::read_write);
    close(start_, pages);
}

GuardedRange::~GuardedRange() {
    drop_file();
}

void GuardedRange::drop_file() {
    if (file_ >= 0)
        ::close(file_);
    file_ = -1;
}

// Guards on files need Linux 6.15: false where the kernel has none, or no memory files.
bool GuardedRange::map_file() {
    file_ = memfd_create("poolproof special pool", MFD_CLOEXEC);
    const std::size_t bytes = pages_ * page_size;
    const int protection = PROT_READ | PROT_WRITE | (executable_ ? PROT_EXEC : 0);
    return bytes != 0 && file_ >= 0 && ftruncate(file_, static_cast<off_t>(bytes)) == 0 &&
           mmap(start_, bytes, protection, MAP_SHARED | MAP_NORESERVE | MAP_FIXED, file_, 0) != MAP_FAILED &&
           advise(start_, pages_, guard_install);
}

void GuardedRange::part_from_parent(std::size_t used) {
    if (file_ < 0)
        return;
    const int parents = file_;
    if (!map_file())
        throw std::system_error(errno, std::generic_category(), "special pool of a child process");
    std::array<std::byte, page_size> page;
    const auto end = static_cast<off_t>(used * page_size);
    for (off_t at = lseek(parents, 0, SEEK_DATA); at >= 0 && at < end; at = lseek(parents, at, SEEK_DATA)) {
        if (pread(parents, page.data(), page_size, at) == static_cast<ssize_t>(page_size) &&
            pwrite(file_, page.data(), page_size, at) != static_cast<ssize_t>(page_size))
            throw std::system_error(errno, std::generic_category(), "special pool of a child process");
        at += static_cast<off_t>(page_size);
    }
    ::close(parents);
}

bool GuardedRange::open(std::byte* first, std::size_t pages) noexcept {
    if (backend_ == GuardBackend::guard_regions)
        return advise(first, pages, guard_remove);
    return try_protect(first, pages * page_size,
                       executable_ ? Protection::read_write_execute : Protection::read_write);
}

void GuardedRange::close(std::byte* first, std::size_t pages) {
    if (backend_ != GuardBackend::guard_regions)
        protect(first, pages * page_size, Protection::none);
    else if (!advise(first, pages, guard_install))
        throw std::system_error(errno, std::generic_category(), "closing pages of special pool");
}

std::size_t GuardedRange::most_blocks() const {
    return backend_ == GuardBackend::guard_regions ? std::numeric_limits<std::size_t>::max()
                                                   : most_blocks_by_mprotect();
}

} // namespace poolproof
