// See triage_name.hpp.
#include "cli/triage_name.hpp"

#include "trace/request.hpp"

#include <ddi/wdm.h>

#include <algorithm>
#include <cctype>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t page = 4096;

// What the ops before the last one leave.
struct Before {
    const Op* allocation = nullptr; // of the last op's slot
    bool freed = false;
    std::uint8_t irql = 0;
    std::uint8_t process = 0;
    bool special = false;
    bool verifier = false;
    bool short_of_memory = false;
    bool short_of_quota = false;
    ListSettings lists;
};

Before before_last(const Trace& trace) {
    Before before;
    const Op& last = trace.ops.back();
    for (std::size_t i = 0; i + 1 < trace.ops.size(); ++i) {
        const Op& op = trace.ops[i];
        switch (op.kind) {
        case OpKind::allocate:
            if (op.slot == last.slot) {
                before.allocation = &op;
                before.freed = false;
            }
            break;
        case OpKind::free:
            before.freed = before.freed || (op.pointer == Pointer::of_slot && op.slot == last.slot);
            break;
        case OpKind::call:
            apply(op, before.lists);
            break;
        case OpKind::irql:
            before.irql = op.level;
            break;
        case OpKind::process:
            before.process = op.index;
            break;
        case OpKind::special_pool:
            before.special = op.mode != SpecialMode::off;
            break;
        case OpKind::verifier:
            before.verifier = op.level != 0;
            break;
        case OpKind::fail_nth:
        case OpKind::budget:
        case OpKind::low_resources:
            before.short_of_memory = true;
            break;
        case OpKind::quota:
            before.short_of_quota = true;
            break;
        default:
            break;
        }
    }
    return before;
}

std::string size_words(std::uint64_t size) {
    if (size == 0) {
        return "of_no_bytes";
    }
    if (size > UINT32_MAX) {
        return "of_a_huge_size";
    }
    return size < page ? "" : size == page ? "of_a_page" : "of_more_than_a_page";
}

std::string memory_words(Memory memory) {
    switch (memory) {
    case Memory::user:
    case Memory::private_user:
        return "user_memory";
    case Memory::list:
        return "a_list_entry";
    case Memory::aligned:
        return "aligned_memory";
    case Memory::eng_pool:
        return "gdi_memory";
    default:
        return "pool";
    }
}

std::string joined_words(std::initializer_list<std::string> parts) {
    std::string text;
    for (const std::string& part : parts) {
        text += part.empty() ? "" : (text.empty() ? "" : "_") + part;
    }
    return text;
}

std::string allocation_words(const Op& op, const Before& before) {
    const AllocationRequest request = request_of(op, before.process, before.lists);
    const std::string memory = memory_words(traits_of(op.routine).memory) == "pool" && request.paged
                                   ? "paged_pool"
                                   : memory_words(traits_of(op.routine).memory);
    const bool tagged = traits_of(op.routine).tag != TagRule::none;
    return joined_words({"request_for", memory,
                         op.routine == Routine::ExAllocatePool3 && op.extended != 0 ? "with_parameters" : "",
                         request.quota ? "with_quota" : "", request.zeroed ? "zeroed" : "",
                         traits_of(op.routine).takes(takes_list) ? "" : size_words(op.size),
                         tagged && op.tag == 0 ? "without_a_tag" : ""});
}

std::string free_words(const Op& op, const Before& before) {
    if (op.pointer != Pointer::of_slot) {
        return op.pointer == Pointer::null           ? "free_of_null"
               : op.pointer == Pointer::user_address ? "free_of_a_user_address"
                                                     : "free_of_a_system_address";
    }
    const Op* block = before.allocation;
    const bool other_tag = block != nullptr && traits_of(op.routine).tag != TagRule::none &&
                           traits_of(block->routine).tag != TagRule::none && block->tag != op.tag;
    const Memory given = block == nullptr ? Memory::none : traits_of(block->routine).memory;
    const bool other_family = block != nullptr && given != traits_of(op.routine).memory;
    return joined_words({"free_of", before.freed ? "a_freed_block" : "a_block",
                         other_family ? "of_" + memory_words(given) : "", op.offset != 0 ? "by_offset" : "",
                         other_tag ? "with_another_tag" : ""});
}

std::string touch_words(const Op& op, const Before& before) {
    const std::string what = op.kind == OpKind::read ? "read" : "write";
    if (before.freed) {
        return what + "_of_a_freed_block";
    }
    const std::uint64_t size = before.allocation == nullptr ? 0 : before.allocation->size;
    if (op.offset < 0) {
        return what + "_before_a_block";
    }
    return static_cast<std::uint64_t>(op.offset) + op.length > size ? what + "_behind_a_block"
                                                                    : what + "_of_a_block";
}

// ExInitializeNPagedLookasideList: ex_initialize_n_paged_lookaside_list.
std::string routine_words(Routine routine) {
    std::string words;
    for (const char c : name_of(routine)) {
        const bool upper = std::isupper(static_cast<unsigned char>(c)) != 0;
        words += upper && !words.empty() ? "_" : "";
        words += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return "call_of_" + words;
}

std::string last_words(const Op& op, const Before& before) {
    switch (op.kind) {
    case OpKind::allocate:
        return allocation_words(op, before);
    case OpKind::free:
        return free_words(op, before);
    case OpKind::read:
    case OpKind::write:
        return touch_words(op, before);
    case OpKind::print:
        return "printed_block";
    case OpKind::call:
        return routine_words(op.routine);
    case OpKind::query_tag:
        return "count_of_a_tag";
    case OpKind::query_event:
        return op.level == 0 ? "low_memory_event" : "high_memory_event";
    case OpKind::query_quota:
        return "charged_quota";
    case OpKind::query_driver:
        return "count_of_a_driver";
    case OpKind::query_verifier:
        return "counts_of_the_verifier";
    case OpKind::unload:
        return "unload_of_a_driver";
    case OpKind::irql:
        return "change_of_irql";
    default:
        return "change_of_the_machine";
    }
}

} // namespace

std::string words_of(const Trace& trace) {
    if (trace.ops.empty()) {
        return "nothing_at_all";
    }
    const Before before = before_last(trace);
    return joined_words({last_words(trace.ops.back(), before), before.special ? "under_special_pool" : "",
                         before.verifier ? "under_verifier" : "",
                         before.irql > DISPATCH_LEVEL    ? "above_dispatch"
                         : before.irql == DISPATCH_LEVEL ? "at_dispatch"
                         : before.irql == APC_LEVEL      ? "at_apc_level"
                                                         : "",
                         before.short_of_memory ? "short_of_memory" : "",
                         before.short_of_quota ? "short_of_quota" : "",
                         before.process != 0 ? "in_another_process" : "", trace.is_64_bit ? "" : "32_bit"});
}

std::string slug_of(std::string_view text, char joint, std::size_t most) {
    std::string slug;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0) {
            slug += static_cast<char>(std::tolower(byte));
        } else if (!slug.empty() && slug.back() != joint) {
            slug += joint;
        }
    }
    slug.resize(std::min(slug.size(), most));
    while (!slug.empty() && slug.back() == joint) {
        slug.pop_back();
    }
    return slug;
}

std::string free_name(const std::string& words, const std::string& suffix,
                      const std::vector<fs::path>& folders) {
    const auto is_taken = [&](const std::string& name) {
        return std::ranges::any_of(folders, [&](const fs::path& folder) {
            std::error_code error;
            return fs::exists(folder / (name + ".pool"), error) ||
                   fs::exists(folder / (name + ".bin"), error);
        });
    };
    if (!is_taken(words)) {
        return words;
    }
    std::string name = words + "_" + suffix;
    for (unsigned number = 2; is_taken(name); ++number) {
        name = words + "_" + suffix + "_" + std::to_string(number);
    }
    return name;
}

} // namespace poolproof
