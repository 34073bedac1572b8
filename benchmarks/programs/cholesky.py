"""NumPy element loops with ends that depend on each other: the Cholesky factor of a matrix."""

import math
import sys

import numpy as np

SIZE = 110


def factor(a, lower, size):
    for i in range(size):
        for j in range(i + 1):
            total = a[i, j]
            for k in range(j):
                total -= lower[i, k] * lower[j, k]
            if i == j:
                lower[i, j] = math.sqrt(total)
            else:
                lower[i, j] = total / lower[j, j]


def main(size):
    a = np.zeros((size, size))
    lower = np.zeros((size, size))
    for i in range(size):
        for j in range(size):
            a[i, j] = 1.0 / (1 + abs(i - j))
        a[i, i] = 8.0
    factor(a, lower, size)
    total = 0.0
    for i in range(size):
        for j in range(i + 1):
            total += lower[i, j] * (i - 2 * j)
    return float(total)


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
