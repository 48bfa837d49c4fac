// The sentences of a documentation page, and the fingerprint of a sentence.
//
// Covers: the normal form of a sentence. Markup is taken away (a link leaves its text; emphasis, code ticks,
// HTML tags and comments, table bars, and the marks of headings, lists, quotes and notes leave nothing),
// entities and typographic quotes and dashes become ASCII, letters become lower case, runs of white space
// become one space, and stops at the end go, as does "Note:" or its like at the front. A sentence ends at
// '.', '!' or '?' before white space and anything but a lower-case letter; a heading, a list item, a
// paragraph, a table row, a line of code and a field of the front matter each end one too. A table row is one
// sentence with all its cells. Two pages that differ only in these things have the same sentences. Does not
// cover: changes of letter case alone, which the normal form hides, and which sentence a clause rests on
// (sources.txt).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

// The sentences of `markdown` in their normal form, in order, none of them empty. Takes any bytes. Safe from
// any thread.
std::vector<std::string> sentences_of(std::string_view markdown);

// The normal form of `text`, which is one sentence whatever stops are in it; markup may be in it. Empty when
// nothing is left of it.
std::string normal_sentence(std::string_view text);

// 64-bit FNV-1a of the bytes of `sentence`, which is in its normal form already.
std::uint64_t fingerprint(std::string_view sentence);

// The 16 lower-case hexadecimal digits that sources.txt holds.
std::string fingerprint_text(std::uint64_t value);

} // namespace poolproof
