"""NumPy's functions with an array for their result: out= in loops over whole arrays, or as NumPy does it."""

import warnings

import numpy as np


def added(a, b, c):
    return np.add(a, b, out=c)


def scaled(a, b, c):
    np.multiply(a * 0.5, b, out=c)
    np.subtract(c, a, out=c)
    return c


def positional(a, b, c):
    np.divide(a, b + 2.5, c)
    return np.sqrt(np.abs(a), c) is c


def onto_itself(a, b, c):
    np.add(a, b * 2.0, out=a)
    np.negative(a, out=a)
    return a


def two_buffers(a, b, c):
    for _ in range(3):
        np.multiply(a, 0.25, out=c)
        np.add(c, b, out=a)
    return a


def parts(a, b, c):
    np.add(a[1:], a[:-1], out=c[1:])
    np.maximum(a, b, out=c)
    return np.minimum(c * 2.0, a, out=c)


def shifted(a, b, c):
    return np.add(a[1:] * 1.0, a[:-1], out=a[1:])


def compared(a, b, c):
    return np.floor(a * b, out=c)


FUNCTIONS = [
    added,
    scaled,
    positional,
    onto_itself,
    two_buffers,
    parts,
    shifted,
    compared,
]


def content(array):
    return array.tolist() if array.dtype == object else array.tobytes()


def outcome(function, a, b, c):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        a = a.copy()
        c = a if c is None else c.copy()
        try:
            result = function(a, b, c)
            result = (result is a, result is c, str(result))
        except (ValueError, TypeError, FloatingPointError) as error:
            result = type(error).__name__, str(error)
    return (
        result,
        a.tobytes(),
        c.tobytes(),
        c.dtype.str,
        [(str(w.message), w.lineno) for w in seen],
    )


def tried(a, b, c):
    made = []
    for function in FUNCTIONS:
        outcome(function, A, B, C)
        made += [outcome(function, a, b, c), outcome(function, a, b, c), outcome(function, A, B, C)]
    return made


A, B, C = np.linspace(-3, 4, 50), np.linspace(5, -2, 50), np.zeros(50)


def case_plain():
    return tried(A, B, C)


def case_lengths():
    return [tried(A[:n], B[:n], C[:n]) for n in (0, 1, 7, 33)]


def case_shapes_differ():
    return [
        tried(A, B, np.zeros(49)),
        tried(A, B[:1], C),
        tried(A[:10], B[:10], np.zeros((5, 10))),
    ]


def case_the_same():
    return tried(A, B, None), tried(A, A, None), tried(A, A, A)


def case_dtypes():
    made = []
    for dtype in ("f4", "i8", "u1"):
        made += [
            tried(A.astype(dtype), B.astype(dtype), C.astype(dtype)),
            tried(A, B, C.astype(dtype)),
        ]
    return made


def case_not_finite():
    a = A.copy()
    a[3], a[7], a[9] = np.nan, np.inf, 1e308
    with np.errstate(all="raise", under="ignore"):
        made = tried(a, B * 1e10, C)
    return made, tried(a, B, C), tried(B, a, C)


def case_overlaps():
    made = []
    for function in FUNCTIONS:
        for shift in (0, 1, 3):
            base = np.linspace(-1, 2, 80)
            for _ in range(5):
                function(base[:50], B, base[shift : 50 + shift])
            made.append(base.tobytes())
    return made


def case_layouts():
    a, b = np.linspace(-3, 4, 60).reshape(6, 10), np.linspace(3, -4, 60).reshape(6, 10)
    c = np.zeros((6, 10))
    made = [
        tried(a, b, c),
        tried(a, b, np.asfortranarray(c)),
        tried(a, b[0], c),
        tried(a.T, b.T, np.zeros((10, 6))),
    ]
    fixed = C.copy()
    fixed.flags.writeable = False
    for _ in range(3):
        try:
            made.append(added(A, B, fixed).tobytes())
        except ValueError as error:
            made.append(str(error))
    return made
