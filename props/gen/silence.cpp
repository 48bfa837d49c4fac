// See silence.hpp.
#include "gen/silence.hpp"

#include "contract/clause.hpp"
#include "contract/register.hpp"
#include "oracle/oracle.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace poolproof {

namespace {

// What shows such an event.
std::uint16_t sees(EventKind kind) {
    switch (kind) {
    case EventKind::pointer:
    case EventKind::null:
    case EventKind::value:
        return by_return;
    case EventKind::raised:
        return by_raise;
    case EventKind::bug_check:
    case EventKind::crashed:
        return by_bug_check;
    case EventKind::guard_fault:
        return by_guard | by_bug_check;
    default:
        return 0;
    }
}

// Mask of Observation.
std::uint16_t sees(Aspect aspect, const Event& a, const Event& b) {
    switch (aspect) {
    case Aspect::outcome:
    case Aspect::status:
    case Aspect::bug_check:
        return static_cast<std::uint16_t>(sees(a.kind) | sees(b.kind));
    case Aspect::access:
    case Aspect::zeros:
    case Aspect::contents:
        return by_contents | by_guard | by_address;
    case Aspect::answer:
        return by_tag_ledger | by_event | by_counter | by_quota | by_return;
    case Aspect::block:
        return by_tag_ledger | by_address | by_guard;
    case Aspect::executable:
        return by_guard;
    case Aspect::list:
        return by_counter;
    case Aspect::caller_faults:
        return by_validator;
    default:
        return 0;
    }
}

enum class Judged : std::uint8_t { no, kept, unspecified };

// By position in all_clauses().
std::vector<Judged> judged_last(const Played& played) {
    Oracle oracle;
    oracle.begin(played.claims);
    std::vector<ClauseTally> before(all_clauses().size());
    for (std::size_t i = 0; i < played.log.size(); ++i) {
        if (i + 1 == played.log.size()) {
            before = oracle.tally();
        }
        oracle.step(played.log[i].op, played.log[i].event);
    }
    const std::vector<ClauseTally>& after = oracle.tally();
    std::vector<Judged> judged(after.size(), Judged::no);
    for (std::size_t i = 0; i < after.size(); ++i) {
        if (after[i].unspecified != before[i].unspecified) {
            judged[i] = Judged::unspecified;
        } else if (after[i].holds != before[i].holds) {
            judged[i] = Judged::kept;
        }
    }
    return judged;
}

// The first of a list with ", " between, which it leaves.
std::string_view take(std::string_view& list) {
    const std::size_t end = std::min(list.find(", "), list.size());
    const std::string_view first = list.substr(0, end);
    list.remove_prefix(std::min(end + 2, list.size()));
    return first;
}

// A subject may leave a choice unstated.
template <class Choice> bool contradict(Choice a, Choice b) {
    return a != Choice::unstated && b != Choice::unstated && a != b;
}

bool declare_differently(std::string_view policy, const Claims& a, const Claims& b) {
    return (policy == "tag_zero" && contradict(a.tag_zero, b.tag_zero)) ||
           (policy == "tag_mismatch" && contradict(a.tag_mismatch, b.tag_mismatch)) ||
           (policy == "zero_bytes" && contradict(a.zero_bytes, b.zero_bytes)) ||
           (policy == "null_free" && contradict(a.null_free, b.null_free)) ||
           (policy == "tag_without_alnum" && contradict(a.tag_without_alnum, b.tag_without_alnum)) ||
           (policy == "tail_reuse" && contradict(a.tail_reuse, b.tail_reuse)) ||
           (policy == "must_succeed" && contradict(a.must_succeed, b.must_succeed));
}

bool is_chosen_differently(const Clause& clause, const Claims& a, const Claims& b) {
    for (std::string_view entries = clause.entries; !entries.empty();) {
        const RegisterEntry* entry = find_register_entry(take(entries));
        for (std::string_view policies = entry == nullptr ? "" : entry->policy; !policies.empty();) {
            if (declare_differently(take(policies), a, b)) {
                return true;
            }
        }
    }
    return false;
}

} // namespace

std::vector<int> silent_clauses(const std::array<Played, 2>& played, Aspect aspect) {
    const std::uint16_t seen = sees(aspect, played[0].log.back().event, played[1].log.back().event);
    // A duty is kept or broken whatever comes of it.
    const std::uint16_t duty = aspect == Aspect::caller_faults ? 0 : by_validator;
    const std::vector<Judged> a = judged_last(played[0]);
    const std::vector<Judged> b = judged_last(played[1]);
    std::array<std::vector<int>, 4> ranks; // as silent_clauses() prefers them
    for (std::size_t i = 0; i < a.size(); ++i) {
        const Clause& clause = all_clauses()[i];
        if ((a[i] == Judged::no && b[i] == Judged::no) || (clause.observed & seen) == 0) {
            continue;
        }
        if (is_chosen_differently(clause, played[0].claims, played[1].claims)) {
            ranks[0].push_back(static_cast<int>(i));
        }
        if (a[i] == Judged::unspecified || b[i] == Judged::unspecified) {
            ranks[1].push_back(static_cast<int>(i));
        } else if (!clause.entries.empty() && (clause.observed & duty) == 0) {
            ranks[a[i] == b[i] ? 3 : 2].push_back(static_cast<int>(i));
        }
    }
    const auto best =
        std::find_if(ranks.begin(), ranks.end(), [](const std::vector<int>& rank) { return !rank.empty(); });
    return best == ranks.end() ? std::vector<int>{} : std::move(*best);
}

} // namespace poolproof
