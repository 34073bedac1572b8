"""Numeric: how calm or wild a stock is, day by day, from its prices.

Fits the GARCH(1,1) model (Bollerslev 1986) to Google's daily closing prices 2004-2008, a sample
that Matplotlib carries: the variance of a day is omega + alpha * (yesterday's return squared)
+ beta * (yesterday's variance). The likeliest alpha and beta are sought on a grid that is refined
around its best point. Everything but reading the file is plain Python arithmetic.
"""

import math
import os

import matplotlib
import numpy as np

GRID = 44
ROUNDS = 4


def read_closing_prices():
    path = os.path.join(matplotlib.get_data_path(), "sample_data", "goog.npz")
    with np.load(path) as archive:
        return archive["price_data"]["adj_close"].tolist()


def returns_of(prices):
    returns = []
    for i in range(1, len(prices)):
        returns.append(100.0 * math.log(prices[i] / prices[i - 1]))
    mean = sum(returns) / len(returns)
    for i in range(len(returns)):
        returns[i] -= mean
    return returns


def variance_of(returns):
    total = 0.0
    for value in returns:
        total += value * value
    return total / len(returns)


def log_likelihood(returns, alpha, beta, long_run):
    """Of the returns under the model whose long-run variance is `long_run`, constants left out."""
    omega = long_run * (1.0 - alpha - beta)
    variance = long_run
    total = 0.0
    for value in returns:
        square = value * value
        total -= math.log(variance) + square / variance
        variance = omega + alpha * square + beta * variance
    return 0.5 * total


def best_on_grid(returns, long_run, low_alpha, high_alpha, low_beta, high_beta):
    best = (-math.inf, 0.0, 0.0)
    for i in range(GRID):
        alpha = low_alpha + (high_alpha - low_alpha) * (i + 0.5) / GRID
        for j in range(GRID):
            beta = low_beta + (high_beta - low_beta) * (j + 0.5) / GRID
            if alpha + beta >= 0.9999:
                break
            likelihood = log_likelihood(returns, alpha, beta, long_run)
            if likelihood > best[0]:
                best = (likelihood, alpha, beta)
    return best


def fit(returns, long_run):
    low_alpha, high_alpha, low_beta, high_beta = 0.0, 0.5, 0.0, 1.0
    best = (0.0, 0.0, 0.0)
    for _ in range(ROUNDS):
        best = best_on_grid(returns, long_run, low_alpha, high_alpha, low_beta, high_beta)
        alpha_room = (high_alpha - low_alpha) / 6.0
        beta_room = (high_beta - low_beta) / 6.0
        low_alpha, high_alpha = max(0.0, best[1] - alpha_room), best[1] + alpha_room
        low_beta, high_beta = max(0.0, best[2] - beta_room), best[2] + beta_room
    return best


def daily_variances(returns, alpha, beta, long_run):
    omega = long_run * (1.0 - alpha - beta)
    variance = long_run
    variances = []
    for value in returns:
        variances.append(variance)
        variance = omega + alpha * value * value + beta * variance
    return variances


def main():
    returns = returns_of(read_closing_prices())
    long_run = variance_of(returns)
    likelihood, alpha, beta = fit(returns, long_run)
    variances = daily_variances(returns, alpha, beta, long_run)
    print(f"{len(returns)} daily returns, standard deviation {math.sqrt(long_run):.4f} %")
    print(f"alpha {alpha:.6f}, beta {beta:.6f}, log-likelihood {likelihood:.10f}")
    print(
        f"calmest day {math.sqrt(min(variances)):.6f} %, wildest {math.sqrt(max(variances)):.6f} %"
    )


if __name__ == "__main__":
    main()
