#include <utility>

#include "harness.hpp"
using bench::Int;

static std::string make_text(Int length, Int seed) {
    std::string text;
    Int state = seed;
    for (Int i = 0; i < length; ++i) {
        state = bench::next_state(state);
        text += "abcdefghijklmnop"[state / 65536 % 16];
    }
    return text;
}

static Int distance(const std::string& a, const std::string& b) {
    std::vector<Int> previous;
    for (std::size_t j = 0; j <= b.size(); ++j) previous.push_back(static_cast<Int>(j));
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::vector<Int> current{static_cast<Int>(i + 1)};
        for (std::size_t j = 0; j < b.size(); ++j) {
            Int cost = previous[j] + (a[i] != b[j] ? 1 : 0);
            if (previous[j + 1] + 1 < cost) cost = previous[j + 1] + 1;
            if (current[j] + 1 < cost) cost = current[j] + 1;
            current.push_back(cost);
        }
        previous = std::move(current);
    }
    return previous[b.size()];
}

static Int run(Int length) { return distance(make_text(length, 1), make_text(length, 2)) * 10000 + length; }

BENCH_MAIN(run)
