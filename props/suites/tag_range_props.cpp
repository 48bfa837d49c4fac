// Tag range: TAG-01, TAG-02, TAG-04 to TAG-08, FPT-04, EAM-05, EAU-02.
//
// Does not cover: the tag at a free (frees_props.cpp), the rows of the ledger (ledger_props.cpp).
#include "suites/property.hpp"
#include "suites/trace_property.hpp"
#include "suites/values.hpp"

#include <ddi/bugcodes.h>

namespace poolproof {

POOL_SUITE_FOR(TagRange, both_profiles_and({"TagZeroIsNull", "TagWithoutAlnumNeedsVerifier"}));

namespace {

constexpr std::array<Routine, 3> ex_routines = {Routine::ExAllocatePoolWithTag,
                                                Routine::ExAllocatePoolWithTagPriority,
                                                Routine::FsRtlAllocatePoolWithTag};
constexpr std::uint32_t fault_in_tag = fault_tag_zero | fault_tag_character;

// TAG-02 and X-07: zero bytes in the unused high bytes are no characters.
bool every_character_is_between(std::uint32_t tag, std::uint32_t least, std::uint32_t most) {
    for (; tag != 0; tag >>= 8U) {
        if ((tag & 0xFFU) < least || (tag & 0xFFU) > most) {
            return false;
        }
    }
    return true;
}

rc::Gen<Request> ex_routine_of_a_type() {
    return rc::gen::map(
        rc::gen::pair(rc::gen::elementOf(ex_routines), rc::gen::element(NonPagedPool, PagedPool)),
        [](const auto& drawn) { return Request{drawn.first, drawn.second}; });
}

// The three Ex routines with this tag: a block that carries it, the duty reported or not.
void expect_served(Driver& drive, const Request& request, std::uint32_t tag, bool reported) {
    const Address block = drive.allocate(request, 40, tag);
    RC_ASSERT(block != 0U);
    RC_ASSERT(drive.last_block().tag == tag);
    RC_ASSERT(((drive.caller_faults() & fault_in_tag) != 0) == reported);
    drive.release(request, block, tag);
}

// BAD_POOL_CALLER with this sub-code, type and size (contract facts 12.3), and a caller.
void expect_stop_with_size(Driver& drive, const Request& request, std::uint32_t tag, std::uint64_t sub_code) {
    const Stop stop = stop_of([&] { drive.allocate(request, 40, tag); });
    RC_ASSERT(stop.code == BAD_POOL_CALLER);
    RC_ASSERT(stop.parameters[0] == sub_code);
    RC_ASSERT(stop.parameters[1] == request.type);
    RC_ASSERT(stop.parameters[2] == 40U);
    RC_ASSERT(stop.parameters[3] != 0U);
}

bool catches_tags_without_letters(const Driver& drive) {
    return drive.claims().tag_without_alnum == TagWithoutAlnum::bug_check;
}

} // namespace

POOL_PROPERTY(TagRange, ALegalTagIsTakenAndStaysWithTheBlock) {
    const auto request = *any_request();
    const auto tag = *legal_tag();
    const auto bytes = *any_size();
    const Address block = drive.allocate(request, bytes, tag);
    RC_ASSERT(block != 0U);
    RC_ASSERT(drive.last_block().tag == tag);
    RC_ASSERT(drive.caller_faults() == 0U);
}

POOL_PROPERTY(TagRange, AZeroTagIsRefusedAndReported) {
    const auto request = *ex_routine_of_a_type();
    if (drive.claims().tag_zero == TagZero::bug_check) {
        expect_stop_with_size(drive, request, 0, 0x9B);
    } else if (request.routine == Routine::FsRtlAllocatePoolWithTag) {
        RC_ASSERT(status_raised_by([&] { drive.allocate(request, 40, 0); }) == 0xC000009AU);
    } else {
        RC_ASSERT(drive.allocate(request, 40, 0) == 0U);
    }
    RC_ASSERT((drive.caller_faults() & fault_tag_zero) != 0U);
}

POOL_PROPERTY(TagRange, TheTagBigIsABugCheck) {
    const auto request = *ex_routine_of_a_type();
    expect_stop_with_size(drive, request, *rc::gen::element<std::uint32_t>(0x424947, 0x42494720), 0x9C);
}

POOL_PROPERTY(TagRange, ATagWithoutLetterOrDigitIsABugCheck) {
    const auto request = *ex_routine_of_a_type();
    const auto tag = *rc::gen::suchThat(
        rc::gen::element<std::uint32_t>(0x20202020, 0x2D2D2D2D, 0x2B2D2F, 0x5F, 0x7E7E, 0x40202B5B),
        [](std::uint32_t t) { return !has_letter_or_number(t); });
    drive.verifier(*rc::gen::arbitrary<bool>() || catches_tags_without_letters(drive));
    if (!catches_tags_without_letters(drive)) { // caught while Driver Verifier looks (TAG-08)
        drive.verifier(false);
        expect_served(drive, request, tag, false);
        drive.verifier(true);
    }
    const Stop stop = stop_of([&] { drive.allocate(request, 40, tag); });
    RC_ASSERT(stop.code == BAD_POOL_CALLER);
    RC_ASSERT(stop.parameters[0] == 0x9DU);
    RC_ASSERT(stop.parameters[1] == tag);
    RC_ASSERT(stop.parameters[2] == request.type);
    RC_ASSERT(stop.parameters[3] != 0U);
}

// A tag of EngAllocMem and EngAllocUserMem has no range (EAM-06, EAU-14): whatever is not zero is taken.
POOL_PROPERTY(TagRange, EngRoutinesTakeAnyTag) {
    const auto tag = *rc::gen::nonZero<std::uint32_t>();
    const auto request =
        *rc::gen::element(Request{Routine::EngAllocMem, 0}, Request{Routine::EngAllocUserMem, 0});
    RC_ASSERT(drive.allocate(request, 100, tag) != 0U);
    RC_ASSERT(drive.last_block().tag == tag);
}

// Every value of every one of the four characters, the other three letters.
POOL_SWEEP(TagRange, EveryByteOfATag) {
    for (const Routine routine : ex_routines) {
        const bool is_fsrtl = routine == Routine::FsRtlAllocatePoolWithTag;
        for (unsigned position = 0; position < 4; ++position) {
            for (std::uint32_t byte = 0; byte < 256; ++byte) {
                const std::uint32_t tag = (fred & ~(0xFFU << position * 8)) | byte << position * 8;
                const bool legal = is_fsrtl ? every_character_is_between(tag, 0, 0x7F)
                                            : every_character_is_between(tag, 0x20, 0x7E);
                expect_served(drive, {routine, NonPagedPool}, tag, !legal);
            }
        }
    }
}

// Tags of one character, in every length of literal.
POOL_SWEEP(TagRange, EverySingleCharacterTag) {
    for (const Routine routine : ex_routines) {
        for (std::uint32_t character = 0x20; character <= 0x7E; ++character) {
            const Request request{routine, PagedPool};
            if (has_letter_or_number(character) || !catches_tags_without_letters(drive)) {
                expect_served(drive, request, character, false);
            } else {
                const Stop stop = stop_of([&] { drive.allocate(request, 40, character); });
                RC_ASSERT(stop.parameters[0] == 0x9DU);
            }
        }
    }
}

// TAG-05: the value of a literal is read with its first character in the highest byte.
TEST(TagText, FredIsKeptAsDocumented) {
    EXPECT_EQ(fred, std::uint32_t{'F'} << 24U | std::uint32_t{'r'} << 16U | std::uint32_t{'e'} << 8U | 'd');
}

POOL_TRACE_PROPERTY(TagRange, NoTraceOfTagsBreaksAClause, Family::tags)

POOL_CONVICTS(TagRange, ALegalTagIsTakenAndStaysWithTheBlock, "tag-byte-swapped")
POOL_CONVICTS(TagRange, AZeroTagIsRefusedAndReported, "zero-tag-accepted")
POOL_CONVICTS(TagRange, TheTagBigIsABugCheck, "big-tag-misnamed")
POOL_CONVICTS(TagRange, ATagWithoutLetterOrDigitIsABugCheck, "tag-without-letters-accepted")
POOL_CONVICTS(TagRange, EngRoutinesTakeAnyTag, "eng-tag-lost")
POOL_SWEEP_CONVICTS(TagRange, EveryByteOfATag, "del-in-tag-unreported")

} // namespace poolproof
