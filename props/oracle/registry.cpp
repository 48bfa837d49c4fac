// The list of rows. Does not cover: the rows themselves (one file per family).
#include "oracle/registry.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace poolproof::oracle {

namespace {

std::vector<BoundRow> bind_rows() {
    std::vector<BoundRow> bound;
    for (const std::span<const Row> family :
         {geometry_rows(),  contents_rows(),     tag_rows(),          irql_rows(),
          zero_size_rows(), must_succeed_rows(), failure_rows(),      priority_rows(),
          numa_rows(),      free_rows(),         bad_free_rows(),     user_memory_rows(),
          placement_rows(), gflags_rows(),       guard_rows(),        touch_rows(),
          ledger_rows(),    event_rows(),        verifier_rows(),     duty_rows(),
          quota_rows(),     pool_flags_rows(),   wrapper_rows(),      secure_pool_rows(),
          list_rows(),      list_duty_rows(),    private_user_rows(), aligned_rows(),
          tracking_rows(),  low_resources_rows()}) {
        for (const Row& row : family) {
            bound.push_back({&row, clause_index(row.clause)});
        }
    }
    return bound;
}

std::vector<std::uint32_t> order_rows() {
    const auto rows = all_rows();
    std::vector<std::uint32_t> order(rows.size());
    std::vector<std::uint32_t> like(rows.size()); // by row, the first one with its facts and its check
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
        order[i] = i;
        const auto same = std::ranges::find_if(rows, [&row = *rows[i].row](const BoundRow& other) {
            return other.row->check == row.check && other.row->facts == row.facts;
        });
        like[i] = static_cast<std::uint32_t>(same - rows.begin());
    }
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return std::tuple(rows[i].row->facts, like[i], i); });
    return order;
}

std::string_view main_promise(Routine routine) {
    return traits_of(routine).clause;
}

} // namespace

std::span<const BoundRow> all_rows() {
    static const std::vector<BoundRow> rows = bind_rows();
    return rows;
}

std::span<const std::uint32_t> rows_by_facts_and_check() {
    static const std::vector<std::uint32_t> order = order_rows();
    return order;
}

bool concerns(const Row& row, std::size_t bucket) {
    if (bucket >= routine_count) {
        return (row.ops & (1U << (bucket - routine_count))) != 0;
    }
    const auto routine = static_cast<Routine>(bucket);
    const OpSet ops = is_allocator(routine) ? on_allocate : on_free;
    return (row.ops & ops) != 0 && (row.routines == 0 || contains(row.routines, routine));
}

std::string_view clause_of_crash(const Op& op, const Block* block) {
    switch (op.kind) {
    case OpKind::allocate:
    case OpKind::free:
        return main_promise(op.routine);
    case OpKind::read:
    case OpKind::write:
        return main_promise(block == nullptr ? Routine::ExAllocatePoolWithTag : block->routine);
    case OpKind::print:
        return main_promise(Routine::EngWritePrinter);
    case OpKind::irql:
    case OpKind::processor:
        return "IRQ-03";
    case OpKind::process:
        return "EAU-03";
    case OpKind::budget:
    case OpKind::fail_nth:
        return "EAPT-06";
    case OpKind::special_pool:
        return "SP-01";
    case OpKind::verifier:
        return "IC-02";
    case OpKind::query_tag:
        return "TAG-15";
    case OpKind::query_event:
        return "SHR-01";
    case OpKind::call:
        return main_promise(op.routine);
    case OpKind::quota:
    case OpKind::query_quota:
        return "EAQT-02";
    case OpKind::dpc:
    case OpKind::idle:
        return "QTA-01";
    case OpKind::driver:
    case OpKind::unload:
        return "SHR-04";
    case OpKind::query_driver:
        return "PT-05";
    case OpKind::query_verifier:
        return "IC-04";
    case OpKind::low_resources:
    case OpKind::clock:
        break;
    }
    return "LR-01";
}

} // namespace poolproof::oracle
