// Violations and events in words. Does not cover: layout of reports (cli/).
#include "contract/tables.hpp"
#include "oracle/oracle.hpp"

#include <cinttypes>
#include <cstdio>

namespace poolproof {

namespace {

std::string hex(std::uint64_t value) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%" PRIX64, value);
    return text;
}

std::string bug_check_in_words(const Event& event) {
    std::string text = "bug check " + hex(event.code);
    if (const BugCheckEntry* entry = find_bug_check(event.code)) {
        text += ' ';
        text += entry->name;
    }
    text += " (";
    for (std::size_t i = 0; i < event.parameters.size(); ++i) {
        text += (i == 0 ? "" : ", ") + hex(event.parameters[i]);
    }
    text += ')';
    if (const BugCheckRow* row = find_row(event.code, event.parameters)) {
        text += ": ";
        text += row->meaning;
    }
    return text;
}

constexpr std::uint32_t most_signals = 64; // above are exceptions of Windows

std::string place_in_words(const BlockInfo& block) {
    const std::string rights = block.executable ? ", executable" : ", not executable";
    if (!block.known) {
        return block.rights_known ? rights : "";
    }
    std::string text = block.user ? ", user memory of process " + std::to_string(block.process)
                                  : (block.paged ? ", paged pool" : ", nonpaged pool");
    text += block.special ? ", special pool" : "";
    return text + ", node " + std::to_string(block.node) + ", tag " + hex(block.tag) + rights;
}

std::string what_was_seen(const Event& event) {
    std::string text;
    text += event.accessible == Seen::no ? ", not all of it accessible" : "";
    text += event.zeroed == Seen::no ? ", not zeroed" : "";
    text += event.intact == Seen::no ? ", after its bytes had changed" : "";
    return text;
}

std::string answer_in_words(const Op& op, const Event& event) {
    if (op.kind == OpKind::query_tag) {
        return std::to_string(event.row.allocations) + " allocations, " + std::to_string(event.row.frees) +
               " frees, " + std::to_string(event.row.bytes) + " bytes";
    }
    if (op.kind == OpKind::query_driver || op.kind == OpKind::query_verifier) {
        std::string text = "the counters";
        for (const std::uint64_t counter : event.counters) {
            text += ' ' + std::to_string(counter);
        }
        return text;
    }
    return "the answer " + std::to_string(event.number);
}

std::string event_in_words(const Op& op, const Event& event) {
    switch (event.kind) {
    case EventKind::skipped:
        return "nothing: the op was skipped";
    case EventKind::done:
        return "a normal return" + what_was_seen(event);
    case EventKind::pointer:
        return "pointer " + hex(event.address) + place_in_words(event.block) + what_was_seen(event);
    case EventKind::null:
        return "NULL";
    case EventKind::raised:
        return "a raise of " + name_of_status(event.status);
    case EventKind::bug_check:
        return bug_check_in_words(event);
    case EventKind::guard_fault:
        return "a fault at " + hex(event.address);
    case EventKind::value:
        return answer_in_words(op, event);
    case EventKind::crashed:
        return event.code > most_signals ? "a crash of the subject: exception " + hex(event.code)
               : event.code != 0         ? "a crash of the subject: signal " + std::to_string(event.code)
               : event.number != 0
                   ? "an end of the subject's process: exit status " + std::to_string(event.number)
                   : "a crash of the subject";
    case EventKind::timed_out:
        return "no return in time";
    case EventKind::garbled:
        return "an answer that is no event of this op";
    case EventKind::unsupported:
        break;
    }
    return "nothing: the subject cannot express the op";
}

std::string reports_in_words(const Event& event) {
    return event.caller_faults == 0 ? "" : ", reporting caller faults " + hex(event.caller_faults);
}

} // namespace

std::string explain(const Violation& violation, const Op& op, const Event& event) {
    return "expected " + std::string(violation.expected) + "; got " + event_in_words(op, event) +
           reports_in_words(event);
}

} // namespace poolproof
