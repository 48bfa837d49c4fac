// Ops, events and verdicts in words (see words.hpp).
#include "cli/words.hpp"

#include "contract/tables.hpp"
#include "trace/text.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace poolproof {
namespace {

std::string pointer_in_words(const Event& event) {
    std::string text = fmt::format("pointer 0x{:X}", event.address);
    const BlockInfo& block = event.block;
    if (block.known) {
        text += block.user      ? fmt::format(", user memory of process {}", block.process)
                : block.special ? std::string(", special pool")
                : block.paged   ? std::string(", paged")
                                : std::string(", nonpaged");
        if (!block.user) {
            text += fmt::format(", node {}", block.node);
        }
    }
    text += block.executable ? ", executable" : "";
    if (event.accessible == Seen::no) {
        text += ", not wholly accessible";
    }
    return text;
}

std::string bug_check_in_words(const Event& event) {
    const BugCheckEntry* entry = find_bug_check(event.code);
    const auto& p = event.parameters;
    return fmt::format("bug check 0x{:X} {} (0x{:X}, 0x{:X}, 0x{:X}, 0x{:X})", event.code,
                       entry == nullptr ? "of no table" : entry->name, p[0], p[1], p[2], p[3]);
}

std::string value_in_words(const Op& op, const Event& event) {
    switch (op.kind) {
    case OpKind::query_tag:
        return fmt::format("{} allocations, {} frees, {} bytes in use", event.row.allocations,
                           event.row.frees, event.row.bytes);
    case OpKind::query_event:
        return event.number != 0 ? "set" : "clear";
    case OpKind::query_driver:
        return fmt::format("{} blocks of {} bytes, at most {} of {} bytes", event.counters[live_blocks],
                           event.counters[live_bytes], event.counters[peak_blocks],
                           event.counters[peak_bytes]);
    case OpKind::query_verifier:
        return fmt::format(
            "{} attempted, {} succeeded, {} of them in special pool, {} without a tag, {} failed, "
            "{} not tracked, {} faults injected",
            event.counters[attempted], event.counters[succeeded], event.counters[succeeded_special],
            event.counters[without_tag], event.counters[failed], event.counters[not_tracked],
            event.counters[faults_injected]);
    default:
        return fmt::format("{}", event.number);
    }
}

std::string plain_in_words(const Op& op, const Event& event) {
    switch (event.kind) {
    case EventKind::skipped:
        return "skipped: the slot is empty";
    case EventKind::done:
        return "done";
    case EventKind::pointer:
        return pointer_in_words(event);
    case EventKind::null:
        return "NULL";
    case EventKind::raised:
        return fmt::format("raised {}", name_of_status(event.status));
    case EventKind::bug_check:
        return bug_check_in_words(event);
    case EventKind::guard_fault:
        return fmt::format("fault at 0x{:X}", event.address);
    case EventKind::value:
        return value_in_words(op, event);
    case EventKind::crashed:
        return event.code > 64   ? fmt::format("the subject crashed of exception 0x{:X}", event.code)
               : event.code != 0 ? fmt::format("the subject crashed of signal {}", event.code)
                                 : fmt::format("the subject's process ended with status {}", event.number);
    case EventKind::timed_out:
        return "the subject did not come back";
    case EventKind::unsupported:
        return "not played: the subject does not declare it, or would not survive it";
    case EventKind::garbled:
        return "the subject answered with what is no event of this op";
    }
    return {};
}

std::string faults_in_words(std::uint32_t faults) {
    static constexpr std::array<std::pair<CallerFault, std::string_view>, 12> names = {{
        {fault_tag_zero, "tag zero"},
        {fault_tag_character, "character of the tag"},
        {fault_zero_bytes, "no bytes"},
        {fault_irql, "IRQL"},
        {fault_priority, "priority"},
        {fault_pool_type, "pool type"},
        {fault_must_succeed, "must-succeed type"},
        {fault_wrong_free_routine, "wrong free routine"},
        {fault_wrong_process, "wrong process"},
        {fault_free_tag, "tag differs"},
        {fault_free_address, "not the start of a live block"},
        {fault_printer_memory, "user memory for the printer"},
    }};
    std::string text;
    for (const auto& [bit, name] : names) {
        if ((faults & bit) != 0) {
            text += fmt::format("{}{}", text.empty() ? "" : ", ", name);
        }
    }
    return text;
}

} // namespace

std::string in_words(const Op& op, const Event& event) {
    std::string text = plain_in_words(op, event);
    if (event.intact == Seen::no) {
        text += "; the block's bytes had changed";
    }
    if (event.caller_faults != 0) {
        text += fmt::format("; caller at fault: {}", faults_in_words(event.caller_faults));
    }
    return text;
}

std::vector<std::string> stop_lines(const Event& event) {
    const auto& p = event.parameters;
    std::vector<std::string> lines;
    lines.push_back(fmt::format("*** STOP: 0x{:08X} (0x{:016X},0x{:016X},0x{:016X},0x{:016X})", event.code,
                                p[0], p[1], p[2], p[3]));
    const BugCheckEntry* entry = find_bug_check(event.code);
    const BugCheckRow* row = find_row(event.code, p);
    lines.push_back(fmt::format("    {}{}{}", entry == nullptr ? "no documented bug check" : entry->name,
                                row == nullptr ? "" : ": ", row == nullptr ? "" : row->meaning));
    if (row != nullptr) {
        for (std::size_t i = 0; i < p.size(); ++i) {
            if (!row->parameters[i].empty()) {
                lines.push_back(fmt::format("    p{} 0x{:016X}  {}", i + 1, p[i], row->parameters[i]));
            }
        }
    }
    return lines;
}

std::string commented_text(const Trace& trace, const std::vector<std::string>& comments) {
    std::string text;
    for (const std::string& comment : comments) {
        text += fmt::format("# {}\n", comment);
    }
    return text + to_text(trace);
}

} // namespace poolproof
