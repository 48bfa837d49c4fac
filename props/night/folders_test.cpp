// The folder of a nightly job: whole files, whole corpora, one job at a time.
#include "night/folders.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

// Tests run at the same time.
const char* name_of_test() {
    return testing::UnitTest::GetInstance()->current_test_info()->name();
}

class Folders : public testing::Test {
  protected:
    Folders()
        : root(fs::path(testing::TempDir()) / (std::string("poolproof-night-folder-") + name_of_test())) {
        fs::remove_all(root);
        folder.emplace(root);
    }

    void put(const fs::path& file, const char* content) const {
        fs::create_directories(file.parent_path());
        std::ofstream(file) << content;
    }

    fs::path root;
    std::optional<NightFolder> folder;
};

TEST_F(Folders, ASecondJobIsRefused) {
    EXPECT_THROW(NightFolder{root}, FolderBusy);
    folder.reset();
    EXPECT_NO_THROW(NightFolder{root});
}

TEST_F(Folders, TheSameContentJoinsACorpusOnce) {
    put(root / "seeds/a", "one");
    put(root / "seeds/b", "one");
    put(root / "seeds/c", "two");
    folder->add_to_corpus("t", root / "seeds");
    folder->add_to_corpus("t", root / "seeds");
    EXPECT_EQ(extent_of(folder->corpus("t")).files, 2U);
    EXPECT_EQ(extent_of(folder->corpus("t")).bytes, 6U);
}

TEST_F(Folders, WhatCrashesLeavesTheCorpusAndStaysACrash) {
    put(root / "seeds/a", "one");
    put(root / "seeds/b", "two");
    folder->add_to_corpus("t", root / "seeds");
    put(folder->corpus("t") / "0a0b", "three");
    put(folder->crashes("t") / "crash-ffff", "one");
    put(folder->crashes("t") / "crash-0a0b", "three");
    folder->drop_crashes_from_corpus("t");
    EXPECT_EQ(extent_of(folder->corpus("t")).files, 1U);
    EXPECT_EQ(extent_of(folder->crashes("t")).files, 2U);
}

TEST_F(Folders, ACorpusIsReplacedWhole) {
    put(folder->corpus("t") / "old", "old");
    put(folder->scratch("merged") / "new", "new");
    folder->replace_corpus("t", folder->scratch("merged"));
    EXPECT_FALSE(fs::exists(folder->corpus("t") / "old"));
    EXPECT_TRUE(fs::exists(folder->corpus("t") / "new"));
    EXPECT_FALSE(fs::exists(root / "corpus/t.old"));
}

// Killed after the old one was put aside, and after the new one was there.
TEST_F(Folders, AReplacementThatWasCutOffIsMended) {
    put(root / "corpus/t.old/kept", "x");
    put(root / "corpus/u.old/gone", "x");
    put(root / "corpus/u/new", "x");
    folder.reset();
    folder.emplace(root);
    EXPECT_TRUE(fs::exists(root / "corpus/t/kept"));
    EXPECT_TRUE(fs::exists(root / "corpus/u/new"));
    EXPECT_FALSE(fs::exists(root / "corpus/t.old"));
    EXPECT_FALSE(fs::exists(root / "corpus/u.old"));
}

TEST_F(Folders, AFileThatCannotBeWrittenStaysAsItWas) {
    write_whole(root / "file", "before");
    fs::create_directory(root / "file.new"); // in the way
    EXPECT_THROW(write_whole(root / "file", "after"), std::system_error);
    EXPECT_EQ(read_whole(root / "file"), "before");
    EXPECT_THROW(read_whole(root / "missing"), std::system_error);
}

} // namespace
} // namespace poolproof
