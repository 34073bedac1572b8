#include "harness.hpp"
using bench::Int;
using Flags = std::vector<char>;

static Int place(Int row, Int size, Flags& columns, Flags& rising, Flags& falling, Int weight) {
    if (row == size) return 1 + weight % 7;
    Int total = 0;
    for (Int column = 0; column < size; ++column) {
        if (columns[column] || rising[row + column] || falling[row - column + size]) continue;
        columns[column] = rising[row + column] = falling[row - column + size] = 1;
        total += place(row + 1, size, columns, rising, falling, weight * 3 + column);
        columns[column] = rising[row + column] = falling[row - column + size] = 0;
    }
    return total;
}

static Int run(Int size) {
    Flags columns(size), rising(2 * size), falling(2 * size + 1);
    return place(0, size, columns, rising, falling, 0);
}

BENCH_MAIN(run)
