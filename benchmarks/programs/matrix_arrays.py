"""NumPy element loops: the product of two matrices, row times column."""

import sys

import numpy as np

SIZE = 100


def multiply(a, b, product):
    rows, middle = a.shape
    columns = b.shape[1]
    for i in range(rows):
        for j in range(columns):
            total = 0.0
            for k in range(middle):
                total += a[i, k] * b[k, j]
            product[i, j] = total


def main(size):
    a = np.zeros((size, size))
    b = np.zeros((size, size))
    product = np.zeros((size, size))
    for i in range(size):
        for j in range(size):
            a[i, j] = (i * 3 + j * 7) % 101 / 10.0
            b[i, j] = (i * 5 + j * 7) % 101 / 10.0
    multiply(a, b, product)
    checksum = 0.0
    for i in range(size):
        for j in range(size):
            checksum += product[i, j] * ((i + j) % 5 - 2)
    return float(checksum)


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
