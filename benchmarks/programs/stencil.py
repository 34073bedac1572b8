"""NumPy element loops, two dimensions: heat spreading on a plate, five-point stencil."""

import sys

import numpy as np

SIZE = 80
WIDTH = 64


def spread(plate, fresh, rows, columns):
    for i in range(1, rows - 1):
        for j in range(1, columns - 1):
            middle = plate[i, j]
            around = plate[i - 1, j] + plate[i + 1, j] + plate[i, j - 1] + plate[i, j + 1]
            fresh[i, j] = middle + 0.2 * (around - 4.0 * middle)


def main(steps):
    plate = np.zeros((WIDTH, WIDTH))
    for i in range(WIDTH):
        for j in range(WIDTH):
            plate[i, j] = (i * 31 + j * 17) % 97 / 97.0
    fresh = plate.copy()
    for _ in range(steps):
        spread(plate, fresh, WIDTH, WIDTH)
        plate, fresh = fresh, plate
    total = 0.0
    for i in range(WIDTH):
        for j in range(WIDTH):
            total += plate[i, j] * (i - j)
    return total


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
