// See isolated_player.hpp.
#include "isolation/isolated_player.hpp"

#include "isolation/wire.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

namespace poolproof {
namespace {

// What no op of that kind can come to, such as a pointer from a free, is no answer.
bool answers(const Op& op, const Event& event) {
    switch (event.kind) {
    case EventKind::pointer:
        return op.kind == OpKind::allocate && event.address != 0;
    case EventKind::null:
        return op.kind == OpKind::allocate;
    case EventKind::done:
        return op.kind != OpKind::allocate && op.kind != OpKind::print && op.kind != OpKind::query_tag &&
               op.kind != OpKind::query_event && op.kind != OpKind::query_quota &&
               op.kind != OpKind::query_driver && op.kind != OpKind::query_verifier;
    case EventKind::value:
        return op.kind != OpKind::allocate && op.kind != OpKind::free;
    case EventKind::skipped:
        return op.kind != OpKind::allocate;
    default:
        return true;
    }
}

Event plain(EventKind kind) {
    Event event;
    event.kind = kind;
    return event;
}

// What is looked at once stays as it is, though the subject may still write to the window.
template <class T> T copy_of(const T& shared) {
    T copy;
    std::memcpy(&copy, &shared, sizeof copy);
    std::atomic_signal_fence(std::memory_order_acq_rel);
    return copy;
}

template <std::size_t N> std::string text_of(const char (&text)[N]) {
    return {text, strnlen(text, N)};
}

bool ends_the_process(const Event& event) {
    return event.kind == EventKind::crashed || event.kind == EventKind::garbled;
}

} // namespace

IsolatedPlayer::IsolatedPlayer(IsolatedSubject subject) : subject_(std::move(subject)) {
    start();
}

IsolatedPlayer::~IsolatedPlayer() = default;

void IsolatedPlayer::start() {
    child_ = std::make_unique<Child>(subject_.command, subject_.limits);
    child_->wait_until_ready();
    Window& window = child_->window();
    version_ = text_of(window.name) + " " + text_of(window.subject_version);
    description_ = copy_of(window.description);
    profiles_[0] = (description_.profiles & POOLPROOF_32_BIT) != 0;
    profiles_[1] = (description_.profiles & POOLPROOF_64_BIT) != 0;
    played_before_ = 0;
    claim(profiles_[1]);
}

void IsolatedPlayer::claim(bool is_64_bit) {
    const auto claims = claims_of(description_, is_64_bit);
    if (!claims) {
        throw SubjectError(subject_.name + ": it declares a choice that there is not");
    }
    claims_ = *claims;
}

void IsolatedPlayer::renew() {
    child_.reset();
    start();
}

bool IsolatedPlayer::has_profile(bool is_64_bit) {
    if (!profiles_[is_64_bit ? 1 : 0]) {
        return false;
    }
    if (!child_) {
        start();
    }
    child_->window().is_64_bit = is_64_bit ? 1 : 0;
    Answer answer{};
    if (ask(Command::reset, answer) != Heard::answer) {
        child_.reset();
        throw SubjectError(subject_.name + ": it does not survive a reset");
    }
    claim(is_64_bit);
    return answer == Answer::done;
}

Heard IsolatedPlayer::ask(Command command, Answer& answer) {
    const auto begin = std::chrono::steady_clock::now();
    const Heard heard = child_->ask(command, answer);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    const std::uint64_t played = child_->window().playing_nanoseconds;
    const double playing = static_cast<double>(played - std::min(played, played_before_)) * 1e-9;
    played_before_ = played;
    ++hand_overs_.count;
    hand_overs_.playing_seconds += std::min(playing, passed.count());
    hand_overs_.waiting_seconds += std::max(0.0, passed.count() - playing);
    return heard;
}

// What the running op came to when the process did not answer.
Event IsolatedPlayer::last_event(const Op& op, Heard heard) {
    Window& window = child_->window();
    if (heard == Heard::time_out) {
        ++hand_overs_.timeouts;
        return plain(EventKind::timed_out);
    }
    if (heard == Heard::too_large) {
        ++hand_overs_.crashes;
        Event event = plain(EventKind::crashed);
        event.code = SIGKILL; // as by a host that is out of memory
        return event;
    }
    if (heard != Heard::end) {
        ++hand_overs_.garbled;
        return plain(EventKind::garbled);
    }
    ++hand_overs_.crashes;
    const Child::End end = child_->end();
    if (window.words_said.load() != 0) {
        const auto event = event_of(copy_of(window.last_words));
        if (event && answers(op, *event)) {
            return *event;
        }
    }
    Event event = plain(EventKind::crashed);
    event.code = static_cast<std::uint32_t>(end.signal);
    event.number = static_cast<std::uint64_t>(end.status);
    return event;
}

// Shows what came back of the ops from `first` on. False when the process has to go.
bool IsolatedPlayer::deliver(const std::vector<Op>& ops, std::size_t first, std::size_t count,
                             Listener listener, bool& wanted) {
    for (std::size_t i = 0; i < count && wanted; ++i) {
        const Op& op = ops[first + i];
        auto event = event_of(copy_of(child_->window().events[i]));
        if (!event || !answers(op, *event)) {
            event = plain(EventKind::garbled);
        }
        hand_overs_.garbled += event->kind == EventKind::garbled ? 1 : 0;
        hand_overs_.crashes += event->kind == EventKind::crashed ? 1 : 0;
        wanted = listener.hear(listener.context, op, *event);
        if (ends_the_process(*event)) {
            wanted = false;
            return false;
        }
    }
    return true;
}

bool IsolatedPlayer::play(const Trace& trace, Listener listener) {
    if (!profiles_[trace.is_64_bit ? 1 : 0]) {
        return false;
    }
    if (!child_) {
        start();
    }
    claim(trace.is_64_bit);
    Window& window = child_->window();
    window.is_64_bit = trace.is_64_bit ? 1 : 0;
    Command command = Command::play;
    bool wanted = true;
    for (std::size_t first = 0; wanted && (first < trace.ops.size() || first == 0);) {
        const std::size_t count = std::min<std::size_t>(trace.ops.size() - first, window_ops);
        window.op_count = static_cast<std::uint32_t>(count);
        for (std::size_t i = 0; i < count; ++i) {
            window.ops[i] = to_wire(trace.ops[first + i], 0);
        }
        Answer answer{};
        const Heard heard = ask(std::exchange(command, Command::go_on), answer);
        if (heard == Heard::answer && answer == Answer::no_profile) {
            return false;
        }
        const std::uint32_t done = std::min<std::uint32_t>(window.events_done.load(), window.op_count);
        // Whoever makes noise is not believed, which is held against the last op.
        const std::size_t told =
            std::min<std::size_t>(done, heard == Heard::garbage && count > 0 ? count - 1 : count);
        if (!deliver(trace.ops, first, told, listener, wanted)) {
            child_.reset();
            return true;
        }
        // Fewer events than ops after an answer: the subject gave up in between.
        if (heard != Heard::answer || told < count) {
            if (wanted && told < count) {
                listener.hear(listener.context, trace.ops[first + told],
                              last_event(trace.ops[first + told], heard));
            }
            child_.reset();
            return true;
        }
        first += count == 0 ? 1 : count;
    }
    renew_if_heavy();
    return true;
}

void IsolatedPlayer::renew_if_heavy() {
    if (child_->window().kept_bytes > subject_.limits.kept_bytes) {
        ++hand_overs_.renewals;
        child_.reset();
    }
}

} // namespace poolproof
