#include "support/bit_set.h"

#include <gtest/gtest.h>

namespace aipy::support {
namespace {

std::vector<uint32_t> members(const BitSet& set) {
    std::vector<uint32_t> found;
    set.for_each([&](uint32_t member) { found.push_back(member); });
    return found;
}

TEST(BitSet, HoldsWhatWasInserted) {
    BitSet set(130);
    for (uint32_t member : {0u, 63u, 64u, 129u}) set.insert(member);
    set.erase(63);
    EXPECT_EQ(members(set), (std::vector<uint32_t>{0, 64, 129}));
    EXPECT_TRUE(set.contains(64));
    EXPECT_FALSE(set.contains(63));
}

TEST(BitSet, FullMeansExactlyItsSize) {
    EXPECT_EQ(members(BitSet(70, true)).size(), 70u);
    EXPECT_EQ(members(BitSet(64, true)).size(), 64u);
    EXPECT_EQ(members(BitSet(0, true)).size(), 0u);
}

TEST(BitSet, OperationsSayWhetherTheyChangedAnything) {
    BitSet a(100), b(100);
    b.insert(99);
    EXPECT_TRUE(a.unite(b));
    EXPECT_FALSE(a.unite(b));
    EXPECT_EQ(a, b);
    EXPECT_TRUE(a.subtract(b));
    EXPECT_FALSE(a.intersect(b));
    EXPECT_TRUE(b.intersect(a));
}

}  // namespace
}  // namespace aipy::support
