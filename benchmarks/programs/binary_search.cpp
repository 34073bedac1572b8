#include "harness.hpp"
using bench::Int;

static Int find(const std::vector<Int>& values, Int key) {
    Int low = 0, high = static_cast<Int>(values.size());
    while (low < high) {
        const Int middle = (low + high) / 2;
        if (values[middle] < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static Int run(Int length) {
    std::vector<Int> values(length);
    for (Int i = 0; i < length; ++i) values[i] = i * 3 + i % 2;
    Int total = 0;
    for (Int i = 0; i < length; ++i) {
        const Int key = i * 7919 % (3 * length);
        const Int place = find(values, key);
        if (place < length && values[place] == key) {
            total += place;
        } else {
            total -= 1;
        }
    }
    return total;
}

BENCH_MAIN(run)
