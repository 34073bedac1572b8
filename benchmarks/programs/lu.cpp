#include <cmath>
#include <utility>

#include "harness.hpp"
using bench::Int;
using Matrix = std::vector<std::vector<double>>;

static double factor(Matrix& a, Int size) {
    double sign = 1.0;
    for (Int k = 0; k < size; ++k) {
        Int pivot = k;
        for (Int i = k + 1; i < size; ++i)
            if (std::fabs(a[i][k]) > std::fabs(a[pivot][k])) pivot = i;
        if (pivot != k) {
            std::swap(a[pivot], a[k]);
            sign = -sign;
        }
        const auto& upper = a[k];
        for (Int i = k + 1; i < size; ++i) {
            auto& row = a[i];
            const double ratio = row[k] / upper[k];
            row[k] = ratio;
            for (Int j = k + 1; j < size; ++j) row[j] -= ratio * upper[j];
        }
    }
    return sign;
}

static double run(Int size) {
    Matrix a(size, std::vector<double>(size));
    for (Int i = 0; i < size; ++i)
        for (Int j = 0; j < size; ++j) a[i][j] = static_cast<double>((i * 17 + j * 31) % 53 + (i == j) * 9) / 20.0;
    double determinant = factor(a, size);
    for (Int i = 0; i < size; ++i) {
        determinant *= a[i][i];
        while (std::fabs(determinant) > 1e6) determinant /= 1e6;
    }
    return determinant + a[size - 1][0];
}

BENCH_MAIN(run)
