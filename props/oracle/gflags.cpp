// The GFlags value: what it selects (gflags.hpp), and the rows of GF-01 to GF-05.
#include "oracle/gflags.hpp"

#include "oracle/check.hpp"

namespace poolproof::oracle {

namespace {

constexpr std::uint32_t everything = 0x2A; // '*'

std::uint32_t character(std::uint32_t tag, unsigned index) {
    return tag >> (8 * index) & 0xFF;
}

// Tags are compared by value, the first typed character in the low byte. What follows a * is open.
void match_tag(GflagsSelection& s, std::uint32_t pattern, std::uint32_t tag) {
    for (unsigned i = 0; i < 4; ++i) {
        const std::uint32_t wanted = character(pattern, i);
        if (wanted == '*') {
            const bool last = i == 3 || pattern >> (8 * (i + 1)) == 0;
            (last ? s.by_tag : s.open) = true;
            return;
        }
        if (wanted == '?' && character(tag, i) == 0) {
            s.open = true; // whether a ? stands for no character at all
        } else if (wanted != '?' && wanted != character(tag, i)) {
            s.open = false;
            return;
        }
    }
    s.by_tag = !s.open;
}

} // namespace

bool is_size_value(std::uint32_t value, std::uint32_t granule) {
    return value < page_bytes && value % granule == 0 && value >= 2 * granule;
}

GflagsSelection gflags_selection(std::uint32_t value, std::uint32_t tag, std::uint64_t size,
                                 std::uint32_t granule) {
    GflagsSelection s;
    if (value >= page_bytes || value == everything || value == '?') {
        match_tag(s, value, tag);
        return s;
    }
    s.by_tag = value == tag; // GF-04
    if (is_size_value(value, granule)) {
        s.by_size = size > value - 2 * granule && size <= value - granule;
    } else {
        s.open = !s.by_tag; // what a value selects that is no size is not said
    }
    return s;
}

namespace {

// Special pool for what is selected, as long as there is room; none for what is not.
Outcome goes_where(const Context& c, bool selected) {
    return selected ? special_as_long_as_room(c) : hold_if(!c.has(in_special));
}

// GFlags alone asks, not the call itself, and the documents say what it selects.
bool gflags_decides(const Context& c) {
    return c.world->special_by_tag && !c.world->special_by_verifier && !c.alloc.ask.wants_special &&
           !c.alloc.gflags.open && c.op->size >= 1 && c.op->size < page_bytes;
}

// GF-01: one setting at a time, so that the one before it selects nothing any more.
Outcome last_setting_alone_counts(const Context& c) {
    const bool only_formerly = gflags_decides(c) && c.alloc.formerly_selected && !c.alloc.gflags.selects();
    return only_formerly ? hold_if(!c.has(in_special)) : Outcome::not_relevant;
}

Outcome tag_selects(const Context& c) {
    const bool is_pattern = c.world->special_tag >= page_bytes || c.world->special_tag == everything;
    return gflags_decides(c) && is_pattern ? goes_where(c, c.alloc.gflags.by_tag) : Outcome::not_relevant;
}

Outcome size_selects(const Context& c) {
    const bool is_size = is_size_value(c.world->special_tag, c.claims->granule());
    return gflags_decides(c) && is_size && !c.alloc.gflags.by_tag ? goes_where(c, c.alloc.gflags.by_size)
                                                                  : Outcome::not_relevant;
}

// GF-04: a size is a tag as well, and 0x2A is everything.
Outcome small_value_is_a_tag_too(const Context& c) {
    const bool small = c.world->special_tag < page_bytes && c.alloc.gflags.by_tag;
    return gflags_decides(c) && small ? goes_where(c, true) : Outcome::not_relevant;
}

// GF-05: the setting of the side is for whoever asks.
Outcome side_is_the_settings(const Context& c) {
    return c.has(has_variant) || c.alloc.side_open ? Outcome::not_relevant : hold_if(is_on_its_side(c));
}

constexpr std::uint32_t told = is_pointer | has_info;
constexpr std::uint32_t caps = can_block_info | can_special_pool;
constexpr RoutineSet named = by_ex | by_eng;

constexpr Row rows[] = {
    {"GF-01", last_setting_alone_counts, on_allocate, by_pool_routine, told, caps,
     "ordinary pool for what only a former GFlags value selected"},
    {"GF-02", tag_selects, on_allocate, named, told, caps,
     "special pool for the tags that the GFlags value fits, wildcards included, and for no others"},
    {"GF-03", size_selects, on_allocate, named, told, caps,
     "special pool for the size class one granule below the GFlags value, and for no other size"},
    {"GF-04", small_value_is_a_tag_too, on_allocate, named, told, caps,
     "special pool for the tag equal to a GFlags value below PAGE_SIZE, and with 0x2A for everything"},
    {"GF-05", side_is_the_settings, on_allocate, by_pool_routine, told | in_special, caps,
     "the side of the page that the setting names, whoever asked for special pool"},
};

} // namespace

std::span<const Row> gflags_rows() {
    return rows;
}

} // namespace poolproof::oracle
