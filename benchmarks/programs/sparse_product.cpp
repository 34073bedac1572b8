#include <utility>

#include "harness.hpp"
using bench::Int;
using Indices = std::vector<std::int32_t>;
using Vector = std::vector<double>;

static void multiply(const Indices& starts, const Indices& columns, const Vector& entries, const Vector& vector,
                     Vector& product) {
    for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
        double total = 0.0;
        for (std::int32_t k = starts[i]; k < starts[i + 1]; ++k) total += entries[k] * vector[columns[k]];
        product[i] = total;
    }
}

static double run(Int size) {
    const Int count = 10;
    Indices starts(size + 1), columns(size * count);
    Vector entries(size * count), vector(size), product(size);
    for (Int i = 0; i < size; ++i) {
        starts[i + 1] = static_cast<std::int32_t>((i + 1) * count);
        vector[i] = static_cast<double>(i % 11) / 11.0;
        for (Int k = 0; k < count; ++k) {
            columns[i * count + k] = static_cast<std::int32_t>((i * 7919 + k * 613) % size);
            entries[i * count + k] = static_cast<double>((i + k) % 17) / 170.0;
        }
    }
    for (Int i = 0; i < 6; ++i) {
        multiply(starts, columns, entries, vector, product);
        std::swap(vector, product);
    }
    double total = 0.0;
    for (Int i = 0; i < size; ++i) total += vector[i] * static_cast<double>(i % 3 - 1);
    return total;
}

BENCH_MAIN(run)
