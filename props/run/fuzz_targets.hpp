// The fuzz targets: the one list of them.
//
// Covers: their names, how each reads its bytes, the subject's setup, what every input begins with, and the
// canaries that each must find. A target is added with a row here, its source in fuzz/ and its seeds. Does
// not cover: the targets themselves (fuzz/), and how long they run (night/).
#pragma once

#include "subjects/reference.hpp"
#include "trace/codec.hpp"
#include "trace/op.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

enum class FuzzInput : std::uint8_t {
    trace,   // a trace, played by one runner
    threads, // a trace, dealt to threads: only the target itself can play it
    driver,  // bytes for driver code
};

struct FuzzTarget {
    // NOLINTBEGIN(readability-redundant-member-init): rows name some of the fields, and clang warns of each
    // that has no initialiser here.
    std::string_view name = {}; // as of the program
    FuzzInput input = FuzzInput::trace;
    Dialect dialect = Dialect::any;
    ReferenceSetup setup = {};
    std::vector<Op> opening = {}; // in the special dialect: played behind the first op of every input
    // What it must find, or it is blind: subjects (faulty:NAME), or programs of the same source with a
    // planted bug.
    std::vector<std::string_view> canaries = {};
    // Edges that its seed corpus covers at the least, 5% below what was measured in builds for libFuzzer
    // under AddressSanitizer (-O2 and -O1): less is a lost seed, or instrumentation that is lost.
    unsigned coverage_floor = 0;
    // NOLINTEND(readability-redundant-member-init)
};

std::span<const FuzzTarget> all_fuzz_targets();
// nullptr for an unknown name.
const FuzzTarget* fuzz_target(std::string_view name);

// The trace that the target plays when it is given these bytes; into one that keeps its storage. Not for
// driver code.
void decode_as(const FuzzTarget& target, std::span<const std::uint8_t> bytes, Trace& into);
// The command that plays an input of that target again, without the file.
std::string replay_command(const FuzzTarget& target);

} // namespace poolproof
