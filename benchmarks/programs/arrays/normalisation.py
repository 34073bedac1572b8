"""Columns of a table brought to one scale in three ways, and rows to length one."""

import numpy as np


def inputs(elements, random):
    return (random.normal(3.0, 2.0, (max(elements // 10, 2), 10)),)


def standardise(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)


def between_zero_and_one(x):
    low = x.min(axis=0)
    return (x - low) / (x.max(axis=0) - low)


def rows_of_length_one(x):
    return x / np.sqrt(np.sum(x**2, axis=1, keepdims=True))


def main(x):
    return standardise(x), between_zero_and_one(x), rows_of_length_one(x)
