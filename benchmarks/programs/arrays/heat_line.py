"""Heat that spreads along a rod: a stencil in one dimension, in place and into a second array."""

import numpy as np

STEPS = 10


def inputs(elements, random):
    return random.uniform(0.0, 100.0, elements), 0.2


def main(start, ratio):
    u = start.copy()
    for _ in range(STEPS):
        u[1:-1] = u[1:-1] + ratio * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    fresh = np.empty_like(u)
    fresh[0] = u[0]
    fresh[-1] = u[-1]
    for _ in range(STEPS):
        fresh[1:-1] = u[1:-1] + ratio * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u, fresh = fresh, u
    return u
