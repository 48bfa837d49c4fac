// The public face of the oracle: sums per clause and verdicts. Does not cover: judging (judge.cpp).
#include "oracle/oracle.hpp"

#include "oracle/judge.hpp"

namespace poolproof {

struct Oracle::Impl {
    oracle::Judge judge;
    std::vector<Violation> violations;
    std::vector<ClauseTally> absorbed;
    std::vector<ClauseTally> sums; // of the judge and of what was absorbed; made on demand
};

Oracle::Oracle() : impl_(std::make_unique<Impl>()) {
    impl_->absorbed.resize(all_clauses().size());
    impl_->sums.resize(all_clauses().size());
}

Oracle::~Oracle() = default;

void Oracle::begin(const Claims& claims) {
    impl_->violations.clear();
    impl_->judge.begin(claims);
}

std::size_t Oracle::step(const Op& op, const Event& event) {
    const std::size_t before = impl_->violations.size();
    impl_->judge.step(op, event, impl_->violations);
    return impl_->violations.size() - before;
}

const std::vector<Violation>& Oracle::violations() const {
    return impl_->violations;
}

const std::vector<ClauseTally>& Oracle::tally() const {
    std::vector<ClauseTally>& sums = impl_->sums;
    sums = impl_->absorbed;
    const auto rows = oracle::all_rows();
    const std::vector<oracle::RowTally> tally = impl_->judge.tally();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        ClauseTally& sum = sums[static_cast<std::size_t>(rows[i].clause)];
        const oracle::RowTally& row = tally[i];
        sum.holds += row.holds;
        sum.violated += row.violated;
        sum.unspecified += row.unspecified;
    }
    for (std::size_t clause = 0; clause < sums.size(); ++clause) {
        sums[clause].violated += impl_->judge.crashes()[clause];
    }
    return sums;
}

void Oracle::absorb(const std::vector<ClauseTally>& other) {
    for (std::size_t clause = 0; clause < other.size() && clause < impl_->absorbed.size(); ++clause) {
        impl_->absorbed[clause].holds += other[clause].holds;
        impl_->absorbed[clause].violated += other[clause].violated;
        impl_->absorbed[clause].unspecified += other[clause].unspecified;
    }
}

std::string_view name_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::holds:
        return "holds";
    case Verdict::violated:
        return "violated";
    case Verdict::not_exercised:
        return "not exercised";
    case Verdict::not_applicable:
        return "not applicable";
    case Verdict::unspecified:
        return "unspecified";
    case Verdict::not_observable:
        break;
    }
    return "not observable";
}

bool is_judged(int clause) {
    for (const oracle::BoundRow& bound : oracle::all_rows()) {
        if (bound.clause == clause && clause >= 0) {
            return true;
        }
    }
    return false;
}

namespace {

// A clause that speaks of allocators speaks of blocks that only they give, and likewise of frees and the
// rest: of each kind that it names the subject has one.
bool has_routines_of(RoutineSet named, const Claims& claims) {
    for (const Role role : {Role::allocator, Role::release, Role::other}) {
        RoutineSet of_role = 0;
        for (const RoutineTraits& traits : routine_table) {
            of_role |= traits.role == role ? set_of(traits.routine) : 0U;
        }
        if ((named & of_role) != 0 && (named & of_role & claims.routines) == 0) {
            return false;
        }
    }
    return true;
}

bool is_applicable(int clause, const Claims& claims) {
    for (const oracle::BoundRow& bound : oracle::all_rows()) {
        const RoutineSet routines = bound.row->routines;
        if (bound.clause == clause && (bound.row->needs & ~claims.capabilities) == 0 &&
            (routines == 0 || (routines & claims.routines) != 0)) {
            return true;
        }
    }
    return false;
}

} // namespace

Verdict verdict_of(const Clause& clause, const ClauseTally& tally, const Claims& claims) {
    const int index = clause_index(clause.id);
    if (tally.violated != 0) {
        return Verdict::violated;
    }
    if (!is_judged(index)) { // without a reason it should have been
        return clause.unjudged.empty() ? Verdict::not_exercised : Verdict::not_observable;
    }
    const std::uint8_t profile = claims.is_64_bit ? bits64 : bits32;
    if ((clause.profiles & profile) == 0 || !has_routines_of(clause.routines, claims) ||
        !is_applicable(index, claims)) {
        return Verdict::not_applicable;
    }
    if (tally.holds != 0) {
        return Verdict::holds;
    }
    return tally.unspecified != 0 ? Verdict::unspecified : Verdict::not_exercised;
}

} // namespace poolproof
