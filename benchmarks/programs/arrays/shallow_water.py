"""Waves on shallow water: height and two speeds on a grid, linear, in time steps."""

import numpy as np

STEPS = 5


def inputs(elements, random):
    side = max(int(np.sqrt(elements)), 4)
    height = 1.0 + random.uniform(0.0, 0.1, (side, side))
    return height, np.zeros((side + 1, side)), np.zeros((side, side + 1))


def main(height, speed_x, speed_y):
    h, u, v = height.copy(), speed_x.copy(), speed_y.copy()
    g, dt, dx = 9.81, 0.01, 0.5
    for _ in range(STEPS):
        u[1:-1, :] -= g * dt / dx * (h[1:, :] - h[:-1, :])
        v[:, 1:-1] -= g * dt / dx * (h[:, 1:] - h[:, :-1])
        u *= 0.999
        v *= 0.999
        h -= dt / dx * (u[1:, :] - u[:-1, :] + v[:, 1:] - v[:, :-1])
    return h, u, v
