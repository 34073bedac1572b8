"""Scalar floats: cube roots by Newton's iteration (division, abs, a while loop)."""

import sys

SIZE = 250_000


def cube_root(value):
    guess = value if value < 1.0 else value / 3.0 + 0.5
    while True:
        better = (2.0 * guess + value / (guess * guess)) / 3.0
        if abs(better - guess) <= 1e-12 * better:
            return better
        guess = better


def main(count):
    total = 0.0
    sign = 1.0
    for i in range(1, count + 1):
        total += sign * cube_root(i * 0.001)
        sign = -sign
    return total


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
