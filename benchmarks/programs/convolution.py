"""NumPy element loops, four deep: a picture under a small kernel."""

import sys

import numpy as np

SIZE = 120


def convolve(picture, kernel, out):
    rows, columns = out.shape
    height, width = kernel.shape
    for i in range(rows):
        for j in range(columns):
            total = 0.0
            for a in range(height):
                for b in range(width):
                    total += picture[i + a, j + b] * kernel[a, b]
            out[i, j] = total


def main(size):
    picture = np.zeros((size, size))
    kernel = np.zeros((3, 3))
    out = np.zeros((size - 2, size - 2))
    for i in range(size):
        for j in range(size):
            picture[i, j] = (i * 29 + j * 41) % 97 / 97.0
    for a in range(3):
        for b in range(3):
            kernel[a, b] = 1.0 / (1 + a + b)
    convolve(picture, kernel, out)
    total = 0.0
    for i in range(size - 2):
        for j in range(size - 2):
            total += out[i, j] * (i % 3 - j % 2)
    return float(total)


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
