// See serve.hpp.
#include "host/serve.hpp"

#include "isolation/wire.hpp"
#include "play/local_player.hpp"
#include "trace/declared.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace poolproof {
namespace {

constexpr std::uint32_t looks_at_memory_each = 32; // messages

template <std::size_t N> void keep(char (&into)[N], const char* text) {
    std::strncpy(into, text, N - 1);
    into[N - 1] = 0;
}

bool answer(const Channel& channel, Answer word, std::uint64_t sequence) {
    return channel.send({message_magic, static_cast<std::uint32_t>(word), 0, sequence});
}

Event garbled() {
    Event event;
    event.kind = EventKind::garbled;
    return event;
}

class Server {
  public:
    Server(Window& window, const Channel& channel, const poolproof_subject& table)
        : window_(&window), channel_(&channel), subject_(table, window), player_(subject_) {}

    void run() {
        for (Message message{}; channel_->receive(message);) {
            const auto begin = std::chrono::steady_clock::now();
            const Answer word = obey(static_cast<Command>(message.word));
            const std::chrono::nanoseconds passed = std::chrono::steady_clock::now() - begin;
            window_->playing_nanoseconds += static_cast<std::uint64_t>(passed.count());
            if (messages_++ % looks_at_memory_each == 0) {
                window_->kept_bytes = channel_->kept_bytes();
            }
            if (!answer(*channel_, word, message.sequence)) {
                return;
            }
        }
    }

  private:
    Answer obey(Command command) {
        if (command != Command::go_on && !player_.begin(window_->is_64_bit != 0)) {
            return Answer::no_profile;
        }
        if (command != Command::reset) {
            const std::uint32_t count = std::min(window_->op_count, window_ops);
            if (subject_.table().batch != nullptr) {
                play_batches(count);
            } else {
                play(count);
            }
        }
        return Answer::done;
    }

    void tell(std::uint32_t place, const Event& event) {
        window_->events[place] = to_wire(event);
        window_->events_done.store(place + 1, std::memory_order_release);
    }

    void play(std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto op = op_of(window_->ops[i]);
            const Event event = op ? player_.play(*op) : garbled();
            tell(i, event);
            if (event.kind == EventKind::crashed || event.kind == EventKind::garbled) {
                return;
            }
        }
    }

    // As many declared ops as follow each other are one batch.
    void play_batches(std::uint32_t count) {
        for (std::uint32_t first = 0; first < count;) {
            std::uint32_t end = first;
            while (end < count && is_declared_at(end)) {
                ++end;
            }
            if (end == first) {
                Event event;
                event.kind = EventKind::unsupported;
                tell(first++, event);
                continue;
            }
            std::fill(window_->events + first, window_->events + end, poolproof_event{});
            window_->words_said.store(0, std::memory_order_relaxed);
            const std::uint32_t done =
                subject_.table().batch(window_->ops + first, window_->events + first, end - first);
            window_->events_done.store(first + std::min(done, end - first), std::memory_order_release);
            if (done < end - first) {
                return;
            }
            first = end;
        }
    }

    bool is_declared_at(std::uint32_t place) const {
        const auto op = op_of(window_->ops[place]);
        return op && is_declared(*op, subject_.claims());
    }

    Window* window_;
    const Channel* channel_;
    PluginSubject subject_;
    LocalPlayer player_;
    std::uint32_t messages_ = 0;
};

} // namespace

void refuse(Window& window, const Channel& channel, const char* error) {
    keep(window.error, error);
    answer(channel, Answer::refused, 0);
}

void serve(Window& window, const Channel& channel, const poolproof_subject& table) {
    window.description = *table.description;
    keep(window.name, table.description->name);
    keep(window.subject_version, table.description->version);
    Server server(window, channel, table);
    if (answer(channel, Answer::ready, 0)) {
        server.run();
    }
}

} // namespace poolproof
