#include <cmath>

#include "harness.hpp"
using bench::Int;

static double cube_root(double value) {
    double guess = value < 1.0 ? value : value / 3.0 + 0.5;
    while (true) {
        const double better = (2.0 * guess + value / (guess * guess)) / 3.0;
        if (std::fabs(better - guess) <= 1e-12 * better) return better;
        guess = better;
    }
}

static double run(Int count) {
    double total = 0.0;
    double sign = 1.0;
    for (Int i = 1; i <= count; ++i) {
        total += sign * cube_root(i * 0.001);
        sign = -sign;
    }
    return total;
}

BENCH_MAIN(run)
