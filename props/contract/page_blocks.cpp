// Markdown to blocks, in two passes: HTML that breaks lines becomes line breaks, then lines become blocks.
#include "contract/page_blocks.hpp"

#include <algorithm>
#include <array>

namespace poolproof {
namespace {

constexpr char row_mark = '\x01';         // begins a line that holds a whole HTML table row
constexpr std::size_t longest_tag = 4096; // what is longer is text, so that no page takes long

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Without white space and the marks of quotations at the front, and white space at the end.
std::string_view bare(std::string_view line) {
    while (!line.empty() && (is_blank(line.front()) || line.front() == '>')) {
        line.remove_prefix(1);
    }
    while (!line.empty() && is_blank(line.back())) {
        line.remove_suffix(1);
    }
    return line;
}

bool is_fence(std::string_view line) {
    return line.starts_with("```") || line.starts_with("~~~");
}

// Takes the first line off `text`, without its line break.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

// The name of the tag at the front of `text`, "/tr" or "p" for example, in lower case; empty when none is
// there.
std::string tag_name(std::string_view text) {
    std::string name;
    std::size_t i = 1;
    if (i < text.size() && text[i] == '/') {
        name += text[i++];
    }
    while (i < text.size() && is_letter(text[i])) {
        name += lower(text[i++]);
    }
    return name == "/" ? std::string() : name;
}

bool breaks_line(std::string_view name) {
    constexpr std::array<std::string_view, 15> names = {
        "p", "br", "li", "ul", "ol", "dl", "dt", "dd", "td", "th", "tr", "table", "tbody", "thead", "div"};
    if (name.starts_with('/')) {
        name.remove_prefix(1);
    }
    return std::find(names.begin(), names.end(), name) != names.end();
}

// The first pass: comments and tags that break lines.
class HtmlPass {
  public:
    explicit HtmlPass(std::string_view text) : rest_(text) {}

    std::string run() {
        while (!rest_.empty()) {
            if (row_depth_ == 0 && at_line_start_) {
                start_line();
            } else if (rest_.front() == '<') {
                take_angle();
            } else {
                take_char();
            }
        }
        return std::move(out_);
    }

  private:
    // Lines of code go through as they are.
    void start_line() {
        at_line_start_ = false;
        std::string_view after = rest_;
        const std::string_view line = bare(take_line(after));
        if (is_fence(line)) {
            in_fence_ = !in_fence_;
        } else if (!in_fence_) {
            in_bar_row_ = line.starts_with('|');
            return;
        }
        out_.append(rest_.substr(0, rest_.size() - after.size()));
        rest_ = after;
        at_line_start_ = true;
    }

    void take_char() {
        const bool breaks = rest_.front() == '\n';
        out_ += breaks && row_depth_ > 0 ? ' ' : rest_.front();
        at_line_start_ = breaks;
        rest_.remove_prefix(1);
    }

    void take_angle() {
        if (rest_.starts_with("<!--")) {
            const std::size_t end = rest_.find("-->");
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 3);
            return;
        }
        const std::string name = tag_name(rest_);
        const std::size_t end = rest_.substr(0, longest_tag).find('>');
        if (!breaks_line(name) || end == std::string_view::npos) {
            take_char();
            return;
        }
        rest_.remove_prefix(end + 1);
        if (name == "tr" && !in_bar_row_) {
            out_ += row_depth_++ == 0 ? std::string("\n\n") + row_mark : std::string(" ");
        } else if (row_depth_ > 0 && (name == "/tr" || name == "/table")) {
            out_ += --row_depth_ == 0 ? "\n\n" : " ";
        } else {
            out_ += row_depth_ > 0 || in_bar_row_ ? " " : "\n\n";
        }
    }

    std::string_view rest_;
    std::string out_;
    bool at_line_start_ = true;
    bool in_fence_ = false;
    bool in_bar_row_ = false;
    int row_depth_ = 0;
};

bool is_only(std::string_view line, std::string_view chars) {
    return !line.empty() && line.find_first_not_of(chars) == std::string_view::npos;
}

// A rule, an underline, the mark of a layout or of a note, or nothing at all.
bool says_nothing(std::string_view line) {
    const bool is_note =
        line.starts_with("[!") && line.ends_with("]") && line.find('(') == std::string_view::npos;
    return line.empty() || is_only(line, "-=*_ ") || line.starts_with(":::") || is_note;
}

// How many bytes the mark of a list item takes at the front of `line`; 0 when none is there.
std::size_t item_mark(std::string_view line) {
    std::size_t i = 0;
    while (i < line.size() && line[i] >= '0' && line[i] <= '9') {
        ++i;
    }
    const std::string_view ends = i == 0 ? "-*+" : ".)";
    const bool is_item =
        i + 1 < line.size() && ends.find(line[i]) != std::string_view::npos && is_blank(line[i + 1]);
    return is_item ? i + 2 : 0;
}

// The second pass: lines to blocks.
class LinePass {
  public:
    std::vector<Block> run(std::string_view text) {
        while (!text.empty()) {
            const std::string_view line = bare(take_line(text));
            if (is_fence(line)) {
                end_paragraph();
                in_fence_ = !in_fence_;
            } else if (in_fence_) {
                add(BlockKind::code, line);
            } else {
                take(line);
            }
        }
        end_paragraph();
        return std::move(blocks_);
    }

    void front_matter(std::string_view& text) {
        std::string_view after = text;
        if (bare(take_line(after)) != "---") {
            return;
        }
        while (!after.empty()) {
            const std::string_view line = bare(take_line(after));
            if (line == "---") {
                break;
            }
            add(BlockKind::whole, line);
        }
        text = after;
    }

  private:
    void take(std::string_view line) {
        while (const std::size_t mark = says_nothing(line) ? 0 : item_mark(line)) {
            end_paragraph();
            line = bare(line.substr(mark));
        }
        if (line.starts_with(row_mark)) {
            end_paragraph();
            add(BlockKind::whole, line.substr(1));
        } else if (line.starts_with('|')) {
            end_paragraph();
            if (!is_only(line, "|-: \t")) {
                add(BlockKind::whole, line);
            }
        } else if (line.starts_with('#')) {
            end_paragraph();
            add(BlockKind::prose, bare(line.substr(std::min(line.find_first_not_of('#'), line.size()))));
        } else if (says_nothing(line)) {
            end_paragraph();
        } else {
            paragraph_ += paragraph_.empty() ? "" : " ";
            paragraph_ += line;
        }
    }

    void add(BlockKind kind, std::string_view text) {
        if (!text.empty()) {
            blocks_.push_back({kind, std::string(text)});
        }
    }

    void end_paragraph() {
        add(BlockKind::prose, paragraph_);
        paragraph_.clear();
    }

    std::vector<Block> blocks_;
    std::string paragraph_;
    bool in_fence_ = false;
};

} // namespace

std::vector<Block> blocks_of(std::string_view markdown) {
    if (markdown.starts_with("\xEF\xBB\xBF")) {
        markdown.remove_prefix(3);
    }
    LinePass lines;
    lines.front_matter(markdown);
    const std::string text = HtmlPass(markdown).run();
    return lines.run(text);
}

} // namespace poolproof
