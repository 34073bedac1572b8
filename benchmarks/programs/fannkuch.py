"""Lists of small ints: how many prefixes of a permutation are turned over until 0 is in front."""

import sys

SIZE = 8


def main(size):
    order = list(range(size))
    counts = list(range(size))
    most = 0
    checksum = 0
    number = 0
    remaining = size
    while True:
        while remaining > 1:
            counts[remaining - 1] = remaining
            remaining -= 1
        flipped = order[:]
        flips = 0
        first = flipped[0]
        while first != 0:
            low = 0
            high = first
            while low < high:
                kept = flipped[low]
                flipped[low] = flipped[high]
                flipped[high] = kept
                low += 1
                high -= 1
            flips += 1
            first = flipped[0]
        if flips > most:
            most = flips
        checksum += flips if number % 2 == 0 else -flips
        while True:
            if remaining == size:
                return checksum * 100 + most
            first = order[0]
            for i in range(remaining):
                order[i] = order[i + 1]
            order[remaining] = first
            counts[remaining] -= 1
            if counts[remaining] > 0:
                break
            remaining += 1
        number += 1


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
