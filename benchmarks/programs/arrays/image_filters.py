"""A photograph: grey values, edges, contrast, and a threshold; bytes in, bytes out."""

import numpy as np


def inputs(elements, random):
    side = max(int(np.sqrt(elements / 3)), 4)
    return (random.integers(0, 256, (side, side, 3), dtype=np.uint8),)


def grey(picture):
    return 0.299 * picture[:, :, 0] + 0.587 * picture[:, :, 1] + 0.114 * picture[:, :, 2]


def edges(x):
    gx = x[:-2, 2:] + 2.0 * x[1:-1, 2:] + x[2:, 2:] - x[:-2, :-2] - 2.0 * x[1:-1, :-2] - x[2:, :-2]
    gy = x[2:, :-2] + 2.0 * x[2:, 1:-1] + x[2:, 2:] - x[:-2, :-2] - 2.0 * x[:-2, 1:-1] - x[:-2, 2:]
    return np.sqrt(gx**2 + gy**2)


def contrast(x, factor):
    return np.clip((x - 128.0) * factor + 128.0, 0, 255).astype(np.uint8)


def main(picture):
    x = grey(picture)
    e = edges(x)
    mask = e > e.mean()
    inverted = 255 - picture
    return contrast(x, 1.5), mask, inverted, e
