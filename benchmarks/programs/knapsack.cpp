#include "harness.hpp"
using bench::Int;

static Int best_value(const std::vector<Int>& weights, const std::vector<Int>& values, Int capacity) {
    std::vector<Int> best(capacity + 1);
    for (std::size_t item = 0; item < weights.size(); ++item) {
        const Int weight = weights[item];
        const Int value = values[item];
        for (Int room = capacity; room >= weight; --room) {
            const Int candidate = best[room - weight] + value;
            if (candidate > best[room]) best[room] = candidate;
        }
    }
    return best[capacity];
}

static Int run(Int capacity) {
    std::vector<Int> weights, values;
    for (Int i = 0; i < 80; ++i) {
        weights.push_back(50 + i * 7919 % 401);
        values.push_back(10 + i * 104729 % 997);
    }
    return best_value(weights, values, capacity);
}

BENCH_MAIN(run)
