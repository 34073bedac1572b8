#include <cmath>

#include "harness.hpp"
using bench::Int;
using Vector = std::vector<double>;

static double element(Int i, Int j) { return 1.0 / static_cast<double>((i + j) * (i + j + 1) / 2 + i + 1); }

static Vector multiply(const Vector& vector, Int size) {
    Vector product(size);
    for (Int i = 0; i < size; ++i) {
        double total = 0.0;
        for (Int j = 0; j < size; ++j) total += element(i, j) * vector[j];
        product[i] = total;
    }
    return product;
}

static Vector multiply_transposed(const Vector& vector, Int size) {
    Vector product(size);
    for (Int i = 0; i < size; ++i) {
        double total = 0.0;
        for (Int j = 0; j < size; ++j) total += element(j, i) * vector[j];
        product[i] = total;
    }
    return product;
}

static double run(Int size) {
    Vector u(size, 1.0), v = u;
    for (int i = 0; i < 5; ++i) {
        v = multiply_transposed(multiply(u, size), size);
        u = multiply_transposed(multiply(v, size), size);
    }
    double products = 0.0, squares = 0.0;
    for (Int i = 0; i < size; ++i) {
        products += u[i] * v[i];
        squares += v[i] * v[i];
    }
    return std::sqrt(products / squares);
}

BENCH_MAIN(run)
