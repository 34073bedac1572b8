#include "harness.hpp"
using bench::Int;
using Matrix = std::vector<std::vector<double>>;

static Matrix make_matrix(Int size, Int seed) {
    Matrix rows(size, std::vector<double>(size));
    for (Int i = 0; i < size; ++i)
        for (Int j = 0; j < size; ++j) rows[i][j] = (i * seed + j * 7) % 101 / 10.0;
    return rows;
}

static Matrix multiply(const Matrix& a, const Matrix& b, Int size) {
    Matrix product(size, std::vector<double>(size));
    for (Int i = 0; i < size; ++i) {
        for (Int j = 0; j < size; ++j) {
            double total = 0.0;
            for (Int k = 0; k < size; ++k) total += a[i][k] * b[k][j];
            product[i][j] = total;
        }
    }
    return product;
}

static double run(Int size) {
    const Matrix product = multiply(make_matrix(size, 3), make_matrix(size, 5), size);
    double checksum = 0.0;
    for (Int i = 0; i < size; ++i)
        for (Int j = 0; j < size; ++j) checksum += product[i][j] * ((i + j) % 5 - 2);
    return checksum;
}

BENCH_MAIN(run)
