// Pages that need nothing else (see page_text.hpp).
// Does not cover: the pages of the build (page/, nights_page/).
#include "report/page_text.hpp"

#include <utility>

namespace poolproof {
namespace {

// In a script element the only dangerous character is the one that begins a tag.
std::string without_tags(std::string_view json) {
    std::string text;
    for (const char c : json) {
        text += c == '<' ? std::string("\\u003c") : std::string(1, c);
    }
    return text;
}

} // namespace

std::string page_text(const PageParts& parts) {
    const std::string data = without_tags(parts.data);
    const std::pair<std::string_view, std::string_view> places[] = {
        {"{{style}}", parts.style}, {"{{data}}", data}, {"{{script}}", parts.script}};
    std::string text;
    std::string_view rest = parts.page;
    for (const auto& [mark, part] : places) { // in the order of the template
        const std::size_t at = rest.find(mark);
        text += rest.substr(0, at);
        text += part;
        rest.remove_prefix(at + mark.size());
    }
    text += rest;
    return text;
}

} // namespace poolproof
