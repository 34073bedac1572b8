// Building functions, and what the analyses say about them.
#include "ir/function.h"

#include <gtest/gtest.h>

#include "ir/builder.h"
#include "ir/dominators.h"
#include "ir/liveness.h"
#include "ir/parse.h"
#include "ir/print.h"
#include "ir/verify.h"

namespace aipy::ir {
namespace {

Function parse(const std::string& text) {
    std::string error;
    std::optional<Function> function = ir::parse(text, error);
    EXPECT_TRUE(function) << error;
    return function ? *function : Function{};
}

TEST(Builder, AppendsWithSpanErrorAndCache) {
    Function function;
    function.name = "f";
    uint32_t name = function.add_constant({.type = Type::boxed(TypeKind::Str), .text = "g"});
    Builder builder(function, function.add_block());
    BlockId handler = function.add_block();
    function.block(handler).is_handler = true;
    ValueId exception = function.add_param(handler, Type::any());
    builder.set_span({3, 3, 4, 8});
    builder.set_error({handler, {}});
    ValueId loaded = builder.emit(Op::LoadGlobal, {}, name);
    ValueId item = builder.emit_typed(Op::TupleItem, Type::boxed(TypeKind::Int), {loaded}, 1);
    EXPECT_FALSE(builder.is_terminated());
    builder.return_value(item);
    EXPECT_TRUE(builder.is_terminated());
    builder.set_error({});
    builder.set_block(handler);
    builder.terminate(Op::Raise, {exception}, {});

    EXPECT_TRUE(verify(function).empty());
    EXPECT_EQ(function.cache_count, 1u);
    EXPECT_EQ(function.value(item).type, Type::boxed(TypeKind::Int));
    EXPECT_EQ(print_instr(function, 0), "%1: any = load.global \"g\" error block1 cache 0 @3:4-3:8");
    EXPECT_EQ(print_instr(function, 1), "%2: int = tuple.item 1, %1 @3:4-3:8");
}

constexpr const char* diamond = R"(
function "diamond" file "d.py" generic caches 2
constant #0 str "f"
block0:
  %0: any = load.global "f" error block4 cache 0
  %1: bool:bit = truth %0 error block4
  branch %1 -> block1, block2
block1:
  jump -> block3
block2:
  jump -> block3
block3 loop:
  %2: any = load.global "f" error block4 cache 1
  branch %1 -> block3, block5
block4(%3: any) handler:
  raise %3
block5:
  return %2
block6:
  return %0
)";

TEST(Dominators, AnswerForBlocksAndInstructions) {
    Function function = parse(diamond);
    Dominators dominators(function);
    EXPECT_TRUE(dominators.block_dominates(0, 3));
    EXPECT_FALSE(dominators.block_dominates(1, 3));
    EXPECT_TRUE(dominators.block_dominates(3, 3));
    EXPECT_EQ(dominators.immediate_dominator(3), 0u);
    EXPECT_EQ(dominators.immediate_dominator(4), 0u);
    EXPECT_EQ(dominators.immediate_dominator(0), no_id);
    EXPECT_FALSE(dominators.is_reachable(6));
    EXPECT_TRUE(dominators.dominates(0, 1));
    EXPECT_FALSE(dominators.dominates(1, 0));
    EXPECT_FALSE(dominators.dominates(1, 1));
    // block0 dominates the handler, but its first instruction may not have completed there.
    InstrId raise = function.block(4).instrs[0];
    EXPECT_FALSE(dominators.defined_at(0, raise));
    EXPECT_TRUE(dominators.defined_at(3, raise));
    EXPECT_TRUE(dominators.defined_at(2, function.block(5).instrs[0]));
}

TEST(ReversePostOrder, VisitsReachableBlocksOnceFirstSuccessorFirst) {
    EXPECT_EQ(reverse_post_order(parse(diamond))[0], 0u);
    EXPECT_EQ(reverse_post_order(parse(diamond)).size(), 6u);
    Function straight = parse(
        "function \"f\" generic\nblock0:\n  %0: bool:bit = const.bit 1\n"
        "  branch %0 -> block2, block1\nblock1:\n  %1: any = null\n  return %1\n"
        "block2:\n  jump -> block1\n");
    EXPECT_EQ(reverse_post_order(straight), (std::vector<BlockId>{0, 2, 1}));
}

TEST(Liveness, FollowsLoopsHandlersAndParams) {
    Function function = parse(R"(
function "live" generic caches 1
constant #0 str "f"
block0:
  %0: any = load.global "f" cache 0
  %1: any = null
  jump -> block1(%1)
block1(%2: any):
  %3: bool:bit = truth %2 error block3
  branch %3 -> block1(%2), block2
block2:
  return %2
block3(%4: any) handler:
  raise %4, %0
)");
    Liveness liveness(function);
    EXPECT_TRUE(liveness.live_in(1).contains(0));   // the handler needs it
    EXPECT_FALSE(liveness.live_in(1).contains(2));  // its own param
    EXPECT_FALSE(liveness.live_in(1).contains(1));  // passed, not needed
    EXPECT_TRUE(liveness.live_in(2).contains(2));
    EXPECT_FALSE(liveness.live_in(2).contains(0));
    EXPECT_FALSE(liveness.live_in(3).contains(4));
}

TEST(StateLayout, NamesEachValueOnceInOrder) {
    FrameState state;
    state.slots = {{StateValue::Kind::Value, 5}, {}, {StateValue::Kind::Constant, 2}, {StateValue::Kind::Virtual, 0}};
    state.temporaries = {{9, {StateValue::Kind::Value, 3}}};
    state.virtuals = {{VirtualObject::Kind::Range, {{StateValue::Kind::Value, 5}, {StateValue::Kind::Value, 8}}}};
    state.owned = {3, 7};
    EXPECT_EQ(state_layout(state), (std::vector<ValueId>{5, 3, 8, 7}));
}

TEST(ReplaceUses, RenamesEverywhere) {
    Function function = parse(R"(
function "r" specialised
block0(%0: any, %1: any):
  %2: any = guard.type any, %0 before s0
  poll error block1(%0) unwind(%0) retain(%0) before s0 after s0
  return %0
block1(%3: any, %4: any) handler:
  raise %3, %4 before s0
state s0 at 1 slots(%0) temporaries(%7=%0) virtuals(tuple(%0)) owned(%0)
)");
    std::vector<ValueId> replacement = {1, 1, 2, 3, 4};
    replace_uses(function, replacement);
    for (InstrId id : function.block(0).instrs) {
        EXPECT_EQ(print_instr(function, id).find("%0"), std::string::npos) << print_instr(function, id);
    }
    EXPECT_EQ(print_frame_state(function, 0),
              "state s0 at 1 slots(%1) temporaries(%7=%1) virtuals(tuple(%1)) owned(%1)");
}

}  // namespace
}  // namespace aipy::ir
