// What typed ops compute, and when they leave.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "harness.h"

namespace aipy::codegen::testing {
namespace {

constexpr int64_t max = std::numeric_limits<int64_t>::max();
constexpr int64_t min = std::numeric_limits<int64_t>::min();
constexpr double infinity = std::numeric_limits<double>::infinity();
const std::optional<int64_t> left;

struct Case {
    const char* op;
    int64_t a, b;
    std::optional<int64_t> expected;
};

TEST(Integers, AreExactOrLeave) {
    const Case cases[] = {
        {"iadd", 2, 3, 5},          {"iadd", max, 1, left},     {"isub", 2, 3, -1},
        {"isub", min, 1, left},     {"imul", -4, 5, -20},       {"imul", max, 2, left},
        {"imul", min, -1, left},    {"iadd.wrap", max, 1, min}, {"ifloordiv", 7, 2, 3},
        {"ifloordiv", -7, 2, -4},   {"ifloordiv", 7, -2, -4},   {"ifloordiv", -7, -2, 3},
        {"ifloordiv", 6, -3, -2},   {"ifloordiv", 1, 0, left},  {"ifloordiv", min, -1, left},
        {"ifloordiv", min, 1, min}, {"imod", 7, 3, 1},          {"imod", -7, 3, 2},
        {"imod", 7, -3, -2},        {"imod", -7, -3, -1},       {"imod", 6, -3, 0},
        {"imod", 1, 0, left},       {"imod", 5, -1, 0},         {"ipow", 3, 4, 81},
        {"ipow", 2, 63, left},      {"ipow", 2, -1, left},      {"ipow", 0, 0, 1},
        {"ishl", 3, 4, 48},         {"ishl", 1, 63, left},      {"ishl", 1, 64, left},
        {"ishl", 1, -1, left},      {"ishl", -1, 63, min},      {"ishr", -8, 1, -4},
        {"ishr", 8, 63, 0},         {"ishr", 8, 64, left},      {"ishr", 8, -1, left},
        {"iand", 12, 10, 8},        {"ior", 12, 10, 14},        {"ixor", 12, 10, 6},
        {"imin", -3, 2, -3},        {"imax", -3, 2, 2},
    };
    for (const Case& one : cases) {
        EXPECT_EQ(integer_op(one.op, one.a, one.b), one.expected) << one.op << " " << one.a << " " << one.b;
    }
}

TEST(Integers, ConstantDivisors) {
    for (int64_t divisor : {1, 2, 8, 3, -1, -2}) {
        const std::string divide = "%4: int:i64 = const.i64 " + std::to_string(divisor);
        for (const char* op : {"ifloordiv", "imod"}) {
            std::string text = one_op(std::string(op) + " %2, %5 before s0", "ii>i");
            text.insert(text.find("  %4:"), "  %5: int:i64 = const.i64 " + std::to_string(divisor) + "\n");
            Compiled code(text);
            for (int64_t value : {-9, -8, -1, 0, 1, 7, 8, 9}) {
                const int64_t quotient =
                    static_cast<int64_t>(std::floor(static_cast<double>(value) / static_cast<double>(divisor)));
                const int64_t expected = op[1] == 'f' ? quotient : value - quotient * divisor;
                Thing* result = code.run({make_int(value), make_int(0)});
                ASSERT_NE(result, nullptr);
                EXPECT_EQ(result->integer, expected) << op << " " << value << " " << divisor;
            }
        }
    }
}

TEST(Integers, Unary) {
    auto unary = [](const char* op, int64_t value) -> std::optional<int64_t> {
        Compiled code(one_op(std::string(op) + " %2 before s0", "ii>i"));
        Thing* result = code.run({make_int(value), make_int(0)});
        return result == nullptr ? left : std::optional(result->integer);
    };
    EXPECT_EQ(unary("ineg", 5), -5);
    EXPECT_EQ(unary("ineg", min), left);
    EXPECT_EQ(unary("iabs", -5), 5);
    EXPECT_EQ(unary("iabs", min), left);
    EXPECT_EQ(unary("iinvert", 5), -6);
}

TEST(Integers, TrueDivisionIsExactOrLeaves) {
    auto divide = [](int64_t a, int64_t b) -> std::optional<double> {
        Compiled code(one_op("itruediv %2, %3 before s0", "ii>f"));
        Thing* result = code.run({make_int(a), make_int(b)});
        return result == nullptr ? std::nullopt : std::optional(result->number);
    };
    EXPECT_EQ(divide(1, 3), 1.0 / 3.0);
    EXPECT_EQ(divide(int64_t{1} << 53, 1), 0x1p53);
    EXPECT_EQ(divide((int64_t{1} << 53) + 1, 1), std::nullopt);
    EXPECT_EQ(divide(1, 0), std::nullopt);
    EXPECT_TRUE(std::signbit(*divide(0, -5)));
}

TEST(Integers, WideOnesAreUnboxedOrLeave) {
    Compiled code(one_op("iadd %2, %3 before s0", "ii>i"));
    EXPECT_EQ(code.run({make_int(int64_t{1} << 40), make_int(1)})->integer, (int64_t{1} << 40) + 1);
    Thing* too_big = make_int(max);
    too_big->number = std::nan("");
    EXPECT_EQ(code.run({too_big, make_int(1)}), nullptr);
    ASSERT_EQ(world().exits.size(), 1u);
    EXPECT_EQ(world().exits[0].cells[0], reinterpret_cast<uint64_t>(too_big));
}

TEST(Floats, AreExactOrLeave) {
    EXPECT_EQ(float_op("fadd", 0.1, 0.2), 0.1 + 0.2);
    EXPECT_EQ(float_op("fdiv", 1.0, 0.0), std::nullopt);
    EXPECT_EQ(float_op("fdiv", 1.0, -0.0), std::nullopt);
    EXPECT_EQ(float_op("fdiv", infinity, 2.0), infinity);
    EXPECT_EQ(float_op("fmod", 5.0, 0.0), std::nullopt);
    EXPECT_EQ(float_op("fmin", 2.0, 1.0), 1.0);
    EXPECT_TRUE(std::signbit(*float_op("fmin", -0.0, 0.0)));  // min(-0.0, 0.0) is the first
    EXPECT_TRUE(std::isnan(*float_op("fmax", std::nan(""), 1.0)));
    EXPECT_EQ(float_op("fmax", 1.0, std::nan("")), 1.0);
    EXPECT_EQ(float_op("fpow", 10.0, 400.0), std::nullopt);
}

TEST(Floats, ToIntegersAndRoots) {
    auto to_integer = [](double value) -> std::optional<int64_t> {
        Compiled code(one_op("ftoi %2 before s0", "ff>i"));
        Thing* result = code.run({make_float(value), make_float(0)});
        return result == nullptr ? left : std::optional(result->integer);
    };
    EXPECT_EQ(to_integer(-2.7), -2);
    EXPECT_EQ(to_integer(-0x1p63), min);
    EXPECT_EQ(to_integer(0x1p63), left);
    EXPECT_EQ(to_integer(std::nan("")), left);
    auto root = [](double value) -> std::optional<double> {
        Compiled code(one_op("fsqrt %2 before s0", "ff>f"));
        Thing* result = code.run({make_float(value), make_float(0)});
        return result == nullptr ? std::nullopt : std::optional(result->number);
    };
    EXPECT_EQ(root(2.0), std::sqrt(2.0));
    EXPECT_EQ(root(-1.0), std::nullopt);
    EXPECT_TRUE(std::isnan(*root(std::nan(""))));
}

TEST(Floats, ComparisonsWithNan) {
    auto compare = [](const char* how, double a, double b) {
        Compiled code(one_op(std::string("fcmp ") + how + ", %2, %3", "ff>b"));
        return static_cast<void*>(code.run({make_float(a), make_float(b)})) == &world().true_object;
    };
    for (const char* how : {"less", "less_equal", "equal", "greater", "greater_equal"}) {
        EXPECT_FALSE(compare(how, std::nan(""), 1.0)) << how;
    }
    EXPECT_TRUE(compare("not_equal", std::nan(""), std::nan("")));
    EXPECT_TRUE(compare("less_equal", 1.0, 1.0));
}

}  // namespace
}  // namespace aipy::codegen::testing
