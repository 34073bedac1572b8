#include <cmath>

#include "harness.hpp"
using bench::Int;

struct Complex {
    double real, imaginary;
};

static Int escape_time(Complex c, Int limit) {
    Complex z{0.0, 0.0};
    for (Int step = 0; step < limit; ++step) {
        if (std::hypot(z.real, z.imaginary) > 2.0) return step;
        z = {z.real * z.real - z.imaginary * z.imaginary + c.real,
             z.real * z.imaginary + z.imaginary * z.real + c.imaginary};
    }
    return limit;
}

static Int run(Int size) {
    Int total = 0;
    for (Int row = 0; row < size; ++row) {
        for (Int column = 0; column < size; ++column) {
            const double width = static_cast<double>(size);
            total += escape_time(
                {3.0 * static_cast<double>(column) / width - 2.0, 2.0 * static_cast<double>(row) / width - 1.0}, 60);
        }
    }
    return total;
}

BENCH_MAIN(run)
