#include "harness.hpp"
using bench::Int;
using List = std::vector<Int>;

static List running_sums(const List& values) {
    List sums(values.size() + 1);
    for (std::size_t i = 0; i < values.size(); ++i) sums[i + 1] = sums[i] + values[i];
    return sums;
}

static Int greatest_stretch(const List& sums) {
    Int least = sums[0], best = sums[1] - sums[0];
    for (std::size_t i = 1; i < sums.size(); ++i) {
        const Int stretch = sums[i] - least;
        if (stretch > best) best = stretch;
        if (sums[i] < least) least = sums[i];
    }
    return best;
}

static Int run(Int length) {
    List values(length);
    for (Int i = 0; i < length; ++i) values[i] = i * 7919 % 1009 - 504;
    const List sums = running_sums(values);
    return greatest_stretch(sums) * 1000 + bench::floor_modulo(sums[length / 2], 1000);
}

BENCH_MAIN(run)
