#include "harness.hpp"
using bench::Int;
using Plate = std::vector<double>;

static void sweep(Plate& u, const Plate& f, double square, Int width) {
    for (Int i = 1; i < width - 1; ++i) {
        for (Int j = 1; j < width - 1; ++j) {
            const double around =
                u[(i - 1) * width + j] + u[(i + 1) * width + j] + u[i * width + j - 1] + u[i * width + j + 1];
            u[i * width + j] = 0.25 * (around - square * f[i * width + j]);
        }
    }
}

static double run(Int sweeps) {
    const Int width = bench::hidden(100);
    Plate u(width * width), f(width * width);
    for (Int i = 0; i < width; ++i) {
        for (Int j = 0; j < width; ++j) {
            u[i * width + j] = static_cast<double>((i * 31 + j * 17) % 97) / 97.0;
            f[i * width + j] = static_cast<double>((i * 5 + j * 3) % 11) / 11.0;
        }
    }
    for (Int i = 0; i < sweeps; ++i) sweep(u, f, 0.0001, width);
    double total = 0.0;
    for (Int i = 0; i < width; ++i)
        for (Int j = 0; j < width; ++j) total += u[i * width + j] * static_cast<double>(i - j);
    return total;
}

BENCH_MAIN(run)
