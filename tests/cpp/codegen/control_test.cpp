// Exits, errors, polls, loops, recursion: where control goes and what it takes along.
#include <gtest/gtest.h>

#include <bit>
#include <numeric>

#include "harness.h"

namespace aipy::codegen::testing {
namespace {

const std::string sum_loop = R"(function "total" file "" specialised parameters 1 returns int:i64
slots n, t

block0(%0: any):
  %1: int = guard.type int, %0 before s0
  %2: int:i64 = unbox.i64 %1 before s0
  %3: int:i64 = const.i64 0
  %4: int:i64 = const.i64 1
  range.check %2, %4 before s0
  jump -> block1(%3, %3, %2, %4)

block1(%5: int:i64, %6: int:i64, %7: int:i64, %8: int:i64) loop:
  poll before s1 after s1
  %9: bool:bit = range.more %6, %7, %8
  %10: int:i64 = iadd.wrap %6, %8
  branch %9 -> block2, block3

block2:
  %11: int:i64 = iadd %5, %6 before s2
  jump -> block1(%11, %10, %7, %8)

block3:
  return %5

state s0 at 0 slots(%0, unbound)
state s1 at 1 slots(%2, %5) temporaries(%1=v0) virtuals(range.iterator(%6, %7, %8))
state s2 at 2 slots(%2, %5) temporaries(%1=v0) virtuals(range.iterator(%10, %7, %8))
)";

TEST(Exits, GuardsLeaveWithTheirCells) {
    Compiled code(sum_loop);
    Thing* wrong = make_float(1.5);
    world().leave_result = make_int(77);
    EXPECT_EQ(code.run({wrong})->integer, 77);
    ASSERT_EQ(world().exits.size(), 1u);
    EXPECT_EQ(world().exits[0].kind, "leave");
    EXPECT_EQ(world().exits[0].state, 0u);
    EXPECT_EQ(code.function().instr(world().exits[0].reason).op, ir::Op::GuardType);
    EXPECT_EQ(world().exits[0].cells, std::vector<uint64_t>{reinterpret_cast<uint64_t>(wrong)});
}

TEST(Exits, NullIsNoType) {
    Compiled code(sum_loop);
    EXPECT_EQ(code.run({nullptr}), nullptr);
    EXPECT_EQ(world().exits.size(), 1u);
}

TEST(Exits, EveryGuardCanBeMadeToFail) {
    Compiled code(sum_loop, {.stress_guards = true});
    EXPECT_EQ(code.run({make_int(10)})->integer, 45);
    for (uint8_t state : {0, 2}) {
        world().exits.clear();
        world().stress[state] = 1;
        EXPECT_EQ(code.run({make_int(10)}), nullptr);
        world().stress[state] = 0;
        ASSERT_EQ(world().exits.size(), 1u);
        EXPECT_EQ(world().exits[0].state, state);
    }
}

TEST(Loops, CountedLoopsAreExact) {
    for (int level : {0, 1, 2}) {
        Compiled code(sum_loop, {.opt_level = level});
        for (int64_t n : {0, 1, 2, 4095, 4096, 4097, 100000})
            EXPECT_EQ(code.run({make_int(n)})->integer, n * (n - 1) / 2);
        EXPECT_EQ(code.run({make_int(-5)})->integer, 0);
    }
}

TEST(Loops, APollRunsInTimeAndGoesOn) {
    Compiled code(sum_loop);
    world().poll_flags = 1;
    EXPECT_EQ(code.run({make_int(100000)})->integer, int64_t{100000} * 99999 / 2);
    EXPECT_EQ(world().polls, 1);
}

TEST(Loops, NobodyPollsInAFewIterations) {
    std::string text = sum_loop;
    const std::string stop = "jump -> block1(%3, %3, %2, %4)";
    text.replace(text.find(stop), stop.size(), "%12: int:i64 = const.i64 5\n  jump -> block1(%3, %3, %12, %4)");
    Compiled code(text);
    world().poll_flags = 1;
    EXPECT_EQ(code.run({make_int(1000)})->integer, 10);
    EXPECT_EQ(world().polls, 0);
    EXPECT_EQ(world().exits.size(), 0u);
}

TEST(Loops, APollThatInvalidatesLeavesBehindIt) {
    Compiled code(sum_loop);
    world().poll_flags = 1;
    world().invalidate = true;
    world().leave_result = make_int(5);
    EXPECT_EQ(code.run({make_int(100000)})->integer, 5);
    ASSERT_EQ(world().exits.size(), 1u);
    EXPECT_EQ(world().exits[0].state, 1u);
    const uint64_t next = world().exits[0].cells[2];
    EXPECT_EQ(world().exits[0].cells[1], next * (next - 1) / 2);  // the sum fits the iterator
}

TEST(Loops, APollThatRaisesUnwinds) {
    Compiled code(sum_loop);
    world().poll_flags = 1;
    world().fail_call = true;
    EXPECT_EQ(code.run({make_int(100000)}), nullptr);
    ASSERT_EQ(world().exits.size(), 1u);
    EXPECT_EQ(world().exits[0].kind, "unwind");
}

const std::string array_loop = R"(function "axpy" file "" specialised parameters 3 returns any
slots a, b, n
constant #0 none

block0(%0: any, %1: any, %2: any):
  %3: ndarray<f64,1,cw> = guard.type ndarray<f64,1,cw>, %0 before s0
  %4: ndarray<f64,1,cw> = guard.type ndarray<f64,1,cw>, %1 before s0
  %5: int:i64 = unbox.i64 %2 before s0
  %6: int:i64 = const.i64 0
  %7: int:i64 = const.i64 1
  %8: float:f64 = const.f64 2.5
  range.check %5, %7 before s0
  jump -> block1(%6)

block1(%9: int:i64) loop:
  poll before s1 after s1
  %10: bool:bit = range.more %9, %5, %7
  %11: int:i64 = iadd.wrap %9, %7
  branch %10 -> block2, block3

block2:
  %12: np.f64:f64 = array.load ndarray<f64,1,cw>, %3, %9 before s1
  %13: np.f64:f64 = fmul %12, %8
  %14: np.f64:f64 = array.load ndarray<f64,1,cw>, %4, %9 before s1
  %15: np.f64:f64 = fadd %13, %14
  array.store ndarray<f64,1,cw>, %4, %15, %9 before s1
  jump -> block1(%11)

block3:
  %16: any = const #0
  return %16

state s0 at 0 slots(%0, %1, %2)
state s1 at 1 slots(%3, %4, %9)
)";

std::vector<double> numbers(size_t count, double start) {
    std::vector<double> made(count);
    std::iota(made.begin(), made.end(), start);
    return made;
}

Thing* array_of(std::vector<double>& values) {
    return make_array(reinterpret_cast<char*>(values.data()), {static_cast<int64_t>(values.size())}, {8});
}

TEST(Arrays, LoopsComputeEveryElement) {
    for (size_t length : {1, 7, 64, 10000}) {
        Compiled code(array_loop);
        std::vector<double> a = numbers(length, 0.1), b = numbers(length, 5), expected = b;
        for (size_t i = 0; i < length; ++i) expected[i] = a[i] * 2.5 + b[i];
        Thing* result = code.run({array_of(a), array_of(b), make_int(static_cast<int64_t>(length))});
        EXPECT_EQ(static_cast<void*>(result), &world().none);
        EXPECT_EQ(b, expected);
    }
}

TEST(Arrays, OverlappingArraysAreReadInOrder) {
    Compiled code(array_loop);
    std::vector<double> shared = numbers(1000, 1), expected = shared;
    for (size_t i = 0; i + 1 < 1000; ++i) expected[i + 1] = expected[i] * 2.5 + expected[i + 1];
    Thing* a = make_array(reinterpret_cast<char*>(shared.data()), {999}, {8});
    Thing* b = make_array(reinterpret_cast<char*>(shared.data() + 1), {999}, {8});
    code.run({a, b, make_int(999)});
    EXPECT_EQ(shared, expected);
}

TEST(Arrays, OutOfBoundsLeavesAtThatElement) {
    Compiled code(array_loop);
    std::vector<double> a = numbers(900, 1), b = numbers(1000, 1), expected = b;
    for (size_t i = 0; i < 900; ++i) expected[i] = a[i] * 2.5 + b[i];
    code.run({array_of(a), array_of(b), make_int(1000)});
    ASSERT_EQ(world().exits.size(), 1u);
    EXPECT_EQ(world().exits[0].cells[2], 900u);
    EXPECT_EQ(b, expected);
}

std::string element_function(const std::string& array, const std::string& op) {
    return "function \"f\" file \"\" specialised parameters 3 returns any\nslots a, i, j\n\n"
           "block0(%0: any, %1: any, %2: any):\n  %3: int:i64 = unbox.i64 %1 before s0\n"
           "  %4: int:i64 = unbox.i64 %2 before s0\n  %5: " +
           array + " = guard.type " + array + ", %0 before s0\n  " + op +
           "\n  return %6\n\nstate s0 at 0 slots(%0, %1, %2)\n";
}

TEST(Arrays, NegativeIndicesAndStrides) {
    Compiled code(
        element_function("ndarray<f64,2,>", "%6: np.f64:f64 = array.load ndarray<f64,2,>, %5, %3, %4 before s0"));
    std::vector<double> values = numbers(12, 0);
    // Every other column of a 3 by 4 matrix, last row first.
    Thing* view = make_array(reinterpret_cast<char*>(values.data() + 8), {3, 2}, {-32, 16});
    EXPECT_EQ(code.run({view, make_int(0), make_int(1)})->number, 10);
    EXPECT_EQ(code.run({view, make_int(-1), make_int(-2)})->number, 0);
    EXPECT_EQ(code.run({view, make_int(3), make_int(0)}), nullptr);
    EXPECT_EQ(code.run({view, make_int(0), make_int(-3)}), nullptr);
}

TEST(Arrays, NarrowElementsAreCheckedWhenStored) {
    const std::string array = "ndarray<i8,1,cw>";
    Compiled code(element_function(
        array,
        "array.store " + array + ", %5, %4, %3 before s0\n  %6: int:i64 = array.load " + array + ", %5, %3 before s0"));
    std::vector<int8_t> values(4);
    Thing* thing = make_array(reinterpret_cast<char*>(values.data()), {4}, {1});
    EXPECT_EQ(code.run({thing, make_int(1), make_int(-128)})->integer, -128);
    EXPECT_EQ(code.run({thing, make_int(1), make_int(128)}), nullptr);
    EXPECT_EQ(values[1], -128);
}

TEST(Arrays, UnsignedElementsThatDoNotFitLeave) {
    const std::string array = "ndarray<u64,1,cw>";
    Compiled code(element_function(array, "%6: int:i64 = array.load " + array + ", %5, %3 before s0"));
    std::vector<uint64_t> values{7, uint64_t{1} << 63};
    Thing* thing = make_array(reinterpret_cast<char*>(values.data()), {2}, {8});
    EXPECT_EQ(code.run({thing, make_int(0), make_int(0)})->integer, 7);
    EXPECT_EQ(code.run({thing, make_int(1), make_int(0)}), nullptr);
}

TEST(Lists, ItemsAreNewReferences) {
    Compiled code(R"(function "f" file "" specialised parameters 2 returns any
slots a, i

block0(%0: any, %1: any):
  %2: list = guard.type list, %0 before s0
  %3: int:i64 = unbox.i64 %1 before s0
  %4: any = list.get %2, %3 before s0
  return %4

state s0 at 0 slots(%0, %1)
)");
    Thing* item = make_int(5);
    Thing* list = make_list({make_int(4), item});
    EXPECT_EQ(code.run({list, make_int(-1)}), item);
    EXPECT_EQ(item->count, 2);
    EXPECT_EQ(code.run({list, make_int(2)}), nullptr);
}

const std::string foreign = R"(function "f" file "" specialised parameters 1 returns any
slots x

block0(%0: any):
  %1: any = unary negative, %0 before s0 after s1
  %2: any = unary negative, %1 error block1(%1) retain(%1) before s2 after s3
  release %1 after s4
  return %2

block1(%3: any, %4: any) handler:
  release %3
  return %4

state s0 at 0 slots(%0)
state s1 at 1 slots(%0) temporaries(%1=%1) owned(%1)
state s2 at 1 slots(%0) temporaries(%1=%1) owned(%1)
state s3 at 2 slots(%0) temporaries(%1=%1, %2=%2) owned(%1, %2)
state s4 at 2 slots(%0) temporaries(%2=%2) owned(%2)
)";

TEST(Errors, LeaveTheFunctionOrGoToTheHandler) {
    Compiled code(foreign);
    Thing* x = make_int(1);
    EXPECT_EQ(code.run({x})->integer, 3);
    ASSERT_EQ(world().disposed.size(), 1u);  // the first result
    world().fail_call = true;
    EXPECT_EQ(code.run({x}), nullptr);
    ASSERT_EQ(world().exits.size(), 1u);
    EXPECT_EQ(world().exits[0].kind, "unwind");
}

TEST(Errors, InvalidatedCodeLeavesWithTheResult) {
    Compiled code(foreign);
    world().invalidate = true;
    world().leave_result = make_int(9);
    EXPECT_EQ(code.run({make_int(1)})->integer, 9);
    ASSERT_EQ(world().exits.size(), 1u);
    EXPECT_EQ(world().exits[0].state, 1u);
    EXPECT_EQ(reinterpret_cast<Thing*>(world().exits[0].cells[1])->integer, 2);
}

const std::string fibonacci = R"(function "fib" file "" specialised parameters 1 returns int:i64
slots n

block0(%0: any):
  %1: int = guard.type int, %0 before s0
  %2: int:i64 = unbox.i64 %1 before s0
  jump -> block1(%2)

block1(%3: int:i64):
  %4: int:i64 = const.i64 2
  %5: bool:bit = icmp less, %3, %4
  branch %5 -> block2, block3

block2:
  return %3

block3:
  %6: int:i64 = const.i64 1
  %7: int:i64 = isub %3, %6 before s1
  %8: int:i64 = call.self %7 before s1 after s2
  %9: int:i64 = isub %3, %4 before s2
  %10: int:i64 = call.self %9 before s2 after s3
  %11: int:i64 = iadd %8, %10 before s3
  return %11

state s0 at 0 slots(%0)
state s1 at 1 slots(%3)
state s2 at 2 slots(%3) temporaries(%1=%8)
state s3 at 3 slots(%3) temporaries(%1=%8, %2=%10)
)";

TEST(Recursion, CallsTheBodyDirectly) {
    for (int level : {0, 1, 2}) {
        Compiled code(fibonacci, {.opt_level = level});
        EXPECT_EQ(code.run({make_int(20)})->integer, 6765);
        EXPECT_EQ(code.run({make_int(1)})->integer, 1);
    }
}

TEST(Recursion, EndsAtTheDepthThatIsLeft) {
    Compiled code(fibonacci);
    world().depth = 10;
    EXPECT_EQ(code.run({make_int(10)})->integer, 55);
    EXPECT_EQ(code.run({make_int(11)}), nullptr);
    ASSERT_EQ(world().exits.size(), 10u);  // a traceback entry for each call but the one that was too deep
    for (const ExitSeen& exit : world().exits) EXPECT_EQ(exit.kind, "unwind");
    EXPECT_EQ(world().exits[0].cells[0], 2u);
    EXPECT_EQ(world().exits[9].cells[0], 11u);
}

TEST(Recursion, AnObjectInPlaceOfANumberLeavesTheCaller) {
    Compiled code(fibonacci, {.stress_guards = true});
    world().stress[3] = 1;  // the innermost addition leaves, with an object
    world().leave_result = make_int(100);
    EXPECT_EQ(code.run({make_int(3)})->integer, 100);
    ASSERT_EQ(world().exits.size(), 2u);
    EXPECT_EQ(world().exits[0].kind, "leave");
    EXPECT_EQ(world().exits[1].kind, "boxed");
    EXPECT_EQ(world().exits[1].state, 2u);
}

}  // namespace
}  // namespace aipy::codegen::testing
