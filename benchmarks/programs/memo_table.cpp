#include <unordered_map>

#include "harness.hpp"
using bench::Int;
using Table = std::unordered_map<Int, Int>;

static Int chain_length(Int start, Table& known) {
    std::vector<Int> path;
    Int n = start;
    auto found = known.find(n);
    while (found == known.end()) {
        path.push_back(n);
        n = n % 2 == 0 ? n / 2 : 3 * n + 1;
        found = known.find(n);
    }
    Int length = found->second;
    for (std::size_t i = path.size(); i-- > 0;) known[path[i]] = ++length;
    return length;
}

static Int run(Int limit) {
    Table known{{1, 1}};
    Int total = 0;
    for (Int start = 1; start < limit; ++start) total += chain_length(start, known);
    return total * 10 + static_cast<Int>(known.size()) % 10;
}

BENCH_MAIN(run)
