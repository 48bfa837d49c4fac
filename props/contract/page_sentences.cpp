// Blocks to sentences: inline markup goes, sentences are cut, and their letters are made alike.
#include "contract/page_sentences.hpp"

#include "contract/page_blocks.hpp"

#include <array>

namespace poolproof {
namespace {

struct Replacement {
    std::string_view from;
    std::string_view to;
};

// Entities and typographic characters (UTF-8) by what a plain keyboard writes.
constexpr std::array<Replacement, 26> replacements = {{
    {"&lt;", "<"},         {"&gt;", ">"},         {"&amp;", "&"},         {"&quot;", "\""},
    {"&nbsp;", " "},       {"&#160;", " "},       {"&#39;", "'"},         {"&#x27;", "'"},
    {"&#124;", "|"},       {"&#42;", ""},         {"&le;", "<="},         {"&ge;", ">="},
    {"&ndash;", "-"},      {"&mdash;", "-"},      {"&times;", "x"},       {"\xC2\xA0", " "},
    {"\xE2\x80\x98", "'"}, {"\xE2\x80\x99", "'"}, {"\xE2\x80\x9C", "\""}, {"\xE2\x80\x9D", "\""},
    {"\xE2\x80\x93", "-"}, {"\xE2\x80\x94", "-"}, {"\xE2\x89\xA4", "<="}, {"\xE2\x89\xA5", ">="},
    {"\xE2\x80\x8B", ""},  {"\xC2\xAE", ""},
}};

constexpr std::size_t longest_markup =
    4096; // a tag or a target; what is longer is text, so that no page takes long

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_word(char c) {
    return is_letter(c) || (c >= '0' && c <= '9');
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Where the bracket that opens at `at` is closed, or npos.
std::size_t closing(std::string_view text, std::size_t at, char open, char close) {
    int depth = 0;
    for (std::size_t i = at; i < text.size(); ++i) {
        depth += text[i] == open ? 1 : text[i] == close ? -1 : 0;
        if (depth == 0) {
            return i;
        }
    }
    return std::string_view::npos;
}

// Takes the inline markup away from a block, left to right.
class Inline {
  public:
    Inline(std::string_view text, bool code) : text_(text), code_(code) {}

    std::string run() {
        while (at_ < text_.size()) {
            if (!replace() && !skip_tag() && !skip_target()) {
                take_char();
            }
        }
        return std::move(out_);
    }

  private:
    bool replace() {
        for (const Replacement& each : replacements) {
            if (text_.substr(at_).starts_with(each.from)) {
                out_ += each.to;
                at_ += each.from.size();
                return true;
            }
        }
        return false;
    }

    bool skip_tag() {
        const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
        if (text_[at_] != '<' || !(is_letter(next) || next == '/')) {
            return false;
        }
        const std::size_t length = text_.substr(at_, longest_markup).find('>');
        if (length == std::string_view::npos) {
            return false;
        }
        at_ += length + 1;
        return true;
    }

    // After the text of a link: "(target)" or "[reference]".
    bool skip_target() {
        if (code_ || text_[at_] != ']' || at_ + 1 == text_.size()) {
            return false;
        }
        const char open = text_[at_ + 1];
        if (open != '(' && open != '[') {
            return false;
        }
        const std::size_t end =
            closing(text_.substr(0, at_ + longest_markup), at_ + 1, open, open == '(' ? ')' : ']');
        if (end == std::string_view::npos) {
            return false;
        }
        at_ = end + 1;
        return true;
    }

    void take_char() {
        const char c = text_[at_];
        const char before = at_ > 0 ? text_[at_ - 1] : ' ';
        const char after = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
        const bool emphasis = c == '_' && (!is_word(before) || !is_word(after));
        const bool image = c == '!' && after == '[';
        const bool escape = c == '\\' && !is_space(after) && !is_word(after);
        if (escape) {
            out_ += after;
            ++at_;
        } else if (c == '|') {
            out_ += ' ';
        } else if (!emphasis && !image && c != '*' && c != '`' && c != '[' && c != ']') {
            out_ += c;
        }
        ++at_;
    }

    std::string_view text_;
    bool code_;
    std::string out_;
    std::size_t at_ = 0;
};

// "Note: " and its like at the front, which a page may write as a word or as a mark.
void drop_alert(std::string& sentence) {
    for (const std::string_view word : {"note", "important", "caution", "warning", "tip"}) {
        const std::size_t colon =
            sentence.starts_with(word) && sentence.substr(word.size(), 1) == ":" ? 1 : 0;
        if (sentence.starts_with(word) && sentence.substr(word.size() + colon, 1) == " ") {
            sentence.erase(0, word.size() + colon + 1);
            return;
        }
    }
}

// `text` is without markup.
std::string normal(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (!is_space(c)) {
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    while (!out.empty() && std::string_view(" .,:;!?").find(out.back()) != std::string_view::npos) {
        out.pop_back();
    }
    drop_alert(out);
    return out;
}

void add(std::vector<std::string>& sentences, std::string_view text) {
    std::string sentence = normal(text);
    if (!sentence.empty()) {
        sentences.push_back(std::move(sentence));
    }
}

// Whether a sentence ends with the character at `i`.
bool ends_sentence(std::string_view text, std::size_t i) {
    const bool is_stop = text[i] == '.' || text[i] == '!' || text[i] == '?';
    if (!is_stop || i == 0 || is_space(text[i - 1])) {
        return false;
    }
    std::size_t next = i + 1;
    while (next < text.size() && (text[next] == '"' || text[next] == '\'' || text[next] == ')')) {
        ++next;
    }
    if (next == text.size() || !is_space(text[next])) {
        return false;
    }
    while (next < text.size() && is_space(text[next])) {
        ++next;
    }
    return next < text.size() && !(text[next] >= 'a' && text[next] <= 'z');
}

void cut(std::vector<std::string>& sentences, std::string_view text) {
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (ends_sentence(text, i)) {
            const std::size_t end = text.find_first_of(" \t\r\n", i);
            add(sentences, text.substr(begin, end - begin));
            begin = end;
        }
    }
    add(sentences, text.substr(begin));
}

} // namespace

std::vector<std::string> sentences_of(std::string_view markdown) {
    std::vector<std::string> sentences;
    for (const Block& block : blocks_of(markdown)) {
        const std::string text = Inline(block.text, block.kind == BlockKind::code).run();
        if (block.kind == BlockKind::prose) {
            cut(sentences, text);
        } else {
            add(sentences, text);
        }
    }
    return sentences;
}

std::string normal_sentence(std::string_view text) {
    return normal(Inline(text, false).run());
}

std::uint64_t fingerprint(std::string_view sentence) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : sentence) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    return hash;
}

std::string fingerprint_text(std::uint64_t value) {
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) {
        text += "0123456789abcdef"[(value >> shift) & 15];
    }
    return text;
}

} // namespace poolproof
