// Lines to records, and back (see contract_sources.hpp).
#include "cli/contract_sources.hpp"

#include "cli/files.hpp"
#include "contract/page_sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>

namespace poolproof {
namespace {

constexpr std::string_view head =
    R"(# The sentences of Microsoft's pages that each clause rests on, as fingerprints.
#
#   CLAUSE PAGE FINGERPRINT[,FINGERPRINT...]    64-bit FNV-1a of a sentence in its normal form, sorted; *N behind it
#                                               when the sentence stands on the page N times
#   CLAUSE PAGE - REASON                        why there is no fingerprint; PAGE is - when the source is no page
#
# Sorted by clause and page, in byte order. The normal form is told in page_sentences.hpp: no markup, lower case, single
# spaces, no stop at the end; a table row, a line of code and a field of the front matter are one sentence each.
# Made by: poolproof contract fingerprint --docs DIR --quotes FILE -o props/contract/sources.txt
)";

// The lines of a file that say something, with their numbers.
class Lines {
  public:
    explicit Lines(const std::string& path) : path_(path) {
        const std::vector<std::uint8_t> bytes = read_bytes(path);
        text_.assign(bytes.begin(), bytes.end());
    }

    // The next line that is neither empty nor a comment; false at the end.
    bool next(std::string_view& line) {
        while (at_ < text_.size()) {
            const std::size_t end = std::min(text_.find('\n', at_), text_.size());
            line = std::string_view(text_).substr(at_, end - at_);
            at_ = end + 1;
            ++number_;
            if (!line.empty() && line.back() == '\r') {
                line.remove_suffix(1);
            }
            if (!line.empty() && line.front() != '#') {
                return true;
            }
        }
        return false;
    }

    unsigned number() const { return number_; }

    [[noreturn]] void fail(std::string_view expected) const {
        throw Failure(ExitCode::usage, fmt::format("{}:{}: expected {}", path_, number_, expected));
    }

  private:
    std::string path_;
    std::string text_;
    std::size_t at_ = 0;
    unsigned number_ = 0;
};

// Takes what stands before `separator` off `rest`; all of it when the separator is not there.
std::string take(std::string_view& rest, std::string_view separator) {
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string field(rest.substr(0, end));
    rest.remove_prefix(std::min(end + separator.size(), rest.size()));
    return field;
}

bool is_page(std::string_view text) {
    const std::size_t slash = text.find('/');
    return slash != 0 && slash != std::string_view::npos && slash + 1 < text.size() &&
           text.find_first_of(" \t", 0) == std::string_view::npos &&
           text.find('/', slash + 1) == std::string_view::npos;
}

std::optional<Print> print_of(std::string_view text) {
    Print print;
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    auto [at, error] = std::from_chars(begin, end, print.value, 16);
    const bool is_value = error == std::errc() && text.substr(0, 16) == fingerprint_text(print.value);
    if (is_value && at != end && *at == '*') {
        const auto times = std::from_chars(at + 1, end, print.times);
        at = times.ec == std::errc() && print.times > 1 ? times.ptr : at;
    }
    return is_value && at == end ? std::optional(print) : std::nullopt;
}

void read_prints(const Lines& lines, std::string_view rest, std::vector<Print>& prints) {
    while (!rest.empty()) {
        const std::optional<Print> print = print_of(take(rest, ","));
        if (!print) {
            lines.fail("fingerprints of 16 lower-case hexadecimal digits, or - and a reason");
        }
        if (!prints.empty() && prints.back().value >= print->value) {
            lines.fail("fingerprints that go up");
        }
        prints.push_back(*print);
    }
}

} // namespace

std::vector<Source> read_sources(const std::string& path) {
    Lines lines(path);
    std::vector<Source> sources;
    for (std::string_view line; lines.next(line);) {
        Source source;
        source.clause = take(line, " ");
        source.page = take(line, " ");
        if (clause_index(source.clause) < 0) {
            lines.fail("a clause of the contract");
        }
        if (!is_page(source.page) && source.page != "-") {
            lines.fail("a page as folder/file, or -");
        }
        if (line.starts_with("- ")) {
            source.reason = line.substr(2);
        } else {
            read_prints(lines, line, source.prints);
        }
        if (source.reason.empty() && (source.prints.empty() || source.page == "-")) {
            lines.fail("fingerprints of a page, or - and a reason");
        }
        if (!sources.empty() &&
            std::tie(sources.back().clause, sources.back().page) >= std::tie(source.clause, source.page)) {
            lines.fail("lines sorted by clause and page, each pair once");
        }
        sources.push_back(std::move(source));
    }
    return sources;
}

std::vector<LeftOut> read_left_out(const std::string& path) {
    Lines lines(path);
    std::vector<LeftOut> pages;
    for (std::string_view line; lines.next(line);) {
        LeftOut page;
        page.page = take(line, " ");
        page.reason = line;
        if (!is_page(page.page) || page.reason.empty()) {
            lines.fail("a page as folder/file, and the reason why no clause rests on it");
        }
        if (!pages.empty() && pages.back().page >= page.page) {
            lines.fail("pages in order, each once");
        }
        pages.push_back(std::move(page));
    }
    return pages;
}

std::vector<Quote> read_quotes(const std::string& path) {
    constexpr std::string_view none = "none: ";
    Lines lines(path);
    std::vector<Quote> quotes;
    for (std::string_view line; lines.next(line);) {
        Quote quote;
        quote.line = lines.number();
        quote.clause = take(line, " | ");
        quote.page = take(line, " | ");
        if (clause_index(quote.clause) < 0) {
            lines.fail("a clause of the contract");
        }
        const bool has_reason = line.starts_with(none) && line.size() > none.size();
        if (!is_page(quote.page) && !(quote.page == "-" && has_reason)) {
            lines.fail("CLAUSE | folder/file | the sentence, or none: and a reason");
        }
        (has_reason ? quote.reason : quote.sentence) = has_reason ? line.substr(none.size()) : line;
        if (!has_reason && normal_sentence(quote.sentence).empty()) {
            lines.fail("CLAUSE | folder/file | the sentence, or none: and a reason");
        }
        quotes.push_back(std::move(quote));
    }
    return quotes;
}

bool is_own_page(const Clause& clause, std::string_view page) {
    if (page == "-") {
        return clause.page.find('/') == std::string_view::npos;
    }
    std::string_view rest = clause.page;
    while (!rest.empty()) {
        const std::string own = take(rest, ", ");
        if (page == own || page.starts_with(own + "-")) {
            return true;
        }
    }
    return false;
}

std::string sources_text(std::span<const Source> sources) {
    std::string text(head);
    for (const Source& source : sources) {
        text += fmt::format("{} {} ", source.clause, source.page);
        if (source.prints.empty()) {
            text += "- " + source.reason;
        }
        std::string_view between;
        for (const Print& print : source.prints) {
            text += fmt::format("{}{}", between, fingerprint_text(print.value));
            text += print.times > 1 ? fmt::format("*{}", print.times) : "";
            between = ",";
        }
        text += '\n';
    }
    return text;
}

} // namespace poolproof
