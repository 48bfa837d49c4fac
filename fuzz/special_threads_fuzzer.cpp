// special_threads_fuzzer: two to four threads under special pool at once: some fault, at guards and in freed
// blocks, while others allocate and free, and free each other's blocks.
//
// The ops of a trace are dealt to the threads like cards; each plays its own as a processor of one machine,
// before an oracle of its own. Frees and touches of every fourth slot are done by the next thread. Does not
// cover: what one thread alone can show (special_pool_fuzzer.cpp), ops that concern the whole machine,
// ordinary and user memory, where a stray touch would hit another thread's blocks; chosen interleavings.
#include "harness.hpp"
#include "threads.hpp"

using namespace poolproof;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

const FuzzTarget* target = nullptr;

} // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    target = &fuzz::begin("special_threads_fuzzer");
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::Threads threads(*target);
    threads.play(data, size);
    return 0;
}
