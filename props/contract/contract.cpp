// The whole contract, put together from its families.
#include "contract/families.hpp"

#include <vector>

namespace poolproof {
namespace {

std::vector<Clause> gather() {
    std::vector<Clause> all;
    for (const auto family : {contract::geometry_clauses(),     contract::tag_clauses(),
                              contract::irql_clauses(),         contract::shared_clauses(),
                              contract::plain_pool_clauses(),   contract::with_tag_clauses(),
                              contract::priority_clauses(),     contract::quota_clauses(),
                              contract::pool2_clauses(),        contract::wrapper_clauses(),
                              contract::must_succeed_clauses(), contract::nx_clauses(),
                              contract::free_clauses(),         contract::free2_clauses(),
                              contract::private_pool_clauses(), contract::lookaside_clauses(),
                              contract::fsrtl_clauses(),        contract::fsrtl_quota_clauses(),
                              contract::eng_clauses(),          contract::eng_user_clauses(),
                              contract::eng_private_clauses(),  contract::other_allocator_clauses(),
                              contract::special_pool_clauses(), contract::verifier_and_event_clauses()}) {
        all.insert(all.end(), family.begin(), family.end());
    }
    return all;
}

} // namespace

std::span<const Clause> all_clauses() {
    static const std::vector<Clause> clauses = gather();
    return clauses;
}

// A scan: about 440 short comparisons, most of them decided by the length.
int clause_index(std::string_view id) {
    const auto clauses = all_clauses();
    for (std::size_t i = 0; i < clauses.size(); ++i) {
        if (clauses[i].id == id) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

} // namespace poolproof
