// The command as tests run it.
//
// Covers: a folder of its own for each test, running the command there, what it says when it fails. Does not
// cover: what the sub-commands do.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include <sys/wait.h>

namespace poolproof {

namespace fs = std::filesystem;

inline constexpr const char* one_block =
    "poolproof-trace 2 64-bit\n"
    "allocate ExAllocatePoolWithTag s0 type=NonPagedPool size=100 tag='Fred'\n"
    "free ExFreePoolWithTag s0 tag='Fred'\n";

struct Ran {
    int code = -1;
    std::string out;
    std::string err;
};

inline std::string slurp(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

inline void spill(const fs::path& path, std::string_view content) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
}

// Each test in an empty folder of its own, with a corpus of one trace.
class Command : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "poolproof-cli-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
        spill(folder_ / "corpus/seeds/one_block.pool", one_block);
    }
    void TearDown() override { fs::remove_all(folder_); }

    fs::path at(const std::string& name) const { return folder_ / name; }

    // Runs "poolproof ARGUMENTS" in the folder.
    Ran run(const std::string& arguments) const {
        const std::string line = "cd '" + folder_.string() + "' && '" POOLPROOF_COMMAND "' " + arguments +
                                 " >out.txt 2>err.txt </dev/null";
        const int status = std::system(line.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, slurp(at("out.txt")), slurp(at("err.txt"))};
    }

    // Exactly one line on stderr, in the command's form, which says `what`.
    void expect_failure(const std::string& arguments, int code, const std::string& what) const {
        const Ran ran = run(arguments);
        EXPECT_EQ(ran.code, code) << arguments << "\n" << ran.err;
        EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << arguments << "\n" << ran.err;
        EXPECT_THAT(ran.err, testing::StartsWith("poolproof: ")) << arguments;
        EXPECT_THAT(ran.err, testing::HasSubstr(what)) << arguments;
    }

    fs::path folder_;
};

inline std::string quick(const std::string& more) {
    return "verify --corpus corpus --ops 20000 --sweep-stride 8 " + more;
}

} // namespace poolproof
