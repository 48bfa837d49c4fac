// Nights read from a folder, for whoever makes a page of them (`poolproof dashboard`, `poolproof nightly`).
// Does not cover: what the page says (report/nights.hpp).
#pragma once

#include "report/nights.hpp"

#include <string>

namespace poolproof {

// Every *.json right in the folder that is the result of a night, by their starts. One that is none is told
// of on stderr and left out. Throws Failure (missing_input, bad_result, result_format) when none is left.
Nights read_nights(const std::string& folder);

} // namespace poolproof
