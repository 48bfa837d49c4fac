// The pool as a kernel debugger shows it (see pool_dump.hpp).
#include "cli/pool_dump.hpp"

#include "contract/tables.hpp"

#include <ddi/ntdef.h>
#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace poolproof {
namespace {

using Json = nlohmann::ordered_json;

std::vector<BlockDescription> blocks_of(const Machine& machine) {
    std::vector<BlockDescription> blocks;
    machine.for_each_block(
        [](void* context, const BlockDescription& block) {
            static_cast<std::vector<BlockDescription>*>(context)->push_back(block);
        },
        &blocks);
    return blocks;
}

struct TagLine {
    std::uint32_t tag;
    PoolKind kind;
    TagCounters counters;

    std::uint64_t live() const { return counters.allocations - counters.frees; }
    std::uint64_t per_allocation() const { return live() == 0 ? 0 : counters.bytes / live(); }
};

std::vector<TagLine> tags_of(const Machine& machine, const Trace& trace,
                             const std::vector<BlockDescription>& blocks) {
    std::vector<std::uint32_t> tags;
    for (const Op& op : trace.ops) {
        if (op.kind == OpKind::allocate) {
            tags.push_back(op.tag);
        }
    }
    for (const BlockDescription& block : blocks) {
        tags.push_back(block.tag);
    }
    std::sort(tags.begin(), tags.end());
    tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
    std::vector<TagLine> lines;
    for (const std::uint32_t tag : tags) {
        for (const PoolKind kind : {PoolKind::nonpaged, PoolKind::paged}) {
            const TagCounters counters = machine.tag_counters(tag, kind);
            if (counters.allocations != 0) {
                lines.push_back({tag, kind, counters});
            }
        }
    }
    return lines;
}

// The bytes in memory order, as debuggers show a tag (TAG-05).
std::string tag_in_memory(std::uint32_t tag) {
    std::string text;
    for (unsigned shift = 0; shift < 32; shift += 8) {
        const auto byte = static_cast<unsigned char>(tag >> shift);
        text += byte >= 0x20 && byte < 0x7F ? static_cast<char>(byte) : '.';
    }
    return text;
}

std::string_view word_of(PoolKind kind) {
    return kind == PoolKind::paged ? "Paged" : "Nonp";
}

std::string place_of(const BlockDescription& block) {
    if (block.user) {
        return fmt::format("user memory of process {}", block.process);
    }
    return fmt::format("{}{}, node {}", name_of_pool_type(block.pool_type),
                       block.special ? ", special pool" : "", block.node);
}

} // namespace

std::string pool_dump(Machine& machine, const Trace& trace) {
    const std::vector<BlockDescription> blocks = blocks_of(machine);
    std::string text = fmt::format(" {:<4} {:<5} {:>8} {:>8} {:>8} {:>12} {:>9}\n", "Tag", "Type", "Allocs",
                                   "Frees", "Diff", "Bytes", "Per Alloc");
    for (const TagLine& line : tags_of(machine, trace, blocks)) {
        text += fmt::format(" {:<4} {:<5} {:>8} {:>8} {:>8} {:>12} {:>9}\n", tag_in_memory(line.tag),
                            word_of(line.kind), line.counters.allocations, line.counters.frees, line.live(),
                            line.counters.bytes, line.per_allocation());
    }
    std::uint64_t page = 1; // no page starts there
    unsigned process = 0;
    for (const BlockDescription& block : blocks) {
        const std::uint64_t first = block.address & ~std::uint64_t{PAGE_SIZE - 1};
        if (first != page || block.process != process) {
            page = first;
            process = block.process;
            text += fmt::format("Pool page {:016X}: {}\n", page, place_of(block));
        }
        text += fmt::format("  {:016X} size: {:>8X}  tag: {}\n", block.address, block.bytes,
                            tag_in_memory(block.tag));
    }
    const PoolUse use = machine.use();
    text += fmt::format("live blocks: {}; pages of pool in use: {}; blocks in special pool: {}\n",
                        blocks.size(), use.pages, use.special_live);
    return text;
}

Json pool_dump_json(Machine& machine, const Trace& trace) {
    const std::vector<BlockDescription> blocks = blocks_of(machine);
    Json tags = Json::array();
    for (const TagLine& line : tags_of(machine, trace, blocks)) {
        tags.push_back({{"tag", tag_in_memory(line.tag)},
                        {"value", line.tag},
                        {"type", word_of(line.kind)},
                        {"allocations", line.counters.allocations},
                        {"frees", line.counters.frees},
                        {"bytes", line.counters.bytes}});
    }
    Json live = Json::array();
    for (const BlockDescription& block : blocks) {
        live.push_back({{"address", block.address},
                        {"bytes", block.bytes},
                        {"tag", tag_in_memory(block.tag)},
                        {"place", place_of(block)}});
    }
    return {{"tags", tags}, {"blocks", live}};
}

} // namespace poolproof
