"""NumPy element loops, rows of three: many bodies that attract each other."""

import math
import sys

import numpy as np

SIZE = 20
BODIES = 48


def pull(place, speed, mass, step):
    for i in range(BODIES):
        for j in range(BODIES):
            if i == j:
                continue
            square = 0.01
            for k in range(3):
                apart = place[j, k] - place[i, k]
                square += apart * apart
            weight = step * mass[j] / (square * math.sqrt(square))
            for k in range(3):
                speed[i, k] += weight * (place[j, k] - place[i, k])


def move(place, speed, step):
    for i in range(BODIES):
        for k in range(3):
            place[i, k] += step * speed[i, k]


def main(steps):
    place = np.zeros((BODIES, 3))
    speed = np.zeros((BODIES, 3))
    mass = np.zeros(BODIES)
    for i in range(BODIES):
        mass[i] = 1.0 + i % 5
        for k in range(3):
            place[i, k] = (i * 37 + k * 53) % 101 / 10.0
            speed[i, k] = (i * 11 + k * 29) % 13 / 13.0
    for _ in range(steps):
        pull(place, speed, mass, 0.01)
        move(place, speed, 0.01)
    total = 0.0
    for i in range(BODIES):
        for k in range(3):
            total += mass[i] * speed[i, k] * speed[i, k] + place[i, k]
    return float(total)


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
