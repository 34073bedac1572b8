"""Closures: functions made at run time that keep changing variables of their maker."""

import sys

SIZE = 1_500_000


def make_average(weight):
    level = 0.0
    seen = 0

    def update(value):
        nonlocal level, seen
        level = level + weight * (value - level)
        seen += 1
        return level

    def count():
        return seen

    return update, count


def make_counter(start, stride):
    current = start

    def advance():
        nonlocal current
        current = (current + stride) % 1009
        return current

    return advance


def main(steps):
    fast, fast_count = make_average(0.5)
    slow, slow_count = make_average(0.0625)
    advance = make_counter(3, 17)
    gap = 0.0
    for _ in range(steps):
        value = advance()
        gap += fast(value) - slow(value)
    return gap + fast_count() + slow_count()


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
