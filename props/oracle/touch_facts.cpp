// Facts of a read or write: whether the documents say that it works, that it faults and where, or nothing.
// Does not cover: what a write changes (update.cpp).
#include "oracle/context.hpp"

#include <algorithm>

namespace poolproof::oracle {

namespace {

struct Stretch {
    Touched result = Touched::unknown;
    const Block* block = nullptr;
    std::uint64_t end = 0; // first address that the result does not speak of
};

std::uint64_t page_end(std::uint64_t address) {
    return page_of(address) + page_bytes;
}

// Bytes of a live block, or of the page of a special-pool block.
Stretch live_stretch(Context& c, const Block& block, std::uint64_t at) {
    const bool high = c.world->irql() >= DISPATCH_LEVEL;
    Stretch s{Touched::unknown, &block, page_end(at)};
    if (block.life == Life::uncertain) {
        return s;
    }
    switch (block.placement) {
    case Placement::special: // SP-12: nonpageable by implication only
        s.result = block.paged && high ? Touched::unknown : Touched::fine;
        return s;
    case Placement::ordinary:
        s.result = block.paged && high ? Touched::paged_high : Touched::fine;
        s.end = block.end();
        return s;
    case Placement::unknown:
    case Placement::user: // no page gives an IRQL for user memory
        break;
    }
    s.result = (block.paged || block.is_user()) && high ? Touched::unknown : Touched::fine;
    s.end = block.end();
    return s;
}

// An address in no live block and on no special-pool page in use.
Stretch dead_stretch(Context& c, std::uint64_t at) {
    const World& w = *c.world;
    TouchFacts& t = c.touch;
    const std::uint64_t page = page_of(at);
    const Block* holder = w.last_holder(w.process(), at);
    const bool freed_special = holder != nullptr && holder->is_special() && holder->life == Life::freed;
    const Block* in_front = w.special_on(page - page_bytes);
    const Block* after = w.special_on(page + page_bytes);
    const auto usable = [](const Block* b) { return b != nullptr && b->life == Life::live; };
    if (usable(in_front) || usable(after)) {
        t.behind = usable(in_front);
        t.before = usable(after);
        t.freed_too = freed_special;
        return {Touched::beyond, usable(in_front) ? in_front : after, page_end(at)};
    }
    if (freed_special) {
        return {Touched::freed_special, holder, page_end(at)};
    }
    if (holder != nullptr && holder->is_user() && holder->life == Life::freed) {
        return {Touched::freed_user, holder, page_end(at)};
    }
    const Block* other = holder == nullptr ? w.user_elsewhere(w.process(), at) : nullptr;
    if (other != nullptr && other->life == Life::live) {
        return {Touched::other_process, other, other->end()};
    }
    return {Touched::unknown, holder, page_end(at)};
}

Stretch stretch_at(Context& c, std::uint64_t at) {
    const World& w = *c.world;
    if (const Block* block = w.covering(at)) {
        return live_stretch(c, *block, at);
    }
    if (const Block* block = w.special_on(page_of(at))) {
        c.touch.outside = true;
        return live_stretch(c, *block, at);
    }
    if (const Block* block = w.user_covering(w.process(), at)) {
        return live_stretch(c, *block, at);
    }
    return dead_stretch(c, at);
}

void walk(Context& c) {
    TouchFacts& t = c.touch;
    std::uint64_t at = c.event->used;
    const std::uint64_t end = at + c.op->length;
    if (end < at) {
        return;
    }
    while (at < end) {
        const Stretch s = stretch_at(c, at);
        if (t.block == nullptr || s.result != Touched::fine) {
            t.block = s.block;
        }
        t.result = s.result;
        if (s.result != Touched::fine) {
            t.fault_at = at;
            return;
        }
        if (s.block->is_special() && s.end - at > 0 && s.block->end() < std::min(end, s.end)) {
            t.outside = true; // it begins in the block and reads on behind it
        }
        at = s.end;
    }
}

} // namespace

void find_touch_facts(Context& c) {
    TouchFacts& t = c.touch = TouchFacts{};
    const World& w = *c.world;
    const Block* own = w.of_slot(c.op->slot);
    const std::uint64_t at = c.event->used;
    t.own = own != nullptr && own->life == Life::live && at >= own->address && c.op->length <= own->size &&
            at - own->address <= own->size - c.op->length && (!own->is_user() || own->process == w.process());
    if (t.own) {
        t.block = own;
        t.result = live_stretch(c, *own, at).result;
        t.fault_at = at;
    } else {
        walk(c);
    }
    if (t.block != nullptr && t.block->is_special()) {
        c.facts |= in_special;
    }
    if (t.result == Touched::fine) {
        c.facts |= must_work;
    } else if (t.result != Touched::unknown && t.result != Touched::freed_user) {
        c.facts |= must_fault;
    }
}

} // namespace poolproof::oracle
