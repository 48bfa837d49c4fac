// A documentation page in Markdown, cut into the blocks that a reader sees.
//
// Covers: front matter, code fences, headings, paragraphs, list items, and table rows in both spellings (bars
// and HTML). Does not cover: markup inside a block, and sentences (page_sentences.hpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

enum class BlockKind {
    prose, // a heading, a paragraph or a list item; it may hold several sentences
    whole, // a table row or a field of the front matter: one sentence, whatever stops are in it
    code,  // a line of a code fence: one sentence, and brackets in it are no links
};

struct Block {
    BlockKind kind;
    std::string text; // with inline markup still in it, on one line; never empty
};

// The blocks of `markdown`, in order. Takes any bytes; an unclosed fence, row or tag ends with the page. Safe
// from any thread.
std::vector<Block> blocks_of(std::string_view markdown);

} // namespace poolproof
