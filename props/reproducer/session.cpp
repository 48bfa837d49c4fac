// See session.hpp.
#include "reproducer/session.hpp"

#include "contract/clause.hpp"
#include "run/fuzz_targets.hpp"
#include "subjects/registry.hpp"
#include "trace/text.hpp"

#include <poolproof/reproducer.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace poolproof::reproducer {
namespace {

constexpr int cannot_run = 2;
constexpr std::uint8_t last_slot = slot_count - 1; // of what is not kept

std::unique_ptr<Session> current;

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "reproducer: %s\n", why.c_str());
    std::exit(cannot_run);
}

const char* setting(const char* variable) {
    const char* value = std::getenv(variable);
    return value == nullptr || *value == 0 ? nullptr : value;
}

std::string_view id_of(const Violation& violation) {
    return all_clauses()[static_cast<std::size_t>(violation.clause)].id;
}

} // namespace

Session::Session(std::string subject, const char* target, bool is_64_bit) : name_(std::move(subject)) {
    const FuzzTarget* known = fuzz_target(target);
    if (known == nullptr) {
        give_up(std::string("there is no fuzz target ") + target);
    }
    subject_ = make_subject(name_, known->setup);
    if (!subject_) {
        give_up("there is no subject " + name_ + "; it is reference or faulty:NAME");
    }
    player_ = std::make_unique<LocalPlayer>(*subject_);
    if (!player_->begin(is_64_bit)) {
        give_up(name_ + " does not have this profile");
    }
    oracle_.begin(player_->claims());
    if (const char* file = setting("POOLPROOF_REPRODUCER_TRACE")) {
        if (std::FILE* trace = std::fopen(file, "w")) {
            std::fputs(to_text(Trace{is_64_bit, {}}).c_str(), trace);
            std::fclose(trace);
        } else {
            give_up(std::string(file) + " cannot be written");
        }
    }
}

void Session::record(const Op& op) const {
    if (const char* file = setting("POOLPROOF_REPRODUCER_TRACE")) {
        if (std::FILE* trace = std::fopen(file, "a")) {
            std::fprintf(trace, "%s\n", to_text(op).c_str());
            std::fclose(trace);
        }
    }
}

Event Session::play(const Op& asked) {
    const Op op = canonical(asked);
    named_ = false;
    record(op);
    if (!oracle_.violations().empty()) {
        return {};
    }
    ++ops_;
    const Event event = player_->play(op);
    if (op.kind == OpKind::allocate) {
        addresses_[op.slot] = event.kind == EventKind::pointer ? event.address : 0;
    }
    if (oracle_.step(op, event) > 0) {
        last_ = op;
        last_event_ = event;
    }
    return event;
}

void Session::name_slot(std::uint8_t slot, std::int32_t offset) {
    named_ = true;
    slot_ = slot;
    offset_ = offset;
}

void* Session::address_of(std::uint8_t slot, std::int32_t offset) const {
    const std::uint64_t address = addresses_[slot];
    return reinterpret_cast<void*>(static_cast<std::uintptr_t>(
        address == 0 ? 0 : address + static_cast<std::uint64_t>(std::int64_t{offset})));
}

void Session::take_slot(Op& op) {
    op.slot = named_ ? slot_ : last_slot;
    op.offset = named_ ? offset_ : 0;
}

void Session::take_slot(Op& op, const void* pointer) {
    const auto address = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(pointer));
    take_slot(op);
    if (named_) {
        return;
    }
    if (address == 0) {
        op.pointer = Pointer::null;
    } else if (address == foreign_address(Pointer::user_address)) {
        op.pointer = Pointer::user_address;
    } else if (address == foreign_address(Pointer::system_address)) {
        op.pointer = Pointer::system_address;
    }
    for (unsigned slot = 0; slot < slot_count && op.pointer == Pointer::of_slot; ++slot) {
        if (addresses_[slot] == address) {
            op.slot = static_cast<std::uint8_t>(slot);
        }
    }
}

bool Session::shows(const char* clause) const {
    bool shown = false;
    for (const Violation& violation : oracle_.violations()) {
        std::printf("%.*s violated by %s, op %u, %s\n%s\n", static_cast<int>(id_of(violation).size()),
                    id_of(violation).data(), name_.c_str(), violation.op_index, to_text(last_).c_str(),
                    explain(violation, last_, last_event_).c_str());
        shown = shown || id_of(violation) == clause;
    }
    if (!shown) {
        std::printf("%s was not violated by %s in %llu ops\n", clause, name_.c_str(),
                    static_cast<unsigned long long>(ops_));
    }
    return shown;
}

Session& session() {
    if (!current) {
        give_up("reproducer_begin() has not been called");
    }
    return *current;
}

} // namespace poolproof::reproducer

void reproducer_begin(const char* subject, const char* target, int bits) {
    using namespace poolproof::reproducer;
    const char* other = setting("POOLPROOF_SUBJECT");
    current.reset(); // one machine at a time
    current = std::make_unique<Session>(other == nullptr ? subject : other, target, bits == 64);
}

int reproducer_verdict(const char* clause) {
    const bool shown = poolproof::reproducer::session().shows(clause);
    if (std::fflush(stdout) != 0) {
        return 2;
    }
    return shown ? 0 : 1;
}
