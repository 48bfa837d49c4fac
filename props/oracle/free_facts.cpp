// Facts of a free: what the pointer is, which duties it breaks, and whether the reaction is a documented one.
// Does not cover: the subject's reports of broken duties (duty_facts.cpp).
#include "oracle/context.hpp"

#include <ddi/bugcodes.h>

#include <bit>

namespace poolproof::oracle {

namespace {

constexpr std::int32_t near_user_block = 0x10000; // bytes around user memory that are surely of the user half

std::uint64_t granule_up(std::uint64_t bytes, std::uint64_t granule) {
    return (bytes + granule - 1) / granule * granule;
}

const Block* newest_user_block(const World& w, std::uint64_t address) {
    const Block* block = w.user_covering(w.process(), address);
    return block != nullptr ? block : w.user_elsewhere(w.process(), address);
}

bool in_user_half(const Context& c) {
    if (c.op->pointer == Pointer::user_address || newest_user_block(*c.world, c.event->used) != nullptr) {
        return true;
    }
    const Block* own = c.world->of_slot(c.op->slot);
    return c.op->pointer == Pointer::of_slot && own != nullptr && own->is_user() &&
           c.op->offset > -near_user_block && c.op->offset < near_user_block;
}

// Whether the routine is one of those that release what the block's allocator gives (contract facts 3.4).
bool are_a_pair(const Context& c, const Block& block) {
    const Memory memory = traits_of(c.op->routine).memory;
    if (traits_of(block.routine).memory != memory) {
        return false;
    }
    switch (memory) {
    case Memory::list:
        return list_kind_of(block.routine) == list_kind_of(c.op->routine) && block.index == c.op->index &&
               block.generation == list_of(*c.op, c.world->lists).generation;
    case Memory::aligned:
    case Memory::private_user:
        return block.index == c.op->index;
    default: // a secure block that is surely one: ExFreePool2 alone
        return !block.secure || (block.secure_known && c.op->routine == Routine::ExFreePool2);
    }
}

Target system_target(Context& c) {
    const std::uint64_t address = c.event->used;
    FreeFacts& f = c.free;
    f.block = c.world->covering(address);
    if (f.block != nullptr) {
        if (f.block->life == Life::uncertain) {
            return Target::uncertain;
        }
        if (f.block->address != address) {
            return Target::inside;
        }
        return are_a_pair(c, *f.block) ? Target::start : Target::unpaired;
    }
    f.block = c.world->special_on(page_of(address));
    if (f.block != nullptr) {
        return f.block->life == Life::uncertain ? Target::uncertain : Target::inside;
    }
    if (in_user_half(c)) {
        f.block = newest_user_block(*c.world, address);
        return Target::user;
    }
    f.block = c.world->last_holder(c.world->process(), address);
    if (f.block != nullptr && f.block->is_user()) { // freed: the address is of the user half all the same
        return Target::user;
    }
    const bool start = f.block != nullptr && f.block->address == address;
    return start ? Target::freed : Target::foreign;
}

// EPU-02: private user memory is freed from any process, given its surface.
Target user_target(Context& c) {
    const World& w = *c.world;
    FreeFacts& f = c.free;
    const bool is_private = traits_of(c.op->routine).memory == Memory::private_user;
    const unsigned owner = is_private ? c.op->index : w.process();
    f.block = w.user_covering(owner, c.event->used);
    if (f.block != nullptr && f.block->address == c.event->used) {
        return f.block->life == Life::uncertain ? Target::uncertain
               : are_a_pair(c, *f.block)        ? Target::start
                                                : Target::unpaired;
    }
    const Block* other = w.user_elsewhere(owner, c.event->used);
    if (f.block == nullptr && other != nullptr && other->address == c.event->used) {
        f.block = other;
        const bool refused = !is_private && are_a_pair(c, *other); // EFU-02
        return other->life == Life::uncertain ? Target::uncertain
               : refused                      ? Target::elsewhere
                                              : Target::unpaired;
    }
    if (f.block == nullptr) {
        f.block = w.covering(c.event->used);
        if (f.block != nullptr && f.block->address == c.event->used) {
            return f.block->life == Life::uncertain ? Target::uncertain : Target::unpaired;
        }
    }
    return Target::foreign;
}

// What was written into the block's page outside the block.
void find_damage(Context& c) {
    FreeFacts& f = c.free;
    const Block& block = *f.block;
    const PageMarks* marks = c.world->marks_of(block);
    f.maybe_damaged = block.marks_unknown;
    if (marks == nullptr) {
        return;
    }
    const std::uint64_t start = block.address - block.page();
    const std::uint64_t granule = block.cache_aligned ? 64 : c.claims->granule();
    const std::uint64_t slack_end = start + granule_up(block.size, granule);
    unsigned bits = 0;
    for (std::uint64_t at = 0; at < page_bytes; ++at) {
        if ((*marks)[at] == 0) {
            continue;
        }
        bits += static_cast<unsigned>(std::popcount((*marks)[at]));
        (at < start ? f.front : (at < slack_end ? f.slack : f.behind)) = true;
    }
    f.one_bit = bits == 1;
    if (bits != 0 && !f.maybe_damaged) {
        f.defects |= defect_damage;
        c.facts |= is_damaged;
    }
}

// SP-06 and BAD_POOL_HEADER: what the special-pool checks report of a changed page.
bool damage_reaction(const Context& c) {
    const FreeFacts& f = c.free;
    const std::uint64_t freed = c.event->used;
    if (c.bug_check(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION)) {
        const std::uint64_t corrupt = c.p(2);
        if (c.p(1) != freed || page_of(corrupt) != page_of(freed)) {
            return false;
        }
        const PageMarks* marks = c.world->marks_of(*f.block);
        if (!f.maybe_damaged && (marks == nullptr || (*marks)[corrupt - page_of(corrupt)] == 0)) {
            return false;
        }
        const bool after = corrupt >= f.block->end();
        switch (c.p(4)) {
        case 0x23: // in the page, but not the slack
            return f.maybe_damaged || !after || f.behind;
        case 0x24: // after the end
            return after;
        case 0x32:
            return f.maybe_damaged || f.one_bit;
        default:
            return false;
        }
    }
    if (c.bug_check(BAD_POOL_HEADER)) {
        return c.p(1) == 0x02 || (c.p(1) == 0x21 && c.p(2) == freed);
    }
    return c.world->verifier && c.bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION) &&
           ((c.p(1) >= 0x51 && c.p(1) <= 0x54) || c.p(1) == 0x59);
}

// EFP-05: never allocated, or not any more.
bool not_allocated_reaction(const Context& c) {
    const std::uint64_t freed = c.event->used;
    switch (c.event->code) {
    case BAD_POOL_CALLER:
        return ((c.p(1) >= 0x41 && c.p(1) <= 0x44) || c.p(1) == 0x46 || c.p(1) == 0x47 || c.p(1) == 0x48 ||
                c.p(1) == 0x50 || c.p(1) == 0x99) &&
               c.p(2) == freed;
    case DRIVER_VERIFIER_DETECTED_VIOLATION:
        return c.world->verifier &&
               ((c.p(1) == 0x10 && c.p(2) == freed) || (c.p(1) == 0x16 && c.p(3) == freed));
    case MEMORY_MANAGEMENT:
        return c.p(1) == 0x41286 || (c.p(1) == 0x5305 && c.p(2) == freed);
    case SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION:
        return c.world->special_used && c.p(1) == freed && c.p(4) == 0x20;
    case BAD_POOL_HEADER:
        return c.p(1) == 0x22 && c.p(2) == freed;
    case KERNEL_MODE_HEAP_CORRUPTION:
        return true;
    default:
        return false;
    }
}

// EFP-08.
bool user_half_reaction(const Context& c) {
    const std::uint64_t freed = c.event->used;
    return c.bug_check(BAD_POOL_CALLER) && c.p(1) == 0x40 && c.p(2) == freed && c.p(3) > freed;
}

bool address_reaction(const Context& c) {
    const FreeFacts& f = c.free;
    const std::uint64_t freed = c.event->used;
    if (not_allocated_reaction(c)) {
        return true;
    }
    const bool verifier_code = (c.world->verifier || c.world->verifies(tracking_flag)) &&
                               c.bug_check(DRIVER_VERIFIER_DETECTED_VIOLATION);
    const bool tracked_middle = verifier_code && c.p(1) == 0x13E && c.p(2) == freed;
    const bool middle = (c.bug_check(BAD_POOL_CALLER) && c.p(1) == 0x41286) || tracked_middle;
    if (middle && f.target != Target::user && c.world->in_use(page_of(freed))) {
        return true; // between blocks is, for the pool, in the middle of an allocation
    }
    const bool special_code = c.bug_check(SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION);
    switch (f.target) {
    case Target::user:
        return user_half_reaction(c);
    case Target::foreign: // an offset may lead into the user half, wherever that ends
        return c.op->pointer == Pointer::of_slot && c.op->offset != 0 && user_half_reaction(c);
    case Target::inside: // EFP-06
        return middle || (special_code && f.block->is_special() && c.p(1) == freed &&
                          (c.p(4) == 0x21 || c.p(4) == 0x22) && c.p(2) == f.block->size);
    case Target::freed: // EFP-07; parameters point at the header or at the block behind it
        if (c.bug_check(BAD_POOL_CALLER)) {
            const std::uint64_t at = c.p(1) == 0x06 ? c.p(3) : c.p(4);
            return (c.p(1) == 0x06 || c.p(1) == 0x07) && at <= freed && freed - at <= c.claims->granule();
        }
        return verifier_code && (c.p(1) == 0x13 || c.p(1) == 0x14);
    default:
        return false;
    }
}

bool irql_reaction(const Context& c) {
    const FreeFacts& f = c.free;
    const std::uint8_t irql = c.world->irql();
    const auto type_fits = [&f](std::uint64_t type) {
        return f.target != Target::start || same_type(type, f.block->pool_type);
    };
    const bool arguments = c.p(2) == irql && type_fits(c.p(3)) && c.p(4) == c.event->used;
    switch (c.event->code) {
    case BAD_POOL_CALLER:
        return c.p(1) == 0x09 && arguments;
    case DRIVER_VERIFIER_DETECTED_VIOLATION:
        return c.world->verifier && arguments && (c.p(1) == 0x11 || c.p(1) == 0x12) &&
               (f.target != Target::start || (c.p(1) == 0x11) == f.block->paged);
    case SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION:
        return c.world->special_used && c.p(4) == 0x31 && c.p(1) == irql && type_fits(c.p(2)) &&
               c.p(3) == c.event->used;
    case IRQL_NOT_LESS_OR_EQUAL:
        return true;
    default:
        return false;
    }
}

bool tag_reaction(const Context& c) {
    const FreeFacts& f = c.free;
    if (c.claims->tag_mismatch == TagMismatch::silent) {
        return c.has(is_done);
    }
    return c.bug_check(BAD_POOL_CALLER) && c.p(1) == 0x0A && c.p(2) == c.event->used &&
           (f.target != Target::start || c.p(3) == f.block->tag) && c.p(4) == c.op->tag;
}

// EFP2-04 to EFP2-06. `open` where the parameters name the right form and another block: of a wrong cookie
// or pool no page says for certain that it is caught (EFP2-09).
bool parameters_are_wrong(const Context& c, const Block& block, bool& open) {
    ExtendedParameter entries[max_parameters];
    const unsigned count = parameters_of(*c.op, entries);
    if (!block.secure) {
        return count != 0;
    }
    if (count != 1 || entries[0].type != parameter_secure_pool) {
        return true;
    }
    const unsigned index = entries[0].value % list_count;
    const PrivatePool& pool = c.world->pools[index];
    if (!pool.open) {
        return true;
    }
    open = entries[0].optional || index != block.secure_pool || pool.generation != block.pool_generation ||
           entries[0].value / list_count != block.cookie;
    return open;
}

void find_ex_defects(Context& c) {
    FreeFacts& f = c.free;
    const std::uint8_t irql = c.world->irql();
    const bool tagged = traits_of(c.op->routine).tag != TagRule::none;
    const bool live = f.target == Target::start;
    const bool second = c.op->routine == Routine::ExFreePool2;
    if (!live) {
        f.defects |= defect_address;
    }
    if (irql > DISPATCH_LEVEL || (irql == DISPATCH_LEVEL && live && f.block->paged)) {
        f.defects |= defect_free_irql;
    }
    if (tagged && live && f.block->tag != c.op->tag) {
        f.defects |= defect_free_tag;
    }
    if (live && f.block->is_special()) {
        find_damage(c);
    }
    if (second && live && parameters_are_wrong(c, *f.block, f.parameters_open)) {
        f.defects |= defect_free_parameters;
    }
    const bool checked = c.has(is_bug_check);
    const bool bad_irql = checked && irql >= DISPATCH_LEVEL && irql_reaction(c);
    const bool bad_tag = tagged && tag_reaction(c);
    std::uint32_t matched = checked && address_reaction(c) ? defect_address : 0U;
    matched |= bad_irql ? defect_free_irql : 0U;
    matched |= bad_tag ? defect_free_tag : 0U;
    matched |= checked && live && damage_reaction(c) ? defect_damage : 0U;
    matched |= c.bug_check(BAD_POOL_CALLER) ? defect_free_parameters : 0U; // EFP2-07 names no sub-code
    f.matched = matched & f.defects;
    // Of a pointer to no live block neither pool nor tag is known, so these checks may come first.
    const bool bad_entry = second && c.op->extended != 0 && c.bug_check(BAD_POOL_CALLER);
    f.tolerated = (!live && (bad_irql || bad_entry || (checked && bad_tag))) ||
                  (f.parameters_open && (f.defects & ~(defect_free_parameters | defect_free_tag)) == 0) ||
                  (f.maybe_damaged && (matched & defect_damage) != 0) ||
                  (c.has(is_done) && f.defects == defect_free_tag &&
                   (second || c.claims->tag_mismatch == TagMismatch::unstated || // EFP2-09
                    traits_of(f.block->routine).tag == TagRule::none));
}

} // namespace

void find_free_facts(Context& c) {
    FreeFacts& f = c.free = FreeFacts{};
    const Routine routine = c.op->routine;
    if (c.event->used == 0) {
        f.target = Target::null;
        return;
    }
    const Memory memory = traits_of(routine).memory;
    const bool of_user_memory = memory == Memory::user || memory == Memory::private_user;
    f.target = of_user_memory ? user_target(c) : system_target(c);
    c.facts |= f.block != nullptr && f.block->is_special() ? in_special : 0U;
    if (f.target == Target::start) {
        c.facts |= on_live;
    } else if (f.target == Target::inside || f.target == Target::freed || f.target == Target::user ||
               f.target == Target::foreign) {
        c.facts |= on_nothing;
    }
    if (is_ex_free(routine) && c.has(on_live) + c.has(on_nothing) > 0) {
        find_ex_defects(c);
    } else if ((memory == Memory::eng_pool || memory == Memory::aligned) && f.target == Target::start &&
               f.block->is_special()) {
        find_damage(c);
        const bool reported = c.has(is_bug_check) && damage_reaction(c);
        f.matched = reported ? f.defects : 0U;
        f.tolerated = f.maybe_damaged && reported;
    }
    if (c.has(on_live)) {
        // No page gives an IRQL rule for the Eng frees.
        const bool eng_high = !is_ex_free(routine) && c.world->irql() >= DISPATCH_LEVEL;
        f.tolerated = f.tolerated || eng_high;
        c.facts |= f.defects != 0 ? is_defective : (eng_high ? 0U : is_sound);
    }
}

} // namespace poolproof::oracle
