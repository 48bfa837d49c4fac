// Implements machine/mapping.hpp over mmap and mprotect. Does not cover shared memory (user_memory.cpp).
#include "machine/mapping.hpp"

#include <cerrno>
#include <sys/mman.h>
#include <system_error>

namespace poolproof {

namespace {

int host_protection(Protection protection) {
    switch (protection) {
    case Protection::none:
        break;
    case Protection::read_write:
        return PROT_READ | PROT_WRITE;
    case Protection::read_write_execute:
        return PROT_READ | PROT_WRITE | PROT_EXEC;
    }
    return PROT_NONE;
}

} // namespace

Mapping::Mapping(std::size_t bytes, Protection protection) : bytes_(bytes) {
    void* start =
        mmap(nullptr, bytes, host_protection(protection), MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED)
        throw std::system_error(errno, std::generic_category(), "reserving address space for a machine");
    data_ = static_cast<std::byte*>(start);
}

Mapping::~Mapping() {
    if (data_ != nullptr)
        munmap(data_, bytes_);
}

bool try_protect(void* start, std::size_t bytes, Protection protection) noexcept {
    return mprotect(start, bytes, host_protection(protection)) == 0;
}

void protect(void* start, std::size_t bytes, Protection protection) {
    if (!try_protect(start, bytes, protection))
        throw std::system_error(errno, std::generic_category(),
                                "changing the protection of a machine's pages");
}

} // namespace poolproof
