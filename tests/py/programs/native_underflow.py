"""Functions that are part of their caller's code, where NumPy is told to look at underflow, or is told meanwhile."""

import warnings

import numpy as np


def caught(function, *arguments):
    """Give the result or the exception with its line, and the warnings with their lines."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            result = function(*arguments)
        except FloatingPointError as error:
            result = (
                type(error).__name__,
                str(error),
                error.__traceback__.tb_next.tb_lineno,
            )
    return result, [(str(w.message), w.lineno) for w in seen]


def product(x, y):
    return x * y


def cube(x):
    return product(product(x, x), x)


def cubes(a, out):
    for i in range(len(a)):
        out[i] = cube(a[i])


def told_meanwhile(a, out, when, how):
    for i in range(len(a)):
        if i == when:
            how(under="raise")
        out[i] = cube(a[i])


def case_states():
    a = np.full(40, 0.5)
    a[20] = 1e-120
    out = []
    for state in ("ignore", "warn", "raise", "ignore"):
        b = np.zeros(40)
        with np.errstate(under=state):
            out.append((caught(cubes, a, b), b.tobytes()))
    return out


def case_told_meanwhile():
    a = np.full(40, 0.5)
    a[10] = a[30] = 1e-120
    out = []
    for when in (-1, 20, 5, -1):
        b = np.zeros(40)
        with np.errstate(under="ignore"):
            out.append((caught(told_meanwhile, a, b, when, np.seterr), b.tobytes()))
    return out
