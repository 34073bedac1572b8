"""Scalar floats: escape times of the Mandelbrot set on a square grid."""

import sys

SIZE = 300


def escape_time(real, imaginary, limit):
    x = 0.0
    y = 0.0
    for step in range(limit):
        xx = x * x
        yy = y * y
        if xx + yy > 4.0:
            return step
        y = 2.0 * x * y + imaginary
        x = xx - yy + real
    return limit


def main(size):
    total = 0
    for row in range(size):
        imaginary = 2.0 * row / size - 1.0
        for column in range(size):
            real = 3.0 * column / size - 2.0
            total += escape_time(real, imaginary, 200)
    return total


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
