// See triage_shrink.hpp.
#include "cli/triage_shrink.hpp"

#include "gen/shrink.hpp"
#include "trace/codec.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <string_view>
#include <unordered_set>

namespace poolproof {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Clock = std::chrono::steady_clock;

constexpr unsigned thread_bits = 0xF0; // of byte 1: how many threads an input is dealt to

// Asks whether candidates fall into the bucket, within the limits; none twice that did not.
class Question {
  public:
    Question(Judge& judge, const FuzzTarget& target, const Bucket& bucket, bool leak,
             const ShrinkLimits& limits, const ShrinkProgress& progress)
        : judge_(&judge), bucket_(&bucket), progress_(&progress), left_(limits.candidates),
          replays_(target.input == FuzzInput::threads ? limits.replays : 1), leak_(leak),
          end_(Clock::now() + std::chrono::seconds(limits.seconds)) {}

    // In as many processes as it takes to believe it.
    std::uint32_t times_shown(const Bytes& bytes) {
        std::uint32_t shown = 0;
        for (std::uint32_t i = 0; i < replays_; ++i) {
            shown += shows_once(bytes, true) ? 1 : 0;
        }
        return shown;
    }
    std::uint32_t replays() const { return replays_; }

    bool shows(const Bytes& bytes, std::size_t size) {
        if (left_ == 0 || Clock::now() > end_ || !seen_.insert(hash_of(bytes)).second) {
            return false;
        }
        --left_;
        ++tried_;
        for (std::uint32_t i = 0; i < replays_; ++i) {
            if (!shows_once(bytes, false)) {
                return false;
            }
        }
        if (*progress_) {
            (*progress_)(tried_, size);
        }
        return true;
    }

    const Judgement& last_shown() const { return last_shown_; }

  private:
    static std::size_t hash_of(const Bytes& bytes) {
        return std::hash<std::string_view>()({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }

    bool shows_once(const Bytes& bytes, bool afresh) {
        Judgement judgement = judge_->ask(bytes, {afresh, leak_});
        if (!is_same(*bucket_, bucket_of(judgement))) {
            return false;
        }
        last_shown_ = std::move(judgement);
        return true;
    }

    Judge* judge_;
    const Bucket* bucket_;
    const ShrinkProgress* progress_;
    std::uint32_t left_;
    std::uint32_t replays_;
    bool leak_;
    Clock::time_point end_;
    std::size_t tried_ = 0;
    std::unordered_set<std::size_t> seen_;
    Judgement last_shown_;
};

// A trace in the bytes that its target reads, for as many threads as before.
struct TraceCandidates {
    Question* question;
    std::uint8_t threads;

    Bytes encoded(const Trace& trace) const {
        Bytes bytes = encode(trace);
        bytes[1] = static_cast<std::uint8_t>(bytes[1] | threads);
        return bytes;
    }
};

bool still_shows(void* context, const Trace& candidate) {
    const auto& candidates = *static_cast<const TraceCandidates*>(context);
    return candidates.question->shows(candidates.encoded(candidate), candidate.ops.size());
}

Bytes shrink_trace(Question& question, const FuzzTarget& target, const Bytes& bytes) {
    Trace trace;
    decode_any(bytes, target.dialect, trace);
    TraceCandidates candidates{&question, 0};
    if (target.input == FuzzInput::threads && bytes.size() > 1) {
        candidates.threads = static_cast<std::uint8_t>(bytes[1] & thread_bits);
    }
    // The text form has no number of threads: two of them, if they will do.
    const TraceCandidates of_two{&question, 0};
    if (candidates.threads != 0 && question.shows(of_two.encoded(trace), trace.ops.size())) {
        candidates.threads = 0;
    }
    // The budget is the question's.
    const Trace smallest = shrink(trace, still_shows, &candidates, SIZE_MAX);
    const Bytes result = candidates.encoded(smallest);
    return smallest == trace && !question.shows(result, trace.ops.size()) ? bytes : result;
}

class ByteShrinker {
  public:
    ByteShrinker(Bytes bytes, const std::function<bool(const Bytes&)>& shows)
        : best_(std::move(bytes)), shows_(&shows) {}

    Bytes run() {
        bool better = true;
        while (better) {
            better = remove_chunks();
            better = simplify_values() || better;
        }
        return std::move(best_);
    }

  private:
    bool attempt(const Bytes& candidate) {
        if (!(*shows_)(candidate)) {
            return false;
        }
        best_ = candidate;
        return true;
    }

    // Of falling size, from the back.
    bool remove_chunks() {
        bool removed = false;
        for (std::size_t size = std::max<std::size_t>(best_.size() / 2, 1); size > 0; size /= 2) {
            for (std::size_t end = best_.size(); end > 0;) {
                const std::size_t from = end > size ? end - size : 0;
                Bytes candidate = best_;
                candidate.erase(candidate.begin() + static_cast<std::ptrdiff_t>(from),
                                candidate.begin() + static_cast<std::ptrdiff_t>(end));
                removed = attempt(candidate) || removed;
                end = from;
            }
        }
        return removed;
    }

    // Each byte as the smallest value of these that will do.
    bool simplify_values() {
        bool simplified = false;
        for (std::size_t at = 0; at < best_.size(); ++at) {
            const std::uint8_t now = best_[at];
            for (const unsigned value : {0U, 1U, static_cast<unsigned>('a'), now / 2U, now - 1U}) {
                Bytes candidate = best_;
                candidate[at] = static_cast<std::uint8_t>(value);
                if (value < now && attempt(candidate)) {
                    simplified = true;
                    break;
                }
            }
        }
        return simplified;
    }

    Bytes best_;
    const std::function<bool(const Bytes&)>* shows_;
};

} // namespace

Bytes shrink_bytes(Bytes bytes, const std::function<bool(const Bytes&)>& shows) {
    return ByteShrinker(std::move(bytes), shows).run();
}

Shrunk shrink_crash(Judge& judge, const FuzzTarget& target, const Bucket& bucket, const Bytes& bytes,
                    bool leak, const ShrinkLimits& limits, const ShrinkProgress& progress) {
    Question question(judge, target, bucket, leak, limits, progress);
    Shrunk shrunk;
    shrunk.bytes = bytes;
    shrunk.replays = question.replays();
    shrunk.shown = question.times_shown(bytes);
    if (shrunk.shown == question.replays()) {
        Bytes smallest = target.input == FuzzInput::driver
                             ? shrink_bytes(bytes,
                                            [&](const Bytes& candidate) {
                                                return question.shows(candidate, candidate.size());
                                            })
                             : shrink_trace(question, target, bytes);
        // In processes that have played nothing else; what only shows after other inputs is not taken.
        if (question.times_shown(smallest) == question.replays()) {
            shrunk.bytes = std::move(smallest);
        } else {
            question.times_shown(bytes);
        }
    }
    if (target.input != FuzzInput::driver) {
        decode_any(shrunk.bytes, target.dialect, shrunk.trace);
    }
    shrunk.judgement = question.last_shown();
    return shrunk;
}

} // namespace poolproof
