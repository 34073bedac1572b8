"""NumPy element loops with loaded indices: a sparse matrix, row by row, times a vector."""

import sys

import numpy as np

SIZE = 2_000
ENTRIES = 10


def multiply(starts, columns, entries, vector, product):
    for i in range(len(starts) - 1):
        total = 0.0
        for k in range(starts[i], starts[i + 1]):
            total += entries[k] * vector[columns[k]]
        product[i] = total


def main(size):
    starts = np.zeros(size + 1, dtype=np.int32)
    columns = np.zeros(size * ENTRIES, dtype=np.int32)
    entries = np.zeros(size * ENTRIES)
    vector = np.zeros(size)
    product = np.zeros(size)
    for i in range(size):
        starts[i + 1] = (i + 1) * ENTRIES
        vector[i] = i % 11 / 11.0
        for k in range(ENTRIES):
            columns[i * ENTRIES + k] = (i * 7_919 + k * 613) % size
            entries[i * ENTRIES + k] = (i + k) % 17 / 170.0
    for _ in range(6):
        multiply(starts, columns, entries, vector, product)
        vector, product = product, vector
    total = 0.0
    for i in range(size):
        total += vector[i] * (i % 3 - 1)
    return float(total)


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
