"""Operators in place with an expression at their right: the array has all new elements, or, where NumPy raises, none."""

import numpy as np


def warm(function, array, *arguments):
    for _ in range(4):
        function(array.copy(), *arguments)


def moved(x, v, dt):
    x += v * dt
    return x


def damped(x, v):
    x *= 1.0 - v * v
    x -= x * v
    return x


def single(x, v):
    x += v
    x /= 2.0
    return x


def masked(mask, a, b):
    mask &= a * b < a / b
    return mask


def ints(x, y):
    x ^= y + x
    x <<= y * 0 + 1
    x -= y * 3
    return x


def stepped(x, v, times):
    for _ in range(times):
        v -= x * 0.25
        x += v * 0.5
    return x, v


def shared(x, i, j, n):
    a = x[i : i + n]
    b = x[j : j + n]
    a += b * 2.0
    return x


class Body:
    def __init__(self):
        self.x = np.linspace(0.0, 1.0, 6)
        self.v = np.linspace(1.0, 2.0, 6)

    def step(self, dt):
        self.x += self.v * dt
        return self.x


X = np.linspace(0.25, 3.0, 8)
V = np.linspace(-1.0, 1.0, 8)


def case_moved():
    warm(moved, X, V, 0.1)
    own = X.copy()
    made = moved(own, V, 0.5)
    return made, made is own


def case_damped():
    warm(damped, X, V)
    return damped(X.copy(), V)


def case_single():
    warm(single, X, V)
    return single(X.copy(), V), single(X.astype("f4"), V.astype("f4"))


def case_masked():
    warm(masked, X > 1, X, V)
    bad = np.array([1e308, np.nan, 0.0, -0.0, np.inf, 1.0, 2.0, 3.0])
    return masked(X > 1, X, V), masked(X > 1, bad, V), masked(X > 1, bad, bad)


def case_ints():
    made = []
    for name in ("int8", "uint16", "int64"):
        x, y = np.arange(8).astype(name), np.arange(8)[::-1].astype(name)
        warm(ints, x, y)
        made.append(ints(x.copy(), y))
    return made


def case_stepped():
    stepped(X.copy(), V.copy(), 9)
    return stepped(X.copy(), V.copy(), 20)


def case_not_finite():
    warm(moved, X, V, 0.1)
    own = X.copy()
    other = V.copy()
    other[5] = 1e308
    made = [moved(own, other, 1e3).copy(), moved(own, V, float("nan")).copy()]
    with np.errstate(all="raise"):
        own = X.copy()
        try:
            moved(own, other, 1e3)
        except FloatingPointError as error:
            made.append((str(error), own))
    return made


def case_overlap():
    line = np.arange(20.0)
    for _ in range(4):
        shared(line.copy(), 0, 10, 5)
    return [shared(line.copy(), i, j, n) for i, j, n in ((0, 10, 10), (0, 1, 10), (1, 0, 10), (3, 3, 9), (0, 5, 5), (2, 9, 0))]


def case_other_arrays():
    warm(moved, X, V, 0.1)
    fixed = X.copy()
    fixed.flags.writeable = False
    made = []
    grid = np.zeros((4, 8))
    kinds = (fixed, X.astype("f4"), np.arange(8), X.astype(object), grid, X[:1].copy(), np.float64(2), X.astype(">f8"))
    for array in kinds:
        try:
            made.append((moved(array, V, 0.5), array))
        except (TypeError, ValueError) as error:
            made.append(str(error))
    return made


def case_views():
    grid = np.arange(24.0).reshape(3, 8)
    warm(moved, grid[1], V, 0.1)
    moved(grid[1], V, 0.5)
    moved(grid.T[1], np.ones(3), 0.5)
    return grid, moved(grid[0], grid[0], 2.0), moved(grid[2], grid[1], 2.0), grid


def case_attribute():
    body = Body()
    for _ in range(6):
        body.step(0.25)
    return body.x
