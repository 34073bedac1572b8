"""NumPy element loops on integer arrays: a histogram, its running sum, ranks looked up."""

import sys

import numpy as np

SIZE = 400_000
BINS = 1_024


def fill(values):
    state = 11
    for i in range(len(values)):
        state = (state * 16_807) % 2_147_483_647
        values[i] = state % BINS * (state // 2048 % BINS) // BINS


def count_values(values, counts):
    for i in range(len(values)):
        counts[values[i]] += 1


def accumulate(counts):
    for i in range(1, len(counts)):
        counts[i] += counts[i - 1]


def main(length):
    values = np.zeros(length, dtype=np.int64)
    counts = np.zeros(BINS, dtype=np.int64)
    fill(values)
    count_values(values, counts)
    accumulate(counts)
    checksum = 0
    for i in range(length):
        checksum += counts[values[i]] * (i % 3 - 1)
    return int(checksum)


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
