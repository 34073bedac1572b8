"""Scalar ints: the longest Collatz chain below a limit (//, %, a data-dependent loop)."""

import sys

SIZE = 60_000


def chain_length(n):
    length = 1
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        length += 1
    return length


def main(limit):
    best_start = 0
    best_length = 0
    for start in range(1, limit):
        length = chain_length(start)
        if length > best_length:
            best_length = length
            best_start = start
    return best_start * 1000 + best_length


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
