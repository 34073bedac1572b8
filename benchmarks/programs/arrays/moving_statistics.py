"""Means and spreads over a moving window, returns, and what lies outside of a band."""

import numpy as np

WINDOW = 20


def inputs(elements, random):
    return (100.0 + np.cumsum(random.normal(0.0, 0.1, elements)),)


def moving_mean(x, n):
    total = np.cumsum(x)
    total[n:] = total[n:] - total[:-n]
    return total[n - 1 :] / n


def main(prices):
    mean = moving_mean(prices, WINDOW)
    square = moving_mean(prices * prices, WINDOW)
    spread = np.sqrt(np.maximum(square - mean * mean, 0.0))
    recent = prices[WINDOW - 1 :]
    upper, lower = mean + 2.0 * spread, mean - 2.0 * spread
    outside = (recent > upper) | (recent < lower)
    returns = np.diff(prices) / prices[:-1]
    drawdown = (np.maximum.accumulate(prices) - prices).max()
    return mean, spread, outside.sum(), returns.mean(), returns.std(), drawdown
