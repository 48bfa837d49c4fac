// Implements pool/explain.hpp.
#include "pool/explain.hpp"

#include "machine/line.hpp"
#include "machine/sanitizer.hpp"

#include <ddi/bugcodes.h>

namespace poolproof {

namespace {

bool is_fault(std::uint32_t code) {
    return code == PAGE_FAULT_IN_NONPAGED_AREA || code == PAGE_FAULT_IN_FREED_SPECIAL_POOL ||
           code == PAGE_FAULT_BEYOND_END_OF_ALLOCATION || code == DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL ||
           code == DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION;
}

Line& bytes(Line& line, std::uint64_t count) {
    return line.decimal(count).text(count == 1 ? " byte" : " bytes");
}

// Where an address lies as seen from a block; a byte right behind the end is 0 bytes behind it.
Line& distance(Line& line, const SpecialBlock& block, std::uint64_t address) {
    const std::uint64_t end = block.start() + block.bytes;
    if (address == block.start())
        return line.text("at the start of");
    if (address < block.start())
        return bytes(line, block.start() - address).text(" before the start of");
    if (address >= end)
        return bytes(line, address - end).text(" behind the end of");
    return bytes(line, address - block.start()).text(" into");
}

void print_block(Line& line, const SpecialBlock& block) {
    line.text(" the block of ").decimal(block.bytes).text(" bytes at ").hex(block.start(), 16);
    line.text("\n  tag ").tag(block.attributes.tag).text(" (0x").hex(block.attributes.tag, 8).text("), ");
    line.text(block.kind == PoolKind::paged ? "paged" : "nonpaged");
    line.text(block.side == VerifySide::end ? ", Verify End, " : ", Verify Start, ");
    line.text(block.is_live() ? "live\n" : "freed\n").print();
}

void print_history(const char* what, const char* routine, const Stack& stack) {
    if (stack.depth == 0)
        return;
    Line line;
    line.text(what).text(routine != nullptr ? routine : "?").text(" at\n").print();
    print_stack(stack);
}

POOLPROOF_RAW_ACCESS std::uint8_t byte_at(std::uint64_t address) {
    return *reinterpret_cast<const volatile std::uint8_t*>(address);
}

void explain_fault(Line& line, const SpecialBlock& block, const BugCheck& bug_check) {
    line.text("Special pool: a ").text(bug_check.parameters[1] != 0 ? "write " : "read ");
    distance(line, block, bug_check.parameters[0]);
}

void explain_corruption(Line& line, const SpecialBlock& block, std::uint64_t corrupt, std::uint8_t pattern) {
    line.text("Special pool: the byte at ").hex(corrupt, 16).text(" is 0x").hex(byte_at(corrupt), 2);
    line.text(" and not the pattern 0x").hex(pattern, 2).text(", ");
    distance(line, block, corrupt);
}

// 0xC1 of a changed byte: its address is the second parameter.
bool names_a_changed_byte(const BugCheck& bug_check) {
    const std::uint64_t sub_code = bug_check.parameters[3];
    return bug_check.code == SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION &&
           (sub_code == 0x23 || sub_code == 0x24 || sub_code == 0x32);
}

} // namespace

void explain_special_pool(const SpecialMemory& special, const BugCheck& bug_check) noexcept {
    const SpecialBlock* block = nullptr;
    std::uint64_t address = 0;
    for (unsigned i = 0; i < 4 && block == nullptr; ++i) {
        address = bug_check.parameters[i];
        block = special.owns(address) ? special.nearest(address) : nullptr;
    }
    if (block == nullptr)
        return;
    Line line;
    if (is_fault(bug_check.code))
        explain_fault(line, *block, bug_check);
    else if (names_a_changed_byte(bug_check) && block->is_live())
        explain_corruption(line, *block, bug_check.parameters[1], special.pattern());
    else
        distance(line.text("Special pool: the address is "), *block, address);
    print_block(line, *block);
    print_history("Allocated by ", block->allocated_by, block->allocated_at);
    if (!block->is_live())
        print_history("Freed by ", block->freed_by, block->freed_at);
}

} // namespace poolproof
