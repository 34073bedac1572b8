// Guards on finite results: only the last of a chain is tested, and yet the first that fails decides where to go on.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "harness.h"

namespace aipy::codegen::testing {
namespace {

const std::string chain = R"(function "f" file "" specialised parameters 2 returns float:f64
slots x, y

block0(%0: any, %1: any):
  %2: float:f64 = unbox.f64 %0
  %3: float:f64 = unbox.f64 %1
  %4: np.f64:f64 = fmul %2, %2
  guard.finite %4 before s0
  %5: np.f64:f64 = fadd %4, %3
  %6: float:f64 = fsqrt %3 before s1
  guard.finite %5 before s2
  %7: np.f64:f64 = fmul %5, %6
  guard.finite %7 before s3
  return %7

state s0 at 0 slots(%0, %1)
state s1 at 1 slots(%0, %1) temporaries(%1=%4)
state s2 at 2 slots(%0, %1) temporaries(%1=%4, %2=%6)
state s3 at 3 slots(%0, %1) temporaries(%1=%4, %2=%6, %3=%5)
)";

TEST(Finite, TheFirstThatFailsDecides) {
    constexpr double big = std::numeric_limits<double>::max();
    struct {
        double x, y;
        uint32_t state;
    } const cases[] = {
        {1e200, 1, 0},      // the product overflows
        {1e200, -1, 0},     // and so does the root fail, later
        {1, -1, 1},         // only the root
        {1e154, big, 2},    // the sum
        {1e100, 1e308, 3},  // the last product
    };
    for (auto [x, y, state] : cases) {
        Compiled code(chain);
        EXPECT_EQ(code.run({make_float(x), make_float(y)}), nullptr);
        ASSERT_EQ(world().exits.size(), 1u);
        EXPECT_EQ(world().exits[0].state, state) << x << " " << y;
    }
    Compiled code(chain);
    EXPECT_EQ(code.run({make_float(3), make_float(4)})->number, 26);
}

}  // namespace
}  // namespace aipy::codegen::testing
