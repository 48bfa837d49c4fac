// Blanks comments and literals, so that the tidy rules read code alone.
//
// Covers: line and block comments, strings, raw strings, characters, digit separators. Does not cover: line
// splices inside a token, trigraphs.
#include "cli/tidy_tree.hpp"

#include <cctype>

namespace poolproof {

namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// One pass over the text; `at_` is the first character that is not decided yet.
class Blanker {
  public:
    explicit Blanker(std::string_view text) : text_(text), out_(text) {}

    std::string run() {
        while (at_ < text_.size()) {
            if (starts("//")) {
                blank_until(text_.find('\n', at_));
            } else if (starts("/*")) {
                blank_until(behind("*/", at_ + 2));
            } else if (starts("R\"") && (at_ == 0 || !is_word(text_[at_ - 1]))) {
                raw_string();
            } else if (text_[at_] == '"' || (text_[at_] == '\'' && !separates_digits())) {
                literal(text_[at_]);
            } else {
                ++at_;
            }
        }
        return out_;
    }

  private:
    bool starts(std::string_view token) const { return text_.substr(at_).starts_with(token); }

    // The position behind the next `token` at or after `from`, or npos.
    std::size_t behind(std::string_view token, std::size_t from) const {
        const std::size_t found = text_.find(token, from);
        return found == std::string_view::npos ? found : found + token.size();
    }

    void blank_until(std::size_t end) {
        for (end = end < text_.size() ? end : text_.size(); at_ < end; ++at_) {
            if (text_[at_] != '\n') {
                out_[at_] = ' ';
            }
        }
    }

    void raw_string() {
        const std::size_t open = text_.find('(', at_);
        if (open == std::string_view::npos) {
            at_ = text_.size();
            return;
        }
        const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
        blank_until(behind(close, open));
    }

    // Leaves the quotes, so that an expression still looks like one.
    void literal(char quote) {
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
            end += text_[end] == '\\' ? 2 : 1;
        }
        ++at_;
        blank_until(end);
        at_ += at_ < text_.size() ? 1 : 0;
    }

    // A quote inside a number, as in 1'000.
    bool separates_digits() const {
        std::size_t first = at_;
        while (first > 0 && (is_word(text_[first - 1]) || text_[first - 1] == '\'')) {
            --first;
        }
        return first < at_ && std::isdigit(static_cast<unsigned char>(text_[first])) != 0;
    }

    std::string_view text_;
    std::string out_;
    std::size_t at_ = 0;
};

} // namespace

std::string blank_comments_and_literals(std::string_view text) {
    return Blanker(text).run();
}

} // namespace poolproof
