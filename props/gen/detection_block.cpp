// Implements gen/detection_block.hpp.
#include "gen/detection_block.hpp"

#include <ddi/bugcodes.h>
#include <ddi/wdm.h>

#include <array>

namespace poolproof {

using oracle::Access;
using oracle::Detection;
using oracle::Prediction;

namespace {

constexpr std::array<std::uint32_t, 5> lengths = {1, 2, 4, 8, 16};
constexpr std::int64_t page = PAGE_SIZE;

Op touch_of(const Access& access) {
    Op op;
    op.kind = access.write ? OpKind::write : OpKind::read;
    op.offset = static_cast<std::int32_t>(access.offset);
    op.length = access.length;
    op.mask = access.mask;
    return canonical(op);
}

// A write of one byte flips one bit of it, so that sub-code 0x32 is seen as well.
Access access_at(std::int64_t offset, std::uint32_t length, bool write) {
    const auto one_bit = static_cast<std::uint8_t>(1U << (static_cast<std::uint64_t>(offset) % 8));
    return {offset, length, write, length == 1 ? one_bit : std::uint8_t{0xFF}};
}

Disagreement miss_or_wrong(const Event& event) {
    return event.kind == EventKind::done ? Disagreement::miss : Disagreement::wrong_report;
}

} // namespace

DetectionProbe::DetectionProbe(Subject& subject, const DetectionOptions& options)
    : subject_(&subject), options_(&options) {}

Event DetectionProbe::begin() {
    subject_->reset(options_->is_64_bit);
    Event event;
    for (const Op& op : request_) {
        event = subject_->call({&op, 0});
    }
    block_ = {event.address, shape_.size};
    return event;
}

// In special pool, alone on pages whose end or start it touches (SP-03 to SP-05).
bool DetectionProbe::is_placed(const Event& allocated) const {
    if (allocated.kind != EventKind::pointer || !allocated.block.known || !allocated.block.special) {
        return false;
    }
    const std::uint64_t granule = options_->is_64_bit ? 16 : 8;
    const bool at_end = block_.pages_end() - block_.end() < (shape_.size < PAGE_SIZE ? granule : PAGE_SIZE);
    return shape_.side == Side::start ? block_.address == block_.pages_start() : at_end;
}

Event DetectionProbe::touch(const Access& access) {
    const Op op = touch_of(access);
    return subject_->call({&op, block_.address});
}

// A write that runs into the next page may have changed the bytes before it: they are changed back.
Event DetectionProbe::touch_once(const Access& access, const Prediction& foretold) {
    const std::uint64_t first = block_.address + static_cast<std::uint64_t>(access.offset);
    if (!access.write || foretold.what != Detection::fault || foretold.fault_at == first) {
        return touch(access);
    }
    std::uint8_t before = 0;
    std::uint8_t after = 0;
    subject_->peek(first, {&before, 1});
    Event event = touch(access);
    subject_->peek(first, {&after, 1});
    if (before != after) {
        touch({access.offset, static_cast<std::uint32_t>(foretold.fault_at - first), true, access.mask});
    }
    return event;
}

Event DetectionProbe::release() {
    const Op op = free_of(request_.back());
    return subject_->call({&op, block_.address});
}

bool DetectionProbe::is_due(std::int64_t offset) const {
    if (static_cast<std::uint64_t>(offset + 4 * page) % options_->stride == 0) {
        return true;
    }
    const auto size = static_cast<std::int64_t>(shape_.size);
    const auto pages_start = static_cast<std::int64_t>(block_.pages_start() - block_.address);
    const auto pages_end = static_cast<std::int64_t>(block_.pages_end() - block_.address);
    for (const std::int64_t edge : {-page, pages_start, std::int64_t{0}, size, pages_end, size + page}) {
        if (offset - edge < 17 && edge - offset < 17) {
            return true;
        }
    }
    return false;
}

DetectionProbe::Found DetectionProbe::try_block(const DetectionBlock& block, DetectionCounts& counts) {
    shape_ = block;
    request_ = request_ops(block, options_->is_64_bit);
    const Event allocated = begin();
    if (!is_placed(allocated)) {
        return disagreement(Disagreement::not_placed, allocated,
                            "a special-pool block on its side of the page", {});
    }
    ++counts.blocks;
    const auto size = static_cast<std::int64_t>(block.size);
    for (std::int64_t offset = -page; offset < size + page; ++offset) {
        if (!is_due(offset)) {
            continue;
        }
        for (const std::uint32_t length : lengths) {
            for (const bool write : {false, true}) {
                if (auto found = try_access(access_at(offset, length, write), counts)) {
                    return found;
                }
            }
        }
    }
    auto found = try_clean_free(counts);
    return found ? std::move(found) : try_strangers();
}

DetectionProbe::Found DetectionProbe::try_strangers() {
    for (std::vector<Op>& stranger : strangers_to(shape_, options_->is_64_bit, options_->guards_large)) {
        begin();
        Event event;
        for (Op& op : stranger) {
            op.slot = op.kind == OpKind::allocate ? 1 : 0;
            event = subject_->call({&op, 0});
        }
        if (event.kind == EventKind::pointer && event.block.special) {
            return disagreement(Disagreement::not_placed, event,
                                "ordinary pool for what nobody asked special pool for", stranger);
        }
    }
    return std::nullopt;
}

DetectionProbe::Found DetectionProbe::try_access(const Access& access, DetectionCounts& counts) {
    const Prediction foretold = predict(block_, access);
    const Event event = touch_once(access, foretold);
    if (!agrees(foretold, block_, access, event)) {
        const bool due = foretold.what == Detection::fault;
        Counterexample found = disagreement(due ? miss_or_wrong(event) : Disagreement::false_alarm, event,
                                            due ? "a fault at the first byte of the page beside the block's"
                                                : "the access to go unnoticed",
                                            {touch_of(access)});
        found.alone = shows_alone(access, false);
        return found;
    }
    switch (foretold.what) {
    case Detection::none:
        ++counts.own;
        break;
    case Detection::undetectable:
        ++counts.undetectable;
        break;
    case Detection::fault:
        ++counts.faults;
        break;
    case Detection::at_free:
        ++counts.at_free;
        return try_free(access);
    }
    return std::nullopt;
}

DetectionProbe::Found DetectionProbe::try_free(const Access& access) {
    const Event event = release();
    if (!agrees_at_free(block_, access, event)) {
        Counterexample found = disagreement(miss_or_wrong(event), event,
                                            "bug check 0xC1 at the free, naming the block and a changed byte",
                                            {touch_of(access), free_of(request_.back())});
        found.alone = shows_alone(access, true);
        return found;
    }
    touch(access); // flips the same bits back
    return std::nullopt;
}

DetectionProbe::Found DetectionProbe::try_clean_free(DetectionCounts& counts) {
    const Op free = free_of(request_.back());
    const Event event = release();
    if (event.kind != EventKind::done) {
        return disagreement(Disagreement::false_alarm, event, "the free of a clean block to be done", {free});
    }
    ++counts.clean_frees;
    if (auto found = try_freed(counts)) {
        return found;
    }
    if (free.routine == Routine::EngFreeMem) {
        return std::nullopt; // what it makes of a second free is not documented
    }
    const Event again = release();
    const bool as_foretold = again.kind == EventKind::bug_check &&
                             again.code == SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION &&
                             again.parameters[0] == block_.address && again.parameters[3] == 0x20;
    if (!as_foretold) {
        return disagreement(miss_or_wrong(again), again, "bug check 0xC1 with 0x20 for a second free",
                            {free, free});
    }
    return std::nullopt;
}

DetectionProbe::Found DetectionProbe::try_freed(DetectionCounts& counts) {
    const auto pages_start = static_cast<std::int64_t>(block_.pages_start() - block_.address);
    const auto pages_end = static_cast<std::int64_t>(block_.pages_end() - block_.address);
    const auto size = static_cast<std::int64_t>(shape_.size);
    for (const std::int64_t offset : {pages_start, std::int64_t{0}, size / 2, size - 1, pages_end - 1}) {
        for (const bool write : {false, true}) {
            const Access access = access_at(offset, 1, write);
            const Event event = touch(access);
            if (!agrees_after_free(block_, access, event)) {
                return disagreement(miss_or_wrong(event), event,
                                    "bug check 0xCC for a touch of the freed block",
                                    {free_of(request_.back()), touch_of(access)});
            }
            ++counts.faults;
        }
    }
    return std::nullopt;
}

bool DetectionProbe::shows_alone(const Access& access, bool freed) {
    begin();
    const Prediction foretold = predict(block_, access);
    const bool touched_well = agrees(foretold, block_, access, touch(access));
    return freed ? touched_well && !agrees_at_free(block_, access, release()) : !touched_well;
}

Counterexample DetectionProbe::disagreement(Disagreement kind, const Event& got, const char* expected,
                                            const std::vector<Op>& further) const {
    Counterexample found;
    found.kind = kind;
    found.expected = expected;
    found.got = got;
    found.alone = true;
    found.trace = {options_->is_64_bit, request_};
    found.trace.ops.insert(found.trace.ops.end(), further.begin(), further.end());
    return found;
}

} // namespace poolproof
