#include <utility>

#include "harness.hpp"
using bench::Int;

static void sort(std::vector<Int>& items, Int low, Int high) {
    while (low < high) {
        const Int pivot = items[(low + high) / 2];
        Int i = low;
        Int j = high;
        while (i <= j) {
            while (items[i] < pivot) ++i;
            while (items[j] > pivot) --j;
            if (i <= j) std::swap(items[i++], items[j--]);
        }
        if (j - low < high - i) {
            sort(items, low, j);
            low = i;
        } else {
            sort(items, i, high);
            high = j;
        }
    }
}

static Int run(Int count) {
    std::vector<Int> items;
    Int state = 42;
    for (Int i = 0; i < count; ++i) {
        state = bench::next_state(state);
        items.push_back(state / 8);
    }
    sort(items, 0, count - 1);
    Int checksum = 0;
    for (const Int item : items) checksum = (checksum * 31 + item) % 1000000007;
    return checksum;
}

BENCH_MAIN(run)
