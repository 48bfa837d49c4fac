// Sweeps over frees: every kind of pointer, and stray touches in ordinary pool.
// Does not cover: special pool's blocks in depth (sweeps_special_rules.cpp), frees in another process
// (sweeps_user.cpp).
#include "gen/sweep_builder.hpp"
#include "gen/sweep_list.hpp"

#include <ddi/wdm.h>

#include <array>

namespace poolproof::sweep {
namespace {

constexpr std::array<std::uint64_t, 5> block_sizes = {40, 1000, PAGE_SIZE, PAGE_SIZE + 500, 3 * PAGE_SIZE};
constexpr std::array<Routine, 5> free_routines = {Routine::ExFreePool, Routine::ExFreePoolWithTag,
                                                  Routine::ExFreePool2, Routine::EngFreeMem,
                                                  Routine::EngFreeUserMem};
constexpr std::array<std::uint32_t, 3> free_tags = {sweep_tag, 0x4F746872, 0};

// Every pointer but the right one, for a block of slot 0.
void bad_frees(SweepBuilder& b, Routine routine, std::uint32_t tag, std::uint64_t size) {
    const auto bytes = static_cast<std::int64_t>(size);
    for (const std::int64_t offset : {std::int64_t{1}, std::int64_t{8}, std::int64_t{16}, bytes / 2 + 3,
                                      bytes - 1, std::int64_t{PAGE_SIZE}, std::int64_t{2 * PAGE_SIZE}}) {
        if (offset < bytes) {
            b.free(routine, 0, Pointer::of_slot, offset, tag);
        }
    }
    b.free(routine, 0, Pointer::null, 0, tag);
    b.free(routine, 0, Pointer::user_address, 0, tag);
    b.free(routine, 0, Pointer::system_address, 0, tag);
}

void every_free(SweepBuilder& b, const Ask& ask, std::uint64_t size, unsigned level) {
    for (const Routine routine : free_routines) {
        for (const std::uint32_t tag : free_tags) {
            if (traits_of(routine).tag == TagRule::none && tag != sweep_tag) {
                continue;
            }
            b.allocate(ask, 0, size);
            b.irql(level);
            bad_frees(b, routine, tag, size);
            b.free(routine, 0, Pointer::of_slot, 0, tag);
            b.irql(0);
            b.free(routine, 0, Pointer::of_slot, 0, tag);
            // By now it may be freed: whatever this is, a free again is a double free.
            b.release(ask, 0);
            bad_frees(b, routine, tag, size);
            b.free(routine, 0, Pointer::of_slot, 0, tag);
            b.release(ask, 0);
        }
    }
}

// A block between two others, touched outside by one range, then everything freed.
void stray(SweepBuilder& b, const Ask& ask, std::uint64_t size, std::int64_t offset, bool write) {
    for (unsigned slot = 0; slot < 3; ++slot) {
        b.allocate(ask, slot, size);
    }
    if (write) {
        b.write(1, offset, 4, 0x5A);
    } else {
        b.read(1, offset, 4);
    }
    b.allocate(ask, 3, size);
    for (unsigned slot = 0; slot < 4; ++slot) {
        b.release(ask, slot);
    }
    b.end_trace();
}

} // namespace

void frees(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const bool verified : {false, true}) {
        for (const Ask& ask : every_ask()) {
            for (const std::uint64_t size : block_sizes) {
                for (const unsigned level : {0U, 1U, 2U, 3U}) {
                    b.verifier(verified);
                    every_free(b, ask, size, level);
                    if (!b.end_trace()) {
                        return;
                    }
                }
            }
        }
    }
}

void strays(bool is_64_bit, TraceVisitor visit, void* context) {
    SweepBuilder b(is_64_bit, visit, context);
    for (const Ask& ask : pool_asks()) {
        for (const std::uint64_t size : {1U, 24U, 100U, 2000U, PAGE_SIZE, PAGE_SIZE + 100}) {
            const auto bytes = static_cast<std::int64_t>(size);
            for (const std::int64_t offset : {bytes, bytes - 2, bytes + 8, bytes + 16, std::int64_t{-4},
                                              std::int64_t{-2}, std::int64_t{-12}, std::int64_t{-16}}) {
                for (const bool write : {false, true}) {
                    stray(b, ask, size, offset, write);
                }
            }
            // After the free.
            for (const bool write : {false, true}) {
                b.allocate(ask, 0, size);
                b.allocate(ask, 1, size);
                b.release(ask, 0);
                if (write) {
                    b.write(0, 0, size);
                } else {
                    b.read(0, 0, size);
                }
                b.allocate(ask, 2, size);
                b.release(ask, 1);
                b.release(ask, 2);
                if (!b.end_trace()) {
                    return;
                }
            }
        }
    }
}

} // namespace poolproof::sweep
