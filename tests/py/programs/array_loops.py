"""NumPy's functions that its own loops compute, called directly; and axes that None makes, along which arrays are
stretched: bits, warnings and errors as NumPy's own."""

import warnings

import numpy as np
from numpy import exp


def warm(function, *arguments):
    for _ in range(4):
        function(*arguments)


def functions(x):
    return (
        np.exp(x),
        np.exp2(x),
        np.expm1(x),
        np.log(x),
        np.log2(x),
        np.log10(x),
        np.log1p(x),
        np.sin(x),
        np.cos(x),
        np.tan(x),
        np.arcsin(x),
        np.arccos(x),
        np.arctan(x),
        np.sinh(x),
        np.cosh(x),
        np.tanh(x),
        np.arcsinh(x),
        np.arccosh(x + 1.0),
        np.arctanh(x),
        np.cbrt(x),
        np.reciprocal(x),
    )


def bell(x, width):
    return exp(-x * x / (2.0 * width)) * 0.5 + np.sin(x)


def beside(x):
    t = x * 2.0
    return np.exp(t), t, np.log(np.exp(t + 1.0) + t), np.sqrt(t), np.exp(x * 0.5).sum()


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def standard(x):
    return (x - x.mean(axis=0)) / (x - x.mean(axis=1, keepdims=True) + 10.0)


def distances(points, centres):
    return ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=-1)


def differences(x, y):
    return x[:, None] - y[None, :], x[:, np.newaxis] * y, (x[:, None] < y).sum()


def planes(x, y, z):
    return x[:, None, None] + y[None, :, None] * z[None, None, :]


def column(u, i):
    return u[:, i, None] * u - u[i]


def shifted(u):
    u *= u[:, :1][:, 0][:, None] * 2.0
    return u


def bits(value):
    array = np.asarray(value)
    return array.tolist() if array.dtype == object else array.tobytes(), type(value), array.dtype, array.shape


def layout(array):
    return bits(array), array.strides, array.flags.writeable, array.flags.c_contiguous


def tried(function, *arguments):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            made = function(*arguments)
        except (ValueError, TypeError, FloatingPointError) as error:
            made = type(error).__name__, str(error)
    return made, [str(w.message) for w in seen]


X = np.linspace(0.01, 0.99, 37)
GRID = np.sqrt(np.arange(30.0)).reshape(5, 6)


def case_functions():
    made = []
    for x in (X, X.astype("f4"), X[:1], X[:8], X[::2], X[::-1], GRID / 10 + 0.01, (GRID / 10 + 0.01).T, np.zeros(0) + 0.5):
        for _ in range(4):
            result = functions(x)
        made.append([layout(value) for value in result])
    return made


def case_not_finite():
    warm(functions, X)
    made = []
    for bad in (np.nan, np.inf, -np.inf, 0.0, -0.0, 1e300, -2.0, 1e-300):
        x = X.copy()
        x[11] = bad
        values, seen = tried(functions, x)
        made.append(([bits(value) for value in values], seen))
    return made


def case_error_state():
    warm(functions, X)
    warm(bell, X, 2.0)
    with np.errstate(all="raise"):
        return tried(functions, X * 1000.0), tried(functions, -X), tried(bell, X * 1e200, 1.0), tried(bell, X * 100, 1e-3)


def case_other_dtypes():
    made = []
    for kind in ("i4", "i8", "bool", "f2", "c16", ">f8", "O"):
        x = np.arange(1, 9).astype(kind)

        def one(x):
            return np.exp(x), np.log(x) if x.dtype != object else x

        for _ in range(4):
            values = tried(one, x)
        made.append(values)
    return made


def case_bell():
    warm(bell, X, 2.0)
    return layout(bell(X, 2.0)), layout(bell(X, np.float64(3))), layout(bell(X[::-1], 1.0)), layout(bell(GRID, 4.0))


def case_beside():
    warm(beside, X)
    made = [[bits(value) for value in beside(x)] for x in (X, X[:1], X.astype("f4"), X[::2])]
    values, seen = tried(beside, X * 1000.0)
    return made, [bits(value) for value in values], seen


def case_named_dtype():
    warm(bell, X, 2.0)
    odd = X.astype(np.dtype("f8", metadata={"a": 1}))

    def plain(x):
        return np.exp(x)

    def summed(x):
        return x.sum(axis=0)

    warm(plain, X)
    warm(summed, GRID)
    return plain(odd).dtype.metadata, bell(odd, 2.0).dtype.metadata, summed(GRID.astype(odd.dtype)).dtype.metadata


def case_softmax():
    warm(softmax, GRID)
    made = [layout(softmax(x)) for x in (GRID, GRID[:1], GRID[:, :1], GRID.T, GRID[:, ::2], GRID * 100)]
    warm(standard, GRID)
    return made, [layout(standard(x)) for x in (GRID, GRID[:1], GRID[:, :1], GRID[1:, 1:])]


def case_empty():
    warm(softmax, GRID)
    return tried(softmax, GRID[:0]), tried(softmax, GRID[:, :0])


def case_distances():
    points, centres = np.arange(21.0).reshape(7, 3) ** 0.5, np.arange(12.0).reshape(4, 3) ** 0.3
    warm(distances, points, centres)
    made = [layout(distances(p, c)) for p, c in ((points, centres), (points[:1], centres), (points, centres[:1]))]
    made.append(layout(distances(points[::2], centres[::-1])))
    made.append(tried(distances, points, centres[:, :2]))
    return made, layout(distances(points[:, :1], centres)), layout(distances(points.T.copy().T, centres))


def case_differences():
    warm(differences, X, X[:5])
    made = [[bits(value) for value in differences(x, y)] for x, y in ((X, X), (X, X[:1]), (X[:1], X), (X[::2], X[::3]))]
    return made, [layout(value) for value in differences(X, X[:5])[:2]], tried(differences, X, X[:0])


def case_planes():
    warm(planes, X[:4], X[:5], X[:6])
    made = [layout(planes(X[:a], X[:b], X[:c])) for a, b, c in ((4, 5, 6), (1, 5, 6), (4, 1, 6), (4, 5, 1), (0, 2, 2))]
    return made, layout(planes(X[:4].astype("f4"), X[:3], X[:2]))


def case_columns():
    warm(column, GRID[:5, :5], 2)
    made = [layout(column(GRID[:5, :5], i)) for i in (0, 4, -1)]
    warm(shifted, GRID.copy())
    return made, layout(shifted(GRID.copy()))


def case_replaced():
    warm(bell, X, 2.0)
    own = np.sin
    try:
        np.sin = np.cos
        made = bell(X, 2.0)
    finally:
        np.sin = own
    return made, bell(X, 2.0)
