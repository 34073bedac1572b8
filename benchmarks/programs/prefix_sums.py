"""Lists of ints: running sums, and the greatest sum of a stretch of a list."""

import sys

SIZE = 500_000


def running_sums(values):
    sums = [0] * (len(values) + 1)
    for i in range(len(values)):
        sums[i + 1] = sums[i] + values[i]
    return sums


def greatest_stretch(sums):
    least = sums[0]
    best = sums[1] - sums[0]
    for i in range(1, len(sums)):
        stretch = sums[i] - least
        if stretch > best:
            best = stretch
        if sums[i] < least:
            least = sums[i]
    return best


def main(length):
    values = [i * 7_919 % 1_009 - 504 for i in range(length)]
    sums = running_sums(values)
    return greatest_stretch(sums) * 1_000 + sums[length // 2] % 1_000


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
