"""Recursion with lists: the ways to place n queens, and a checksum of where they stand."""

import sys

SIZE = 12


def place(row, size, columns, rising, falling, weight):
    if row == size:
        return 1 + weight % 7
    total = 0
    for column in range(size):
        if columns[column] or rising[row + column] or falling[row - column + size]:
            continue
        columns[column] = rising[row + column] = falling[row - column + size] = True
        total += place(row + 1, size, columns, rising, falling, weight * 3 + column)
        columns[column] = rising[row + column] = falling[row - column + size] = False
    return total


def main(size):
    return place(0, size, [False] * size, [False] * (2 * size), [False] * (2 * size + 1), 0)


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
