#include "harness.hpp"
using bench::Int;

static Int escape_time(double real, double imaginary, Int limit) {
    double x = 0.0;
    double y = 0.0;
    for (Int step = 0; step < limit; ++step) {
        const double xx = x * x;
        const double yy = y * y;
        if (xx + yy > 4.0) return step;
        y = 2.0 * x * y + imaginary;
        x = xx - yy + real;
    }
    return limit;
}

static Int run(Int size) {
    Int total = 0;
    for (Int row = 0; row < size; ++row) {
        const double imaginary = 2.0 * row / size - 1.0;
        for (Int column = 0; column < size; ++column) total += escape_time(3.0 * column / size - 2.0, imaginary, 200);
    }
    return total;
}

BENCH_MAIN(run)
