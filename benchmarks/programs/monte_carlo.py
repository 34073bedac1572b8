"""Scalar ints and floats: how many of many points lie in a circle, by a generator of its own."""

import sys

SIZE = 300_000


def main(count):
    state = 42
    hits = 0
    for _ in range(count):
        state = (1_103_515_245 * state + 12_345) & 0x7FFFFFFF
        x = state / 2_147_483_648.0
        state = (1_103_515_245 * state + 12_345) & 0x7FFFFFFF
        y = state / 2_147_483_648.0
        if x * x + y * y <= 1.0:
            hits += 1
    return 4.0 * hits / count


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
