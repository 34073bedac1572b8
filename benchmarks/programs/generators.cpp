#include <optional>
#include <utility>

#include "harness.hpp"
using bench::Int;

struct Numbers {
    Int left;
    Int state = 1;

    std::optional<Int> next() {
        if (left-- <= 0) return std::nullopt;
        return state = state * 48271 % 2147483647;
    }
};

template <typename Source>
struct OddOnly {
    Source source;

    std::optional<Int> next() {
        while (auto number = source.next())
            if (*number % 2 == 1) return number;
        return std::nullopt;
    }
};

template <typename Source>
struct Pairs {
    Source source;
    Int previous = 0;

    std::optional<std::pair<Int, Int>> next() {
        const auto number = source.next();
        if (!number) return std::nullopt;
        return std::pair{std::exchange(previous, *number), *number};
    }
};

static Int run(Int limit) {
    Pairs<OddOnly<Numbers>> pairs{{{limit}}};
    Int rising = 0;
    Int total = 0;
    while (const auto pair = pairs.next()) {
        const auto [first, second] = *pair;
        if (first < second) {
            ++rising;
            total = (total + second - first) % 1000000007;
        }
    }
    return total * 10 + rising % 10;
}

BENCH_MAIN(run)
