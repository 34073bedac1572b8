"""Lists as tables: the 0/1 knapsack by dynamic programming."""

import sys

SIZE = 60_000
ITEMS = 80


def best_value(weights, values, capacity):
    best = [0] * (capacity + 1)
    for item in range(len(weights)):
        weight = weights[item]
        value = values[item]
        for room in range(capacity, weight - 1, -1):
            candidate = best[room - weight] + value
            if candidate > best[room]:
                best[room] = candidate
    return best[capacity]


def main(capacity):
    weights = []
    values = []
    for i in range(ITEMS):
        weights.append(50 + i * 7919 % 401)
        values.append(10 + i * 104_729 % 997)
    return best_value(weights, values, capacity)


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
