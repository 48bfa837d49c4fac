// Results as JUnit XML (see writers.hpp).
//
// Covers: the elements that every reader of JUnit knows: testsuites, testsuite, properties, testcase,
// failure, skipped, system-out. Does not cover: times of single cases, which there are none of.
#include "report/text.hpp"
#include "report/writers.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <algorithm>
#include <sstream>

namespace poolproof {
namespace {

struct Counts {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t skipped = 0;
};

void set(pugi::xml_node node, const char* name, const std::string& value) {
    node.append_attribute(name).set_value(printable(value).c_str());
}

void set_counts(pugi::xml_node node, const Counts& counts, double seconds) {
    set(node, "tests", std::to_string(counts.tests));
    set(node, "failures", std::to_string(counts.failures));
    set(node, "errors", "0");
    set(node, "skipped", std::to_string(counts.skipped));
    set(node, "time", fmt::format("{:.3f}", seconds));
}

void add_failure(pugi::xml_node test, const char* type, const std::string& message, const std::string& text) {
    pugi::xml_node failure = test.append_child("failure");
    set(failure, "type", type);
    set(failure, "message", message);
    failure.text().set(printable(text).c_str());
}

std::string violation_text(const ClauseResult& clause, const FindingResult* finding) {
    std::string text = fmt::format("{}\n{}, {}\n", clause.rule, clause.page, clause.section);
    if (finding != nullptr) {
        text +=
            fmt::format("{}\nfound by {}; the shortest trace has {}:\n{}replay it with: {}\n", finding->text,
                        finding->source, counted(finding->ops, "op"), finding->trace, finding->replay);
    }
    return text;
}

void add_clause(pugi::xml_node suite, const std::string& label, const Result& result,
                const ClauseResult& clause, Counts& counts) {
    pugi::xml_node test = suite.append_child("testcase");
    set(test, "name", clause.id);
    set(test, "classname", fmt::format("poolproof.{}.{}", label, family_of(clause.id)));
    ++counts.tests;
    if (clause.verdict == Verdict::holds) {
        return;
    }
    if (clause.verdict == Verdict::violated && !is_known_violation(clause)) {
        const FindingResult* finding = finding_of(result, clause.id);
        add_failure(test, "violated", finding == nullptr ? clause.rule : finding->text,
                    violation_text(clause, finding));
        ++counts.failures;
    } else if (clause.verdict == Verdict::not_exercised && clause.required) {
        add_failure(test, "not exercised", reason_of(clause), clause.rule);
        ++counts.failures;
    } else {
        set(test.append_child("skipped"), "message", reason_of(clause));
        ++counts.skipped;
    }
}

// Of `missing`, what no case of a clause says.
std::vector<std::string> missing_beside_clauses(const Result& result) {
    std::vector<std::string> lines = result.missing;
    for (const ClauseResult& clause : result.clauses) {
        if (clause.required && clause.verdict == Verdict::not_exercised) {
            std::erase_if(lines, [&](const std::string& line) { return line.starts_with(clause.id + " "); });
        }
    }
    return lines;
}

Counts add_suite(pugi::xml_node root, const std::string& label, const Result& result) {
    pugi::xml_node suite = root.append_child("testsuite");
    set(suite, "name", label);
    pugi::xml_node properties = suite.append_child("properties");
    const auto add_property = [&](const char* name, const std::string& value) {
        pugi::xml_node property = properties.append_child("property");
        set(property, "name", name);
        set(property, "value", value);
    };
    add_property("poolproof", result.version);
    add_property("subject", result.subject + " " + result.subject_version);
    add_property("seed", std::to_string(result.seed));
    add_property("ops", std::to_string(result.ops));
    Counts counts;
    for (const ClauseResult& clause : result.clauses) {
        add_clause(suite, label, result, clause, counts);
    }
    for (const std::string& line : missing_beside_clauses(result)) {
        pugi::xml_node test = suite.append_child("testcase");
        set(test, "name", "evidence");
        set(test, "classname", fmt::format("poolproof.{}.run", label));
        add_failure(test, "missing", line, line);
        ++counts.tests;
        ++counts.failures;
    }
    std::string notes;
    for (const std::string& note : result.notes) {
        notes += printable(note) + "\n";
    }
    if (!notes.empty()) {
        suite.append_child("system-out").text().set(notes.c_str());
    }
    set_counts(suite, counts, result.seconds);
    return counts;
}

} // namespace

std::string to_junit(const Results& results) {
    pugi::xml_document document;
    pugi::xml_node declaration = document.append_child(pugi::node_declaration);
    set(declaration, "version", "1.0");
    set(declaration, "encoding", "UTF-8");
    pugi::xml_node root = document.append_child("testsuites");
    set(root, "name", "poolproof");
    const std::vector<std::string> labels = labels_of(results);
    Counts all;
    double seconds = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
        const Counts counts = add_suite(root, labels[i], results[i]);
        all.tests += counts.tests;
        all.failures += counts.failures;
        all.skipped += counts.skipped;
        seconds += results[i].seconds;
    }
    set_counts(root, all, seconds);
    std::ostringstream text;
    document.save(text, "  ", pugi::format_indent, pugi::encoding_utf8);
    return text.str();
}

} // namespace poolproof
