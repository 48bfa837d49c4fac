// Programs that run at the same time.
#include "night/processes.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include <unistd.h>

namespace poolproof {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

Program shell(const std::string& script) {
    Program program;
    program.command = {"/bin/sh", "-c", script};
    return program;
}

TEST(Processes, OutputComesLineByLineFromBothStreams) {
    Program program = shell("printf 'one\\ntwo'; echo ' and more' >&2; printf last");
    std::vector<std::string> lines;
    program.on_line = [&](std::string_view line) { lines.emplace_back(line); };
    EXPECT_EQ(run_program(program).status, 0);
    EXPECT_THAT(lines, testing::ElementsAre("one", "two and more", "last"));
}

TEST(Processes, TheEndIsAStatusOrASignal) {
    EXPECT_EQ(run_program(shell("exit 77")).status, 77);
    EXPECT_EQ(run_program(shell("kill -9 $$")).signal, SIGKILL);
}

TEST(Processes, AProgramThatIsNotThereEndsWith127) {
    Program program;
    program.command = {"/no/such/program"};
    EXPECT_EQ(run_program(program).status, 127);
}

TEST(Processes, AProgramThatTakesTooLongIsKilled) {
    Program program = shell("sleep 60");
    program.most_seconds = 0.2;
    const Ended ended = run_program(program);
    EXPECT_TRUE(ended.timed_out);
    EXPECT_EQ(ended.signal, SIGKILL);
    EXPECT_LT(ended.seconds, 30);
}

TEST(Processes, TheEnvironmentAndTheFolderAreThoseAskedFor) {
    Program program = shell("echo $POOLPROOF_TEST; pwd");
    program.environment = {{"POOLPROOF_TEST", "given"}};
    program.folder = "/";
    std::vector<std::string> lines;
    program.on_line = [&](std::string_view line) { lines.emplace_back(line); };
    run_program(program);
    EXPECT_THAT(lines, testing::ElementsAre("given", "/"));
}

TEST(Processes, ALogThatCannotBeWrittenIsAnError) {
    Program program = shell("true");
    program.log = "/no/such/folder/log";
    Processes processes;
    EXPECT_THROW(processes.start(program), std::system_error);
}

TEST(Processes, StoppingEndsEvenWhatDoesNotListen) {
    Processes processes;
    int ended = 0;
    for (const char* script : {"sleep 60", "trap '' INT; sleep 60; sleep 60"}) {
        Program program = shell(script);
        program.on_end = [&](const Ended&) { ++ended; };
        processes.start(program);
    }
    processes.turn(300ms);
    processes.stop(300ms);
    EXPECT_EQ(processes.running(), 0U);
    EXPECT_EQ(ended, 2);
}

// The pids that a shell and what it started have written into a file.
bool is_alive(const fs::path& file) {
    std::ifstream stream(file);
    pid_t pid = 0;
    return static_cast<bool>(stream >> pid) && kill(pid, 0) == 0;
}

TEST(Processes, WhatRunsDiesWithThem) {
    const fs::path file = fs::path(testing::TempDir()) / "poolproof-processes-pid";
    fs::remove(file);
    {
        Processes processes;
        processes.start(shell("echo $$ >" + file.string() + "; sleep 60"));
        for (int i = 0; i < 500 && !is_alive(file); ++i) {
            processes.turn(10ms);
        }
        EXPECT_TRUE(is_alive(file));
    }
    EXPECT_FALSE(is_alive(file));
}

} // namespace
} // namespace poolproof
