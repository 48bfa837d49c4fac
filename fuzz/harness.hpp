// What the fuzz targets share: the subject on trial, and the report of a violated clause.
//
// The environment variable POOLPROOF_SUBJECT names the subject (subjects/registry.hpp); the reference when it
// is not set. Covers: decoding one input and playing it on a clean machine; nothing of it outlives the call
// but storage. Does not cover: any rule (oracle/) or the meaning of bytes (trace/codec.hpp). One thread.
#pragma once

#include "trace/codec.hpp"

#include <cstddef>
#include <cstdint>

namespace poolproof::fuzz {

// Checks the subject's name. An unknown one ends the process: one line on standard error, then abort().
void begin();

// Plays one input. A violated clause, or a subject that crashes, ends the process: a report on standard error
// that begins with the lines `Assertion failed: <clause>` and `DEDUP_TOKEN: <clause>`, then abort().
void play(const std::uint8_t* data, std::size_t size, Dialect dialect, const char* target);

} // namespace poolproof::fuzz
