#include "harness.hpp"
using bench::Int;

static Int tak(Int x, Int y, Int z) {
    if (y >= x) return z;
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
}

static Int run(Int n) { return tak(n, n * 2 / 3, n / 3); }

BENCH_MAIN(run)
