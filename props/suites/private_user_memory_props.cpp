// User memory of surfaces and secured ranges: EPU-01, EPU-02, EPF-01, ESM-01, ESM-02.
//
// Does not cover: user memory of the current process (user_memory_props.cpp).
#include "suites/plain_calls.hpp"
#include "suites/property.hpp"

namespace poolproof {

POOL_SUITE(PrivateUserMemory);

// EPU-01, EPU-02, EPF-01.
POOL_PROPERTY(PrivateUserMemory, BelongsToItsSurfaceAndIsFreedFromAnywhere) {
    const auto surface = *rc::gen::inRange(0U, process_count);
    const auto bytes = *any_size();
    drive.attach_process(*rc::gen::inRange(0U, process_count));
    const Address block = play(drive, plain_op(Routine::EngAllocPrivateUserMem, bytes, surface)).address;
    RC_ASSERT(block != 0U);
    for (unsigned process = 0; process < process_count; ++process) {
        drive.attach_process(process);
        RC_ASSERT(comes_back([&] { drive.read(block, 0, bytes); }) == (process == surface));
    }
    drive.attach_process(*rc::gen::inRange(0U, process_count));
    const Event freed = play(drive, plain_op(Routine::EngFreePrivateUserMem, 0, surface), block);
    RC_ASSERT(freed.kind == EventKind::done);
    RC_ASSERT(freed.caller_faults == 0U);
    drive.attach_process(surface);
    RC_ASSERT(!comes_back([&] { drive.read(block, 0); }));
}

// ESM-01, ESM-02.
POOL_PROPERTY(PrivateUserMemory, ASecuredRangeOutlivesItsFree) {
    const auto bytes = *rc::gen::inRange<std::uint64_t>(1, 8192);
    const Address block = drive.EngAllocUserMem(bytes, fred);
    drive.fill(block, bytes, 1);
    Op secure = plain_op(Routine::EngSecureMem);
    secure.length = static_cast<std::uint32_t>(bytes);
    RC_ASSERT(play(drive, secure, block).number == 0U);
    drive.EngFreeUserMem(block);
    RC_ASSERT(comes_back([&] { drive.read(block, 0, bytes); }));
    RC_ASSERT(drive.holds(block, bytes, 1));
    const Event given_free = play(drive, plain_op(Routine::EngUnsecureMem), block);
    RC_ASSERT(given_free.kind == EventKind::value);
    RC_ASSERT(given_free.caller_faults == 0U);
}

POOL_CONVICTS(PrivateUserMemory, BelongsToItsSurfaceAndIsFreedFromAnywhere, "private-memory-of-the-caller")
POOL_CONVICTS(PrivateUserMemory, ASecuredRangeOutlivesItsFree, "secured-range-freed")

} // namespace poolproof
