"""NumPy element loops on bytes: Conway's game of life on a torus, neighbours by %."""

import sys

import numpy as np

SIZE = 12
WIDTH = 64


def next_generation(grid, fresh):
    rows, columns = grid.shape
    for i in range(rows):
        for j in range(columns):
            around = 0
            for di in (-1, 0, 1):
                for dj in (-1, 0, 1):
                    if di != 0 or dj != 0:
                        around += grid[(i + di) % rows, (j + dj) % columns]
            if around == 3 or (around == 2 and grid[i, j] == 1):
                fresh[i, j] = 1
            else:
                fresh[i, j] = 0


def main(generations):
    grid = np.zeros((WIDTH, WIDTH), dtype=np.uint8)
    fresh = np.zeros((WIDTH, WIDTH), dtype=np.uint8)
    state = 12_345
    for i in range(WIDTH):
        for j in range(WIDTH):
            state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
            grid[i, j] = 1 if state // 65_536 % 3 == 0 else 0
    for _ in range(generations):
        next_generation(grid, fresh)
        grid, fresh = fresh, grid
    checksum = 0
    for i in range(WIDTH):
        for j in range(WIDTH):
            checksum = (checksum * 3 + int(grid[i, j]) * (i + 2 * j)) % 1_000_000_007
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
