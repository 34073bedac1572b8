"""Lists as tables: quicksort in place, recursive, on ints."""

import sys

SIZE = 160_000


def sort(items, low, high):
    while low < high:
        pivot = items[(low + high) // 2]
        i = low
        j = high
        while i <= j:
            while items[i] < pivot:
                i += 1
            while items[j] > pivot:
                j -= 1
            if i <= j:
                items[i], items[j] = items[j], items[i]
                i += 1
                j -= 1
        if j - low < high - i:
            sort(items, low, j)
            low = i
        else:
            sort(items, i, high)
            high = j


def main(count):
    items = []
    state = 42
    for _ in range(count):
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        items.append(state // 8)
    sort(items, 0, count - 1)
    checksum = 0
    for i in range(count):
        checksum = (checksum * 31 + items[i]) % 1_000_000_007
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
