// Implements pool/page_table.hpp: a bitmap searched first fit, records in a mapping that grows by touch.
#include "pool/page_table.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace poolproof {

PageTable::PageTable()
    : records_memory_(sizeof(PageRecord) * arena_pages, Protection::read_write),
      records_(reinterpret_cast<PageRecord*>(records_memory_.data())) {}

std::uint32_t PageTable::find(std::uint32_t pages) const {
    std::uint32_t start = first_free_hint_;
    while (start + pages <= arena_pages) {
        // The next free page at or after start.
        std::uint32_t word = start / 64;
        std::uint64_t free_bits = ~words_[word] & (~std::uint64_t{0} << (start % 64));
        while (free_bits == 0 && ++word < words_.size())
            free_bits = ~words_[word];
        if (word >= words_.size())
            return none;
        start = word * 64 + static_cast<std::uint32_t>(std::countr_zero(free_bits));
        // The next used page after it.
        std::uint32_t end = start + 1;
        while (end < start + pages && end < arena_pages) {
            const std::uint64_t used = words_[end / 64] >> (end % 64);
            if (used != 0) {
                end += static_cast<std::uint32_t>(std::countr_zero(used));
                break;
            }
            end = (end / 64 + 1) * 64;
        }
        if (end >= start + pages && start + pages <= arena_pages)
            return start;
        start = end;
    }
    return none;
}

namespace {

// Calls change(word, bits) with the bits of the pages in each word.
template <class Words, class Change>
void for_words(Words& words, std::uint32_t page, std::uint32_t pages, Change&& change) {
    for (const std::uint32_t end = page + pages; page < end;) {
        const std::uint32_t in_word = std::min(64 - page % 64, end - page);
        change(words[page / 64], (~std::uint64_t{0} >> (64 - in_word)) << (page % 64));
        page += in_word;
    }
}

} // namespace

void PageTable::mark_used(std::uint32_t page, std::uint32_t pages) {
    for_words(words_, page, pages, [](std::uint64_t& word, std::uint64_t bits) { word |= bits; });
    if (page == first_free_hint_)
        first_free_hint_ = page + pages;
    high_water_ = std::max(high_water_, page + pages);
}

void PageTable::mark_free(std::uint32_t page, std::uint32_t pages) {
    for_words(words_, page, pages, [](std::uint64_t& word, std::uint64_t bits) { word &= ~bits; });
    first_free_hint_ = std::min(first_free_hint_, page);
}

void PageTable::reset() {
    std::fill_n(words_.begin(), (high_water_ + 63) / 64, 0);
    for (std::uint32_t page = 0; page < high_water_; ++page)
        records_[page] = PageRecord{};
    first_free_hint_ = 0;
    most_used_ = most_used();
    high_water_ = 0;
}

} // namespace poolproof
