#include <memory>
#include <utility>

#include "harness.hpp"
using bench::Int;

static auto make_average(double weight) {
    auto level = std::make_shared<double>(0.0);
    auto seen = std::make_shared<Int>(0);
    auto update = [=](Int value) {
        *level = *level + weight * (static_cast<double>(value) - *level);
        *seen += 1;
        return *level;
    };
    auto count = [=] { return *seen; };
    return std::pair{update, count};
}

static auto make_counter(Int start, Int stride) {
    auto current = std::make_shared<Int>(start);
    return [=] { return *current = (*current + stride) % 1009; };
}

static double run(Int steps) {
    const auto [fast, fast_count] = make_average(0.5);
    const auto [slow, slow_count] = make_average(0.0625);
    const auto advance = make_counter(3, 17);
    double gap = 0.0;
    for (Int i = 0; i < steps; ++i) {
        const Int value = advance();
        gap += fast(value) - slow(value);
    }
    return gap + static_cast<double>(fast_count()) + static_cast<double>(slow_count());
}

BENCH_MAIN(run)
