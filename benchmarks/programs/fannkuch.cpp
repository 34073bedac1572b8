#include "harness.hpp"
using bench::Int;

static Int run(Int size) {
    std::vector<Int> order(size), counts(size);
    for (Int i = 0; i < size; ++i) order[i] = counts[i] = i;
    Int most = 0, checksum = 0, remaining = size;
    for (Int number = 0;; ++number) {
        for (; remaining > 1; --remaining) counts[remaining - 1] = remaining;
        std::vector<Int> flipped = order;
        Int flips = 0;
        for (Int first = flipped[0]; first != 0; first = flipped[0], ++flips) {
            for (Int low = 0, high = first; low < high; ++low, --high) {
                const Int kept = flipped[low];
                flipped[low] = flipped[high];
                flipped[high] = kept;
            }
        }
        if (flips > most) most = flips;
        checksum += number % 2 == 0 ? flips : -flips;
        for (;; ++remaining) {
            if (remaining == size) return checksum * 100 + most;
            const Int first = order[0];
            for (Int i = 0; i < remaining; ++i) order[i] = order[i + 1];
            order[remaining] = first;
            if (--counts[remaining] > 0) break;
        }
    }
}

BENCH_MAIN(run)
