"""Nested lists of ints: all shortest paths of a graph (Floyd and Warshall)."""

import sys

SIZE = 120


def shorten(distance, size):
    for k in range(size):
        through = distance[k]
        for i in range(size):
            row = distance[i]
            first = row[k]
            for j in range(size):
                length = first + through[j]
                if length < row[j]:
                    row[j] = length


def main(size):
    distance = []
    for i in range(size):
        distance.append([0 if i == j else (i * 7_919 + j * 104_729) % 997 + 1 for j in range(size)])
    shorten(distance, size)
    checksum = 0
    for i in range(size):
        for j in range(size):
            checksum = (checksum * 3 + distance[i][j]) % 1_000_000_007
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
