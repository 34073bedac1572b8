"""Nested lists: the product of two square matrices of floats."""

import sys

SIZE = 220


def make_matrix(size, seed):
    rows = []
    for i in range(size):
        row = []
        for j in range(size):
            row.append((i * seed + j * 7) % 101 / 10.0)
        rows.append(row)
    return rows


def multiply(a, b, size):
    product = []
    for i in range(size):
        a_row = a[i]
        row = [0.0] * size
        for j in range(size):
            total = 0.0
            for k in range(size):
                total += a_row[k] * b[k][j]
            row[j] = total
        product.append(row)
    return product


def main(size):
    product = multiply(make_matrix(size, 3), make_matrix(size, 5), size)
    checksum = 0.0
    for i in range(size):
        for j in range(size):
            checksum += product[i][j] * ((i + j) % 5 - 2)
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
