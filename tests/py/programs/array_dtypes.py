"""Arithmetic over whole arrays of every dtype, and of two: what NumPy promotes, wraps and refuses."""

import numpy as np

NAMES = ("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64")


def arithmetic(a, b):
    return a + b - a * b


def quotient(a, b):
    return a / b


def compared(a, b):
    return a < b, a <= b, a == b, a != b, a > b, a >= b


def bits(a, b):
    return (a & b) ^ (a | b)


def inverted(a):
    return ~a


def negated(a):
    return -a


def plus_int(a, k):
    return a * k + 1


def plus_float(a, k):
    return a * k - 0.25


def tried(function, *arguments):
    """The result of a call that is done often enough to be compiled, or its error."""
    made = None
    for _ in range(4):
        try:
            made = function(*arguments)
        except (TypeError, ValueError, OverflowError) as error:
            made = f"{type(error).__name__}: {error}"
    return made if isinstance(made, str) else described(made)


def described(made):
    parts = made if isinstance(made, tuple) else (made,)
    return [(part, part.dtype) for part in parts]


def array_of(name):
    return np.array([0, 1, 2, 3, 100, 127, 3], dtype="int64").astype(name)


def pairs(function, names, others):
    return [tried(function, array_of(a), array_of(b)) for a in names for b in others]


def case_same_dtype():
    return [pairs(arithmetic, (name,), (name,)) for name in NAMES]


def case_with_float64():
    return pairs(arithmetic, NAMES, ("float64",))


def case_with_float32():
    return pairs(arithmetic, ("float32",), NAMES)


def case_with_int16():
    return pairs(arithmetic, NAMES, ("int16",))


def case_with_uint64():
    return pairs(arithmetic, ("uint64",), NAMES)


def case_quotients():
    return [tried(quotient, array_of(name)[1:4], array_of(name)[1:4]) for name in NAMES]


def case_division_by_zero():
    return tried(quotient, array_of("int32"), array_of("int32"))


def case_compared():
    return pairs(compared, ("int8", "uint8", "uint64", "float32"), ("int8", "uint8", "int64", "uint64", "float32"))


def case_bits():
    return pairs(bits, NAMES, ("bool", "uint8", "int64"))


def case_unary():
    return [(tried(inverted, array_of(name)), tried(negated, array_of(name))) for name in NAMES]


def case_python_ints():
    return [tried(plus_int, array_of(name), k) for name in NAMES for k in (3, -1)]


def case_large_python_ints():
    return [tried(plus_int, array_of(name), k) for name in ("int8", "uint8", "float32") for k in (300, 2**70)]


def case_python_floats():
    return [tried(plus_float, array_of(name), k) for name in NAMES for k in (0.1,)]


def case_large_python_floats():
    return [tried(plus_float, array_of(name), k) for name in ("int8", "float32", "float64") for k in (1e39, float("inf"))]


def case_numpy_numbers():
    numbers = (np.float64(0.1), np.float32(0.1), np.int8(3), np.int64(3), np.bool_(True))
    return [tried(plus_float, array_of(name), k) for name in ("int8", "int64", "float32", "float64") for k in numbers]


def case_python_bools():
    return [tried(plus_int, array_of(name), True) for name in ("bool", "int8", "float32")]


def case_wrapping():
    return [tried(plus_int, np.array([np.iinfo(n).max, np.iinfo(n).min], dtype=n), 2) for n in NAMES[1:-2]]


def case_longlong():
    odd = np.arange(5, dtype="longlong")
    return tried(plus_int, odd, 2), tried(arithmetic, odd, np.arange(5)), tried(arithmetic, np.arange(5), odd)
