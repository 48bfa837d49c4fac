// packet_parser_fuzzer: driver code in C under special pool, as a driver team would fuzz its own.
//
// The first byte chooses the guarded side and which allocation fails, the rest is the driver's stream. A bug
// check that nobody catches ends the process with a report; so do pool memory that is not given back and a
// broken rule of the driver's own.
// Built with a planted bug as well (packet_parser_*_planted). Does not cover: the contract of the pool
// (special_pool_fuzzer.cpp).
#include "driver/packet_parser.h"

#include <poolproof/machine.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

using namespace poolproof;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void expect_no_leak(const Machine& machine) {
    for (const ULONG tag : {PACKET_TAG_PARSER, PACKET_TAG_REASSEMBLY, PACKET_TAG_NODE, PACKET_TAG_BYTES}) {
        const TagCounters row = machine.tag_counters(tag, PoolKind::nonpaged);
        if (row.allocations != row.frees) {
            const char name[] = {static_cast<char>(tag), static_cast<char>(tag >> 8),
                                 static_cast<char>(tag >> 16), static_cast<char>(tag >> 24), 0};
            std::fprintf(stderr,
                         "Assertion failed: leak of tag %s\n%llu blocks, %llu bytes are still allocated\n",
                         name, static_cast<unsigned long long>(row.allocations - row.frees),
                         static_cast<unsigned long long>(row.bytes));
            std::abort();
        }
    }
}

// A rule of the driver's own: each packet took a record to bring and one to deliver.
void expect_sound_statistics(const packet_parser* parser, std::size_t bytes) {
    packet_statistics statistics = {};
    packet_parser_statistics(parser, &statistics);
    if (statistics.delivered > bytes / 6) {
        std::fprintf(stderr, "Assertion failed: more packets delivered than records hold\n");
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    Machine& machine = Machine::current();
    machine.reset({});
    machine.request_special_pool(SpecialPool::verifier, 0,
                                 data[0] % 2 == 0 ? VerifySide::end : VerifySide::start);
    machine.fail_nth(data[0] / 2);
    if (packet_parser* parser = packet_parser_create()) {
        packet_parser_consume(parser, data + 1, size - 1);
        expect_sound_statistics(parser, size - 1);
        packet_parser_destroy(parser);
    }
    expect_no_leak(machine);
    return 0;
}
