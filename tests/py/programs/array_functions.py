"""What is used twice within an expression over arrays is computed once; choices by truths, clips, casts and functions of
one element are part of the loop: bits, warnings and errors as NumPy's own."""

import warnings

import numpy as np


def warm(function, *arguments):
    for _ in range(4):
        function(*arguments)


def squared(x, y):
    d = x - y
    return d * d + d


def deep(x):
    a = x + x
    b = a * a
    c = b - a
    return c * c / (b + 1.0)


def both(x, y):
    s, d = x + y, x - y
    return np.where(s > d, s, d) * s


def kept(x, y):
    d = x - y
    t = d * d
    return d, t.sum()


def norm(x, y):
    return ((x - y) * (x - y)).sum()


def chosen(x, y):
    return np.where(x > y, x * 2.0, y), np.where(x > 0, x, 0), np.where(x < y, 1.0, -1.0), np.where(x < y, 1, 0)


def clipped(x, low, high):
    return np.clip(x, low, high), x.clip(low, high) * 2, (np.clip(x * x, low, high) - low).sum()


def casts(x):
    return x.astype(float), x.astype(np.float32), x.astype(np.float64) * 2, (x > 1).astype(int), (x > 1).astype(np.float64)


def narrowed(x):
    return x.astype(np.int8), x.astype(np.uint16) + 1, x.astype(int)


def rounded(x):
    return np.floor(x * 2), np.ceil(x) + 1, np.rint(x), np.trunc(x), np.fabs(x), np.negative(x) * x


def tests(x, y):
    return np.isnan(x), np.isnan(x * y).any(), np.logical_and(x > 0, y > 0), np.logical_or(x > 0, y > 0), np.logical_not(x > y)


def arithmetic(x, y):
    return np.add(x, y), np.subtract(x, 1), np.multiply(np.add(x, y), 2.0), np.divide(x, np.add(y, 10.0))


def relu(x):
    return np.where(x * 1.5 > 0, x * 1.5, 0.1 * x)


def bits(value):
    array = np.asarray(value)
    return array.tolist() if array.dtype == object else array.tobytes(), type(value), array.dtype, array.shape


def all_bits(values):
    return [bits(value) for value in values] if isinstance(values, tuple) else bits(values)


def tried(function, *arguments):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            made = all_bits(function(*arguments))
        except (ValueError, TypeError, OverflowError, FloatingPointError) as error:
            made = type(error).__name__, str(error)
    return made, [str(w.message) for w in seen]


X = np.linspace(-2.0, 3.0, 23)
Y = np.linspace(1.5, -1.25, 23)
ODD = np.array([0.0, -0.0, np.nan, np.inf, -np.inf, 1e308, -1e308, 0.5, -2.5] * 3)[:23]
KINDS = ("bool", "i1", "u1", "i4", "i8", "u8", "f4", "f8", "c16", "q", ">f8")


def each(function, *others):
    warm(function, X, *others)
    made = [tried(function, x, *others) for x in (X, X[::2], X[:0], ODD, X[::-1])]
    for kind in KINDS:
        x = np.arange(23).astype(kind)
        for _ in range(4):
            result = tried(function, x, *others)
        made.append((kind, result))
    return made


def pairs(function):
    warm(function, X, Y)
    made = [tried(function, x, y) for x, y in ((X, Y), (ODD, X), (X, ODD), (ODD, ODD), (X, 1.0), (X, Y[:1]), (X[:0], Y[:0]))]
    made += [tried(function, X[:, None], Y), tried(function, np.tile(X, (3, 1)), Y)]
    for kind in KINDS:
        x = np.arange(23).astype(kind)
        for _ in range(4):
            result = tried(function, x, x[::-1].copy())
        made.append((kind, result, tried(function, x, X)))
    return made


def case_used_twice():
    return pairs(squared), pairs(both), pairs(norm), each(deep)


def case_kept():
    return pairs(kept)


def case_chosen():
    return pairs(chosen), each(relu)


def case_clipped():
    made = [each(clipped, low, high) for low, high in ((-1.0, 1.5), (0, 1), (-0.0, 0.0), (1.0, -1.0), (0, 300))]
    return made, tried(clipped, X, np.nan, 1.0), tried(clipped, X, Y, 2.0), tried(clipped, X, None, 1.0)


def case_casts():
    return each(casts), each(narrowed)


def case_rounded():
    return each(rounded)


def case_tests():
    return pairs(tests)


def case_arithmetic():
    return pairs(arithmetic)


def case_error_state():
    for function in (squared, both, chosen, arithmetic):
        warm(function, X, Y)
    warm(casts, X)
    with np.errstate(all="raise"):
        made = [tried(function, ODD, Y) for function in (squared, both, chosen, arithmetic)]
        return made, tried(casts, np.array([1e300, 2.0])), tried(casts, np.array([1e-300, 2.0]))
