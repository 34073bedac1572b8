"""Orthogonal vectors by the modified method of Gram and Schmidt."""

import numpy as np

VECTORS = 8


def inputs(elements, random):
    return (random.normal(size=(VECTORS, max(elements // VECTORS, VECTORS))),)


def main(vectors):
    q = vectors.copy()
    for i in range(len(q)):
        q[i] /= np.sqrt((q[i] * q[i]).sum())
        for j in range(i + 1, len(q)):
            q[j] -= (q[i] * q[j]).sum() * q[i]
    return q
