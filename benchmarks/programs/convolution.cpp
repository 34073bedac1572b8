#include "harness.hpp"
using bench::Int;
using Matrix = std::vector<double>;

static void convolve(const Matrix& picture, const Matrix& kernel, Matrix& out, Int size, Int extent) {
    const Int rows = size - extent + 1;
    for (Int i = 0; i < rows; ++i) {
        for (Int j = 0; j < rows; ++j) {
            double total = 0.0;
            for (Int a = 0; a < extent; ++a)
                for (Int b = 0; b < extent; ++b) total += picture[(i + a) * size + j + b] * kernel[a * extent + b];
            out[i * rows + j] = total;
        }
    }
}

static double run(Int size) {
    const Int extent = bench::hidden(3);
    const Int rows = size - extent + 1;
    Matrix picture(size * size), kernel(extent * extent), out(rows * rows);
    for (Int i = 0; i < size; ++i)
        for (Int j = 0; j < size; ++j) picture[i * size + j] = static_cast<double>((i * 29 + j * 41) % 97) / 97.0;
    for (Int a = 0; a < extent; ++a)
        for (Int b = 0; b < extent; ++b) kernel[a * extent + b] = 1.0 / static_cast<double>(1 + a + b);
    convolve(picture, kernel, out, size, extent);
    double total = 0.0;
    for (Int i = 0; i < rows; ++i)
        for (Int j = 0; j < rows; ++j) total += out[i * rows + j] * static_cast<double>(i % 3 - j % 2);
    return total;
}

BENCH_MAIN(run)
