// Programs in C (see c_source.hpp). Does not cover: statements (c_statement.cpp).
#include "reproducer/c_source.hpp"

#include <string_view>

namespace poolproof::reproducer {
namespace {

constexpr std::size_t line_width = 100;

// As part of a comment, which it does not end.
std::string harmless(std::string text) {
    for (std::size_t at = text.find("*/"); at != std::string::npos; at = text.find("*/", at)) {
        text.replace(at, 2, "* /");
    }
    return text;
}

// The words of a text in lines of a comment, each behind `begin`; line ends stay.
std::string wrapped(std::string_view text, std::string_view begin) {
    std::string lines;
    std::string line;
    const auto finish = [&] {
        lines += line.empty() ? "" : std::string(begin) + line + "\n";
        line.clear();
    };
    while (!text.empty()) {
        const std::size_t end = text.find_first_of(" \n");
        const std::string_view word = text.substr(0, end);
        if (!line.empty() && begin.size() + line.size() + 1 + word.size() > line_width) {
            finish();
        }
        line += (line.empty() ? "" : " ") + std::string(word);
        if (end == std::string_view::npos) {
            break;
        }
        if (text[end] == '\n') {
            finish();
        }
        text.remove_prefix(end + 1);
    }
    finish();
    return harmless(lines);
}

} // namespace

std::string c_program(const Trace& played, const CProgram& about) {
    std::string text =
        "/* " + about.clause + ", violated by " + about.subject + " as " + about.target + " plays it:\n" +
        wrapped(about.rule, " * ") +
        " *\n"
        " * Compile and run it in the folder of poolproof:\n" +
        " *   " + harmless(about.compile) +
        "\n"
        " * Exit code 0: the clause is violated; 1: it is not. POOLPROOF_SUBJECT=NAME tries another\n"
        " * subject. Calls that raise or end in a bug check return, and the program goes on. */\n"
        "#include <fltkernel.h>\n"
        "#include <winddi.h>\n"
        "\n"
        "#include <poolproof/reproducer.h>\n"
        "\n"
        "int main(void) {\n"
        "    reproducer_begin(\"" +
        about.subject + "\", \"" + about.target + "\", " + (played.is_64_bit ? "64" : "32") + ");\n";
    for (const Op& op : played.ops) {
        if (&op == &played.ops.back() && !about.explanation.empty()) {
            std::string comment = wrapped(about.explanation, "     * ");
            comment.replace(0, 7, "    /* ");
            comment.insert(comment.size() - 1, " */");
            text += comment;
        }
        text += "    " + c_statement(op) + "\n";
    }
    return text + "    return reproducer_verdict(\"" + about.clause + "\");\n}\n";
}

} // namespace poolproof::reproducer
