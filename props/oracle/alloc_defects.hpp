// Broken duties of an allocation and their documented reactions. Does not cover: what memory allows
// (alloc_facts.cpp), the subject's reports of broken duties (duty_facts.cpp).
#pragma once

#include "oracle/context.hpp"

namespace poolproof::oracle {

// Types that every system serves. Session types are documented too, but deprecated.
bool is_plain_type(std::uint32_t base);

// Whether NULL or a raise, as the routine and its flags say, is what came.
bool failed_in_form(const Context& c);

// Duties with a documented reaction that the call breaks: a mask of AllocDefect.
std::uint32_t defects_of(const Context& c);
// Which of the standing defects got their documented reaction.
std::uint32_t reactions(const Context& c);
// Outcomes that the documents leave open although a defect stands.
bool is_tolerated(const Context& c);
// Whether something is asked for of which no document says what comes.
bool is_odd(const Context& c);

} // namespace poolproof::oracle
