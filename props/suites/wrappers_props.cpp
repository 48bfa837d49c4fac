// The six header wrappers: CON-04, ZW-01, ZW-02, ZW-06 to ZW-08.
//
// Does not cover: what they share with every routine of the family (the other suites).
#include "suites/flag_calls.hpp"
#include "suites/property.hpp"

namespace poolproof {

POOL_SUITE(Wrappers);

namespace {

rc::Gen<Routine> zero_wrapper() {
    return rc::gen::element(Routine::ExAllocatePoolZero, Routine::ExAllocatePoolQuotaZero,
                            Routine::ExAllocatePoolPriorityZero);
}

struct Pair {
    Routine wrapper;
    Routine base;
};
constexpr std::array<Pair, 6> pairs = {{
    {Routine::ExAllocatePoolZero, Routine::ExAllocatePoolWithTag},
    {Routine::ExAllocatePoolUninitialized, Routine::ExAllocatePoolWithTag},
    {Routine::ExAllocatePoolQuotaZero, Routine::ExAllocatePoolWithQuotaTag},
    {Routine::ExAllocatePoolQuotaUninitialized, Routine::ExAllocatePoolWithQuotaTag},
    {Routine::ExAllocatePoolPriorityZero, Routine::ExAllocatePoolWithTagPriority},
    {Routine::ExAllocatePoolPriorityUninitialized, Routine::ExAllocatePoolWithTagPriority},
}};

} // namespace

POOL_PROPERTY(Wrappers, TheZeroWrappersZero) {
    const auto bytes = *size_up_to_a_page();
    const auto type = *rc::gen::element<std::uint32_t>(NonPagedPoolNx, PagedPool);
    use_up(drive, bytes);
    const Event event = allocate_typed(drive, *zero_wrapper(), type, bytes);
    RC_ASSERT(gave_memory(event));
    RC_ASSERT(is_zeroed(drive, event.address, bytes));
}

// Memory, NULL, a raise or a bug check, whichever the base routine has. The other parameters of a bug check
// name the pool type, with the zeroing bit, and the caller.
POOL_PROPERTY(Wrappers, EachEndsAsItsBaseRoutine) {
    const auto pair = pairs[*rc::gen::inRange<std::size_t>(0, pairs.size())];
    const auto type = *rc::gen::element<std::uint32_t>(NonPagedPool, PagedPool, NonPagedPoolNx) |
                      *rc::gen::element<std::uint32_t>(0, POOL_RAISE_IF_ALLOCATION_FAILURE,
                                                       POOL_QUOTA_FAIL_INSTEAD_OF_RAISE);
    const auto bytes = *rc::gen::element<std::uint64_t>(0, 1, 100, page, page + 1, ~std::uint64_t{0} - page);
    const auto tag = *rc::gen::elementOf(std::vector<std::uint32_t>{fred, 0, 0x20202020});
    const bool refused = *rc::gen::arbitrary<bool>();
    drive.set_irql(*rc::gen::inRange(0U, 4U));
    const auto outcome = [&](Routine routine) {
        drive.fail_nth(refused ? 1 : 0);
        Event event = allocate_typed(drive, routine, type, bytes, tag);
        RC_ASSERT(!gave_memory(event) || event.address % (bytes >= page ? page : drive.granule()) == 0U);
        return std::tuple(event.kind, event.status, event.code, event.parameters[0], event.caller_faults,
                          event.block.paged, event.block.executable);
    };
    RC_ASSERT(outcome(pair.wrapper) == outcome(pair.base));
}

POOL_CONVICTS(Wrappers, TheZeroWrappersZero, "zero-wrapper-not-zeroing")
POOL_CONVICTS(Wrappers, EachEndsAsItsBaseRoutine, "quota-wrapper-returns-null")

} // namespace poolproof
