#include "harness.hpp"
using bench::Int;
using Array = std::vector<Int>;

static constexpr Int bins = 1024;

static void fill(Array& values) {
    Int state = 11;
    for (Int& value : values) {
        state = state * 16807 % 2147483647;
        value = state % bins * (state / 2048 % bins) / bins;
    }
}

static void count_values(const Array& values, Array& counts) {
    for (const Int value : values) counts[value] += 1;
}

static void accumulate(Array& counts) {
    for (std::size_t i = 1; i < counts.size(); ++i) counts[i] += counts[i - 1];
}

static Int run(Int length) {
    Array values(length), counts(bins);
    fill(values);
    count_values(values, counts);
    accumulate(counts);
    Int checksum = 0;
    for (Int i = 0; i < length; ++i) checksum += counts[values[i]] * (i % 3 - 1);
    return checksum;
}

BENCH_MAIN(run)
