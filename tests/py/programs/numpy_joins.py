"""Accumulators that begin as a Python number and become NumPy's: types, warnings and bits are CPython's."""

import warnings

import numpy as np

F = np.array([0.5, -1.25, 3.0, 1e300, -0.0, 2.5])
I = np.array([3, -7, 11, 0, 2**40], dtype=np.int64)
BIG = np.array([2**62, 2**62, 5], dtype=np.int64)
ODD = np.array([1.0, float("inf"), float("nan"), 1e308, 1e308])


def named(value):
    return type(value).__name__, repr(value)


def float_sum(a):
    s = 0.0
    for i in range(len(a)):
        s += a[i]
    return s


def int_start(a):
    s = 0
    for i in range(len(a)):
        s += a[i]
    return s


def conditional(a, limit):
    s = 0.0
    for i in range(len(a)):
        if a[i] > limit:
            s += a[i]
        s = s * 0.5
    return s


def int_conditional(a, limit):
    s = 1
    for i in range(len(a)):
        if a[i] > limit:
            s += a[i]
        s = s * 3 - 1
    return s


def largest(a):
    best = -1.0
    for i in range(len(a)):
        if a[i] > best:
            best = a[i]
    return best


def largest_of_zero(a):
    best = 0
    for i in range(len(a)):
        if best < a[i]:
            best = a[i]
    return best


def below(a, limit):
    s = 0.0
    steps = 0
    while s < limit and steps < len(a):
        s += a[steps]
        steps += 1
    return s, steps, s < limit, float(s)


def averages(a, out, width):
    window = 0.0
    for i in range(len(a)):
        window += a[i]
        if i >= width:
            window -= a[i - width]
        out[i] = window / width
    return window


def rows(m, v):
    out = []
    for i in range(m.shape[0]):
        s = 0.0
        for j in range(m.shape[1]):
            s += m[i, j] * v[j]
        out.append(s)
    return out


def caught(function, *arguments):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        result = function(*arguments)
    return named(result), [(str(w.message), w.lineno) for w in seen]


def case_sums():
    functions = [float_sum, int_start]
    return [caught(f, a[:n]) for f in functions for a in (F, I, BIG, ODD) for n in (0, 1, 2, 5)]


def case_conditional():
    return [
        caught(f, a, limit) for f in (conditional, int_conditional) for a in (F, I, BIG, ODD) for limit in (-100, 0, 2, 1e301)
    ]


def case_extremes():
    return [caught(f, a[:n]) for f in (largest, largest_of_zero) for a in (F, I, -I, ODD) for n in (0, 1, 5)]


def case_while():
    return [tuple(named(x) for x in below(a, limit)) for a in (F, I) for limit in (0, 1, 5.0, 1e9)]


def case_window():
    out = np.zeros(5)
    return [(named(averages(F[:5], out, w)), out.tolist()) for w in (1, 2, 3)]


def case_rows():
    m = np.arange(12.0).reshape(3, 4)
    return [named(x) for x in rows(m, np.array([1.0, -2.0, 0.5, 3.0]))], [named(x) for x in rows(m[:, :0], F)]
