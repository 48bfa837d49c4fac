// Secure pools and ExFreePool2: EAP3-10, EFP2, ECP, EDP and SEC clauses.
//
// Does not cover: secure flags, which no page explains.
#include "suites/flag_calls.hpp"
#include "suites/property.hpp"

#include <ddi/bugcodes.h>
#include <ddi/ntstatus.h>

namespace poolproof {

POOL_SUITE(SecurePools);

namespace {

constexpr unsigned cookies = 64;

Event call_pool(Driver& drive, Routine routine, unsigned pool, unsigned cookie = 0, Address block = 0,
                std::uint32_t tag = fred) {
    Op op;
    op.kind = OpKind::call;
    op.routine = routine;
    op.index = static_cast<std::uint8_t>(pool);
    op.priority = static_cast<std::uint8_t>(cookie);
    op.tag = tag;
    op.pool_type = routine == Routine::ExCreatePool ? 1 : 0;
    return play(drive, op, block);
}

std::uint32_t entry(unsigned pool, unsigned cookie) {
    return packed(
        {parameter_secure_pool, static_cast<std::uint8_t>(cookie * list_count + pool), false, false});
}

Address secure_block(Driver& drive, unsigned pool, unsigned cookie, std::uint64_t bytes) {
    RC_ASSERT(call_pool(drive, Routine::ExCreatePool, pool).number == 0U);
    const Event event = allocate_with_flags(drive, Routine::ExAllocatePool3, pool_flag_non_paged, bytes, fred,
                                            entry(pool, cookie));
    RC_ASSERT(gave_memory(event));
    RC_ASSERT(!event.block.paged);
    return event.address;
}

bool stopped(const Event& event) {
    return event.kind == EventKind::bug_check && event.code == BAD_POOL_CALLER;
}

} // namespace

POOL_PROPERTY(SecurePools, ValidationTellsWhatBelongsTogether) {
    const auto pool = *rc::gen::inRange(0U, list_count);
    const auto cookie = *rc::gen::inRange(0U, cookies);
    const auto other = *rc::gen::inRange(0U, cookies);
    const Address block = secure_block(drive, pool, cookie, *size_up_to_a_page());
    const auto is_valid = [&](unsigned in, unsigned with, std::uint32_t tag) {
        return call_pool(drive, Routine::ExSecurePoolValidate, in, with, block, tag).number == 0;
    };
    RC_ASSERT(is_valid(pool, cookie, fred));
    RC_ASSERT(is_valid(pool, other, fred) == (other == cookie));
    RC_ASSERT(!is_valid((pool + 1) % list_count, cookie, fred));
    RC_ASSERT(!is_valid(pool, cookie, 0x706C7573));
}

POOL_PROPERTY(SecurePools, AnUpdateRewritesItsRangeAndNoOther) {
    const auto bytes = *rc::gen::inRange(1, 4097);
    const auto offset = *rc::gen::inRange(-5, 4200);
    const auto length = *rc::gen::inRange(1, 4200);
    const Address block = secure_block(drive, 0, 3, static_cast<std::uint64_t>(bytes));
    const auto before = drive.bytes(block, static_cast<std::uint64_t>(bytes));
    Op op;
    op.kind = OpKind::call;
    op.routine = Routine::ExSecurePoolUpdate;
    op.tag = fred;
    op.priority = 3;
    op.offset = offset;
    op.length = static_cast<std::uint32_t>(length);
    const bool within = offset >= 0 && offset + length <= bytes;
    RC_ASSERT((play(drive, op, block).number == 0) == within);
    const auto after = drive.bytes(block, static_cast<std::uint64_t>(bytes));
    for (std::size_t at = 0; at < after.size(); ++at) {
        const auto index = static_cast<std::int64_t>(at);
        const bool rewritten = within && index >= offset && index < offset + length;
        RC_ASSERT(after[at] == (rewritten ? 0xA5 : before[at]));
    }
}

POOL_PROPERTY(SecurePools, OnlyItsOwnEntryFreesABlock) {
    const auto cookie = *rc::gen::inRange(0U, cookies);
    const Address block = secure_block(drive, 0, cookie, *size_up_to_a_page());
    const auto freed_with = [&](std::uint32_t extended) {
        return free_block(drive, Routine::ExFreePool2, block, fred, extended);
    };
    RC_ASSERT(stopped(freed_with(0)));
    RC_ASSERT(stopped(freed_with(packed({parameter_priority, 16, false, false}))));
    RC_ASSERT(stopped(freed_with(entry(0, cookie) | entry(0, cookie) << 16)));
    RC_ASSERT(stopped(freed_with(entry(2, cookie))));
    RC_ASSERT(freed_with(entry(0, cookie)).kind == EventKind::done);
}

POOL_PROPERTY(SecurePools, OrdinaryBlocksTakeNoEntry) {
    const auto request = *ex_or_fsrtl_request();
    const Address block = drive.allocate(request, *any_size(), fred);
    const auto type = *rc::gen::inRange<std::uint8_t>(0, 6);
    RC_ASSERT(
        stopped(free_block(drive, Routine::ExFreePool2, block, fred, packed({type, 16, false, false}))));
    RC_ASSERT(stopped(free_block(drive, Routine::ExFreePool2, 0)));
    RC_ASSERT(free_block(drive, Routine::ExFreePool2, block).kind == EventKind::done);
}

POOL_PROPERTY(SecurePools, APoolIsDestroyedOnceAndEmpty) {
    const auto cookie = *rc::gen::inRange(0U, cookies);
    const Address block = secure_block(drive, 1, cookie, 100);
    RC_ASSERT(call_pool(drive, Routine::ExDestroyPool, 1).kind == EventKind::bug_check);
    RC_ASSERT(free_block(drive, Routine::ExFreePool2, block, fred, entry(1, cookie)).kind == EventKind::done);
    RC_ASSERT(call_pool(drive, Routine::ExDestroyPool, 1).kind == EventKind::value);
    RC_ASSERT(call_pool(drive, Routine::ExDestroyPool, 1).kind == EventKind::bug_check);
    RC_ASSERT(
        allocate_with_flags(drive, Routine::ExAllocatePool3, pool_flag_non_paged, 100, fred, entry(1, cookie))
            .kind == EventKind::null);
}

POOL_CONVICTS(SecurePools, ValidationTellsWhatBelongsTogether, "any-cookie-validates")
POOL_CONVICTS(SecurePools, AnUpdateRewritesItsRangeAndNoOther, "update-out-of-range")
POOL_CONVICTS(SecurePools, OnlyItsOwnEntryFreesABlock, "secure-free-without-entry")
POOL_CONVICTS(SecurePools, OrdinaryBlocksTakeNoEntry, "second-free-parameters-unread")
POOL_CONVICTS(SecurePools, APoolIsDestroyedOnceAndEmpty, "pool-destroyed-in-use")

} // namespace poolproof
