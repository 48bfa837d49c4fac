// Nights as JSON: what the nightly job writes and `poolproof dashboard` reads.
//
// Covers: the form, and the failures of reading it. Does not cover: files (cli/files.hpp).
#pragma once

#include "report/night.hpp"
#include "report/result_json.hpp"

#include <string>
#include <string_view>

namespace poolproof {

// Ends with a line end. The outcome and its reasons are written for readers, and not read back.
std::string to_json(const Night& night);

// `name` is the file, for messages. Throws ResultError. Keys that this version does not know are left alone.
Night night_from_json(const std::string& name, std::string_view text);

} // namespace poolproof
