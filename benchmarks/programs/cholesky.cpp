#include <cmath>

#include "harness.hpp"
using bench::Int;
using Matrix = std::vector<double>;

static void factor(const Matrix& a, Matrix& lower, Int size) {
    for (Int i = 0; i < size; ++i) {
        for (Int j = 0; j <= i; ++j) {
            double total = a[i * size + j];
            for (Int k = 0; k < j; ++k) total -= lower[i * size + k] * lower[j * size + k];
            lower[i * size + j] = i == j ? std::sqrt(total) : total / lower[j * size + j];
        }
    }
}

static double run(Int size) {
    Matrix a(size * size), lower(size * size);
    for (Int i = 0; i < size; ++i) {
        for (Int j = 0; j < size; ++j) a[i * size + j] = 1.0 / static_cast<double>(1 + std::abs(i - j));
        a[i * size + i] = 8.0;
    }
    factor(a, lower, size);
    double total = 0.0;
    for (Int i = 0; i < size; ++i)
        for (Int j = 0; j <= i; ++j) total += lower[i * size + j] * static_cast<double>(i - 2 * j);
    return total;
}

BENCH_MAIN(run)
