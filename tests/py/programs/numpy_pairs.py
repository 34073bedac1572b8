"""Variables that are Python's number in one iteration and NumPy's in the next, for every class of NumPy's numbers."""

import warnings

import numpy as np

INTS = ["int8", "uint8", "uint16", "int32", "int64", "uint64"]
FLOATS = ["float32", "float64"]


def plain(value):
    return type(value).__name__, value


def greatest(values, start):
    best = start
    for value in values:
        if value > best:
            best = value
    return best


def capped(values, low, high):
    out = []
    last = low
    for value in values:
        last = max(last, value, low)
        last = min(last, high)
        out.append(last)
    return out


def cells(left, right):
    """The recurrence of an alignment: what is chosen is Python's 0 or NumPy's sum."""
    best = 0
    table = np.zeros((len(left) + 1, len(right) + 1), dtype=left.dtype)
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            step = 2 if left[i - 1] == right[j - 1] else 0
            value = max(0, table[i - 1, j - 1] + step, table[i - 1, j], table[i, j - 1])
            table[i, j] = value
            if value > best:
                best = value
    return best, table


def mixed(values, choose):
    """A variable of either kind in each operator that has a native form, and beside NumPy's and Python's."""
    total = []
    for i in range(len(values)):
        either = values[i] if i % 3 != choose else 5
        total.append((either + 1, either - 2, either * 3, either // 2, either % 3, either & 6, either | 1, either ^ 3))
        total.append((either + values[i], values[i] - either, either + either, either * 0.5, -either))
        total.append((either > 3, either == 5, either < values[i]))
    return total


def summed(values, start):
    total = start
    for value in values:
        total += value
    return total


def summed_by_index(values, start):
    total = start
    for i in range(len(values)):
        total = total + values[i]
        if total > 1000:
            total = 0
    return total


def negative_steps(values):
    lowest = 0
    for i in range(len(values)):
        lowest = min(lowest, -values[i])
        if lowest < -100:
            lowest = -1
    return lowest


def rows(bounds, values):
    """NumPy's ints as bounds of ranges and as indices, of arrays and of lists."""
    listed = list(range(100))
    sums = []
    for i in range(len(bounds) - 1):
        total = 0.0
        last = None
        for k in range(bounds[i], bounds[i + 1]):
            total += values[k] + listed[bounds[i]]
            last = k
        sums.append((total, type(last).__name__, range(bounds[i], bounds[i + 1])))
    return sums


def chosen_index(values, picks):
    at = 0
    out = []
    for pick in picks:
        out.append(values[at])
        at = pick if pick > 2 else 1
    return out


def arrays(name, count=24):
    return np.arange(1, count + 1).astype(name)


def case_greatest():
    return [[plain(greatest(arrays(name), start)) for start in (0, 7)] for name in INTS]


def case_greatest_float():
    return [[plain(greatest(arrays(name) / arrays(name).dtype.type(3), start)) for start in (0.0, 7.5)] for name in FLOATS]


def case_capped():
    return [[[plain(v) for v in capped(arrays(name), low, high)] for low, high in ((0, 9), (-5, 20))] for name in INTS]


def case_capped_floats():
    return [[plain(v) for v in capped(arrays(name), low, high)] for name in FLOATS for low, high in ((0.5, 9.25), (3, 40.5))]


def case_cells():
    made = []
    for name in INTS:
        best, table = cells((arrays(name) * 7) % 5, (arrays(name) * 3) % 5)
        made.append((plain(best), table.sum(), table.dtype.name))
    return made


def case_mixed():
    return [[plain(v) for row in mixed(arrays(name, 9), choose) for v in row] for name in INTS for choose in (0, 3)]


def case_narrow_sums_wrap_only_where_they_are_numpys():
    made = []
    for name in INTS:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            made.append(([plain(v) for v in (summed(arrays(name, 12), 120), summed_by_index(arrays(name), 0))], [str(w.message) for w in caught]))
    return made


def case_float_sums():
    return [plain(summed(arrays(name) / arrays(name).dtype.type(7), start)) for name in FLOATS for start in (0, 0.0, 0.1)]


def case_negative():
    return [plain(negative_steps(arrays(name))) for name in INTS if name.startswith("int")]


def case_negative_unsigned():
    return negative_steps(arrays("uint8"))


def case_rows():
    return [rows(np.arange(0, 20, 5).astype(name), np.arange(20) * 0.25) for name in INTS]


def case_chosen_index():
    return [chosen_index(container, arrays(name) % 9) for name in INTS for container in (np.arange(20) * 1.5, list(range(20)))]


def either_of(a, b):
    chosen = max(a, b)
    other = min(a, b, 100)
    return chosen, other, chosen + other, f"{chosen} {other}"


def case_ints_and_floats():
    pairs = [(3, 4.5), (7, 2.5), (2.0, 2), (2, 2.0), (-1.5, 10**17), (float("nan"), 1), (1, float("nan"))] * 2
    return [[plain(value) for value in either_of(a, b)] for a, b in pairs]


def case_index_out_of_range():
    return chosen_index(list(range(3)), arrays("int32"))


def case_python_int_too_large():
    return summed_by_index(arrays("int8"), 500), summed(arrays("int8")[:2], 500)
