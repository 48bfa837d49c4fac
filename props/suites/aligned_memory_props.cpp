// Memory aligned for minifilter instances: OTH-04, OTH-05, ZER-05.
//
// Does not cover: bytes outside such blocks.
#include "contract/instances.hpp"
#include "suites/plain_calls.hpp"
#include "suites/property.hpp"

#include <ddi/bugcodes.h>

namespace poolproof {

POOL_SUITE(AlignedMemory);

// OTH-04, ZER-05.
POOL_PROPERTY(AlignedMemory, IsAlignedForTheDeviceOfItsInstance) {
    const auto instance = *rc::gen::inRange(0U, list_count);
    const auto bytes = *rc::gen::inRange<std::uint64_t>(0, 20000);
    std::vector<Address> blocks;
    for (unsigned i = 0; i < 4; ++i) {
        const Event taken = play(drive, plain_op(Routine::FltAllocatePoolAlignedWithTag, bytes, instance));
        RC_ASSERT(taken.kind == EventKind::pointer);
        RC_ASSERT(taken.caller_faults == 0U);
        RC_ASSERT(taken.address % instance_alignments[instance] == 0U);
        blocks.push_back(taken.address);
        drive.fill(taken.address, bytes, i + 1);
    }
    for (unsigned i = 0; i < 4; ++i) {
        RC_ASSERT(drive.holds(blocks[i], bytes, i + 1));
        play(drive, plain_op(Routine::FltFreePoolAlignedWithTag, 0, instance), blocks[i]);
    }
    RC_ASSERT(drive.tag_row(fred, false).bytes == 0U);
}

// OTH-05.
POOL_PROPERTY(AlignedMemory, IsFreedWithItsOwnTagAndInstance) {
    const auto instance = *rc::gen::inRange(0U, list_count);
    const Address block =
        play(drive, plain_op(Routine::FltAllocatePoolAlignedWithTag, 100, instance)).address;
    Op op = plain_op(Routine::FltFreePoolAlignedWithTag, 0, instance);
    op.tag = fred + 1;
    if (drive.claims().tag_mismatch == TagMismatch::bug_check) {
        const Event caught = play(drive, op, block);
        RC_ASSERT(caught.code == BAD_POOL_CALLER);
        RC_ASSERT(caught.parameters[0] == 0x0AU);
    }
    op = plain_op(Routine::FltFreePoolAlignedWithTag, 0, (instance + 1) % list_count);
    RC_ASSERT((play(drive, op, block).caller_faults & (fault_wrong_free_routine | fault_handle)) != 0U);
}

POOL_CONVICTS(AlignedMemory, IsAlignedForTheDeviceOfItsInstance, "aligned-misaligned")
POOL_CONVICTS(AlignedMemory, IsFreedWithItsOwnTagAndInstance, "aligned-tag-ignored")

} // namespace poolproof
