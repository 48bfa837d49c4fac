// Equivalence: a trace and the same trace in other words, on two subjects, op by op.
//
// Covers: spelling a trace in another way, and comparing what came. Does not cover: which routines are
// equivalent (equivalence_props.cpp), and whether what came is right: both sides are judged by no oracle.
#pragma once

#include "gen/random.hpp"
#include "subjects/subject.hpp"
#include "trace/event.hpp"
#include "trace/op.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace poolproof {

// Two ways to write one call. Functions change an op that `is_one` of the first way.
struct Spelling {
    bool (*could_be)(const Op& op);  // of the ops of a random trace, those that are made one
    void (*make)(Op& op);            // such an op, written the first way
    bool (*is_one)(const Op& op);    // whether an op is written the first way
    void (*write_otherwise)(Op& op); // writes it the second way
    std::uint32_t type_bits = 0;     // by which the pool types of the two differ, as a bug check tells them
    bool needs_tag_of_block = false; // of printable characters; write_otherwise() finds it in op.tag
    bool own_rules = false;          // rules of Driver Verifier name one of the routines alone (13.1)
};

struct Compared {
    std::uint64_t ops = 0;     // compared
    std::uint64_t respelt = 0; // of these, written the second way on one side
    std::string difference;    // the first; empty when there is none
};

// Plays `trace` on `one` and its other spelling on `other`. Host addresses are not compared: numbers of 2^32
// and more in bug checks, and the addresses of blocks, are on both sides or on neither. Nor are the node of a
// block and what a lookaside list told routines of the driver's own.
Compared compare_spellings(const Trace& trace, const Spelling& spelling, Subject& one, Subject& other);

// A random trace with many ops that are written the first way.
Trace trace_for(const Spelling& spelling, Random& random, bool is_64_bit, std::size_t length);

} // namespace poolproof
