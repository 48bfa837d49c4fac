// Programs in C do what their traces do: the ops that they ask for are those of the trace, every one.
//
// Covers: the traces that convict the faulty subjects, every seed and regression, and ops of random bits with
// every routine and kind among them, compiled and run as one program. Does not cover: verdicts of whole
// reproducers (cli/triage_test.cpp).
#include "cli/cli_test_kit.hpp"
#include "cli/files.hpp"
#include "cli/triage_reproducer.hpp"
#include "gen/random_op.hpp"
#include "reproducer/c_source.hpp"
#include "subjects/faulty_evidence_family.hpp"
#include "trace/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace poolproof {
namespace {

using testing::HasSubstr;

Trace parsed(std::string_view ops) {
    ParsedText text = parse_text("poolproof-trace 2 64-bit\n" + std::string(ops) + "\n");
    EXPECT_TRUE(text.ok) << ops << ": " << text.message;
    return std::move(text.trace);
}

class Reproducers : public Command {
  protected:
    // A program that asks for the ops of each trace; file N.pool gets those of trace N.
    std::string program(const std::vector<Trace>& traces) const {
        std::string text = "#include <stdlib.h>\n#include <fltkernel.h>\n#include <winddi.h>\n"
                           "#include <poolproof/reproducer.h>\n\n";
        std::string calls;
        for (std::size_t i = 0; i < traces.size(); ++i) {
            const std::string number = std::to_string(i);
            text += "static void trace_" + number +
                    "(void) {\n    setenv(\"POOLPROOF_REPRODUCER_TRACE\", \"" +
                    at(number + ".pool").string() +
                    "\", 1);\n    reproducer_begin(\"reference\", \"pool_trace_fuzzer\", " +
                    (traces[i].is_64_bit ? "64" : "32") + ");\n";
            for (const Op& op : traces[i].ops) {
                text += "    " + reproducer::c_statement(op) + "\n";
            }
            text += "}\n\n";
            calls += "    trace_" + number + "();\n";
        }
        return text + "int main(void) {\n" + calls + "    return 0;\n}\n";
    }

    void expect_same_ops(const std::vector<Trace>& traces) {
        spill(at("all.c"), program(traces));
        std::string output;
        bool compiled = false;
        const int code = compile_and_run(at("all.c"), output, compiled);
        ASSERT_TRUE(compiled) << output;
        ASSERT_EQ(code, 0) << output;
        for (std::size_t i = 0; i < traces.size(); ++i) {
            EXPECT_EQ(slurp(at(std::to_string(i) + ".pool")), to_text(traces[i])) << "trace " << i;
        }
    }
};

TEST_F(Reproducers, AskForTheOpsOfEveryTraceThatConvictsAndOfTheCorpus) {
    std::vector<Trace> traces;
    for (const Evidence& row : first_evidence) {
        traces.push_back(parsed(row.trace));
    }
    for (const Evidence& row : family_evidence) {
        traces.push_back(parsed(row.trace));
    }
    for (const NamedTrace& seed : read_corpus(POOLPROOF_CORPUS_DIR)) {
        traces.push_back(seed.trace);
    }
    expect_same_ops(traces);
}

OpKind kind_of_call(Routine routine) {
    if (routine == Routine::EngWritePrinter) {
        return OpKind::print;
    }
    return is_allocator(routine) ? OpKind::allocate : is_release(routine) ? OpKind::free : OpKind::call;
}

TEST_F(Reproducers, AskForTheOpsOfAnyArguments) {
    Random random(7);
    std::vector<Trace> traces;
    std::vector<bool> kinds(op_kind_count);
    for (int i = 0; i < 20; ++i) {
        Trace& trace = traces.emplace_back(random_canonical_trace(random, 60));
        for (const RoutineTraits& traits : routine_table) {
            Op op = random_op(random);
            op.kind = kind_of_call(traits.routine);
            op.routine = traits.routine;
            trace.ops.push_back(canonical(op));
            EXPECT_TRUE(op.kind == OpKind::print || trace.ops.back().routine == traits.routine);
        }
        for (const Op& op : trace.ops) {
            kinds[static_cast<std::size_t>(op.kind)] = true;
        }
    }
    EXPECT_EQ(std::count(kinds.begin(), kinds.end(), false), 0);
    expect_same_ops(traces);
}

TEST(CSource, ReadsAsDriverCode) {
    const Trace trace =
        parsed("allocate ExAllocatePoolWithTag s0 type=NonPagedPoolNx size=100 tag='Fred'\n"
               "free ExFreePoolWithTag s0 offset=-8 tag='a\"b?'\n"
               "allocate ExAllocatePool3 s1 flags=POOL_FLAG_PAGED params=2:28,3:1:any size=9");
    EXPECT_EQ(reproducer::c_statement(trace.ops[0]),
              "KEEP(0, ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG(\"Fred\")));");
    EXPECT_EQ(reproducer::c_statement(trace.ops[1]), "ExFreePoolWithTag(BLOCK_AT(0, -8), 0x6122623F);");
    EXPECT_EQ(
        reproducer::c_statement(trace.ops[2]),
        "KEEP(1, ExAllocatePool3(POOL_FLAG_PAGED, 9, 0, (POOL_EXTENDED_PARAMETER[]){secure_entry(POOL(0), "
        "7), any_node_entry(node_entry(1))}, 2));");
}

TEST(CSource, AnExplanationDoesNotEndItsComment) {
    const Trace trace = parsed("irql 2");
    const std::string text = reproducer::c_program(
        trace, {"reference", "pool_trace_fuzzer", "GEO-01", "a rule with */ in it", "got */ back", "cc x.c"});
    EXPECT_THAT(text, HasSubstr("a rule with * / in it"));
    EXPECT_THAT(text, HasSubstr("    /* got * / back */\n    machine_irql(2);\n"));
}

} // namespace
} // namespace poolproof
