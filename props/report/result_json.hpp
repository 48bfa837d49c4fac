// Results as JSON: what `poolproof verify --json` writes and `poolproof report` reads.
//
// Covers: the form, and the failures of reading it. Does not cover: files (cli/files.hpp).
#pragma once

#include "report/result.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace poolproof {

// Ends with a line end.
std::string to_json(const Result& result);

// Why a text is no result. Its message names the file, the place in it, and what was expected there.
class ResultError : public std::runtime_error {
  public:
    ResultError(bool other_format, const std::string& message)
        : std::runtime_error(message), other_format_(other_format) {}
    // A result, but of another version of the form.
    bool other_format() const { return other_format_; }

  private:
    bool other_format_;
};

// `name` is the file, for messages. Throws ResultError. Keys that this version does not know are left alone.
Result from_json(const std::string& name, std::string_view text);

} // namespace poolproof
