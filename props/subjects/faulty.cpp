// What the faulty subjects have in common (see faulty.hpp).
#include "subjects/faulty.hpp"

#include <algorithm>

namespace poolproof::faulty {

namespace {

struct Search {
    std::uint64_t address;
    unsigned process;
    std::optional<BlockDescription> found;
};

void match_inside(void* context, const BlockDescription& block) {
    auto& search = *static_cast<Search*>(context);
    if (search.address - block.address < block.bytes && (!block.user || block.process == search.process)) {
        search.found = block;
    }
}

} // namespace

bool Base::reset(bool is_64_bit) {
    verifier_request_ = false;
    tag_request_ = false;
    side_ = Side::end;
    fail_in_ = 0;
    return reference_.reset(is_64_bit);
}

Event Base::call(const Call& call) {
    hand_.forwards = 0;
    hand_.changed = false;
    hand_.given = &call;
    Event event = serve(call);
    departures_ += hand_.forwards != 1 || hand_.changed || event != hand_.answer ? 1 : 0;
    return event;
}

Event Base::forward(const Call& call) {
    ++hand_.forwards;
    hand_.changed |= call.address != hand_.given->address || *call.op != *hand_.given->op;
    if (is_allocation(*call.op)) {
        fail_in_before_ = fail_in_;
        fail_in_ -= fail_in_ > 0 ? 1 : 0;
    }
    hand_.answer = reference_.call(call);
    if (hand_.answer.kind == EventKind::done) {
        note_knob(*call.op);
    }
    return hand_.answer;
}

Event Base::again(const Op& op, std::uint64_t address) {
    if (is_allocation(op)) {
        fail_in_ = fail_in_before_;
        changed_machine().fail_nth(fail_in_);
    }
    return forward(op, address);
}

Event Base::refused(const Op& op) {
    changed_machine().fail_nth(1);
    const Event event = forward(op);
    changed_machine().fail_nth(fail_in_);
    return event;
}

void Base::note_knob(const Op& op) {
    if (op.kind == OpKind::fail_nth) {
        fail_in_ = op.size;
    }
    if (op.kind != OpKind::special_pool) {
        return;
    }
    side_ = op.side;
    if (op.mode == SpecialMode::off) {
        verifier_request_ = false;
        tag_request_ = false;
    } else if (op.mode == SpecialMode::verifier) {
        verifier_request_ = true;
    } else {
        tag_request_ = true;
        requested_tag_ = op.tag;
    }
}

Event Base::at_irql(std::uint8_t level, const Op& op, std::uint64_t address) {
    const std::uint8_t before = machine().irql();
    changed_machine().set_irql(level);
    const Event event = again(op, address);
    changed_machine().set_irql(before);
    return event;
}

Event Base::in_process(unsigned process, const Op& op, std::uint64_t address) {
    const unsigned before = machine().process();
    changed_machine().attach_process(process);
    const Event event = again(op, address);
    changed_machine().attach_process(before);
    return event;
}

void Base::request(bool verifier, bool by_tag) {
    Machine& machine = changed_machine();
    const auto side = static_cast<VerifySide>(side_);
    machine.request_special_pool(SpecialPool::off, 0, side);
    if (verifier) {
        machine.request_special_pool(SpecialPool::verifier, 0, side);
    }
    if (by_tag) {
        machine.request_special_pool(SpecialPool::by_tag, requested_tag_, side);
    }
}

Event Base::without_special_pool(const Op& op) {
    if (!special_pool_requested()) {
        return forward(op);
    }
    request(false, false);
    const Event event = forward(op);
    request(verifier_request_, tag_request_);
    return event;
}

Event Base::with_special_pool(const Op& op) {
    if (verifier_request_) {
        return forward(op);
    }
    request(true, tag_request_);
    const Event event = forward(op);
    request(verifier_request_, tag_request_);
    return event;
}

std::optional<BlockDescription> Base::block_at(std::uint64_t address) {
    return machine().describe(reinterpret_cast<const void*>(static_cast<std::uintptr_t>(address)));
}

std::optional<BlockDescription> Base::block_around(std::uint64_t address) {
    Search search{address, machine().process(), {}};
    machine().for_each_block(match_inside, &search);
    return search.found;
}

bool Moving::reset(bool is_64_bit) {
    moved_.clear();
    return Base::reset(is_64_bit);
}

Event Moving::serve(const Call& call) {
    if (is_allocation(*call.op)) {
        return allocate(*call.op);
    }
    const auto moved = std::find_if(moved_.begin(), moved_.end(),
                                    [&](const Moved& block) { return block.shown == call.address; });
    if (moved == moved_.end() || !is_free(*call.op)) {
        return forward(call);
    }
    Event event = forward({call.op, moved->real});
    event.used = call.address;
    if (event.kind == EventKind::done) {
        moved_.erase(moved);
    }
    return event;
}

void Moving::show(Event& event, std::uint64_t address, std::uint64_t bytes) {
    moved_.push_back({address, event.address});
    event.address = address;
    event.block.bytes = bytes;
}

Event Moving::shifted(const Op& op, std::uint64_t bytes, std::uint64_t by) {
    Event event = forward(sized(op, bytes));
    if (event.kind == EventKind::bug_check) {
        return again(op);
    }
    if (event.kind == EventKind::pointer) {
        show(event, event.address + by, op.size);
    }
    return event;
}

Event quiet(const Event& event, EventKind kind) {
    Event result;
    result.kind = kind;
    result.caller_faults = event.caller_faults;
    result.used = event.used;
    return result;
}

Op sized(Op op, std::uint64_t bytes) {
    op.size = bytes;
    return op;
}

} // namespace poolproof::faulty
