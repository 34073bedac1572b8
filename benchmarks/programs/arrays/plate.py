"""The steady temperature of a plate by Jacobi's method: a stencil in two dimensions."""

import numpy as np

STEPS = 8


def inputs(elements, random):
    side = max(int(np.sqrt(elements)), 3)
    plate = np.zeros((side, side))
    plate[0, :] = 100.0
    plate[:, 0] = 75.0
    plate[1:-1, 1:-1] = random.uniform(0.0, 1.0, (side - 2, side - 2))
    return (plate,)


def main(plate):
    u = plate.copy()
    largest = 0.0
    for _ in range(STEPS):
        old = u.copy()
        u[1:-1, 1:-1] = 0.25 * (old[:-2, 1:-1] + old[2:, 1:-1] + old[1:-1, :-2] + old[1:-1, 2:])
        largest = np.max(np.abs(u - old))
        if largest < 1e-6:
            break
    return u, largest
