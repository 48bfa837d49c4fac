// Traces as RapidCheck values.
//
// Covers: a generator of traces of dense records, whose length grows with RapidCheck's size, and their
// shrinking: ops go, then fields become simpler, by the same notion of simple as the shrinker's. Does not
// cover: swarms and legal traces (random_trace.hpp). The only header of this room that needs RapidCheck.
#pragma once

#include "gen/simpler.hpp"
#include "trace/codec.hpp"
#include "trace/text.hpp"

#include <rapidcheck.h>

#include <array>
#include <cstring>
#include <ostream>
#include <vector>

namespace poolproof {

inline void showValue(const Trace& trace, std::ostream& out) {
    out << to_text(trace);
}

inline rc::Seq<Trace> shrinks_of(const Trace& trace) {
    const auto with_ops = [is_64_bit = trace.is_64_bit](std::vector<Op> ops) {
        return Trace{is_64_bit, std::move(ops)};
    };
    const auto simpler = [](const Op& op) { return rc::seq::fromContainer(simpler_ops(op)); };
    return rc::seq::concat(rc::seq::map(rc::shrink::removeChunks(trace.ops), with_ops),
                           rc::seq::fromContainer(simpler_names(trace)),
                           rc::seq::map(rc::shrink::eachElement(trace.ops, simpler), with_ops));
}

// Traces of up to `ops_per_size` ops for each step of RapidCheck's size, which goes from 0 to 100.
inline rc::Gen<Trace> traces_of(Dialect dialect, unsigned ops_per_size = 4) {
    return [=](const rc::Random& seed, int size) {
        rc::Random random = seed;
        const std::uint64_t most = static_cast<std::uint64_t>(size) * ops_per_size;
        Trace trace;
        trace.is_64_bit = random.next() % 4 != 0;
        for (std::uint64_t left = random.next() % (most + 1); left > 0; --left) {
            std::array<std::uint64_t, record_bytes / 8> words{};
            for (std::uint64_t& word : words) {
                word = random.next();
            }
            std::array<std::uint8_t, record_bytes> record{};
            std::memcpy(record.data(), words.data(), record_bytes);
            trace.ops.push_back(decode_record(record, dialect));
        }
        return rc::shrinkable::shrinkRecur(std::move(trace),
                                           [](const Trace& larger) { return shrinks_of(larger); });
    };
}

} // namespace poolproof
