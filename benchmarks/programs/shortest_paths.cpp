#include "harness.hpp"
using bench::Int;
using Table = std::vector<std::vector<Int>>;

static void shorten(Table& distance, Int size) {
    for (Int k = 0; k < size; ++k) {
        const auto& through = distance[k];
        for (Int i = 0; i < size; ++i) {
            auto& row = distance[i];
            const Int first = row[k];
            for (Int j = 0; j < size; ++j) {
                const Int length = first + through[j];
                if (length < row[j]) row[j] = length;
            }
        }
    }
}

static Int run(Int size) {
    Table distance(size, std::vector<Int>(size));
    for (Int i = 0; i < size; ++i)
        for (Int j = 0; j < size; ++j) distance[i][j] = i == j ? 0 : (i * 7919 + j * 104729) % 997 + 1;
    shorten(distance, size);
    Int checksum = 0;
    for (Int i = 0; i < size; ++i)
        for (Int j = 0; j < size; ++j) checksum = (checksum * 3 + distance[i][j]) % 1000000007;
    return checksum;
}

BENCH_MAIN(run)
