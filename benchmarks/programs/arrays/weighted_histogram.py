"""Weighted counts in bins of equal width, their mean and spread."""

import numpy as np

BINS = 32


def inputs(elements, random):
    return random.normal(size=elements), random.uniform(0.5, 1.5, elements)


def main(values, weights):
    low, high = values.min(), values.max()
    width = (high - low) / BINS
    index = ((values - low) / width).astype(np.int64)
    index[index == BINS] = BINS - 1
    counts = np.bincount(index, weights=weights, minlength=BINS)
    middles = low + (np.arange(BINS) + 0.5) * width
    total = counts.sum()
    mean = (counts * middles).sum() / total
    spread = np.sqrt((counts * (middles - mean) ** 2).sum() / total)
    return counts / (total * width), mean, spread
