"""NumPy scalars of every width in loops: promotion, wrapping with a warning, rounding, stores that do not fit, errstate."""

import warnings

import numpy as np

INTS = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
REALS = (*INTS, "float32", "float64")


def named(value):
    return type(value).__name__, repr(value)


def caught(function, *arguments):
    """Give what the call gives, or its exception, with the warnings and their lines."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            result = function(*arguments)
        except (ArithmeticError, ValueError, TypeError) as error:
            result = type(error).__name__, str(error), error.__traceback__.tb_next.tb_lineno
    return result, [(w.category.__name__, str(w.message), w.lineno) for w in seen]


def pairs(a, b):
    out = []
    for i in range(len(a)):
        x, y = a[i], b[i]
        out.append((named(x + y), named(x - y), named(x * y), named(x < y), named(x == y)))
    return out


def with_python(a, k):
    out = []
    for i in range(len(a)):
        x = a[i]
        out.append((named(x + k), named(k - x), named(x * k), named(x >= k)))
    return out


def quotients(a, k):
    out = []
    for i in range(len(a)):
        x = a[i]
        out.append((named(x / k), named(k / x)))
    return out


def floor_quotients(a, b):
    out = []
    for i in range(len(a)):
        out.append((named(a[i] // b[i]), named(a[i] % b[i])))
    return out


def bits(a, b, k):
    out = []
    for i in range(len(a)):
        x, y = a[i], b[i]
        out.append((named(x & y), named(x | y), named(x ^ y), named(x & k), named(k | x)))
    return out


def signs(a):
    out = []
    for i in range(len(a)):
        out.append((named(-a[i]), named(abs(a[i])), bool(a[i]), named(float(a[i])), named(int(a[i]))))
    return out


def shifted(source, target, k):
    for i in range(len(source)):
        target[i] = source[i] + k
    return target.tolist()


def copied(source, target):
    for i in range(len(source)):
        target[i] = source[i]
    return target.tolist()


def stored(value, target):
    for i in range(len(target)):
        target[i] = value
    return target.tolist()


def sum_of(a, start):
    total = start
    for i in range(len(a)):
        total = total + a[i]
    return named(total)


def least_and_largest(a):
    low = high = a[0]
    for i in range(1, len(a)):
        low = min(low, a[i])
        high = max(high, a[i])
    return named(low), named(high)


def threshold(image, limit, out):
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            if image[i, j] > limit:
                out[i, j] = 255
            else:
                out[i, j] = 0
    return out.tolist()


def life(board, fresh):
    rows, columns = board.shape
    for i in range(1, rows - 1):
        for j in range(1, columns - 1):
            n = (board[i - 1, j - 1] + board[i - 1, j] + board[i - 1, j + 1] + board[i, j - 1]
                 + board[i, j + 1] + board[i + 1, j - 1] + board[i + 1, j] + board[i + 1, j + 1])  # fmt: skip
            fresh[i, j] = 1 if n == 3 or (n == 2 and board[i, j] == 1) else 0
    return fresh.tolist()


def count_values(values, counts):
    for i in range(len(values)):
        counts[values[i]] += 1
    return counts.tolist()


def masked(mask, other, a):
    total = 0.0
    chosen = 0
    for i in range(len(mask)):
        if mask[i] and not other[i]:
            total += a[i]
            chosen += 1
        mask[i] = a[i] > 1
    return named(total), chosen, mask.tolist()


def compare_singles(a, limit):
    return [(named(a[i] == limit), named(a[i] < limit)) for i in range(len(a))]


def products(a, factor):
    x = a[0]
    for _ in range(12):
        x = x * factor
    return named(x)


def sample(dtype):
    return np.array([3, 1, 100, 0, 7]).astype(dtype)


def case_pairs():
    return [caught(pairs, sample(a), sample(b)) for a in REALS for b in REALS]


def case_extremes():
    kinds = [np.dtype(d) for d in INTS]
    ends = [np.array([np.iinfo(d).min, np.iinfo(d).max, 1], d) for d in kinds]
    return [caught(f, end, np.ones(3, d)) for d, end in zip(kinds, ends) for f in (pairs, floor_quotients)]


def case_with_python_ints():
    return [caught(with_python, sample(d), k) for d in REALS for k in (0, 1, 27, 200, -1, 40_000, 2**40, 2**70)]


def case_with_python_floats():
    return [caught(with_python, sample(d), k) for d in REALS for k in (0.5, -0.0, 1e30, 1e300, float("nan"))]


def case_quotients():
    return [caught(quotients, sample(d), k) for d in REALS for k in (3, 300, 0.75)]


def case_floor_quotients():
    return [caught(floor_quotients, sample(d), sample(d)[::-1].copy()) for d in INTS]


def case_bits():
    return [caught(bits, sample(a), sample(b), k) for a in INTS for b in INTS for k in (5, 1000)]


def case_signs():
    return [caught(signs, sample(d)) for d in REALS] + [caught(signs, np.array([-128, 127], "int8"))]


def case_shifted():
    return [caught(shifted, sample(d), np.zeros(5, t), k) for d in REALS for t in ("uint8", "int32", "float32") for k in (1, 200)]


def case_copied():
    kinds = (*REALS, "bool")
    return [caught(copied, sample(a), np.zeros(5, b)) for a in kinds for b in kinds]


def case_stored():
    values = (1, -1, 300, 2**40, 2**70, True, 1.5, 1e300, np.float64(1e300), np.int64(2**53 + 1), np.uint8(9), np.bool_(True))
    return [caught(stored, value, np.zeros(2, d)) for value in values for d in (*REALS, "bool")]


def case_sums():
    return [caught(sum_of, sample(d), start) for d in (*REALS, "bool") for start in (0, 0.0)]


def case_extreme_values():
    return [caught(least_and_largest, sample(d)) for d in REALS]


def case_threshold():
    image = np.arange(0, 240, 10).reshape(4, 6)
    return [threshold(image.astype(d), limit, np.zeros((4, 6), "uint8")) for d in ("uint8", "float32") for limit in (99, 99.5)]


def case_life():
    board = (np.arange(48).reshape(6, 8) * 7 % 5 < 2).astype("uint8")
    return [life(board.astype(d), np.zeros((6, 8), d)) for d in ("uint8", "int8", "int32")]


def case_counts():
    values = np.array([3, 1, 3, 0, 2, 3])
    return [count_values(values.astype(d), np.zeros(4, c)) for d in INTS for c in ("int64", "int32", "uint8")]


def case_counts_wrap():
    return caught(count_values, np.zeros(300, "uint8"), np.zeros(1, "uint8"))


def case_masks():
    a = np.array([0.5, 2.0, -1.0, 3.5])
    return masked(np.array([True, True, False, True]), np.array([False, True, False, False]), a)


def case_single_comparisons():
    a = np.array([0.1, 1e-3, 16777217.0, 3.0], "float32")
    return [compare_singles(a, x) for x in (0.1, 1e-3, 16777217, 16777217.0, 3, np.float64(0.1), 1e300)]


def case_single_rounding():
    return [caught(products, np.array([x], "float32"), f) for x in (1.1, 3e37, 1e-40) for f in (1.1, np.float32(1.3), 7, 0.001)]


def case_longlong_is_a_class_of_its_own():
    a = np.array([1, 2], np.longlong)
    return [named(a[i]) for i in range(2)], [type(a[i] + 1) is np.longlong for i in range(2)]


def case_underflow_is_ignored():
    return [caught(products, np.array([1e-300], d), 1e-9) for d in ("float64", "float32")]


def case_underflow_is_observed():
    out = []
    for state in ("raise", "warn", "ignore"):
        with np.errstate(under=state):
            out.append([caught(products, np.array([x], d), 1e-9) for d in ("float64", "float32") for x in (1e-300, 1e-30, 1.0)])
    return out


def case_underflow_is_observed_from_within():
    def scaled(a):
        out = []
        for i in range(len(a)):
            with np.errstate(under="raise" if i == 2 else "ignore"):
                out.append(a[i] * 1e-20)
        return out

    return caught(scaled, np.array([1e-300, 1.0, 1e-300, 1.0]))


def case_underflow_state_is_set():
    before = np.seterr(under="warn")
    try:
        return caught(products, np.array([1e-300]), 1e-9)
    finally:
        np.seterr(**before)


def accumulated_product(a, b, c):
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            for j in range(b.shape[1]):
                c[i, j] += a[i, k] * b[k, j]
    return c


def case_dtype_changes_behind_exits():
    """What an element is follows from its array, whatever the profile saw before."""
    a = np.arange(1, 17).reshape(4, 4)
    out = []
    with np.errstate(all="ignore"):
        for dtype, scale in (("float64", 1), ("float64", 1e300), ("int64", 1), ("int32", 1), ("bool", 1), ("float64", 2)):
            one = (a * scale).astype(dtype)
            out.append(accumulated_product(one, one * one.dtype.type(scale), np.zeros((4, 4), dtype)).tolist())
    return out
