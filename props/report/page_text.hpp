// Pages that need nothing else: style, data and script put into a template.
//
// Covers: the places for them, and data that ends no script element. Does not cover: what the data say.
#pragma once

#include <string>
#include <string_view>

namespace poolproof {

struct PageParts {
    std::string_view page; // with {{style}}, {{data}} and {{script}}, in this order
    std::string_view style;
    std::string_view data; // JSON
    std::string_view script;
};

std::string page_text(const PageParts& parts);

} // namespace poolproof
