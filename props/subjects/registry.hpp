// The subjects that can be named on a command line: `reference`, and `faulty:NAME`.
//
// Covers: making them and listing the faulty ones with the clause that must convict each. Does not cover:
// plugins and other third-party subjects.
#pragma once

#include "subjects/reference.hpp"
#include "subjects/subject.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace poolproof {

struct FaultySubject {
    std::string_view name;        // for example "straddles-a-page"
    std::string_view broken_rule; // one line: what it does wrong
    std::string_view clause;      // the clause that must convict it, named first
    bool by_trace_fuzzer;         // pool_trace_fuzzer must find it
    bool by_special_fuzzer;       // special_pool_fuzzer must find it
};

std::span<const FaultySubject> all_faulty_subjects();
// By "faulty:NAME"; nullptr for any other name.
const FaultySubject* faulty_subject(std::string_view name);
// Calls, since it was made, in which a faulty subject left the reference; 0 for any other subject.
std::uint64_t departures_of(const Subject& subject);

// "reference" or "faulty:NAME", on a machine of this setup; nullptr for an unknown name. Throws
// std::system_error when the host refuses memory.
std::unique_ptr<Subject> make_subject(std::string_view name, const ReferenceSetup& setup = {});

} // namespace poolproof
