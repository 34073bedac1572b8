#include <cmath>
#include <utility>

#include "harness.hpp"
using bench::Int;
using Vector = std::vector<double>;

static void reorder(Vector& real, Vector& imaginary, Int length) {
    for (Int i = 1, j = 0; i < length; ++i) {
        Int bit = length >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j |= bit;
        if (i < j) {
            std::swap(real[i], real[j]);
            std::swap(imaginary[i], imaginary[j]);
        }
    }
}

static void transform(Vector& real, Vector& imaginary, Int length) {
    reorder(real, imaginary, length);
    for (Int size = 2; size <= length; size *= 2) {
        const Int half = size / 2;
        for (Int k = 0; k < half; ++k) {
            const double angle = -2.0 * M_PI * static_cast<double>(k) / static_cast<double>(size);
            const double c = std::cos(angle), s = std::sin(angle);
            for (Int i = k; i < length; i += size) {
                const Int j = i + half;
                const double x = real[j] * c - imaginary[j] * s;
                const double y = real[j] * s + imaginary[j] * c;
                real[j] = real[i] - x;
                imaginary[j] = imaginary[i] - y;
                real[i] += x;
                imaginary[i] += y;
            }
        }
    }
}

static double run(Int length) {
    Vector real(length), imaginary(length);
    for (Int i = 0; i < length; ++i) real[i] = static_cast<double>(i * 37 % 101) / 101.0;
    transform(real, imaginary, length);
    double total = 0.0;
    for (Int i = 0; i < length; ++i)
        total += real[i] * static_cast<double>(i % 7) + imaginary[i] * static_cast<double>(i % 5);
    return total;
}

BENCH_MAIN(run)
