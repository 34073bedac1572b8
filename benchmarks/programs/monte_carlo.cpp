#include "harness.hpp"
using bench::Int;

static double run(Int count) {
    Int state = 42, hits = 0;
    for (Int i = 0; i < count; ++i) {
        state = (1103515245 * state + 12345) & 0x7FFFFFFF;
        const double x = static_cast<double>(state) / 2147483648.0;
        state = (1103515245 * state + 12345) & 0x7FFFFFFF;
        const double y = static_cast<double>(state) / 2147483648.0;
        if (x * x + y * y <= 1.0) ++hits;
    }
    return 4.0 * static_cast<double>(hits) / static_cast<double>(count);
}

BENCH_MAIN(run)
