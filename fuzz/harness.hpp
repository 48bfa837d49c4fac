// What the fuzz targets share: the subject on trial, and the report of a violated clause.
//
// The environment variable POOLPROOF_SUBJECT names the subject (subjects/registry.hpp); the reference when it
// is not set. Covers: decoding one input and playing it on a clean machine; nothing of it outlives the call
// but storage. Does not cover: any rule (oracle/) or the meaning of bytes (trace/codec.hpp).
#pragma once

#include "run/fuzz_targets.hpp"
#include "run/runner.hpp"
#include "subjects/registry.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace poolproof::fuzz {

// Checks the subject's name, and finds the row of the target's name. An unknown one ends the process: one
// line on standard error, then abort().
const FuzzTarget& begin(std::string_view target);

// Plays one input. A violated clause, or a subject that crashes, ends the process: a report on standard error
// that begins with the lines `Assertion failed: <clause>` and `DEDUP_TOKEN: <clause>`, then abort(). One
// thread; the same target in every call.
void play(const std::uint8_t* data, std::size_t size, const FuzzTarget& target);

// The parts of play(), for a target that plays traces itself.

// The subject that the environment names.
std::unique_ptr<Subject> make_subject_on_trial(const ReferenceSetup& setup);
// The report of what the runner found in its last trace. Of several threads that get here the first one
// reports, and the others wait for the end.
[[noreturn]] void report(const Runner& runner, const Trace& trace, const FuzzTarget& target);

} // namespace poolproof::fuzz
