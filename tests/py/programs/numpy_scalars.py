"""NumPy scalars keep NumPy's rules: wrapping with a warning, dtype promotion, division that warns."""

import numpy as np


def add(a, b):
    return a + b


def operations(a, b):
    return a + b, a - b, a * b


def divisions(a, b):
    return a / b, a // b, a % b


def compare(a, b):
    return a < b, a == b, a >= b


def double(x, times):
    for _ in range(times):
        x = x * 2
    return x


def accumulate(values):
    total = 0
    for value in values:
        total += value
    return total


def case_int_wraps():
    return [add(np.iinfo(d).max, np.dtype(d).type(1)) for d in ("int8",)], double(np.int32(3), 31), double(np.int64(1), 64)


def case_int8_wraps():
    return double(np.int8(1), 10)


def case_uint8_wraps():
    return operations(np.uint8(200), np.uint8(100))


def case_int64_wraps():
    return operations(np.int64(2**63 - 1), np.int64(2))


def case_python_int_does_not_wrap():
    return operations(int(np.int64(2**63 - 1)), 2)


def case_out_of_range_python_int():
    return add(np.int8(1), 300)


def case_promotion():
    kinds = (True, 1, 1.5, 1j, np.int8(1), np.uint8(2), np.int32(3), np.int64(4), np.uint64(5), np.float32(0.5), np.float64(0.25), np.bool_(True))
    return [[type(add(a, b)).__name__ for a in kinds] for b in kinds]


def case_operations():
    return [operations(np.int32(7), 3), operations(np.float32(0.1), 0.2), operations(np.float64(0.1), 3), operations(2, np.float64(0.5)),
            operations(np.int16(-5), np.float64(2.5)), operations(np.uint64(3), np.int64(-4))]  # fmt: skip


def case_divisions():
    return [divisions(np.int32(-7), 2), divisions(np.float64(7.5), -2), divisions(np.int64(-7), np.int64(2)), divisions(7, np.float32(2))]


def case_float_division_by_zero():
    return divisions(np.float64(1.0), 0), divisions(np.float64(0.0), 0.0), divisions(np.float64(-1), 0)


def case_python_float_division_by_zero():
    return divisions(1.0, np.float64(0))


def case_int_division_by_zero():
    return np.int64(5) // np.int64(0), np.int64(5) % 0


def case_float_overflow():
    return double(np.float64(1e308), 2), double(np.float32(3e38), 2)


def case_invalid():
    inf = np.float64("inf")
    return inf - inf, inf * 0, np.sqrt(np.float64(-1))


def case_float64_is_a_float():
    x = np.float64(2.5)
    return isinstance(x, float), type(x + 1).__name__, type(1 + x).__name__, type(1.5 + x).__name__, type(x * True).__name__, x == 2.5, hash(x) == hash(2.5)


def case_comparisons():
    return [compare(np.int32(3), 3), compare(3, np.float64(3)), compare(np.float32(0.1), 0.1), compare(np.int8(5), 300), compare(np.float64("nan"), 1)]


def case_comparison_type():
    return [type(np.int32(1) < 2).__name__, type(1 < np.int32(2)).__name__, type(not np.bool_(True)).__name__]


def case_sum_of_list():
    return accumulate([1, np.int64(2), 3.5]), accumulate([np.float32(0.1)] * 10), accumulate([np.int8(100), np.int8(100)])


def case_loop_condition():
    x = np.float64(1.0)
    steps = 0
    while x < 100:
        x = x * 1.5
        steps += 1
    return x, steps, type(x).__name__


def case_bool_scalar():
    out = []
    for value in np.array([1, 0, 3]) > 0:
        if value:
            out.append(type(value).__name__)
        out.append(value & True)
        out.append(~value)
    return out


def case_index_with_scalar():
    values = [10, 20, 30]
    out = []
    for i in np.array([0, 2, -1]):
        out.append(values[i])
    return out, "abc"[np.int8(1)], list(range(np.int64(3)))


def case_index_with_float_scalar():
    return [1, 2][np.float64(1)]


def case_power():
    return np.int64(2) ** 62, np.int64(2) ** np.int64(63), np.float64(2) ** 0.5, 2 ** np.float64(-1)


def case_int_to_negative_power():
    return np.int64(2) ** -1


def case_shifts_and_bits():
    return np.int32(1) << 31, np.uint8(255) >> 1, np.int8(-1) & 15, ~np.uint8(0), np.int64(1) << 3, 1 << np.int64(3)


def case_negate():
    return -np.int8(-128), abs(np.int8(-128)), -np.float64(0.0), -np.uint8(1)


def case_conversions():
    x = np.float64(2.75)
    return int(x), float(x), round(x), round(x, 1), str(x), repr(x), f"{x:.1f}", bool(x), x.item()


def case_formatting():
    return str(np.float32(0.1)), repr(np.int8(5)), f"{np.float64(1) / 3}", "%.3f" % np.float64(2.5)


def case_item_assignment_keeps_dtype():
    a = np.zeros(3, np.float32)
    for i in range(3):
        a[i] = a[i - 1] + 0.1
    return a, type(a[0]).__name__


def case_running_product():
    x = np.int32(1)
    out = []
    for i in range(1, 20):
        x = x * np.int32(i)
        out.append(x)
    return out


def case_errstate():
    with np.errstate(all="raise"):
        try:
            return np.float64(1) / 0
        except FloatingPointError as error:
            return str(error)


def case_max_of_mixed():
    best = 0
    for value in (np.int64(3), 2.5, np.float64(7.25), True):
        if value > best:
            best = value
    return best, type(best).__name__
