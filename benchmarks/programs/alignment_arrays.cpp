#include <algorithm>

#include "harness.hpp"
using bench::Int;
using Codes = std::vector<std::int8_t>;

static void fill(Codes& codes, Int seed) {
    Int state = seed;
    for (auto& code : codes) {
        state = bench::next_state(state);
        code = static_cast<std::int8_t>(state / 65536 % 4);
    }
}

static Int best_score(const Codes& a, const Codes& b, std::vector<std::int32_t>& scores) {
    const std::size_t rows = a.size() + 1, columns = b.size() + 1;
    std::int32_t best = 0;
    for (std::size_t i = 1; i < rows; ++i) {
        for (std::size_t j = 1; j < columns; ++j) {
            const std::int32_t match = a[i - 1] == b[j - 1] ? 2 : -1;
            const std::int32_t score = std::max({0, scores[(i - 1) * columns + j - 1] + match,
                                                 scores[(i - 1) * columns + j] - 1, scores[i * columns + j - 1] - 1});
            scores[i * columns + j] = score;
            if (score > best) best = score;
        }
    }
    return best;
}

static Int run(Int length) {
    Codes a(length), b(length);
    fill(a, 1);
    fill(b, 2);
    std::vector<std::int32_t> scores((length + 1) * (length + 1));
    return best_score(a, b, scores) * 10000 + length;
}

BENCH_MAIN(run)
