// The pool as a kernel debugger shows it.
//
// Covers: the tag table and the pages with their blocks, of a machine as a trace left it. Does not cover:
// subjects other than the reference, which show no blocks.
#pragma once

#include "subjects/reference.hpp"
#include "trace/op.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace poolproof {

// Tags that `trace` mentions or live blocks bear: tag as its characters in memory order, type, allocations,
// frees, difference, bytes, bytes per allocation. Then each page with its blocks. Many lines.
std::string pool_dump(Machine& machine, const Trace& trace);

// The same as {"tags": [...], "blocks": [...]}.
nlohmann::ordered_json pool_dump_json(Machine& machine, const Trace& trace);

} // namespace poolproof
