"""Recursion: Takeuchi's function, three arguments and calls as arguments of calls."""

import sys

SIZE = 27


def tak(x, y, z):
    if y >= x:
        return z
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))


def main(n):
    return tak(n, n * 2 // 3, n // 3)


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
