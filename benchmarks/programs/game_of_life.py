"""Nested lists: Conway's game of life on a torus."""

import sys

SIZE = 200
WIDTH = 96


def first_generation(width):
    grid = []
    state = 12_345
    for _ in range(width):
        row = [0] * width
        for column in range(width):
            state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
            row[column] = 1 if state // 65_536 % 3 == 0 else 0
        grid.append(row)
    return grid


def next_generation(grid, width):
    fresh = []
    for i in range(width):
        above = grid[i - 1]
        here = grid[i]
        below = grid[(i + 1) % width]
        row = [0] * width
        for j in range(width):
            left = j - 1
            right = (j + 1) % width
            around = (
                above[left]
                + above[j]
                + above[right]
                + here[left]
                + here[right]
                + below[left]
                + below[j]
                + below[right]
            )
            if around == 3 or (around == 2 and here[j] == 1):
                row[j] = 1
        fresh.append(row)
    return fresh


def main(generations):
    grid = first_generation(WIDTH)
    for _ in range(generations):
        grid = next_generation(grid, WIDTH)
    checksum = 0
    for i in range(WIDTH):
        for j in range(WIDTH):
            checksum = (checksum * 3 + grid[i][j] * (i + 2 * j)) % 1_000_000_007
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
