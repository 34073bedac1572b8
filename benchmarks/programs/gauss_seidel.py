"""NumPy element loops that go on with what they stored: a plate at rest, by Gauss and Seidel."""

import sys

import numpy as np

SIZE = 12
WIDTH = 100


def sweep(u, f, square):
    rows, columns = u.shape
    for i in range(1, rows - 1):
        for j in range(1, columns - 1):
            around = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]
            u[i, j] = 0.25 * (around - square * f[i, j])


def main(sweeps):
    u = np.zeros((WIDTH, WIDTH))
    f = np.zeros((WIDTH, WIDTH))
    for i in range(WIDTH):
        for j in range(WIDTH):
            u[i, j] = (i * 31 + j * 17) % 97 / 97.0
            f[i, j] = (i * 5 + j * 3) % 11 / 11.0
    for _ in range(sweeps):
        sweep(u, f, 0.0001)
    total = 0.0
    for i in range(WIDTH):
        for j in range(WIDTH):
            total += u[i, j] * (i - j)
    return float(total)


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
