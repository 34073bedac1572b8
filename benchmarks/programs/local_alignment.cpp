#include <algorithm>

#include "harness.hpp"
using bench::Int;

static std::string make_text(Int length, Int seed) {
    std::string text;
    Int state = seed;
    for (Int i = 0; i < length; ++i) {
        state = bench::next_state(state);
        text += "ACGT"[state / 65536 % 4];
    }
    return text;
}

static Int best_score(const std::string& a, const std::string& b) {
    std::vector<std::vector<Int>> scores(a.size() + 1, std::vector<Int>(b.size() + 1));
    Int best = 0;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const Int match = a[i - 1] == b[j - 1] ? 2 : -1;
            const Int score =
                std::max({Int{0}, scores[i - 1][j - 1] + match, scores[i - 1][j] - 1, scores[i][j - 1] - 1});
            scores[i][j] = score;
            if (score > best) best = score;
        }
    }
    return best;
}

static Int run(Int length) { return best_score(make_text(length, 1), make_text(length, 2)) * 10000 + length; }

BENCH_MAIN(run)
