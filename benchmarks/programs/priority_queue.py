"""A list as a heap: numbers pushed, and popped from the least on."""

import sys

SIZE = 40_000


def push(heap, value):
    heap.append(value)
    place = len(heap) - 1
    while place > 0:
        parent = (place - 1) // 2
        if heap[parent] <= heap[place]:
            break
        heap[parent], heap[place] = heap[place], heap[parent]
        place = parent


def pop(heap):
    least = heap[0]
    last = heap.pop()
    length = len(heap)
    if length == 0:
        return least
    heap[0] = last
    place = 0
    while True:
        child = 2 * place + 1
        if child >= length:
            return least
        if child + 1 < length and heap[child + 1] < heap[child]:
            child += 1
        if heap[place] <= heap[child]:
            return least
        heap[place], heap[child] = heap[child], heap[place]
        place = child


def main(count):
    heap = []
    state = 9
    for _ in range(count):
        state = state * 16_807 % 2_147_483_647
        push(heap, state % 1_000_000)
    checksum = 0
    for i in range(count):
        checksum += pop(heap) * (i % 7)
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
