"""Distances of all pairs of points, and who is nearest."""

import numpy as np


def inputs(elements, random):
    count = max(int(np.sqrt(elements)), 2)
    return (random.normal(size=(count, 3)),)


def main(points):
    difference = points[:, None, :] - points[None, :, :]
    distance = np.sqrt((difference**2).sum(axis=-1))
    np.fill_diagonal(distance, np.inf)
    nearest = np.argmin(distance, axis=1)
    closeness = 1.0 / (1.0 + distance)
    return nearest, closeness.sum(axis=1)
