"""NumPy's functions of two floats, and `**`, `%` and `//`, by NumPy's own loops: values, warnings, and what is left to it."""

import warnings

import numpy as np

A = np.linspace(0.25, 3.0, 37)
B = np.linspace(-2.0, 4.0, 37)


def powers(a):
    return a**1.5, a**3, (a * 2.0 + 1.0) ** -1.5, a**a, a**0.5, a**2, a**-1, a**1, a**0.0, 2.0**a


def angles(a, b):
    return np.arctan2(b * 2.0, a) + np.hypot(a, b) - np.arctan2(1.0, a)


def remainders(a, b, number):
    return a % b, a % number, a // b, (a + b) // 0.5, np.fmod(a, b), np.fmod(a, number), number % a


def others(a, b):
    return np.copysign(a, b), np.logaddexp(a, b), np.power(a, 2.0), np.power(a, b), np.remainder(a, 0.75), np.floor_divide(a, 0.75)


def twice(a):
    d = a - 1.0
    return np.hypot(d, d), np.hypot(d * 2.0, d * 3.0)


def outcome(function, *arguments):
    """Give the bits that come out, or the error, and the warnings."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            made = function(*arguments)
        except (ValueError, FloatingPointError, TypeError, OverflowError) as error:
            made = (type(error).__name__, str(error))
    parts = made if isinstance(made, tuple) else (made,)
    facts = [(p.dtype.str, p.shape, p.tobytes()) if isinstance(p, np.ndarray) else repr(p) for p in parts]
    return facts, [(str(w.message), w.lineno) for w in seen]


def tried(function, *several):
    """Give the outcomes for all arguments, once the function knows the first."""
    for _ in range(4):
        outcome(function, *several[0])
    return [outcome(function, *arguments) for arguments in several]


def case_powers():
    made = tried(powers, (A,), (A.astype("f4"),), (B,), (A[:1],), (A[:0],), (A[::2],), (A.reshape(37, 1),), (A * 1e200,))
    return made, tried(powers, (A.astype("f4"),), (A,)), tried(powers, (np.arange(1, 9),))


def case_angles():
    return tried(angles, (A, B), (B, A), (A, B[:1]), (A, B[:5]), (A, np.zeros(37)), (A.astype("f4"), B), (A, np.full(37, np.nan)))


def case_remainders():
    made = tried(remainders, (A, B, 0.75), (B, A, 3), (A, B, 0), (A, B * 0.0, 1.0), (A, B, np.float64(0.3)), (A, B, 2**70))
    singles = A.astype("f4")
    return made, tried(remainders, (singles, singles * 2, 0.75), (singles, singles, 1e300), (singles, B, 1))


def case_others():
    return tried(others, (A, B), (A, A), (A, B * 1e300), (A[::-1], B)), tried(twice, (A,), (B,), (A[:0],))


def case_raise():
    tried(remainders, (A, B, 0.75))
    with np.errstate(all="raise"):
        return outcome(remainders, A, B * 0.0, 1.0), outcome(powers, A * 1e200)
