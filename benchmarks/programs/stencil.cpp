#include <utility>

#include "harness.hpp"
using bench::Int;

static constexpr Int width = 64;

static void spread(const double* plate, double* fresh, Int rows, Int columns) {
    for (Int i = 1; i < rows - 1; ++i) {
        for (Int j = 1; j < columns - 1; ++j) {
            const double middle = plate[i * columns + j];
            const double around = plate[(i - 1) * columns + j] + plate[(i + 1) * columns + j] +
                                  plate[i * columns + j - 1] + plate[i * columns + j + 1];
            fresh[i * columns + j] = middle + 0.2 * (around - 4.0 * middle);
        }
    }
}

static double run(Int steps) {
    std::vector<double> plate(width * width);
    for (Int i = 0; i < width; ++i)
        for (Int j = 0; j < width; ++j) plate[i * width + j] = (i * 31 + j * 17) % 97 / 97.0;
    std::vector<double> fresh = plate;
    for (Int i = 0; i < steps; ++i) {
        spread(plate.data(), fresh.data(), width, width);
        std::swap(plate, fresh);
    }
    double total = 0.0;
    for (Int i = 0; i < width; ++i)
        for (Int j = 0; j < width; ++j) total += plate[i * width + j] * (i - j);
    return total;
}

BENCH_MAIN(run)
