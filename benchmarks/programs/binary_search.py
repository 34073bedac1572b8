"""Lists of ints: many keys looked for in a sorted list by halves."""

import sys

SIZE = 60_000


def find(values, key):
    low = 0
    high = len(values)
    while low < high:
        middle = (low + high) // 2
        if values[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


def main(length):
    values = [i * 3 + i % 2 for i in range(length)]
    total = 0
    for i in range(length):
        key = i * 7_919 % (3 * length)
        place = find(values, key)
        if place < length and values[place] == key:
            total += place
        else:
            total -= 1
    return total


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
