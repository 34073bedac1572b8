"""Diffusion in a block: a stencil in three dimensions of seven points."""

import numpy as np

STEPS = 4


def inputs(elements, random):
    side = max(round(elements ** (1 / 3)), 3)
    return random.uniform(0.0, 1.0, (side, side, side)), 0.1


def main(start, c):
    u = start.copy()
    for _ in range(STEPS):
        inner = u[1:-1, 1:-1, 1:-1]
        laplacian = (
            u[2:, 1:-1, 1:-1]
            + u[:-2, 1:-1, 1:-1]
            + u[1:-1, 2:, 1:-1]
            + u[1:-1, :-2, 1:-1]
            + u[1:-1, 1:-1, 2:]
            + u[1:-1, 1:-1, :-2]
            - 6.0 * inner
        )
        fresh = u.copy()
        fresh[1:-1, 1:-1, 1:-1] = inner + c * laplacian
        u = fresh
    return u, np.sum(u)
