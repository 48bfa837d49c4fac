// Faulty subjects that break what is said of EngAllocMem and of user memory.
#include "subjects/faulty.hpp"

#include <ddi/winddi.h>

#include <array>

namespace poolproof::faulty {

namespace {

bool is_user_request(const Op& op) {
    return is_allocation(op, Routine::EngAllocUserMem);
}

class ZeroFlagIgnored final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        if (is_allocation(*call.op, Routine::EngAllocMem) && event.kind == EventKind::pointer &&
            call.op->size > 0) {
            constexpr std::array<std::uint8_t, 1> stale{0xA5};
            poke(event.address, stale);
        }
        return event;
    }
};

class NonpagedFlagIgnored final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        if (!is_allocation(*call.op, Routine::EngAllocMem)) {
            return forward(call);
        }
        Op op = *call.op;
        op.pool_type &= ~static_cast<std::uint32_t>(FL_NONPAGED_MEMORY);
        const Event event = forward(op);
        return event.kind == EventKind::pointer ? event : again(*call.op);
    }
};

// The flags are taken one at a time: asked for both, the subject zeroes paged memory.
class FlagsNotCombined final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Op op = *call.op;
        if (is_allocation(op, Routine::EngAllocMem) &&
            (op.pool_type & (FL_ZERO_MEMORY | FL_NONPAGED_MEMORY)) == (FL_ZERO_MEMORY | FL_NONPAGED_MEMORY)) {
            op.pool_type = FL_ZERO_MEMORY;
        }
        return forward(op, call.address);
    }
};

class UserMemoryFromSystemHalf final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Op op = *call.op;
        if (is_user_request(op) && op.size <= UINT32_MAX) {
            op.routine = Routine::EngAllocMem;
            op.pool_type = FL_NONPAGED_MEMORY;
        } else if (is_free(op) && op.routine == Routine::EngFreeUserMem &&
                   call.address >= machine().system_range_start()) {
            op.routine = Routine::EngFreeMem;
        }
        return forward(op, call.address);
    }
};

// A block of user memory in a process other than the current one.
struct OthersBlock {
    std::uint64_t address;
    unsigned current;
    std::optional<BlockDescription> found;
};

void match_others(void* context, const BlockDescription& block) {
    auto& search = *static_cast<OthersBlock*>(context);
    if (block.user && block.process != search.current && search.address - block.address < block.bytes) {
        search.found = block;
    }
}

class UserMemoryVisibleElsewhere final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        const Event event = forward(call);
        if (!is_touch(*call.op) || event.kind != EventKind::bug_check) {
            return event;
        }
        OthersBlock search{event.used, machine().process(), {}};
        machine().for_each_block(match_others, &search);
        return search.found ? in_process(search.found->process, *call.op, call.address) : event;
    }
};

// It still reports the wrong process, also when the block is gone.
class UserMemoryFreedElsewhere final : public Base {
  public:
    using Base::Base;
    bool reset(bool is_64_bit) override {
        gone_.clear();
        return Base::reset(is_64_bit);
    }
    Event serve(const Call& call) override {
        Event event = forward(call);
        if (is_user_request(*call.op) && event.kind == EventKind::pointer) {
            std::erase_if(gone_, [&](const Gone& block) {
                return block.address == event.address && block.process == machine().process();
            });
        } else if (is_free(*call.op) && call.op->routine == Routine::EngFreeUserMem) {
            free_elsewhere(call, event);
        }
        return event;
    }

  private:
    struct Gone {
        std::uint64_t address;
        unsigned process;
    };
    void free_elsewhere(const Call& call, Event& event) {
        OthersBlock search{call.address, machine().process(), {}};
        machine().for_each_block(match_others, &search);
        if ((event.caller_faults & fault_wrong_process) != 0 && search.found) {
            gone_.push_back({call.address, search.found->process});
            in_process(search.found->process, *call.op, call.address);
            return;
        }
        for (const Gone& block : gone_) {
            const bool others = block.address == call.address && block.process != machine().process();
            event.caller_faults |=
                others && !block_at(call.address) ? std::uint32_t{fault_wrong_process} : 0U;
        }
    }
    std::vector<Gone> gone_;
};

class WrongProcessUnreported final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        event.caller_faults &= ~static_cast<std::uint32_t>(fault_wrong_process);
        return event;
    }
};

// Keeps a second page behind a small block of user memory and gives it out as the next one.
class UserBlocksClose final : public Moving {
  public:
    using Moving::Moving;
    bool reset(bool is_64_bit) override {
        neighbour_ = 0;
        return Moving::reset(is_64_bit);
    }

  private:
    Event allocate(const Op& op) override {
        if (!is_user_request(op) || op.size == 0 || op.size > PAGE_SIZE) {
            return forward(op);
        }
        const auto neighbour = neighbour_ != 0 ? block_at(neighbour_) : std::nullopt;
        Event event = forward(sized(op, neighbour ? op.size : 2 * PAGE_SIZE));
        if (event.kind == EventKind::pointer && neighbour) {
            show(event, neighbour->address + PAGE_SIZE, op.size);
            neighbour_ = 0;
        } else if (event.kind == EventKind::pointer) {
            event.block.bytes = op.size;
            neighbour_ = event.address;
        }
        return event;
    }

    std::uint64_t neighbour_ = 0;
};

class PrinterFaultUnreported final : public Base {
    using Base::Base;
    Event serve(const Call& call) override {
        Event event = forward(call);
        event.caller_faults &= ~static_cast<std::uint32_t>(fault_printer_memory);
        return event;
    }
};

// Counts user memory in the ledger of paged pool.
class UserMemoryChargedToPool final : public Base {
  public:
    using Base::Base;
    bool reset(bool is_64_bit) override {
        charged_.clear();
        return Base::reset(is_64_bit);
    }
    Event serve(const Call& call) override {
        const Op& op = *call.op;
        Event event = forward(call);
        if (is_user_request(op) && event.kind == EventKind::pointer) {
            charged_.push_back({op.tag, op.size});
        } else if (op.kind == OpKind::query_tag && op.paged) {
            for (const auto& [tag, bytes] : charged_) {
                if (tag == op.tag) {
                    ++event.row.allocations;
                    event.row.bytes += bytes;
                }
            }
        }
        return event;
    }

  private:
    struct Charge {
        std::uint32_t tag;
        std::uint64_t bytes;
    };
    std::vector<Charge> charged_;
};

constexpr Row rows[] = {
    {{"nonpaged-flag-ignored", "FL_NONPAGED_MEMORY gets paged pool", "EAM-02", true, true},
     make<NonpagedFlagIgnored>},
    {{"zero-flag-ignored", "FL_ZERO_MEMORY leaves a byte that is not zero", "EAM-03", true, true},
     make<ZeroFlagIgnored>},
    {{"flags-not-combined", "FL_ZERO_MEMORY switches FL_NONPAGED_MEMORY off", "EAM-02", true, true},
     make<FlagsNotCombined>},
    {{"user-memory-from-system-half", "EngAllocUserMem gives out system memory", "EAU-01", true, false},
     make<UserMemoryFromSystemHalf>},
    {{"user-memory-visible-elsewhere", "another process can touch a process's user memory", "EAU-03", true,
      false},
     make<UserMemoryVisibleElsewhere>},
    {{"wrong-process-unreported", "the validator does not report user memory freed in another process",
      "EAU-04", true, false},
     make<WrongProcessUnreported>},
    {{"user-blocks-close", "two blocks of user memory lie 4 KB apart", "EAU-05", true, false},
     make<UserBlocksClose>},
    {{"printer-fault-unreported", "the validator does not report user memory given to EngWritePrinter",
      "EAU-08", true, false},
     make<PrinterFaultUnreported>},
    {{"user-memory-charged-to-pool", "user memory is counted in the ledger of paged pool", "TAG-15", true,
      false},
     make<UserMemoryChargedToPool>},
    {{"user-memory-freed-elsewhere", "EngFreeUserMem frees a block of another process", "EAU-01", true,
      false},
     make<UserMemoryFreedElsewhere>},
};

} // namespace

std::span<const Row> user_memory() {
    return rows;
}

} // namespace poolproof::faulty
