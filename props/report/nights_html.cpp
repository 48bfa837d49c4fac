// Many nights as one HTML page (see nights.hpp).
//
// Covers: which parts go into it. Does not cover: what the page does with them (nights_page/), and the look
// that it shares with the page of results (page/).
#include "report/nights.hpp"
#include "report/page_text.hpp"

#include <string_view>

namespace poolproof {

// Of page_files.cpp and nights_page_files.cpp, which the build makes from page/ and nights_page/.
extern const std::string_view page_style;
extern const std::string_view nights_page_template;
extern const std::string_view nights_page_style;
extern const std::string_view nights_page_script;

std::string nights_html(const Nights& nights) {
    const std::string data = nights_json(nights);
    const std::string style = std::string(page_style) + std::string(nights_page_style);
    return page_text({nights_page_template, style, data, nights_page_script});
}

} // namespace poolproof
