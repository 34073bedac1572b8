"""Nested lists: triangular factors of a matrix with exchanges of rows, and its determinant."""

import sys

SIZE = 110


def factor(a, size):
    sign = 1.0
    for k in range(size):
        pivot = k
        for i in range(k + 1, size):
            if abs(a[i][k]) > abs(a[pivot][k]):
                pivot = i
        if pivot != k:
            a[pivot], a[k] = a[k], a[pivot]
            sign = -sign
        upper = a[k]
        for i in range(k + 1, size):
            row = a[i]
            ratio = row[k] / upper[k]
            row[k] = ratio
            for j in range(k + 1, size):
                row[j] -= ratio * upper[j]
    return sign


def main(size):
    a = []
    for i in range(size):
        a.append([((i * 17 + j * 31) % 53 + (i == j) * 9) / 20.0 for j in range(size)])
    determinant = factor(a, size)
    for i in range(size):
        determinant *= a[i][i]
        while abs(determinant) > 1e6:
            determinant /= 1e6
    return determinant + a[size - 1][0]


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
