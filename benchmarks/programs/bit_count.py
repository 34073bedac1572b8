"""Scalar ints: the bits of all numbers below a limit, taken away one by one."""

import sys

SIZE = 300_000


def bits(number):
    count = 0
    while number:
        number &= number - 1
        count += 1
    return count


def main(limit):
    total = 0
    for number in range(limit):
        total += bits(number) * (number % 3)
    return total


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
