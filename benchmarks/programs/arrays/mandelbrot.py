"""The Mandelbrot set over a grid: real and imaginary parts, and where a point has escaped."""

import numpy as np

STEPS = 15


def inputs(elements, random):
    side = max(int(np.sqrt(elements)), 2)
    real, imaginary = np.meshgrid(np.linspace(-2.0, 0.5, side), np.linspace(-1.25, 1.25, side))
    return real + random.uniform(0.0, 1e-4, (side, side)), imaginary


def main(real, imaginary):
    x = np.zeros_like(real)
    y = np.zeros_like(imaginary)
    steps = np.zeros(real.shape, dtype=np.int64)
    for _ in range(STEPS):
        x2 = x * x
        y2 = y * y
        inside = x2 + y2 <= 4.0
        steps += inside
        fresh = x2 - y2 + real
        y = np.where(inside, 2.0 * x * y + imaginary, y)
        x = np.where(inside, fresh, x)
    return steps
