// Tests of NUMA nodes (SHR-02): the local one first, then the closest that has pages, in every place that
// takes pages.
#include "poolproof/machine.h"

#include <ddi/wdm.h>

#include <gtest/gtest.h>

#include <vector>

namespace poolproof {
namespace {

constexpr ULONG tag = 0x31676154; // '1gaT'

class Nodes : public testing::Test {
  protected:
    Nodes() {
        machine_.bind(0);
        start(4);
    }
    void start(std::uint32_t nodes) {
        MachineConfig config;
        config.nodes = nodes;
        config.pages_per_node = 2;
        machine_.reset(config);
    }
    // Of blocks of that size until memory is short.
    std::vector<unsigned> nodes_of_all(std::size_t bytes) {
        std::vector<unsigned> nodes;
        while (void* block = ExAllocatePoolWithTag(NonPagedPoolNx, bytes, tag))
            nodes.push_back(machine_.describe(block)->node);
        return nodes;
    }
    Machine machine_;
};

using Order = std::vector<unsigned>;

TEST_F(Nodes, EquallyDistantOnesServeByNumber) {
    EXPECT_EQ(nodes_of_all(4000), (Order{0, 0, 1, 1, 2, 2, 3, 3}));
    start(4);
    machine_.bind(2);
    EXPECT_EQ(nodes_of_all(4000), (Order{2, 2, 3, 3, 0, 0, 1, 1}));
}

TEST_F(Nodes, TheClosestServesAfterTheLocalOne) {
    for (const bool special : {false, true}) {
        start(4);
        machine_.set_node_distance(0, 1, 30);
        machine_.set_node_distance(3, 0, 10);
        machine_.set_node_distance(0, 2, 20);
        if (special)
            machine_.request_special_pool(SpecialPool::verifier, 0, VerifySide::end);
        EXPECT_EQ(nodes_of_all(4000), (Order{0, 0, 3, 3, 2, 2, 1, 1})) << special;
    }
}

TEST_F(Nodes, WholePagesComeFromTheClosestNodeThatHasThemAll) {
    machine_.set_node_distance(0, 1, 2);
    machine_.set_node_distance(0, 2, 1);
    machine_.set_node_distance(0, 3, 3);
    ExAllocatePoolWithTag(NonPagedPoolNx, 4000, tag);
    EXPECT_EQ(nodes_of_all(8192), (Order{2, 1, 3}));
}

TEST_F(Nodes, PagesOfSeveralNodesServeWhatNoneHoldsAlone) {
    void* block = ExAllocatePoolWithTag(NonPagedPoolNx, std::size_t{5} * 4096, tag);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(machine_.describe(block)->node, 0);
    EXPECT_EQ(nodes_of_all(4096), (Order{2, 3, 3}));
}

TEST_F(Nodes, AMachineHasAsManyNodesAsItsConfigurationSays) {
    start(1);
    machine_.bind(3);
    EXPECT_EQ(nodes_of_all(4000), (Order{0, 0}));
    start(3);
    EXPECT_EQ(nodes_of_all(4000), (Order{0, 0, 1, 1, 2, 2}));
    start(0);
    EXPECT_EQ(nodes_of_all(4000), (Order{0, 0}));
    start(99);
    EXPECT_EQ(nodes_of_all(4000).size(), std::size_t{2} * most_nodes);
}

TEST_F(Nodes, AResetForgetsDistances) {
    machine_.set_node_distance(0, 1, 30);
    start(4);
    EXPECT_EQ(nodes_of_all(4000), (Order{0, 0, 1, 1, 2, 2, 3, 3}));
}

TEST_F(Nodes, SessionPagesHaveNodesToo) {
    std::vector<unsigned> nodes;
    while (void* block = ExAllocatePoolWithTag(NonPagedPoolSessionNx, 4000, tag))
        nodes.push_back(machine_.describe(block)->node);
    EXPECT_EQ(nodes, (Order{0, 0, 1, 1, 2, 2, 3, 3}));
}

} // namespace
} // namespace poolproof
