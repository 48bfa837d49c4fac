// TAG-04 to TAG-09: the tag recorded with a block, and tags that an allocation may not have. Does not cover:
// the ledger (ledger.cpp) and the validator (duties.cpp).
#include "oracle/check.hpp"

namespace poolproof::oracle {

namespace {

Outcome keeps_the_tag(const Context& c) {
    return hold_if(c.event->block.tag == c.op->tag);
}

// what a header's macro makes of the name is another call.
Outcome gets_the_default_tag(const Context& c) {
    return hold_if(c.event->block.tag == default_tag);
}

// A tag that reads the same both ways shows no byte order.
Outcome keeps_the_byte_order(const Context& c) {
    const std::uint32_t tag = c.op->tag;
    const std::uint32_t turned = (tag << 24) | ((tag & 0xFF00) << 8) | ((tag >> 8) & 0xFF00) | (tag >> 24);
    return tag == turned ? Outcome::not_relevant : hold_if(c.event->block.tag != turned);
}

Outcome tag_zero_is_caught(const Context& c) {
    return judge_alloc(c, defect_tag_zero);
}

Outcome tag_big_is_caught(const Context& c) {
    return judge_alloc(c, defect_tag_big);
}

Outcome plain_tag_is_caught(const Context& c) {
    return judge_alloc(c, defect_tag_plain);
}

constexpr std::uint32_t told = is_pointer | has_info;
constexpr RoutineSet keepers = by_tag_routine | by_quota_tag_routine | by_tag_wrappers | by_quota_wrappers |
                               by_pool_flags | by_fsrtl_routines;
constexpr RoutineSet tagged_type_takers = by_tagged_classic_ex | by_fsrtl_routines;
constexpr RoutineSet tagged = tagged_type_takers | by_pool_flags;
constexpr const char* unturned = "the tag recorded as the number that was passed, not turned round";
constexpr const char* none = "the tag \"None\" for a block that was asked for without one";
constexpr const char* zero_tag =
    "bug check 0xC2 with sub-code 0x9B for tag zero, or the failure that the subject declares";
constexpr const char* big_tag = "bug check 0xC2 with sub-code 0x9C for the tag BIG, or service";
constexpr const char* plain_tag = "bug check 0xC2 with sub-code 0x9D for a tag of neither letters nor digits";
constexpr const char* same_tag = "the tag of the request recorded with the block";

constexpr Row rows[] = {
    {"TAG-04", keeps_the_tag, on_allocate, keepers, told, can_block_info, same_tag},
    {"TAG-05", keeps_the_byte_order, on_allocate, keepers, told, can_block_info, unturned},
    {"EAPT-13", keeps_the_tag, on_allocate, by_tag_routine, told, can_block_info, same_tag},
    {"FPT-07", keeps_the_tag, on_allocate, by_fsrtl, told, can_block_info, same_tag},
    {"EAM-05", keeps_the_tag, on_allocate, by_eng, told, can_block_info, same_tag},
    {"EAU-02", keeps_the_tag, on_allocate, by_eng_user, told, can_block_info, same_tag},
    {"TAG-06", tag_zero_is_caught, on_allocate, tagged_type_takers, is_defective, can_bug_check, zero_tag},
    {"TAG-07", tag_big_is_caught, on_allocate, tagged, is_defective, can_bug_check, big_tag},
    {"TAG-08", plain_tag_is_caught, on_allocate, tagged, is_defective, can_bug_check, plain_tag},
    {"TAG-09", gets_the_default_tag, on_allocate, by_plain_pool | by_quota_routine, told, can_block_info,
     none},
    {"EAPQ-13", gets_the_default_tag, on_allocate, by_quota_routine, told, can_block_info, none},
    {"EAQT-06", tag_zero_is_caught, on_allocate, by_quota_tag_routine, is_defective, can_bug_check, zero_tag},
    {"EAQT-06", tag_big_is_caught, on_allocate, by_quota_tag_routine, is_defective, can_bug_check, big_tag},
    {"EAQT-06", plain_tag_is_caught, on_allocate, by_quota_tag_routine, is_defective, can_bug_check,
     plain_tag},
    {"EAQT-09", keeps_the_tag, on_allocate, by_quota_tag_routine, told, can_block_info, same_tag},
    {"EAQT-09", keeps_the_byte_order, on_allocate, by_quota_tag_routine, told, can_block_info, unturned},
    {"FPQT-07", keeps_the_tag, on_allocate, by_fsrtl_quota, told, can_block_info, same_tag},
    {"FPQT-07", keeps_the_byte_order, on_allocate, by_fsrtl_quota, told, can_block_info, unturned},
    {"EAP2-06", tag_zero_is_caught, on_allocate, by_pool_flags, is_defective, 0,
     "a failure in the documented form for tag zero"},
    {"EAP2-13", keeps_the_tag, on_allocate, by_pool_flags, told, can_block_info, same_tag},
    {"EAP2-13", keeps_the_byte_order, on_allocate, by_pool_flags, told, can_block_info,
     "the tag recorded as the number that was passed, not turned round"},
    {"ZW-09", tag_zero_is_caught, on_allocate, by_wrappers, is_defective, can_bug_check,
     "bug check 0xC2 with sub-code 0x9B for tag zero, or the failure that the subject declares"},
    {"ZW-09", plain_tag_is_caught, on_allocate, by_wrappers, is_defective, can_bug_check,
     "bug check 0xC2 with sub-code 0x9D for a tag of neither letters nor digits"},
};

} // namespace

std::span<const Row> tag_rows() {
    return rows;
}

} // namespace poolproof::oracle
