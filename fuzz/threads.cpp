// See threads.hpp.
#include "threads.hpp"

#include "run/runner.hpp"

#include <ddi/wdm.h>

#include <utility>

namespace poolproof::fuzz {
namespace {

// Blocks that the machine holds at once: more than an input can ask for, so that no freed page is used again.
constexpr std::uint32_t special_blocks = 8192;

// What a subject that is one of several can speak for: nothing that all of them change together.
constexpr std::uint32_t capabilities = can_raise | can_bug_check | can_block_info | can_irql |
                                       can_special_pool | can_validate | can_fail_cleanly_at_free;

// User memory has addresses that two processes may both have, and each thread knows its own blocks only.
bool concerns_one_thread(const Op& op) {
    switch (op.kind) {
    case OpKind::allocate:
    case OpKind::free: {
        const Memory memory = traits_of(op.routine).memory;
        return memory != Memory::user && memory != Memory::private_user;
    }
    case OpKind::read:
    case OpKind::write:
    case OpKind::irql:
        return true;
    default:
        return false;
    }
}

// The op with its block in special pool, and what it touches or frees between the block's own guards.
Op tamed(Op op) {
    constexpr std::int32_t page = PAGE_SIZE;
    if (op.kind == OpKind::allocate) {
        op.size = 1 + op.size % (PAGE_SIZE - 1);
    } else if (op.kind != OpKind::irql) {
        op.offset %= page;
        op.length = 1 + op.length % 64;
    }
    return canonical(op);
}

bool is_left_to_the_next(const Op& op) {
    const bool with_block = op.kind == OpKind::free || op.kind == OpKind::read || op.kind == OpKind::write;
    return with_block && op.slot % 4 == 3;
}

ReferenceSetup setup_of(Machine& machine, unsigned index) {
    ReferenceSetup setup;
    setup.config.special_blocks = special_blocks;
    setup.capabilities = capabilities;
    setup.shared = &machine;
    setup.processor = index;
    return setup;
}

} // namespace

void Errand::serve() {
    if (!asked_.load(std::memory_order_acquire)) {
        return;
    }
    Machine& machine = Machine::current();
    const std::uint8_t own = machine.irql();
    if (own != irql_) {
        machine.set_irql(irql_);
    }
    event_ = subject_->call(*call_);
    if (own != irql_) {
        machine.set_irql(own);
    }
    asked_.store(false, std::memory_order_release);
}

// One thread's subject, and its part of the input.
class Threads::Player final : public Subject {
  public:
    Player(Threads& all, unsigned index)
        : all_(&all), index_(index), subject_(make_subject_on_trial(setup_of(all.machine_, index))),
          runner_(*this, oracle_) {}

    std::string_view name() const override { return subject_->name(); }
    const Claims& claims() const override { return subject_->claims(); }
    bool reset(bool is_64_bit) override { return subject_->reset(is_64_bit); }
    Event call(const Call& call) override {
        serve();
        if (!is_left_to_the_next(*call.op)) {
            return subject_->call(call);
        }
        return all_->errands_[index_].run(*subject_, call, [this] { serve(); });
    }
    bool peek(std::uint64_t address, std::span<std::uint8_t> into) override {
        return subject_->peek(address, into);
    }
    bool poke(std::uint64_t address, std::span<const std::uint8_t> from) override {
        return subject_->poke(address, from);
    }
    std::uint64_t foreign_address(Pointer pointer) const override {
        return subject_->foreign_address(pointer);
    }

    // Plays, and then serves the others until nobody plays any more.
    void play() {
        if (!runner_.run(trace)) {
            report(runner_, trace, *all_->target_);
        }
        all_->playing_.fetch_sub(1, std::memory_order_acq_rel);
        while (all_->playing_.load(std::memory_order_acquire) != 0) {
            serve();
        }
    }

    Trace trace;

  private:
    // The errand of the thread before this one.
    void serve() {
        all_->errands_[(index_ + all_->used_ - 1) % all_->used_].serve();
        std::this_thread::yield();
    }

    Threads* all_;
    unsigned index_;
    std::unique_ptr<Subject> subject_;
    Oracle oracle_;
    Runner runner_;
};

Threads::Threads(const FuzzTarget& target) : target_(&target) {
    for (unsigned i = 0; i < most; ++i) {
        players_[i] = std::make_unique<Player>(*this, i);
        threads_[i] = std::thread([this, i] { live(i); });
    }
}

Threads::~Threads() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) {
        thread.join();
    }
}

void Threads::live(unsigned index) {
    std::unique_lock lock(mutex_);
    for (std::uint64_t seen = 0;;) {
        wake_.wait(lock, [&] { return over_ || round_ != seen; });
        if (over_) {
            return;
        }
        seen = round_;
        if (index >= used_) {
            continue;
        }
        lock.unlock();
        players_[index]->play();
        lock.lock();
        if (--busy_ == 0) {
            wake_.notify_all();
        }
    }
}

// Each part begins with the same request for special pool: made again, it changes nothing.
void Threads::deal() {
    Op processor;
    processor.kind = OpKind::processor;
    for (unsigned i = 0; i < used_; ++i) {
        Trace& part = players_[i]->trace;
        part.is_64_bit = whole_.is_64_bit;
        processor.index = static_cast<std::uint8_t>(i);
        part.ops.assign({whole_.ops.front(), processor});
        for (std::size_t at = 1 + i; at < whole_.ops.size(); at += used_) {
            if (concerns_one_thread(whole_.ops[at])) {
                part.ops.push_back(tamed(whole_.ops[at]));
            }
        }
    }
}

void Threads::play(const std::uint8_t* data, std::size_t size) {
    // Held from here on: a thread that the last input did not need may wake up for it only now.
    std::unique_lock lock(mutex_);
    decode_any({data, size}, target_->dialect, whole_);
    used_ = size > 1 ? 2 + (data[1] >> 4) % (most - 1) : 2;
    deal();
    MachineConfig config;
    config.is_64_bit = whole_.is_64_bit;
    config.special_blocks = special_blocks;
    machine_.reset(config);
    playing_.store(used_, std::memory_order_relaxed);
    busy_ = used_;
    ++round_;
    wake_.notify_all();
    wake_.wait(lock, [&] { return busy_ == 0; });
}

} // namespace poolproof::fuzz
