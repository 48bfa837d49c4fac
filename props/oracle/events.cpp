// SHR-01, SHR-08, EV-02, EV-03 and their restatements: the low and high event of each pool. The limits are
// the system's choice, so only an empty pool, a full one, contradictions and flicker are judged. Does not
// cover: waiting, which a trace cannot do.
#include "oracle/check.hpp"

namespace poolproof::oracle {

namespace {

enum class Level : std::uint8_t { plenty, between, nothing };

Level level_of(const Context& c) {
    const World& w = *c.world;
    const bool paged = c.op->paged;
    const std::uint64_t used = w.overdrawn[paged] ? 0 : w.least_pages[paged];
    if (used >= w.total_budget(paged)) {
        return Level::nothing;
    }
    const bool unused = w.blocks[paged] == 0 && w.total_budget(paged) == node_count * default_budget;
    return unused ? Level::plenty : Level::between;
}

bool is_set(const Context& c) {
    return c.event->number != 0;
}

bool asks_high(const Context& c) {
    return c.op->level != 0;
}

// The other event of the pool, asked in the same state, was set as well.
bool contradicts(const Context& c) {
    const EventAnswer& other = c.world->event_answers[c.op->paged][asks_high(c) ? 0 : 1];
    return is_set(c) && other.version == c.world->version && other.set;
}

Outcome follows_the_pool(const Context& c) {
    switch (level_of(c)) {
    case Level::plenty:
        return hold_if(is_set(c) == asks_high(c));
    case Level::nothing:
        return hold_if(is_set(c) != asks_high(c));
    case Level::between:
        break;
    }
    return contradicts(c) ? Outcome::violated : Outcome::unspecified;
}

// The same question in the same state.
Outcome stays_while_the_state_does(const Context& c) {
    const EventAnswer& same = c.world->event_answers[c.op->paged][c.op->level];
    return same.version == c.world->version ? hold_if(is_set(c) == same.set) : Outcome::not_relevant;
}

constexpr OpSet on_query = on(OpKind::query_event);
constexpr const char* follows =
    "the High event alone while a pool is unused, the Low event alone when it is spent";
constexpr const char* stays = "an event to stay as it is while the pool does";

constexpr Row rows[] = {
    {"SHR-01", follows_the_pool, on_query, 0, is_value, can_events, follows},
    {"SHR-08", stays_while_the_state_does, on_query, 0, is_value, can_events, stays},
    {"EAPT-15", follows_the_pool, on_query, 0, is_value, can_events, follows},
    {"EAP-08", follows_the_pool, on_query, 0, is_value, can_events, follows},
    {"EAPQ-09", follows_the_pool, on_query, 0, is_value, can_events, follows},
    {"EAQT-12", follows_the_pool, on_query, 0, is_value, can_events, follows},
    {"EATP-16", follows_the_pool, on_query, 0, is_value, can_events, follows},
    {"EV-02", follows_the_pool, on_query, 0, is_value, can_events, follows},
    {"EV-03", stays_while_the_state_does, on_query, 0, is_value, can_events, stays},
};

} // namespace

std::span<const Row> event_rows() {
    return rows;
}

} // namespace poolproof::oracle
