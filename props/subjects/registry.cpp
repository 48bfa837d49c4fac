// The subjects that can be named (see registry.hpp).
#include "subjects/registry.hpp"

#include "subjects/faulty.hpp"

#include <array>
#include <vector>

namespace poolproof {

namespace {

using Family = std::span<const faulty::Row> (*)();

constexpr std::array families{
    Family{faulty::geometry},       Family{faulty::tags},          Family{faulty::frees},
    Family{faulty::failure},        Family{faulty::irql},          Family{faulty::user_memory},
    Family{faulty::special_pool},   Family{faulty::machine_rules}, Family{faulty::quota},
    Family{faulty::pool_flags},     Family{faulty::lists},         Family{faulty::private_user_memory},
    Family{faulty::verifier_flags}, Family{faulty::secure_pools},
};

constexpr std::string_view faulty_prefix = "faulty:";

std::vector<FaultySubject> listed() {
    std::vector<FaultySubject> all;
    for (const Family family : families) {
        for (const faulty::Row& row : family()) {
            all.push_back(row.subject);
        }
    }
    return all;
}

} // namespace

std::span<const FaultySubject> all_faulty_subjects() {
    static const std::vector<FaultySubject> all = listed();
    return all;
}

const FaultySubject* faulty_subject(std::string_view name) {
    if (!name.starts_with(faulty_prefix)) {
        return nullptr;
    }
    name.remove_prefix(faulty_prefix.size());
    for (const FaultySubject& subject : all_faulty_subjects()) {
        if (subject.name == name) {
            return &subject;
        }
    }
    return nullptr;
}

std::uint64_t departures_of(const Subject& subject) {
    const auto* const fault = dynamic_cast<const faulty::Base*>(&subject);
    return fault == nullptr ? 0 : fault->departures();
}

std::unique_ptr<Subject> make_subject(std::string_view name, const ReferenceSetup& setup) {
    if (name == "reference") {
        return std::make_unique<Reference>(setup);
    }
    if (!name.starts_with(faulty_prefix)) {
        return nullptr;
    }
    name.remove_prefix(faulty_prefix.size());
    for (const Family family : families) {
        for (const faulty::Row& row : family()) {
            if (row.subject.name == name) {
                return row.make(name, setup);
            }
        }
    }
    return nullptr;
}

} // namespace poolproof
