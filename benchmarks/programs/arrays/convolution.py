"""A picture through a kernel of 3 by 3: shifted slices, weighted and added up."""

import numpy as np


def inputs(elements, random):
    side = max(int(np.sqrt(elements)), 4)
    kernel = np.array([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]) / 16.0
    return random.uniform(0.0, 1.0, (side, side)), kernel


def main(picture, kernel):
    rows, columns = picture.shape
    made = np.zeros((rows - 2, columns - 2))
    for i in range(3):
        for j in range(3):
            made += kernel[i, j] * picture[i : rows - 2 + i, j : columns - 2 + j]
    return made
