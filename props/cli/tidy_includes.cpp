// Tidy rules on who may know whom: layering, third parties, dead headers and dead sources.
//
// Covers: #include lines as they stand, whatever is defined. Does not cover: what the linker would find,
// headers that only another program includes.
#include "cli/tidy_tree.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace poolproof {

namespace {

using Folders = std::span<const std::string_view>;

// The headers that the sources of one folder may include. The first room that matches a file is its room.
struct Room {
    std::string_view folder;
    Folders may_know;
};

constexpr std::string_view documented = "impl/include/ddi/", machine = "impl/include/";
constexpr std::string_view contract = "props/contract/", trace = "props/trace/", oracle = "props/oracle/";
constexpr std::string_view subjects = "props/subjects/", play = "props/play/", run = "props/run/";
constexpr std::string_view gen = "props/gen/", isolation = "props/isolation/", host = "props/host/";
constexpr std::string_view plugin_interface = "props/include/", plugins = "props/plugins/";
constexpr std::string_view suites = "props/suites/", report = "props/report/", cli = "props/cli/";
constexpr std::string_view bench = "props/bench/", night = "props/night/";
constexpr std::string_view reproducer = "props/reproducer/";
constexpr std::string_view fuzz = "fuzz/", impl = "impl/";

constexpr std::array<std::string_view, 1> public_headers_know = {machine};
constexpr std::array<std::string_view, 1> impl_knows = {impl};
constexpr std::array<std::string_view, 2> contract_knows = {documented, contract};
constexpr std::array<std::string_view, 3> trace_knows = {documented, contract, trace};
constexpr std::array<std::string_view, 4> oracle_knows = {documented, contract, trace, oracle};
constexpr std::array<std::string_view, 4> subjects_know = {machine, contract, trace, subjects};
constexpr std::array<std::string_view, 5> play_knows = {documented, contract, trace, subjects, play};
constexpr std::array<std::string_view, 5> isolation_knows = {plugin_interface, contract, trace, play,
                                                             isolation};
constexpr std::array<std::string_view, 7> host_knows = {plugin_interface, contract, trace, subjects, play,
                                                        isolation,        host};
constexpr std::array<std::string_view, 4> plugins_know = {plugin_interface, subjects, play, isolation};
constexpr std::array<std::string_view, 7> run_knows = {documented, contract, trace, oracle,
                                                       subjects,   play,     run};
constexpr std::array<std::string_view, 8> gen_knows = {documented, contract, trace, oracle,
                                                       subjects,   play,     run,   gen};
constexpr std::array<std::string_view, 9> suites_know = {machine, contract, trace, oracle, subjects,
                                                         play,    run,      gen,   suites};
constexpr std::array<std::string_view, 4> report_knows = {contract, trace, oracle, report};
constexpr std::array<std::string_view, 3> night_knows = {run, report, night};
constexpr std::array<std::string_view, 9> reproducer_knows = {
    documented, plugin_interface, contract, trace, oracle, subjects, play, run, reproducer};
constexpr std::array<std::string_view, 13> cli_knows = {
    machine, contract, trace, oracle, subjects, play, isolation, run, gen, report, night, reproducer, cli};
constexpr std::array<std::string_view, 5> bench_knows = {machine, subjects, gen, cli, bench};
constexpr std::array<std::string_view, 9> fuzz_knows = {machine, contract, trace, oracle, subjects,
                                                        play,    run,      gen,   fuzz};

constexpr std::array<Room, 19> rooms = {{
    {machine, public_headers_know},
    {impl, impl_knows},
    {contract, contract_knows},
    {trace, trace_knows},
    {oracle, oracle_knows},
    {subjects, subjects_know},
    {play, play_knows},
    {isolation, isolation_knows},
    {host, host_knows},
    {plugins, plugins_know},
    {run, run_knows},
    {gen, gen_knows},
    {reproducer, reproducer_knows},
    {suites, suites_know},
    {report, report_knows},
    {night, night_knows},
    {cli, cli_knows},
    {bench, bench_knows},
    {fuzz, fuzz_knows},
}};

// Folders whose sources CMakeLists.txt takes without naming them.
constexpr std::array<std::string_view, 16> globbed = {
    "impl/machine/", "impl/pool/", "impl/ddi/", contract, trace,  oracle, subjects, play,
    isolation,       run,          gen,         suites,   report, night,  cli,      reproducer,
};

// What must link into fuzz targets built against another C++ library, and under MemorySanitizer.
constexpr std::array<std::string_view, 12> lean_folders = {
    impl, contract, trace, oracle, subjects, play, isolation, host, plugins, run, fuzz, reproducer,
};
constexpr std::array<std::string_view, 4> heavy_headers = {"map", "set", "iostream", "regex"};

bool begins_with_one_of(std::string_view text, Folders beginnings) {
    return std::ranges::any_of(beginnings, [text](std::string_view b) { return text.starts_with(b); });
}

// The target of the include on that line, or nothing.
std::string_view included(const TidyFile& file, std::size_t at) {
    const std::string_view code = file.code[at];
    const std::size_t word = code.find("include");
    if (!code.starts_with('#') || word == std::string_view::npos) {
        return {};
    }
    const std::string_view line = file.lines[at];
    const std::size_t open = line.find_first_of("<\"", word);
    const std::size_t close = open == std::string_view::npos ? open : line.find_first_of(">\"", open + 1);
    return close == std::string_view::npos ? std::string_view() : line.substr(open + 1, close - open - 1);
}

// The position in the tree of the file that `target` means when `from` includes it, or the size of the tree.
std::size_t resolve(const std::vector<TidyFile>& tree, const TidyFile& from, std::string_view target) {
    const std::string_view path = from.path;
    const std::string own(path.substr(0, path.size() - from.name().size()));
    for (const std::string& root : {own, std::string("impl/include/"), std::string("props/include/"),
                                    std::string("props/"), std::string("impl/"), std::string("fuzz/")}) {
        const std::string whole = root + std::string(target);
        const auto found = std::ranges::lower_bound(tree, whole, {}, &TidyFile::path);
        if (found != tree.end() && found->path == whole) {
            return static_cast<std::size_t>(found - tree.begin());
        }
    }
    return tree.size();
}

// Why `file` may not include that header of somebody else, or nothing.
std::string_view forbidden_outside(const TidyFile& file, std::string_view header) {
    const bool tests = file.is_test() || file.in(suites);
    if (header.starts_with("gtest/") || header.starts_with("gmock/")) {
        return tests ? "" : "GoogleTest stays in *_test.cpp and props/suites/";
    }
    if (header.starts_with("rapidcheck")) {
        return file.in(suites) || file.in("props/gen/rapidcheck")
                   ? ""
                   : "RapidCheck stays in props/suites/ and props/gen/rapidcheck*";
    }
    if (header.starts_with("CLI/")) {
        return file.in(cli) || file.in(bench) ? "" : "CLI11 stays in props/cli/ and props/bench/";
    }
    if (header.starts_with("nlohmann/") || header.starts_with("fmt/")) {
        return file.in(cli) || file.in(report) || file.in(bench)
                   ? ""
                   : "nlohmann-json and fmt stay in props/cli/, props/report/ and props/bench/";
    }
    if (header.starts_with("pugixml")) {
        return file.in(report) ? "" : "pugixml stays in props/report/";
    }
    if (header.starts_with("benchmark/")) {
        return file.in(bench) ? "" : "Google Benchmark stays in props/bench/";
    }
    const bool lean = !file.is_test() && begins_with_one_of(file.path, lean_folders);
    return lean && std::ranges::find(heavy_headers, header) != heavy_headers.end()
               ? "no std::map, std::set, streams to the console or std::regex in this room"
               : "";
}

bool may_know(const TidyFile& file, const TidyFile& header) {
    if (file.is_test()) {
        return true;
    }
    for (const Room& room : rooms) {
        if (file.in(room.folder)) {
            return begins_with_one_of(header.path, room.may_know);
        }
    }
    return true;
}

} // namespace

void check_includes(const std::vector<TidyFile>& tree, TidyFindings& findings) {
    std::vector<bool> alive(tree.size(), false);
    for (const TidyFile& file : tree) {
        for (std::size_t at = 0; at < file.code.size(); ++at) {
            const std::string_view target = included(file, at);
            if (target.empty()) {
                continue;
            }
            const auto line = static_cast<unsigned>(at + 1);
            const std::size_t header = resolve(tree, file, target);
            if (header == tree.size()) {
                const std::string_view reason = forbidden_outside(file, target);
                if (!reason.empty()) {
                    findings.push_back({file.path, line, "forbidden-include", std::string(reason)});
                }
                continue;
            }
            alive[header] = alive[header] || &tree[header] != &file;
            if (!may_know(file, tree[header])) {
                findings.push_back(
                    {file.path, line, "forbidden-include", "may not know " + tree[header].path});
            }
        }
    }
    for (std::size_t i = 0; i < tree.size(); ++i) {
        if (tree[i].is_header() && !alive[i]) {
            findings.push_back({tree[i].path, 0, "dead-file", "no file of the tree includes it"});
        }
    }
}

void check_dead_sources(const std::vector<TidyFile>& tree, TidyFindings& findings) {
    for (const TidyFile& file : tree) {
        if (!file.is_code() || file.is_header()) {
            continue;
        }
        const bool test = file.is_test() && (file.in(impl) || file.in("props/"));
        const bool taken = begins_with_one_of(file.path, globbed) && file.extension() == ".cpp" &&
                           std::ranges::count(file.path, '/') == 2;
        const bool named = std::ranges::any_of(tree, [&file](const TidyFile& list) {
            return list.name() == "CMakeLists.txt" &&
                   std::ranges::any_of(list.lines, [&file](const std::string& line) {
                       return line.find(file.name().substr(0, file.name().rfind('.'))) != std::string::npos;
                   });
        });
        if (!test && !taken && !named) {
            findings.push_back({file.path, 0, "dead-file", "no CMakeLists.txt builds it"});
        }
    }
}

} // namespace poolproof
