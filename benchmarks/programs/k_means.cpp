#include "harness.hpp"
using bench::Int;
using Matrix = std::vector<double>;

static void assign(const Matrix& points, const Matrix& centres, std::vector<Int>& labels, Int count, Int number,
                   Int axes) {
    for (Int i = 0; i < count; ++i) {
        double best = 1e300;
        for (Int c = 0; c < number; ++c) {
            double distance = 0.0;
            for (Int k = 0; k < axes; ++k) {
                const double apart = points[i * axes + k] - centres[c * axes + k];
                distance += apart * apart;
            }
            if (distance < best) {
                best = distance;
                labels[i] = c;
            }
        }
    }
}

static void update(const Matrix& points, Matrix& centres, const std::vector<Int>& labels, Matrix& sums,
                   std::vector<Int>& counts, Int count, Int number, Int axes) {
    for (Int c = 0; c < number; ++c) {
        counts[c] = 0;
        for (Int k = 0; k < axes; ++k) sums[c * axes + k] = 0.0;
    }
    for (Int i = 0; i < count; ++i) {
        const Int c = labels[i];
        counts[c] += 1;
        for (Int k = 0; k < axes; ++k) sums[c * axes + k] += points[i * axes + k];
    }
    for (Int c = 0; c < number; ++c)
        if (counts[c] > 0)
            for (Int k = 0; k < axes; ++k) centres[c * axes + k] = sums[c * axes + k] / static_cast<double>(counts[c]);
}

static double run(Int count) {
    const Int number = bench::hidden(6), axes = bench::hidden(3);
    Matrix points(count * axes), centres(number * axes), sums(number * axes);
    std::vector<Int> labels(count), counts(number);
    Int state = 5;
    for (Int i = 0; i < count; ++i) {
        for (Int k = 0; k < axes; ++k) {
            state = state * 16807 % 2147483647;
            points[i * axes + k] = static_cast<double>(state) / 2147483647.0 + static_cast<double>(i % number);
        }
    }
    for (Int c = 0; c < number; ++c)
        for (Int k = 0; k < axes; ++k) centres[c * axes + k] = points[c * 7 * axes + k];
    for (Int i = 0; i < 8; ++i) {
        assign(points, centres, labels, count, number, axes);
        update(points, centres, labels, sums, counts, count, number, axes);
    }
    double total = 0.0;
    for (Int c = 0; c < number; ++c)
        for (Int k = 0; k < axes; ++k) total += centres[c * axes + k] * static_cast<double>(c + 1);
    return total;
}

BENCH_MAIN(run)
