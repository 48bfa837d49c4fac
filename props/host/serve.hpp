// The subject's side of the protocol of isolation/window.hpp.
//
// Covers: answering the judge until its pipe ends. Does not cover: how messages and memory are had on an
// operating system (host_main.cpp, wine/).
#pragma once

#include "host/plugin_subject.hpp"
#include "isolation/window.hpp"

#include <cstdint>

namespace poolproof {

struct Channel {
    bool (*receive)(Message& message); // false at the end of the pipe
    bool (*send)(const Message& message);
    std::uint64_t (*kept_bytes)(); // memory of its own that the process holds
};

// Says why there is nothing to judge.
void refuse(Window& window, const Channel& channel, const char* error);

// Says that it is ready, then answers.
void serve(Window& window, const Channel& channel, const poolproof_subject& table);

} // namespace poolproof
