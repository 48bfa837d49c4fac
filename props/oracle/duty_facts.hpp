// Broken duties family by family: what duty_facts.cpp puts together. Does not cover: judging the reports
// (duties.cpp).
#pragma once

#include "oracle/context.hpp"

namespace poolproof::oracle {

// TAG-02, or FPT-04 with `seven_bit`. The tag is not zero.
void judge_tag_characters(std::uint32_t tag, bool seven_bit, DutyFacts& duties);

// flag_duty_facts.cpp
// An allocation by a routine that takes POOL_FLAGS.
void judge_flag_allocation(const Context& c, DutyFacts& duties);
// What ExFreePool2 has beyond the older frees. Other routines are left as they are.
void judge_second_free(const Context& c, DutyFacts& duties);
// A call about a private pool. Other calls are left as they are.
void judge_pool_call(const Context& c, DutyFacts& duties);

} // namespace poolproof::oracle
