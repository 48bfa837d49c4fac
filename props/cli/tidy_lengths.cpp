// Tidy rules on length: files of at most 400 lines, functions of at most 70.
//
// Functions are found by indentation, as clang-format leaves it: a line that ends in an opening brace begins
// a body, the first closing brace at the indentation of its head ends it. Does not cover: functions made by
// macros, lambdas apart from the function around them, tables of data (they may be long).
#include "cli/tidy_tree.hpp"

#include <array>
#include <cctype>

namespace poolproof {

namespace {

constexpr std::size_t longest_file = 400;
constexpr std::size_t longest_function = 70;
constexpr std::size_t indent_width = 4;

std::string_view trimmed(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t");
    const std::size_t last = line.find_last_not_of(" \t");
    return first == std::string_view::npos ? std::string_view() : line.substr(first, last - first + 1);
}

std::size_t indentation(std::string_view line) {
    const std::size_t first = line.find_first_not_of(' ');
    return first == std::string_view::npos ? line.size() : first;
}

enum class Body { none, type, function };

// What the brace at the end of `head` opens.
Body body_of(std::string_view head) {
    if (head.starts_with("template")) {
        std::size_t depth = 0;
        for (std::size_t at = head.find('<'); at < head.size(); ++at) {
            depth += head[at] == '<' ? 1U : 0U;
            depth -= head[at] == '>' && depth > 0 ? 1U : 0U;
            if (depth == 0) {
                head = trimmed(head.substr(at + 1));
                break;
            }
        }
    }
    for (const std::string_view word : {"class ", "struct ", "union "}) {
        if (head.starts_with(word)) {
            return Body::type;
        }
    }
    for (const std::string_view data : {"= {", "{{", "({"}) {
        if (head.ends_with(data)) {
            return Body::none;
        }
    }
    return head.find('(') == std::string_view::npos ? Body::none : Body::function;
}

class FunctionScanner {
  public:
    FunctionScanner(const TidyFile& file, TidyFindings& findings) : file_(file), findings_(findings) {}

    // The lines from `first` up to `last`, whose heads stand at `indent`.
    void scan(std::size_t first, std::size_t last, std::size_t indent) {
        std::string head;
        std::size_t begin = first;
        for (std::size_t at = first; at < last; ++at) {
            const std::string_view text = trimmed(file_.code[at]);
            if (text.empty()) {
                continue;
            }
            if (text.starts_with('#')) {
                at = end_of_directive(at);
                continue;
            }
            const std::size_t column = indentation(file_.code[at]);
            if (head.empty() && (column != indent || text.starts_with('}'))) {
                continue;
            }
            begin = head.empty() ? at : begin;
            head += (head.empty() ? "" : " ") + std::string(text);
            if (text.ends_with('{')) {
                at = open_body(head, begin, at, last, indent);
                head.clear();
            } else if (text.ends_with(';') || text.ends_with('}') || text.ends_with(':')) {
                head.clear();
            }
        }
    }

  private:
    std::size_t end_of_directive(std::size_t at) const {
        while (at + 1 < file_.code.size() && file_.code[at].ends_with('\\')) {
            ++at;
        }
        return at;
    }

    // Returns the line on which to go on.
    std::size_t open_body(std::string_view head, std::size_t begin, std::size_t at, std::size_t last,
                          std::size_t indent) {
        if (head.starts_with("namespace") || head.starts_with("inline namespace") ||
            head.starts_with("extern \"")) {
            return at;
        }
        std::size_t end = at + 1;
        while (end < last &&
               !(indentation(file_.code[end]) == indent && file_.code[end].substr(indent).starts_with('}'))) {
            ++end;
        }
        const Body body = body_of(head);
        if (body == Body::type) {
            scan(at + 1, end, indent + indent_width);
        } else if (body == Body::function && end - begin + 1 > longest_function) {
            findings_.push_back(
                {file_.path, static_cast<unsigned>(begin + 1), "long-function",
                 std::to_string(end - begin + 1) + " lines; at most " + std::to_string(longest_function)});
        }
        return end;
    }

    const TidyFile& file_;
    TidyFindings& findings_;
};

} // namespace

void check_lengths(const TidyFile& file, TidyFindings& findings) {
    if ((file.is_code() || file.is_script()) && file.lines.size() > longest_file) {
        findings.push_back(
            {file.path, 0, "long-file",
             std::to_string(file.lines.size()) + " lines; at most " + std::to_string(longest_file)});
    }
    FunctionScanner(file, findings).scan(0, file.code.size(), 0);
}

} // namespace poolproof
