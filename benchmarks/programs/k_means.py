"""NumPy element loops: points of a few coordinates fall to the nearest of a few centres."""

import sys

import numpy as np

SIZE = 1_200
CENTRES = 6
AXES = 3


def assign(points, centres, labels):
    count, axes = points.shape
    for i in range(count):
        best = 1e300
        for c in range(centres.shape[0]):
            distance = 0.0
            for k in range(axes):
                apart = points[i, k] - centres[c, k]
                distance += apart * apart
            if distance < best:
                best = distance
                labels[i] = c


def update(points, centres, labels, sums, counts):
    count, axes = points.shape
    for c in range(centres.shape[0]):
        counts[c] = 0
        for k in range(axes):
            sums[c, k] = 0.0
    for i in range(count):
        c = labels[i]
        counts[c] += 1
        for k in range(axes):
            sums[c, k] += points[i, k]
    for c in range(centres.shape[0]):
        if counts[c] > 0:
            for k in range(axes):
                centres[c, k] = sums[c, k] / counts[c]


def main(count):
    points = np.zeros((count, AXES))
    centres = np.zeros((CENTRES, AXES))
    labels = np.zeros(count, dtype=np.int64)
    sums = np.zeros((CENTRES, AXES))
    counts = np.zeros(CENTRES, dtype=np.int64)
    state = 5
    for i in range(count):
        for k in range(AXES):
            state = state * 16_807 % 2_147_483_647
            points[i, k] = state / 2_147_483_647.0 + i % CENTRES
    for c in range(CENTRES):
        for k in range(AXES):
            centres[c, k] = points[c * 7, k]
    for _ in range(8):
        assign(points, centres, labels)
        update(points, centres, labels, sums, counts)
    total = 0.0
    for c in range(CENTRES):
        for k in range(AXES):
            total += centres[c, k] * (c + 1)
    return float(total)


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
