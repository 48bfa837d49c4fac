// Implements machine/fork.hpp over pthread_atfork.
#include "machine/fork.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <pthread.h>
#include <system_error>

namespace poolproof {

namespace {

std::array<std::atomic<ForkListener*>, 256> listeners;

void tell_listeners() {
    for (const auto& entry : listeners)
        if (ForkListener* listener = entry.load())
            listener->forked_child();
}

} // namespace

ForkListener::ForkListener() {
    static const int failure = pthread_atfork(nullptr, nullptr, tell_listeners);
    if (failure != 0)
        throw std::system_error(failure, std::generic_category(), "asking to be told of forks");
    for (auto& entry : listeners) {
        ForkListener* free_entry = nullptr;
        if (entry.compare_exchange_strong(free_entry, this))
            return;
    }
    throw std::system_error(ENOSPC, std::generic_category(), "more than 128 machines at once");
}

ForkListener::~ForkListener() {
    for (auto& entry : listeners)
        if (entry.load() == this)
            entry.store(nullptr);
}

} // namespace poolproof
