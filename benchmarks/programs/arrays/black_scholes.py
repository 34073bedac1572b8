"""Prices of European options: the formula of Black and Scholes over arrays of options."""

import numpy as np


def inputs(elements, random):
    spot = random.uniform(10.0, 50.0, elements)
    strike = random.uniform(10.0, 50.0, elements)
    years = random.uniform(0.25, 5.0, elements)
    return spot, strike, years, 0.03, 0.25


def normal_distribution(x):
    # Abramowitz and Stegun, 26.2.17
    k = 1.0 / (1.0 + 0.2316419 * np.abs(x))
    tail = k * (
        0.319381530 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429)))
    )
    below = 1.0 - np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi) * tail
    return np.where(x >= 0.0, below, 1.0 - below)


def main(spot, strike, years, rate, volatility):
    spread = volatility * np.sqrt(years)
    d1 = (np.log(spot / strike) + (rate + 0.5 * volatility**2) * years) / spread
    d2 = d1 - spread
    discounted = strike * np.exp(-rate * years)
    call = spot * normal_distribution(d1) - discounted * normal_distribution(d2)
    put = call - spot + discounted
    return call, put
