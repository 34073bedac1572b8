"""Powers and scalar classes of NumPy called in loops: C's pow, roots, signed zeros, what warns, wraps or is refused."""

import numpy as np

TURNS = 12


def named(value):
    return type(value).__name__, repr(value)


def powers(a, exponent):
    out = []
    for i in range(len(a)):
        out.append(named(a[i] ** exponent))
    return out


def powers_of(base, a):
    out = []
    for i in range(len(a)):
        out.append(named(base ** a[i]))
    return out


def norms(p, out):
    for i in range(p.shape[0]):
        s = 0.0
        for k in range(p.shape[1]):
            t = p[i, k] - p[0, k]
            s += t * t
        out[i] = s**0.5
    return out.tolist()


def norm(p):
    s = 0.0
    for k in range(len(p)):
        s += p[k] * p[k]
    return named(s**0.5)


def blend(a, b, out, w):
    for i in range(len(a)):
        out[i] = a[i] * w + b[i] * (np.float32(1) - w)
    return out.tolist()


def as_float32(values):
    out = []
    for i in range(len(values)):
        out.append(named(np.float32(values[i])))
    return out


def as_float64(values):
    out = []
    for i in range(len(values)):
        out.append(named(np.float64(values[i])))
    return out


def as_int8(values):
    out = []
    for i in range(len(values)):
        out.append(named(np.int8(values[i])))
    return out


def as_uint16(values):
    out = []
    for i in range(len(values)):
        out.append(named(np.uint16(values[i])))
    return out


def as_int64(values):
    out = []
    for i in range(len(values)):
        out.append(named(np.int64(values[i])))
    return out


def as_uint64(values):
    out = []
    for i in range(len(values)):
        out.append(named(np.uint64(values[i])))
    return out


def as_bool(values):
    out = []
    for i in range(len(values)):
        out.append(named(np.bool_(values[i])))
    return out


def from_counter(n):
    s = np.int32(0)
    for i in range(n):
        s += np.int32(i * 3)
    return named(s)


def no_argument(n):
    out = []
    for _ in range(n):
        out.append(named(np.float32()))
    return out


def two_bounds(a):
    m = np.float32(0)
    for i in range(len(a)):
        v = abs(a[i])
        if v > m:
            m = v
    return named(m)


floats = np.array([2.0, 0.3, 7.25, 1.0, 0.0, -0.0, 1e150, 3.7, 5e-324])
exponents = (0.5, 2, 2.0, 3, -1, -1.5, 0, 1, np.float64(0.5), np.int64(2), np.float32(2), np.float64("nan"), True)


def case_float64_powers():
    with np.errstate(all="ignore"):
        return [powers(floats, e) for e in exponents]


def case_negative_bases():
    with np.errstate(all="ignore"):
        return [powers(-floats, e) for e in (0.5, 2, 3, -1.0)]


def case_float32_powers():
    with np.errstate(all="ignore"):
        return [powers(floats.astype(np.float32), e) for e in (0.5, 2, 1.5)]


def case_integer_powers():
    return [powers(np.arange(1, 12), e) for e in (2, 3, 0, 0.5, np.int64(2), np.int32(2))]


def case_narrow_integer_powers():
    return [powers(np.arange(1, 5).astype(t), 3) for t in ("i1", "u1", "i2", "u4", "u8", "i4")]


def case_powers_of():
    return powers_of(2, np.arange(8)), powers_of(2.5, np.arange(8.0)), powers_of(2, np.arange(6) / 2)


def case_negative_integer_power():
    powers(np.arange(1, 9), 2)
    return powers(np.arange(1, 9), -1)


def case_power_overflows_with_a_warning():
    powers(floats, 0.5)
    return powers(np.array([2.0, 1e200]), 2)


def case_zero_to_a_negative_power():
    powers(floats, 0.5)
    return powers(floats, -2)


def case_underflow_is_looked_at():
    powers(floats, 1.5)
    with np.errstate(under="raise"):
        return powers(np.array([2.0, 1e-200]), 2)


def case_norms():
    p = (np.arange(30) * 37 % 101).reshape(10, 3) / 101.0
    return [norms(p, np.zeros(10)) for _ in range(3)], norms(np.zeros((4, 0)), np.zeros(4))


def case_norm():
    return norm(np.arange(9.0)), norm(np.zeros(0)), norm(np.zeros(3)), norm(np.array([-3.0, 4.0]))


def case_blend():
    a = np.arange(8, dtype=np.float32)
    out = np.zeros(8, dtype=np.float32)
    return [blend(a, a[::-1], out, np.float32(w)) for w in (0.25, 0.1, 3e38)]


def case_blend_overflows():
    a = np.array([1.0, 3e38, 2.0], dtype=np.float32)
    return blend(a, a, a.copy(), np.float32(7))


numbers = ([1, 0, -1, 7, 100], [0.0, -0.0, 1.75, -2.5, 99.0], [True, False], np.arange(5), np.arange(5.0) / 3,
           np.arange(5, dtype=np.uint8), (np.arange(5) / 3).astype(np.float32))  # fmt: skip


def case_made_of_numbers():
    with np.errstate(all="ignore"):
        return [
            [make(v) for v in numbers if make is not as_uint16 or isinstance(v[0], (bool, np.unsignedinteger))]
            for make in (as_float32, as_float64, as_int8, as_uint16, as_int64, as_bool)
        ]


def case_float32_of_large_numbers():
    with np.errstate(all="ignore"):
        return as_float32([0.1, 16777217, 2**53 + 1, 1e300, float("inf"), float("nan"), 2**70, -(2**62) - 1])


def case_float32_of_large_int64():
    return as_float32(np.array([2**62 + 2**37 + 1, 2**53 + 1, 3, -(2**60) - 2**36 - 1]))


def case_float32_overflows_with_a_warning():
    return as_float32([1.5, 1e39])


def case_int8_is_too_small():
    as_int8([1, 2, 3, 127, -128])
    return as_int8([1, 128])


def case_int8_of_numpy_wraps():
    return as_int8(np.array([1, 127, 128, 300, -129]))


def case_int8_of_nan():
    as_int8([1.5, 2.5])
    return as_int8([float("nan")])


def case_uint64():
    return as_uint64([1, 2**63 - 1, 2**63, 2**64 - 1]), as_uint64([1.5, 2.5, 1e19])


def case_uint64_of_negative():
    as_uint64([1, 2, 3])
    return as_uint64([-1])


def case_int64_of_large():
    as_int64([1, 2])
    return as_int64([2**63])


def case_of_text():
    return as_float64([1.5, "2.5"]), as_bool(["", "a"]), as_int64(["12"])


def case_from_counter():
    return [from_counter(n) for n in (TURNS, 100)], no_argument(3)


def case_two_bounds():
    with np.errstate(all="ignore"):
        return [two_bounds(a.astype(np.float32)) for a in (floats, -floats, np.array([np.nan, 1.0, np.nan]))]
