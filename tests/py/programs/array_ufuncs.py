"""NumPy's functions of whole arrays in one loop with the arithmetic around them: roots, magnitudes, least and greatest."""

import numpy as np
from numpy import maximum, sqrt


def warm(function, *arguments):
    for _ in range(4):
        function(*arguments)


def lengths(a, b):
    return np.sqrt(a * a + b * b)


def named(a, b):
    return sqrt(a * a) + maximum(a, b * 2.0)


def magnitudes(a, b):
    return abs(a - b) + np.abs(a) * np.absolute(b)


def clipped(a, low, high):
    return np.minimum(np.maximum(a * 2, low), high)


def hidden(a, b):
    return np.minimum(a * b, b), np.maximum(a / b, 1.0)


def squares(a):
    return np.square(a) - a


def with_keywords(a, b):
    out = np.empty_like(a)
    np.sqrt(a * a, out=out)
    return out + np.maximum(a, b, dtype="f8")


X = np.linspace(-2.0, 3.0, 9)
Y = np.linspace(1.0, -1.5, 9)


def described(array):
    return array, array.dtype, array.shape, array.strides


def case_roots():
    warm(lengths, X, Y)
    bad = np.array([np.inf, -np.inf, np.nan, 1e200, 0.0, -0.0, 1e-200, 1.0, -1.0])
    return described(lengths(X, Y)), lengths(bad, bad), described(lengths(X.astype("f4"), Y.astype("f4")))


def case_negative_roots():
    def roots(a):
        return np.sqrt(a + 1.0)

    warm(roots, Y * Y)
    return roots(X * 2)


def case_names():
    warm(named, X, Y)
    return named(X, Y)


def case_other_dtypes():
    made = []
    for name in ("bool", "int8", "uint8", "int64", "float32", "complex128"):
        a, b = np.arange(9).astype(name), np.arange(9)[::-1].astype(name)
        for function in (lengths, magnitudes, squares, named):
            for _ in range(4):
                try:
                    result = described(function(a, b) if function is not squares else function(a))
                except TypeError as error:
                    result = str(error)
            made.append(result)
    return made


def case_magnitudes():
    warm(magnitudes, X, Y)
    least = np.array([np.iinfo("i8").min, -1, 0])
    warm(magnitudes, least, least)
    return magnitudes(X, Y), magnitudes(least, least), magnitudes(np.array([-0.0, 0.0]), np.array([0.0, -0.0]))


def case_clipped():
    warm(clipped, X, -1.0, 1.5)
    ints = np.arange(-4, 5)
    made = [clipped(X, -1.0, 1.5), clipped(X, -1, 2), clipped(X, X[::-1].copy(), Y)]
    warm(clipped, ints, -2, 3)
    return made, described(clipped(ints, -2, 3)), described(clipped(ints, -2.5, 3))


def case_zeros_and_nan():
    warm(hidden, X, Y)
    a = np.array([0.0, -0.0, np.nan, 1.0, np.inf, 1.0, 0.0, -0.0, np.nan] * 3)
    b = np.array([-0.0, 0.0, 1.0, np.nan, np.inf, -np.inf, 0.0, -0.0, np.nan] * 3)
    return np.minimum(a, b), clipped(a, b, b), clipped(b, a, a), clipped(a[:2], b[:2], b[:2]), hidden(X, Y)


def case_hidden():
    warm(hidden, X, Y)
    big = np.full(9, 1e308)
    return hidden(big, big), hidden(big, -big), hidden(X, Y * 0.0)


def case_keywords():
    warm(with_keywords, X, Y)
    return with_keywords(X, Y)


def case_replaced():
    warm(lengths, X, Y)
    own = np.sqrt
    try:
        np.sqrt = lambda x: x - 1
        made = lengths(X, Y)
    finally:
        np.sqrt = own
    return made, lengths(X, Y)


def case_other_arrays():
    warm(lengths, X, Y)
    masked = np.ma.masked_array(X, mask=X > 1)
    return lengths(masked, masked), lengths(2.0, 3.0), lengths(np.array(1.0), X[:1])
