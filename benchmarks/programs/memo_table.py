"""Dicts with int keys: Collatz chain lengths remembered in a dict."""

import sys

SIZE = 400_000


def chain_length(start, known):
    path = []
    n = start
    while n not in known:
        path.append(n)
        n = n // 2 if n % 2 == 0 else 3 * n + 1
    length = known[n]
    for i in range(len(path) - 1, -1, -1):
        length += 1
        known[path[i]] = length
    return length


def main(limit):
    known = {1: 1}
    total = 0
    for start in range(1, limit):
        total += chain_length(start, known)
    return total * 10 + len(known) % 10


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
