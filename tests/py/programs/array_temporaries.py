"""Large arrays that die in an operation: the result takes their place, and nobody else's."""

import hashlib

import numpy as np

N = 20_000
A = (np.arange(N) % 97 - 40) * (1.5 + 0.5j)
B = (np.arange(N) % 89 - 30) * (0.25 - 2j)
WHOLE = np.arange(N * 3, dtype=np.int16).reshape(3, N)


def told(array):
    return array.dtype.str, array.shape, array.strides, hashlib.sha1(array.tobytes()).hexdigest()[:12]


def chain(a, b):
    return a * b + 1.5 - a * 2 + b * a / 3.0


def right(a, b, c):
    return c + a * b, c * (a - b), c - a * b


def kept_local(a, b):
    product = a * b
    first = product + 1
    second = product + 1
    part = product[1:]
    third = product * 2
    return told(first), told(second), told(third), told(part), product is first


def views(a, b):
    return (a * b)[::2] + 1, (a * b).real + 1.0, np.conjugate(a * b).T - a


def overwritten(a, b):
    total = a * b
    for _ in range(3):
        total = total + b
    return total


def whole_numbers(a, add):
    return (a * a + add) // 7 & 255 | 1


def mixed(a, other):
    return a * a + other


def caught(function, *arguments):
    try:
        return told(function(*arguments))
    except (TypeError, ValueError, OverflowError, FloatingPointError) as error:
        return type(error).__name__, str(error)


def survives(a, b):
    product = a * b
    try:
        with np.errstate(all="raise"):
            return product * b / (b - b)
    except FloatingPointError as error:
        return told(product), str(error)


def case_chains():
    return [(told(chain(A, B)), [told(x) for x in right(A, B, A + 2)]) for _ in range(3)], told(A), told(B)


def case_what_others_see():
    made = [(kept_local(A, B), [told(x) for x in views(A, B)], told(overwritten(A, B))) for _ in range(3)]
    return made, survives(A, B), survives(A.real, B.imag)


def case_other_operands():
    others = [1, 1.0, 1j, True, 2**70, np.float32(2), np.complex64(1), A[:1], A[:, None][:1], WHOLE[0], B[::-1], "x", None]
    return [[caught(mixed, array, other) for other in others] for array in (A, A.astype("c8"), WHOLE, A.real.copy())]


def case_whole_numbers():
    adds = (1, 3, WHOLE[::-1], 40_000, -1, np.int64(5), WHOLE.astype("i8"), 0.5)
    return [caught(whole_numbers, array, add) for array in (WHOLE, WHOLE.T.copy().T) for add in adds]
