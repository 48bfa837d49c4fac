// Stand-ins for addresses (see stand_ins.hpp).
#include "cli/stand_ins.hpp"

#include <ddi/ntdef.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace poolproof {
namespace {

constexpr std::uint64_t farthest = 1U << 20U; // within a region, beyond what was seen of it
constexpr std::uint64_t first_page = 0x10000; // leaves room for what lies below

bool is_random(std::uint64_t address) {
    return address >= 1ULL << 32U && address < 1ULL << 47U;
}

std::uint64_t page_of(std::uint64_t address) {
    return address - address % PAGE_SIZE;
}

std::vector<std::uint64_t> addresses_of(const std::vector<Step>& log) {
    std::vector<std::uint64_t> addresses;
    for (const Step& step : log) {
        for (const std::uint64_t address : {step.event.used, step.event.address}) {
            if (is_random(address)) {
                addresses.push_back(address);
            }
        }
    }
    return addresses;
}

} // namespace

StandIns::StandIns(const std::vector<Step>& log) {
    const std::vector<std::uint64_t> seen = addresses_of(log);
    std::vector<std::uint64_t> sorted = seen;
    std::sort(sorted.begin(), sorted.end());
    std::vector<Region> ascending;
    for (const std::uint64_t address : sorted) {
        if (ascending.empty() || address - ascending.back().high > farthest) {
            ascending.push_back({page_of(address), address});
        }
        ascending.back().high = address;
    }
    const auto holds = [](const Region& region, std::uint64_t address) {
        return address >= region.low && address <= region.high;
    };
    for (const std::uint64_t address : seen) {
        const auto among = [&](const Region& region) { return holds(region, address); };
        if (std::none_of(regions_.begin(), regions_.end(), among)) {
            regions_.push_back(*std::find_if(ascending.begin(), ascending.end(), among));
        }
    }
}

std::uint64_t StandIns::operator()(std::uint64_t address) {
    if (!is_random(address)) {
        return address;
    }
    std::size_t at = 0;
    // Regions may lie closer than twice the margin: the one that holds the address comes before one nearby.
    std::size_t nearby = regions_.size();
    for (; at < regions_.size(); ++at) {
        const Region& region = regions_[at];
        if (address >= region.low && address <= region.high) {
            break;
        }
        if (address + farthest >= region.low && address <= region.high + farthest) {
            nearby = std::min(nearby, at);
        }
    }
    at = std::min(at, nearby);
    if (at == regions_.size()) {
        regions_.push_back({page_of(address), address});
    }
    return ((at + 1) << 32U) + first_page + (address - regions_[at].low);
}

std::string StandIns::in(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t start = text.find("0x");
        if (start == std::string_view::npos) {
            break;
        }
        const char* const digits = text.data() + start + 2;
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(digits, text.data() + text.size(), number, 16);
        const bool address = error == std::errc() && is_random(number);
        const auto length = static_cast<std::size_t>(end - text.data());
        result += text.substr(0, address ? start : length);
        if (address) {
            result += fmt::format("0x{:X}", (*this)(number));
        }
        text.remove_prefix(length);
    }
    result += text;
    return result;
}

} // namespace poolproof
