"""Lists of floats and a small function: the spectral norm of a matrix computed as needed."""

import math
import sys

SIZE = 90


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def multiply(vector, size):
    product = [0.0] * size
    for i in range(size):
        total = 0.0
        for j in range(size):
            total += element(i, j) * vector[j]
        product[i] = total
    return product


def multiply_transposed(vector, size):
    product = [0.0] * size
    for i in range(size):
        total = 0.0
        for j in range(size):
            total += element(j, i) * vector[j]
        product[i] = total
    return product


def main(size):
    u = [1.0] * size
    v = u
    for _ in range(5):
        v = multiply_transposed(multiply(u, size), size)
        u = multiply_transposed(multiply(v, size), size)
    products = 0.0
    squares = 0.0
    for i in range(size):
        products += u[i] * v[i]
        squares += v[i] * v[i]
    return math.sqrt(products / squares)


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
