"""Chains over arrays that hold NaNs and infinities: the same bits, the same warnings, again and again."""

import struct
import warnings

import numpy as np

INF, NAN = float("inf"), float("nan")


def float_of(bits):
    return struct.unpack("d", struct.pack("Q", bits))[0]


# Quiet and signalling ones, of both signs, with fractions of their own.
NANS = [float_of(bits) for bits in (0x7FF8 << 48, 0xFFF8 << 48, (0x7FF8 << 48) + 77, (0x7FF4 << 48) + 5)]
ORDINARY = [1.5, -2.0, 0.0, -0.0, 1e-300, 3.25, -7.0, 0.5]


def product_sum(a, b, c):
    return a * b + c


def differences(a, b):
    return -(a - b) * -1.0 - (a - 2.5)


def quotients(a, b):
    return (a / b) / 3.0 + a


def squares(a, b):
    return np.sqrt(a**2 + np.square(b))


def roots(a, b):
    return np.sqrt(a) * b


def rounded(a, b):
    return np.floor(a) + np.abs(b) - np.rint(a * 0.5)


def chosen(a, b):
    return np.where(a * 2.0 > b, a - b, b * b)


def limited(a, b):
    return np.minimum(a, b) * 2.0 - np.maximum(a, b)


def compared(a, b):
    return (a + b < 1.0) | np.isnan(a * b)


def single(a, b):
    return (a + b * 2).astype(np.float32) * 0.5


def updated(a, b):
    a = a.copy()
    a += b * 2.0
    a *= b - 1.0
    return a


def reduced(a, b):
    return (a * b).sum(), (a - b).max(), (a + b < 0).any(), (a * b).argmin()


def along_an_axis(a, b):
    return (a.reshape(2, -1) * b[: a.size // 2]).sum(axis=1)


def negative_zero(a, b):
    return (-0.0 - a) * 1.0 + b * -1.0


def shared(a, b):
    d = a - b
    return d * d + d / 2.0


FUNCTIONS = [
    product_sum,
    differences,
    quotients,
    squares,
    roots,
    rounded,
    chosen,
    limited,
    compared,
    single,
    updated,
    reduced,
    along_an_axis,
    negative_zero,
    shared,
]


def bits(value):
    if isinstance(value, tuple):
        return [bits(part) for part in value]
    return type(value).__name__, str(value.dtype), value.shape, value.tobytes()


def outcome(function, *arguments):
    """Give the bits of the result or the exception, and the warnings."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            result = bits(function(*arguments))
        except FloatingPointError as error:
            result = str(error)
    return result, [(str(w.message), w.lineno) for w in seen]


def arguments_of(function, a, b):
    return (a, b, b) if function is product_sum else (a, b)


def data(special, others=(1.0, 2.0), length=40):
    a = np.resize(np.array(ORDINARY), length)
    b = np.resize(np.array([*ORDINARY[::-1], *others]), length)
    a[3::7] = special
    return a, b


def tried(special, others=(1.0, 2.0), dtype=float, rounds=9):
    made = []
    a, b = data(special, others)
    a, b = np.abs(a).astype(dtype) if not np.isnan(special) else a.astype(dtype), b.astype(dtype)
    for function in FUNCTIONS:
        made += [outcome(function, *arguments_of(function, a, b)) for _ in range(rounds)]
    return made


def case_nan():
    return tried(NAN)


def case_infinity():
    return tried(INF)


def case_negative_infinity():
    with np.errstate(all="ignore"):
        return tried(-INF)


def case_two_nans():
    return [tried(nan, (NANS[1], 2.0), rounds=7) for nan in NANS]


def case_both_infinite():
    return tried(INF, (-INF, INF))


def case_zeros():
    return tried(0.0, (0.0, -0.0))


def case_overflow():
    return tried(1e308, (1e308, -1e308))


def case_singles():
    with np.errstate(over="ignore"):
        return [tried(special, dtype=np.float32, rounds=7) for special in (NAN, INF, 3e38)]


def case_errors():
    with np.errstate(all="raise", under="ignore"):
        return [tried(special, (NAN, 1.0), rounds=7) for special in (NAN, INF)]


def case_numbers():
    def chain(a, x):
        return (a * x - x) / x + a

    a = np.arange(-3.0, 30.0)
    made = []
    for x in (*NANS[:3], INF, -INF, 0.0, -0.0, 2.0):
        made += [outcome(chain, a, x) for _ in range(8)]
        made += [outcome(chain, a.astype(np.float32), x) for _ in range(8)]
    return made


def case_some_then_none():
    good, bad = data(1.0), data(NAN)
    made = []
    for _ in range(4):
        made += [outcome(quotients, *good), outcome(quotients, *bad), outcome(shared, *bad)]
    return made
