#include "harness.hpp"
using bench::Int;
using Matrix = std::vector<double>;

static void multiply(const Matrix& a, const Matrix& b, Matrix& product, Int size) {
    for (Int i = 0; i < size; ++i) {
        for (Int j = 0; j < size; ++j) {
            double total = 0.0;
            for (Int k = 0; k < size; ++k) total += a[i * size + k] * b[k * size + j];
            product[i * size + j] = total;
        }
    }
}

static double run(Int size) {
    Matrix a(size * size), b(size * size), product(size * size);
    for (Int i = 0; i < size; ++i) {
        for (Int j = 0; j < size; ++j) {
            a[i * size + j] = static_cast<double>((i * 3 + j * 7) % 101) / 10.0;
            b[i * size + j] = static_cast<double>((i * 5 + j * 7) % 101) / 10.0;
        }
    }
    multiply(a, b, product, size);
    double checksum = 0.0;
    for (Int i = 0; i < size; ++i)
        for (Int j = 0; j < size; ++j) checksum += product[i * size + j] * static_cast<double>((i + j) % 5 - 2);
    return checksum;
}

BENCH_MAIN(run)
