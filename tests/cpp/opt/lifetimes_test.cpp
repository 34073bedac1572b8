// The lifetime pass on random functions: whatever the shape, the checker of ownership finds nothing wrong; and the
// checker itself finds every retain, release, unwind or retained arg that is taken away.
#include "opt/lifetimes.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ir/ownership.h"
#include "ir/parse.h"
#include "ir/print.h"
#include "ir/verify.h"
#include "opt/random_function.h"

namespace aipy::opt {
namespace {

constexpr uint32_t seeds = 1500;

ir::Function parse(const std::string& text) {
    std::string error;
    std::optional<ir::Function> function = ir::parse(text, error);
    EXPECT_TRUE(function) << error;
    return function ? *function : ir::Function{};
}

class Lifetimes : public testing::TestWithParam<std::pair<bool, bool>> {};  // specialised, entry params borrowed

TEST_P(Lifetimes, AreRightOnRandomFunctions) {
    auto [specialised, borrowed] = GetParam();
    for (uint32_t seed = 0; seed < seeds; ++seed) {
        ir::Function function = RandomFunction(seed, specialised).take();
        ASSERT_TRUE(ir::verify(function).empty()) << ir::verify(function)[0] << "\n" << ir::print(function);
        std::string before = ir::print(function);
        insert_lifetimes(function, borrowed);
        std::vector<std::string> errors = ir::verify(function);
        ASSERT_TRUE(errors.empty()) << errors[0] << "\n" << before << "\n" << ir::print(function);
        errors = ir::Ownership(function, borrowed).errors();
        ASSERT_TRUE(errors.empty()) << errors[0] << "\n" << before << "\n" << ir::print(function);
    }
}

TEST_P(Lifetimes, TextOfRandomFunctionsPrintsIdentically) {
    auto [specialised, borrowed] = GetParam();
    for (uint32_t seed = 0; seed < 100; ++seed) {
        ir::Function function = RandomFunction(seed, specialised).take();
        insert_lifetimes(function, borrowed);
        std::string printed = ir::print(function, {.ids = true});
        EXPECT_EQ(ir::print(parse(printed), {.ids = true}), printed);
    }
}

// Where a value is known to be null nothing needs counting.
bool may_be_known_null(const ir::Function& function, ir::ValueId value) {
    ir::InstrId def = function.value(value).def;
    if (def != ir::no_id && function.instr(def).op == ir::Op::Null) return true;
    return std::any_of(function.instrs.begin(), function.instrs.end(), [&](const ir::Instr& instr) {
        return instr.op == ir::Op::BranchNull && instr.operands[0] == value;
    });
}

// Whether every block leads to an end; a loop without one gives no account of what is held in it.
bool always_ends(const ir::Function& function) {
    std::vector<ir::BlockId> order = ir::reverse_post_order(function);
    std::vector<bool> ends(function.blocks.size());
    for (bool changed = true; changed;) {
        changed = false;
        for (ir::BlockId block : order) {
            const ir::Instr& last = function.terminator(block);
            bool leads = last.targets.empty() && !last.error.exists();
            for_each_edge(last, [&](const ir::Edge& edge) { leads |= ends[edge.target]; });
            changed |= leads && !ends[block];
            ends[block] = ends[block] || leads;
        }
    }
    return std::all_of(order.begin(), order.end(), [&](ir::BlockId block) { return ends[block]; });
}

void expect_removal_is_found(const ir::Function& function, ir::BlockId block, size_t position, bool borrowed) {
    ir::Function changed = function;
    std::vector<ir::InstrId>& instrs = changed.block(block).instrs;
    ir::InstrId removed = instrs[position];
    instrs.erase(instrs.begin() + static_cast<std::ptrdiff_t>(position));
    EXPECT_FALSE(ir::Ownership(changed, borrowed).errors().empty())
        << "without " << ir::print_instr(changed, removed) << "\n"
        << ir::print(changed);
}

// Removes one piece of what the pass made; the counts cannot come out right any more.
TEST_P(Lifetimes, EveryMissingPieceIsFound) {
    auto [specialised, borrowed] = GetParam();
    for (uint32_t seed = 0; seed < 300; ++seed) {
        ir::Function function = RandomFunction(seed, specialised).take();
        insert_lifetimes(function, borrowed);
        if (!always_ends(function)) continue;
        for (ir::BlockId block : ir::reverse_post_order(function)) {
            for (size_t position = 0; position < function.block(block).instrs.size(); ++position) {
                const ir::Instr& instr = function.instr(function.block(block).instrs[position]);
                bool counts = instr.op == ir::Op::Retain || instr.op == ir::Op::Release;
                if (!counts || may_be_known_null(function, instr.operands[0])) continue;
                expect_removal_is_found(function, block, position, borrowed);
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Forms, Lifetimes,
                         testing::Values(std::pair(false, true), std::pair(true, true), std::pair(true, false)));

TEST(LifetimesTest, InstructionsKeepTheirIds) {
    ir::Function function = RandomFunction(7, false).take();
    std::vector<ir::Op> ops;
    for (const ir::Instr& instr : function.instrs) ops.push_back(instr.op);
    insert_lifetimes(function);
    for (size_t id = 0; id < ops.size(); ++id) EXPECT_EQ(function.instrs[id].op, ops[id]);
}

TEST(LifetimesTest, AnExecutorLearnsWhatIsHeldWhereItTakesOver) {
    ir::Function function = parse(R"(
function "f" file "f.py" generic parameters 1 caches 2
slots x
constant #0 str "g"
block0:
  %0: any = load.local $x
  %1: any = load.global "g" cache 0
  %2: any = call none, %1, %0 cache 1
  return %2
)");
    insert_lifetimes(function);
    ir::Ownership ownership(function);
    EXPECT_EQ(ownership.held_before(1), std::vector<ir::ValueId>{});
    EXPECT_EQ(ownership.held_before(2), std::vector<ir::ValueId>{1});
    EXPECT_EQ(ownership.held_before(3), std::vector<ir::ValueId>{2});
}

}  // namespace
}  // namespace aipy::opt
