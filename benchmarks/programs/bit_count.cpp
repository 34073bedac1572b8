#include "harness.hpp"
using bench::Int;

static Int bits(Int number) {
    Int count = 0;
    for (; number; number &= number - 1) ++count;
    return count;
}

static Int run(Int limit) {
    Int total = 0;
    for (Int number = 0; number < limit; ++number) total += bits(number) * (number % 3);
    return total;
}

BENCH_MAIN(run)
