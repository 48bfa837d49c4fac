// Secure pools and ExFreePool2: ECP, EDP, SEC, EFP2 and EAP3-10. Does not cover: ordinary extended parameters
// (oracle_flags_test.cpp).
#include "oracle/oracle_test_kit.hpp"

#include <ddi/ntstatus.h>

namespace poolproof::oracle {
namespace {

constexpr std::uint8_t cookie = 5;
constexpr std::uint8_t pool_1 = 1;

Op call(Routine routine, std::uint8_t pool = pool_1) {
    Op op;
    op.kind = OpKind::call;
    op.routine = routine;
    op.index = pool;
    op.tag = fred;
    op.priority = cookie;
    op.pool_type = routine == Routine::ExCreatePool ? 1 : 0;
    return op;
}

std::uint32_t entry(std::uint8_t pool = pool_1, std::uint8_t with = cookie, bool optional = false) {
    return packed(
        {parameter_secure_pool, static_cast<std::uint8_t>(with * list_count + pool), optional, false});
}

Op secure_request() {
    Op op = request(Routine::ExAllocatePool3, 100);
    op.pool_type = pool_flag_non_paged;
    op.extended = entry();
    return op;
}

Op second_free(std::uint32_t extended = 0) {
    Op op = release(Routine::ExFreePool2);
    op.extended = extended;
    return op;
}

Event reporting(Event event, std::uint32_t faults) {
    event.caller_faults = faults;
    return event;
}

Event status(std::int32_t number) {
    return answer(static_cast<std::uint32_t>(number));
}

// A pool with one block at `base`.
Play with_block() {
    Play play;
    const Op op = secure_request();
    Event event = pointer(base);
    event.block.known = true;
    event.block.tag = fred;
    play.step(call(Routine::ExCreatePool), answer(0)).step(op, event);
    return play;
}

Play ordinary() {
    Play play;
    play.allocate(ex_tag, 100, base);
    return play;
}

ORACLE_TEST(OracleSecure, ASecurePoolIsCreated) {
    const Op create = call(Routine::ExCreatePool);
    Play().step(create, answer(0)).holds("ECP-01 ECP-02 ECP-03 ECP-08");
    Play().step(create, status(STATUS_INSUFFICIENT_RESOURCES)).violates("ECP-01");
    Play().step(create, status(STATUS_INVALID_PARAMETER_1)).violates("ECP-01 ECP-02");
    Play().step(create, status(STATUS_INVALID_PARAMETER_3)).violates("ECP-01 ECP-03");
    Op none = create;
    none.pool_type = 0;
    Play().step(none, status(STATUS_INVALID_PARAMETER_1)).holds("ECP-02");
    Play().step(none, answer(0)).violates("ECP-02");
    none.pool_type = 4;
    Play().step(none, answer(0)).leaves_open("ECP-02");
}

ORACLE_TEST(OracleSecure, PoolsAreMadeAndUnmadeAtPassiveLevel) {
    for (const Routine routine : {Routine::ExCreatePool, Routine::ExDestroyPool}) {
        const char* const clause = routine == Routine::ExCreatePool ? "ECP-08" : "EDP-04";
        const Op op = call(routine);
        Play().irql(APC_LEVEL).step(op, reporting(answer(0), fault_irql)).holds(clause);
        Play().irql(APC_LEVEL).step(op, answer(0)).violates(clause);
        Play().step(op, reporting(answer(0), fault_irql)).violates(clause);
    }
}

ORACLE_TEST(OracleSecure, OnlyAnOpenAndEmptyPoolIsDestroyed) {
    const Op destroy = call(Routine::ExDestroyPool);
    const Op create = call(Routine::ExCreatePool);
    Play().step(create, answer(0)).step(destroy, answer(0)).holds("EDP-01");
    Play().step(create, answer(0)).step(destroy, bug(BAD_POOL_CALLER, 0x99)).violates("EDP-01");
    Play().step(destroy, bug(BAD_POOL_CALLER, 0x99)).holds("EDP-01");
    Play().step(destroy, reporting(answer(0), fault_handle)).holds("EDP-01");
    Play().step(destroy, answer(0)).violates("EDP-01");
    with_block().step(destroy, bug(BAD_POOL_CALLER, 0x99)).holds("EDP-02");
    with_block().step(destroy, answer(0)).violates("EDP-02");
    with_block().step(second_free(entry()), done(), base).step(destroy, answer(0)).holds("EDP-01");
    // Whether the wrong routine freed the block is stated nowhere (EFM-03).
    const Op wrong = release(Routine::EngFreeMem);
    with_block().step(wrong, done(), base).step(destroy, answer(0)).says_nothing_of("EDP-02");
    with_block()
        .step(wrong, done(), base)
        .step(destroy, bug(BAD_POOL_CALLER, 0x99))
        .says_nothing_of("EDP-01");
}

ORACLE_TEST(OracleSecure, AHandleIsDeadOnceItsPoolIsDestroyed) {
    const auto dead = [] {
        Play play;
        play.step(call(Routine::ExCreatePool), answer(0)).step(call(Routine::ExDestroyPool), answer(0));
        return play;
    };
    dead().step(call(Routine::ExDestroyPool), bug(BAD_POOL_CALLER, 0x99)).holds("EDP-03");
    dead().step(call(Routine::ExDestroyPool), answer(0)).violates("EDP-03");
    dead().step(call(Routine::ExSecurePoolValidate), answer(1), base).holds("EDP-03");
    dead().step(call(Routine::ExSecurePoolValidate), answer(0), base).violates("EDP-03");
    dead().step(call(Routine::ExSecurePoolUpdate), answer(0), base).violates("EDP-03");
    dead().step(secure_request(), null_result()).holds("EDP-03");
    dead().step(secure_request(), pointer(base)).violates("EDP-03");
}

ORACLE_TEST(OracleSecure, AnEntryThatNamesAnOpenPoolIsServed) {
    const auto created = [] {
        Play play;
        play.step(call(Routine::ExCreatePool), answer(0));
        return play;
    };
    const Op op = secure_request();
    created().step(op, pointer(base)).holds("EAP3-10");
    created().step(op, null_result()).violates("EAP3-10");
    created().fail_next().step(op, null_result()).holds("EAP3-10");
    created().fail_next().step(op, pointer(base)).violates("EAP3-10");
    Play().step(op, null_result()).says_nothing_of("EAP3-10");
}

ORACLE_TEST(OracleSecure, ValidationTellsWhatBelongsTogether) {
    Op validate = call(Routine::ExSecurePoolValidate);
    with_block().step(validate, answer(0), base).holds("SEC-03");
    with_block().step(validate, answer(1), base).violates("SEC-03");
    validate.priority = cookie + 1;
    with_block().step(validate, answer(1), base).holds("SEC-03");
    with_block().step(validate, answer(0), base).violates("SEC-03");
    validate = call(Routine::ExSecurePoolValidate);
    validate.tag = 0x706C7573;
    with_block().step(validate, answer(0), base).violates("SEC-03");
    with_block().step(call(Routine::ExSecurePoolValidate, 2), answer(0), base).violates("SEC-03");
    ordinary().step(call(Routine::ExSecurePoolValidate), answer(1), base).holds("SEC-03");
    ordinary().step(call(Routine::ExSecurePoolValidate), answer(0), base).violates("SEC-03");
}

ORACLE_TEST(OracleSecure, AnUpdateStaysWithinTheBlock) {
    Op update = call(Routine::ExSecurePoolUpdate);
    update.offset = 90;
    update.length = 10;
    with_block().step(update, answer(0), base).holds("SEC-02");
    with_block().step(update, status(STATUS_INVALID_PARAMETER), base).leaves_open("SEC-02");
    with_block().step(update, bug(BAD_POOL_CALLER, 1), base).violates("SEC-02");
    update.length = 11;
    with_block().step(update, status(STATUS_INVALID_PARAMETER), base).holds("SEC-02");
    with_block().step(update, answer(0), base).violates("SEC-02");
    update.offset = -5;
    with_block().step(update, answer(0), base).violates("SEC-02");
}

ORACLE_TEST(OracleSecure, SecureBlocksAreNonpaged) {
    const Op op = secure_request();
    Event event = pointer(base);
    event.block.known = true;
    Play().step(op, event).holds("SEC-04");
    event.block.paged = true;
    Play().step(op, event).violates("SEC-04");
    const Op look = touch(OpKind::read, 0, 8);
    with_block().irql(DISPATCH_LEVEL).step(look, done(), base).holds("SEC-04");
    with_block().irql(DISPATCH_LEVEL).step(look, fault_at(base), base).violates("SEC-04");
}

ORACLE_TEST(OracleSecure, TheSecondFreeReleasesBothKinds) {
    ordinary().step(second_free(), done(), base).holds("EFP2-01 EFP2-08 EFP2-03");
    ordinary().step(second_free(), bug(BAD_POOL_CALLER, 1), base).violates("EFP2-01");
    ordinary().step(second_free(), null_result(), base).violates("EFP2-01 EFP2-08");
    with_block().step(second_free(entry()), done(), base).holds("EFP2-01");
    with_block().step(second_free(entry()), bug(BAD_POOL_CALLER, 1), base).violates("EFP2-01");
}

ORACLE_TEST(OracleSecure, ParametersHaveToBeThoseOfTheBlock) {
    const auto caught = reporting(bug(BAD_POOL_CALLER, 0x99), fault_parameters);
    ordinary().step(second_free(entry()), caught, base).holds("EFP2-04 EFP2-07");
    ordinary().step(second_free(entry()), done(), base).violates("EFP2-04 EFP2-07");
    ordinary().step(second_free(), reporting(done(), fault_parameters), base).violates("EFP2-04");
    with_block().step(second_free(), caught, base).holds("EFP2-05 EFP2-07");
    with_block().step(second_free(), done(), base).violates("EFP2-05 EFP2-07");
    const std::uint32_t twice = entry() | entry() << 16;
    with_block().step(second_free(twice), done(), base).violates("EFP2-05");
    with_block().step(second_free(entry(2)), caught, base).holds("EFP2-06 EFP2-07");
    with_block().step(second_free(entry(2)), done(), base).violates("EFP2-06 EFP2-07");
    with_block().step(second_free(entry(pool_1, cookie + 1)), caught, base).holds("EFP2-06 EFP2-09");
    with_block().step(second_free(entry(pool_1, cookie + 1)), done(), base).leaves_open("EFP2-06 EFP2-09");
}

ORACLE_TEST(OracleSecure, AnOlderFreeOfASecureBlockIsReported) {
    const Op free = release(Routine::ExFreePool);
    with_block().step(free, reporting(done(), fault_wrong_free_routine), base).holds("EFP2-05");
    with_block().step(free, done(), base).violates("EFP2-05");
}

ORACLE_TEST(OracleSecure, TheSecondFreeChecksItsPointer) {
    Op null_free = second_free();
    null_free.pointer = Pointer::null;
    Play().step(null_free, bug(BAD_POOL_CALLER, 0x46)).holds("EFP2-02");
    Play().step(null_free, done()).violates("EFP2-02");
    const auto middle = reporting(bug(BAD_POOL_CALLER, 0x41286), fault_free_address);
    ordinary().step(second_free(), middle, base + 16).holds("EFP2-02");
    ordinary().step(second_free(), done(), base + 16).violates("EFP2-02");
    ordinary().step(second_free(), reporting(done(), fault_free_address), base).violates("EFP2-02");
    ordinary().step(second_free(), done(), base).holds("EFP2-02");
}

ORACLE_TEST(OracleSecure, TheSecondFreeMayCheckTheTag) {
    Op wrong = second_free();
    wrong.tag = 0x706C7573;
    const auto caught = reporting(bug(BAD_POOL_CALLER, 0x0A, base, fred, wrong.tag), fault_free_tag);
    ordinary().step(wrong, caught, base).holds("EFP2-03 EFP2-09");
    ordinary().step(wrong, reporting(done(), fault_free_tag), base).leaves_open("EFP2-09");
    ordinary().step(wrong, done(), base).violates("EFP2-03");
    ordinary()
        .step(wrong, reporting(bug(BAD_POOL_CALLER, 0x0A, base, wrong.tag, fred), fault_free_tag), base)
        .violates("EFP2-03");
}

ORACLE_TEST(OracleSecure, TheSecondFreeHasTheIrqlOfTheOlderOnes) {
    const auto high = reporting(bug(BAD_POOL_CALLER, 9, 3, NonPagedPool, base), fault_irql);
    ordinary().irql(3).step(second_free(), high, base).holds("EFP2-10");
    ordinary().irql(3).step(second_free(), done(), base).violates("EFP2-10");
    ordinary().step(second_free(), done(), base).holds("EFP2-10");
    ordinary().step(second_free(), reporting(done(), fault_irql), base).violates("EFP2-10");
}

} // namespace
} // namespace poolproof::oracle
