"""Loops over elements with branches, sums and `while`, run in blocks: masks, what fails on one way, ends, arrays that meet."""

import warnings

import numpy as np

SIZES = (1, 7, 8, 9, 127, 128, 129, 300)


def caught(function, *arguments):
    """Give the result or the exception, and the warnings with their lines."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            result = function(*arguments)
        except (ArithmeticError, IndexError, ValueError) as error:
            result = type(error).__name__, str(error), error.__traceback__.tb_next.tb_lineno
    return named(result), [(str(w.message), w.lineno) for w in seen]


def named(value):
    return type(value).__name__, repr(value)


def wave(size, dtype="float64"):
    return ((np.arange(size) * 7919) % 251).astype(dtype)


def threshold(a, t, out):
    for i in range(len(a)):
        if a[i] > t:
            out[i] = 1.0
        else:
            out[i] = 0.0
    return i


def clamp(a, low, high):
    for i in range(len(a)):
        if a[i] < low:
            a[i] = low
        elif a[i] > high:
            a[i] = high


def some(a, out):
    for i in range(len(a)):
        if a[i] > 100:
            out[i] = a[i] * 2
            last = i
        else:
            last = -i
    return last


def kept(a, out):
    last = None
    found = 0.0
    for i in range(len(a)):
        if a[i] > 100:
            found = a[i]
            last = i
            out[i] = 1
    return last, found


def skipped(a, out):
    for i in range(len(a)):
        if a[i] < 50:
            continue
        out[i] = a[i] + 1


def count(a, t):
    c = 0
    for i in range(len(a)):
        if a[i] > t:
            c += 1
    return c


def balance(a, b):
    c = 5
    for i in range(len(a)):
        if a[i] > b[i]:
            c += 2
        elif a[i] < b[i]:
            c -= i
    return c


def total(a):
    s = 0
    for i in range(len(a)):
        s += int(a[i])
    return s


def numpy_total(a):
    s = 0
    for i in range(len(a)):
        s += a[i]
    return s


def started(a, s):
    for i in range(len(a)):
        s += a[i]
    return s


def two_sums(a, b):
    s = t = 0
    for i in range(len(a)):
        s += int(a[i]) * 3
        t -= int(b[i])
        if a[i] == b[i]:
            s += 1
    return s, t


def sum_that_is_seen(a, out):
    s = 0
    for i in range(len(a)):
        s += a[i]
        out[i] = s
    return s


def mask(a, t, out):
    for i in range(len(a)):
        out[i] = a[i] > t


def divided_where_positive(a, b, out):
    for i in range(len(a)):
        if b[i] > 0:
            out[i] = a[i] / b[i]


def overflows_on_one_way(a, out):
    for i in range(len(a)):
        if a[i] > 0:
            out[i] = a[i] * 1e300
        else:
            out[i] = a[i]


def both_ways_two_arrays(a, b, c):
    for i in range(len(a)):
        if a[i] > 20:
            b[i] = a[i] + 1
            c[i] = a[i] - 1
        else:
            b[i] = 0
            c[i] = 5


def one_then_the_other(a, b, c):
    for i in range(len(a)):
        if a[i] > 100:
            b[i] = 1
        c[i] = 2
        if a[i] < 150:
            b[i] = 3


def neighbours(a, out):
    rows, columns = a.shape
    for i in range(1, rows - 1):
        for j in range(1, columns - 1):
            n = (
                int(a[i - 1, j - 1]) + int(a[i - 1, j]) + int(a[i - 1, j + 1]) + int(a[i, j - 1])
                + int(a[i, j + 1]) + int(a[i + 1, j - 1]) + int(a[i + 1, j]) + int(a[i + 1, j + 1])
            )  # fmt: skip
            if n == 3 or (n == 2 and a[i, j] == 1):
                out[i, j] = 1
            else:
                out[i, j] = 0
    return n


def while_up(a, out):
    i = 1
    n = a.shape[0]
    while i < n - 1:
        out[i] = (a[i - 1] + a[i] + a[i + 1]) / 3.0
        i += 1
    return i


def while_up_to(a, out, stop):
    i = 0
    while i <= stop:
        out[i] = a[i] + 1
        i += 2
    return i


def while_down(a, out):
    i = len(a) - 1
    while i >= 0:
        out[i] = a[i] + 1
        i -= 1
    return i


def while_greater(a, out):
    i = len(a) - 1
    while 0 < i:
        out[i] = a[i] - a[i - 1]
        i -= 3
    return i


def two_counters(a, out):
    k = len(a) - 1
    for i in range(len(a)):
        out[k] = a[i]
        k -= 1
    return i, k


def second_counter_leaves(a, out):
    k = -3
    for i in range(len(a)):
        out[i] = a[k] + 0.5
        k += 1
    return k


def shifted_by(a, i):
    while i < 9223372036854775807:
        a[i - 9223372036854775707] += 1
        i += 1
    return i


def parity(a, out):
    for i in range(len(a)):
        if i % 2 == 0:
            out[i] = a[i] // 4
        else:
            out[i] = a[i] >> 1


def narrow(a, b, out):
    for i in range(len(a)):
        out[i] = int(a[i]) * 100 + int(b[i])


def greatest(a, m):
    for i in range(len(a)):
        if a[i] > m:
            m = a[i]
    return m


def least(a, m):
    for x in a:
        if m > x:
            m = x
    return m


def greatest_or_equal(a, m):
    for i in range(len(a)):
        if a[i] >= m:
            m = a[i]
    return m


def greatest_distance(a, b, m):
    for i in range(len(a)):
        distance = abs(a[i] - b[i])
        if distance > m:
            m = distance
    return m


def least_and_greatest(a, low, high):
    for i in range(len(a)):
        if a[i] < low:
            low = a[i]
        if a[i] > high:
            high = a[i]
    return low, high


def greatest_and_its_place(a, m):
    place = -1
    for i in range(len(a)):
        if a[i] > m:
            m = a[i]
            place = i
    return m, place


def greatest_beside_stores(a, out, m):
    for i in range(len(a)):
        out[i] = a[i] * 2.0
        if a[i] > m:
            m = a[i]
    return m


def tables():
    return [(wave(size), np.zeros(size)) for size in SIZES]


def extreme_arrays(dtype):
    for size in (1, 7, 16, 37, 130):
        a = wave(size, dtype) - dtype(120)
        yield a
        for value in (np.nan, np.inf, -np.inf):
            b = a.copy()
            b[size // 2] = value
            yield b
        yield np.zeros(size, dtype)
        yield -np.zeros(size, dtype)
        below = -abs(a) - dtype(1)
        yield below
        for first, second in ((0.0, -0.0), (-0.0, 0.0)):
            b = below.copy()
            b[size // 3], b[size - 1] = first, second
            yield b
            yield -b
    yield np.full(40, np.nan, dtype)


def case_extremes():
    out = []
    for dtype in (np.float64, np.float32):
        starts = [dtype(0), dtype(-0.0), dtype(-np.inf), dtype(np.inf), dtype(np.nan), dtype(-3)]
        for a in extreme_arrays(dtype):
            for function in (greatest, least, greatest_or_equal, greatest_and_its_place):
                out += [caught(function, a, start) for start in (*starts, a[0])]
    return out


def case_extremes_of_several():
    out = []
    for dtype in (np.float64, np.float32):
        for a in extreme_arrays(dtype):
            b = np.zeros(len(a), dtype)
            for start in (dtype(0), dtype(-0.0), a[0]):
                out.append(caught(greatest_distance, a, a[::-1].copy(), start))
                out.append(caught(least_and_greatest, a, start, a[-1]))
                out.append((caught(greatest_beside_stores, a, b, start), b.tobytes()))
    return out


def case_threshold():
    return [(caught(threshold, a, 100.0, b), b.tobytes()) for a, b in tables()]


def case_threshold_of_nan():
    a = wave(200)
    a[50:60] = np.nan
    b = np.full(200, 7.0)
    return caught(threshold, a, 100.0, b), b.tobytes()


def case_clamp():
    out = []
    for a, _ in tables():
        out.append((caught(clamp, a, 40.0, 90.5), a.tobytes()))
    read_only = wave(100)
    read_only.flags.writeable = False
    return out, caught(clamp, read_only, 40.0, 90.0)


def case_some():
    return [(caught(some, a, b), caught(kept, a, b), caught(skipped, a, b), b.tobytes()) for a, b in tables()]


def case_some_in_place():
    a = wave(300)
    return caught(some, a, a), a.tobytes(), caught(skipped, a[1:], a[:-1]), caught(skipped, a[:-1], a[1:]), a.tobytes()


def case_counts():
    return [(count(a, 99.5), balance(a, a[::-1])) for a, _ in tables()]


def case_totals():
    kinds = ("bool", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8")
    return [(named(total(wave(200, k))), caught(numpy_total, wave(200, k))) for k in kinds]


def case_total_of_large_numbers():
    a = np.full(300, 2**62)
    a[::2] = -(2**62)
    b = wave(300, "i8")
    b[200:] = 2**62
    return [named(total(a)), named(total(b)), named(total(b[::-1])), caught(numpy_total, a)]


def case_numpy_total_wraps_with_a_warning():
    b = wave(300, "i8")
    b[200:203] = 2**62
    return caught(numpy_total, b), caught(started, wave(200, "i8"), 2**63 - 5), caught(started, wave(200, "i4"), 2**63 - 5)


def case_started():
    a = wave(200, "i8")
    return [caught(started, a, s) for s in (0, -1, 2**62, -(2**63), 2**70, 1.5, np.int64(3), np.int32(4), True)]


def case_two_sums():
    return [two_sums(wave(n, "i4"), wave(n, "i4")[::-1]) for n in SIZES]


def case_sum_that_is_seen():
    out = []
    for n in SIZES:
        b = np.zeros(n, dtype=np.int64)
        out.append((caught(sum_that_is_seen, wave(n, "i8"), b), b.tobytes()))
    return out


def case_masks():
    out = []
    for a, b in tables():
        for kind in ("bool", "f8", "i2", "u1"):
            b = b.astype(kind)
            mask(a, 120, b)
            out.append(b.tobytes())
    return out


def case_divided_where_positive():
    a, b, c = wave(300), wave(300)[::-1] - 100.0, np.zeros(300)
    result = caught(divided_where_positive, a, b, c), c.tobytes()
    b[170] = 5e-324
    return result, caught(divided_where_positive, a, b, c), c.tobytes()


def case_overflows_on_one_way():
    a, b = wave(300), np.zeros(300)
    results = [caught(overflows_on_one_way, a, b), b.tobytes()]
    a[130], a[260] = 1e9, -1e9
    return results, caught(overflows_on_one_way, a, b), b.tobytes()


def case_both_ways_two_arrays():
    out = []
    for n in SIZES:
        a, b, c = wave(n), np.zeros(n), np.zeros(n, dtype=np.int32)
        both_ways_two_arrays(a, b, c)
        both_ways_two_arrays(b[:-1], a[1:], c)
        both_ways_two_arrays(a, b, b)
        out.append((a.tobytes(), b.tobytes(), c.tobytes()))
    return out


def case_one_then_the_other():
    out = []
    for n in SIZES:
        a, b, c = wave(n), np.zeros(n), np.zeros(n)
        one_then_the_other(a, b, c)
        d = np.zeros(n + 1)
        one_then_the_other(a, d[1:], d[:-1])
        e = np.zeros(n)
        one_then_the_other(a, e, e)
        out.append((b.tobytes(), c.tobytes(), d.tobytes(), e.tobytes()))
    return out


def case_neighbours():
    out = []
    for kind in ("u1", "i8", "bool", "i4"):
        a = (wave(400) % 5 == 0).astype(kind).reshape(20, 20)
        b = np.zeros_like(a)
        out.append((named(neighbours(a, b)), b.tobytes(), named(neighbours(b.T, a[::-1])), a.tobytes()))
    return out


def case_while():
    out = []
    for a, b in tables():
        out.append([f(a, b) for f in (while_up, while_down, while_greater, two_counters)])
        out.append((while_up_to(a, b, len(a) - 1), b.tobytes()))
    return out


def case_while_out_of_bounds():
    a, b = wave(300), np.zeros(300)
    while_up_to(a, b, 200)
    return caught(while_up_to, a, b, 310), b.tobytes(), caught(while_up, a, b[:250]), b.tobytes()


def case_second_counter():
    a, b = wave(300), np.zeros(300)
    return caught(second_counter_leaves, a, b), b.tobytes(), caught(second_counter_leaves, a[:200], b), b.tobytes()


def case_at_the_end_of_the_integers():
    a = np.zeros(100)
    return shifted_by(a, 2**63 - 60), shifted_by(a, 2**63 - 1), a.tobytes()


def case_parity():
    out = []
    for n in SIZES:
        a = wave(n, "i8") - 100
        b = np.zeros(n, dtype=np.int64)
        parity(a, b)
        out.append(b.tobytes())
    return out


def case_narrow():
    out = []
    for n in (8, 200):
        for kind in ("u1", "i2", "i4", "i8"):
            b = np.zeros(n, dtype=kind)
            a = wave(n, "i1") % 3 if kind == "u1" else wave(n, "i2")
            out.append((caught(narrow, abs(a), wave(n, "u1") % 50, b), b.tobytes()))
    return out


def behind_branches(values, offset):
    total = 0
    for i in range(len(values)):
        if i > offset:
            total += values[i - offset]
        if i >= 4:
            total += values[i - 4] * 2
            total -= values[i - 5]
    return total


def case_indices_behind_branches():
    return [behind_branches(np.arange(n), offset) for n in (0, 3, 9, 40, 5000) for offset in (0, 1, 5, -1)]
