#include <utility>

#include "harness.hpp"
using bench::Int;
using Grid = std::vector<std::uint8_t>;

static void next_generation(const Grid& grid, Grid& fresh, Int width) {
    for (Int i = 0; i < width; ++i) {
        for (Int j = 0; j < width; ++j) {
            Int around = 0;
            for (Int di = -1; di <= 1; ++di)
                for (Int dj = -1; dj <= 1; ++dj)
                    if (di != 0 || dj != 0)
                        around += grid[bench::floor_modulo(i + di, width) * width + bench::floor_modulo(j + dj, width)];
            fresh[i * width + j] = around == 3 || (around == 2 && grid[i * width + j] == 1) ? 1 : 0;
        }
    }
}

static Int run(Int generations) {
    const Int width = bench::hidden(64);
    Grid grid(width * width), fresh(width * width);
    Int state = 12345;
    for (auto& cell : grid) {
        state = bench::next_state(state);
        cell = state / 65536 % 3 == 0 ? 1 : 0;
    }
    for (Int i = 0; i < generations; ++i) {
        next_generation(grid, fresh, width);
        std::swap(grid, fresh);
    }
    Int checksum = 0;
    for (Int i = 0; i < width; ++i)
        for (Int j = 0; j < width; ++j) checksum = (checksum * 3 + grid[i * width + j] * (i + 2 * j)) % 1000000007;
    return checksum;
}

BENCH_MAIN(run)
