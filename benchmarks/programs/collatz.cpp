#include "harness.hpp"
using bench::Int;

static Int chain_length(Int n) {
    Int length = 1;
    while (n != 1) {
        n = n % 2 == 0 ? n / 2 : 3 * n + 1;
        ++length;
    }
    return length;
}

static Int run(Int limit) {
    Int best_start = 0;
    Int best_length = 0;
    for (Int start = 1; start < limit; ++start) {
        const Int length = chain_length(start);
        if (length > best_length) {
            best_length = length;
            best_start = start;
        }
    }
    return best_start * 1000 + best_length;
}

BENCH_MAIN(run)
