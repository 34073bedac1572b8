#include "harness.hpp"
using bench::Int;
using Grid = std::vector<std::vector<Int>>;

static constexpr Int width = 96;

static Grid first_generation() {
    Grid grid(width, std::vector<Int>(width));
    Int state = 12345;
    for (auto& row : grid) {
        for (auto& cell : row) {
            state = bench::next_state(state);
            cell = state / 65536 % 3 == 0 ? 1 : 0;
        }
    }
    return grid;
}

static Grid next_generation(const Grid& grid) {
    Grid fresh(width, std::vector<Int>(width));
    for (Int i = 0; i < width; ++i) {
        const auto& above = grid[(i + width - 1) % width];
        const auto& here = grid[i];
        const auto& below = grid[(i + 1) % width];
        for (Int j = 0; j < width; ++j) {
            const Int left = (j + width - 1) % width;
            const Int right = (j + 1) % width;
            const Int around = above[left] + above[j] + above[right] + here[left] + here[right] + below[left] +
                               below[j] + below[right];
            if (around == 3 || (around == 2 && here[j] == 1)) fresh[i][j] = 1;
        }
    }
    return fresh;
}

static Int run(Int generations) {
    Grid grid = first_generation();
    for (Int i = 0; i < generations; ++i) grid = next_generation(grid);
    Int checksum = 0;
    for (Int i = 0; i < width; ++i)
        for (Int j = 0; j < width; ++j) checksum = (checksum * 3 + grid[i][j] * (i + 2 * j)) % 1000000007;
    return checksum;
}

BENCH_MAIN(run)
