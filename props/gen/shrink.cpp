// The shrinker (see shrink.hpp). Does not cover: which ops are simpler (simpler.hpp).
#include "gen/shrink.hpp"

#include "gen/simpler.hpp"

#include <algorithm>

namespace poolproof {
namespace {

// The best trace so far and the tries left. try_*() and remove_*() return true when they made it better.
class Shrinker {
  public:
    Shrinker(Trace trace, StillShows still_shows, void* context, std::size_t budget)
        : best_(std::move(trace)), still_shows_(still_shows), context_(context), left_(budget) {}

    Trace run() {
        bool better = true;
        while (better && left_ > 0) {
            remove_chunks();
            better = remove_pairs();
            better = simplify_names() || better;
            better = simplify_ops() || better;
        }
        return std::move(best_);
    }

  private:
    bool attempt(const Trace& candidate) {
        if (left_ == 0) {
            return false;
        }
        --left_;
        if (!still_shows_(context_, candidate)) {
            return false;
        }
        best_ = candidate;
        return true;
    }

    bool attempt_without(std::size_t from, std::size_t count) {
        const auto at = [&](std::size_t i) { return best_.ops.begin() + static_cast<std::ptrdiff_t>(i); };
        Trace candidate;
        candidate.is_64_bit = best_.is_64_bit;
        candidate.ops.reserve(best_.ops.size() - count);
        candidate.ops.assign(best_.ops.begin(), at(from));
        candidate.ops.insert(candidate.ops.end(), at(from + count), best_.ops.end());
        return attempt(candidate);
    }

    // Chunks of falling size, from the back: the cause is often near the front of what is left.
    void remove_chunks() {
        bool removed = true;
        while (removed && left_ > 0) {
            removed = false;
            for (std::size_t size = std::max<std::size_t>(best_.ops.size() / 2, 1); size > 0; size /= 2) {
                removed = remove_chunks_of(size) || removed;
            }
        }
    }

    bool remove_chunks_of(std::size_t size) {
        bool removed = false;
        for (std::size_t end = best_.ops.size(); end > 0;) {
            const std::size_t from = end > size ? end - size : 0;
            removed = attempt_without(from, end - from) || removed;
            end = from;
        }
        return removed;
    }

    // Two ops that only make sense together, such as a raise and its lowering.
    bool remove_pairs() {
        constexpr std::size_t most_ops = 40; // above it there are too many pairs to try
        bool removed = false;
        for (std::size_t first = 0; first < best_.ops.size() && best_.ops.size() <= most_ops; ++first) {
            for (std::size_t second = first + 1; second < best_.ops.size(); ++second) {
                Trace candidate = best_;
                candidate.ops.erase(candidate.ops.begin() + static_cast<std::ptrdiff_t>(second));
                candidate.ops.erase(candidate.ops.begin() + static_cast<std::ptrdiff_t>(first));
                removed = attempt(candidate) || removed;
            }
        }
        return removed;
    }

    bool simplify_names() {
        bool simplified = false;
        for (bool again = true; again && left_ > 0;) {
            again = false;
            for (const Trace& candidate : simpler_names(best_)) {
                if (attempt(candidate)) {
                    simplified = again = true;
                    break;
                }
            }
        }
        return simplified;
    }

    bool simplify_ops() {
        bool simplified = false;
        for (std::size_t i = 0; i < best_.ops.size() && left_ > 0; ++i) {
            while (simplify_op(i)) {
                simplified = true;
            }
        }
        return simplified;
    }

    bool simplify_op(std::size_t i) {
        Trace candidate = best_;
        for (const Op& op : simpler_ops(best_.ops[i])) {
            candidate.ops[i] = op;
            if (attempt(candidate)) {
                return true;
            }
        }
        return false;
    }

    Trace best_;
    StillShows still_shows_;
    void* context_;
    std::size_t left_;
};

} // namespace

Trace shrink(Trace trace, StillShows still_shows, void* context, std::size_t budget) {
    for (Op& op : trace.ops) {
        op = canonical(op);
    }
    return Shrinker(std::move(trace), still_shows, context, budget).run();
}

bool has_other_large_size(const Trace& candidate, const Trace& trace) {
    constexpr std::uint64_t small = 1U << 16U;
    return std::any_of(candidate.ops.begin(), candidate.ops.end(), [&](const Op& op) {
        return op.size > small && std::none_of(trace.ops.begin(), trace.ops.end(),
                                               [&](const Op& other) { return other.size == op.size; });
    });
}

} // namespace poolproof
