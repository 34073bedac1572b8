"""Generators: a pipeline of three generator functions consumed by a loop."""

import sys

SIZE = 2_000_000


def numbers(limit):
    state = 1
    for _ in range(limit):
        state = (state * 48_271) % 2_147_483_647
        yield state


def odd_only(source):
    for number in source:
        if number % 2 == 1:
            yield number


def pairs(source):
    previous = 0
    for number in source:
        yield previous, number
        previous = number


def main(limit):
    rising = 0
    total = 0
    for first, second in pairs(odd_only(numbers(limit))):
        if first < second:
            rising += 1
            total = (total + second - first) % 1_000_000_007
    return total * 10 + rising % 10


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
