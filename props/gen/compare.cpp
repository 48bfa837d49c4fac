// See compare.hpp.
#include "gen/compare.hpp"

#include "contract/tables.hpp"

#include <algorithm>
#include <array>

namespace poolproof {

namespace {

// What the tables call the parameters that are the same wherever memory lies.
constexpr std::array<std::string_view, 14> plain_parameters = {
    "sub-code",
    "IRQL",
    "pool type",
    "bytes",
    "bytes requested",
    "bytes given",
    "bytes allocated",
    "bytes charged",
    "tag",
    "tag of the allocation",
    "tag of the free",
    "blocks not freed",
    "0 read, 1 write",
    "priority and mapping flags",
};

bool is_plain(std::string_view meaning) {
    return std::find(plain_parameters.begin(), plain_parameters.end(), meaning) != plain_parameters.end();
}

bool same_bug_check(const Event& a, const Event& b) {
    if (a.code != b.code) {
        return false;
    }
    const BugCheckRow* row = find_row(a.code, a.parameters);
    if (row != find_row(b.code, b.parameters)) {
        return false;
    }
    for (std::size_t i = 0; row != nullptr && i < a.parameters.size(); ++i) {
        if (is_plain(row->parameters[i]) && a.parameters[i] != b.parameters[i]) {
            return false;
        }
    }
    return true;
}

bool contradict(Seen a, Seen b) {
    return a != Seen::not_looked && b != Seen::not_looked && a != b;
}

bool same_record(const BlockInfo& a, const BlockInfo& b) {
    return !a.known || !b.known ||
           (a.special == b.special && a.user == b.user && (a.user || a.paged == b.paged) &&
            (!a.user || a.process == b.process) && a.tag == b.tag && a.pool_type == b.pool_type &&
            a.bytes == b.bytes);
}

bool tells_rights(const Deed& deed) {
    return deed.event.block.rights_known || (deed.event.block.known && deed.claims.can(can_page_rights));
}

// A subject without can_bug_check dies of it, or faults.
bool may_be(EventKind seen, EventKind said, const Claims& claims) {
    switch (said) {
    case EventKind::bug_check:
        return !claims.can(can_bug_check) && (seen == EventKind::crashed || seen == EventKind::guard_fault);
    case EventKind::raised:
        return !claims.can(can_raise) && (seen == EventKind::crashed || seen == EventKind::null);
    default:
        return false;
    }
}

} // namespace

std::string_view name_of(Aspect aspect) {
    switch (aspect) {
    case Aspect::nothing:
        return "nothing";
    case Aspect::outcome:
        return "outcome";
    case Aspect::status:
        return "status";
    case Aspect::bug_check:
        return "bug check";
    case Aspect::access:
        return "access";
    case Aspect::zeros:
        return "zeros";
    case Aspect::contents:
        return "contents";
    case Aspect::answer:
        return "answer";
    case Aspect::block:
        return "block's record";
    case Aspect::executable:
        return "right to execute";
    case Aspect::list:
        return "list's use";
    case Aspect::caller_faults:
        return "caller's faults";
    case Aspect::verdict:
        break;
    }
    return "verdict alone";
}

bool are_comparable(const Deed& a, const Deed& b) {
    return !may_be(a.event.kind, b.event.kind, a.claims) && !may_be(b.event.kind, a.event.kind, b.claims);
}

Aspect compare(const Op& op, const Deed& a, const Deed& b, bool zeros_promised) {
    const Event& x = a.event;
    const Event& y = b.event;
    if (x.kind != y.kind) {
        return Aspect::outcome;
    }
    if (x.kind == EventKind::raised && x.status != y.status) {
        return Aspect::status;
    }
    if (x.kind == EventKind::bug_check && !same_bug_check(x, y)) {
        return Aspect::bug_check;
    }
    if (contradict(x.accessible, y.accessible)) {
        return Aspect::access;
    }
    if (zeros_promised && contradict(x.zeroed, y.zeroed)) {
        return Aspect::zeros;
    }
    if (contradict(x.intact, y.intact)) {
        return Aspect::contents;
    }
    const bool same_answer = x.number == y.number && x.row == y.row && x.counters == y.counters;
    if (x.kind == EventKind::value && !same_answer) {
        return Aspect::answer;
    }
    if (op.kind == OpKind::allocate && !same_record(x.block, y.block)) {
        return Aspect::block;
    }
    if (op.kind == OpKind::allocate && tells_rights(a) && tells_rights(b) &&
        x.block.executable != y.block.executable) {
        return Aspect::executable;
    }
    if (x.list.known && y.list.known && x.list != y.list) {
        return Aspect::list;
    }
    const bool both_validate = a.claims.can(can_validate) && b.claims.can(can_validate);
    return both_validate && x.caller_faults != y.caller_faults ? Aspect::caller_faults : Aspect::nothing;
}

} // namespace poolproof
