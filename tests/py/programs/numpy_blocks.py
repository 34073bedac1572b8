"""Loops over elements that are computed in blocks: what fails in the middle, arrays that meet, bounds, strides, steps."""

import warnings

import numpy as np


def caught(function, *arguments):
    """Give the result or the exception, and the warnings with their lines."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            result = function(*arguments)
        except (ArithmeticError, IndexError, ValueError) as error:
            result = type(error).__name__, str(error), error.__traceback__.tb_next.tb_lineno
    return result, [(str(w.message), w.lineno) for w in seen]


def scaled(a, out, factor):
    for i in range(len(a)):
        out[i] = a[i] * factor + 1.5
    return i


def smoothed(a, out):
    for i in range(1, len(a) - 1):
        out[i] = (a[i - 1] + a[i] + a[i + 1]) / 3.0
    return i


def forwards(a, distance):
    for i in range(len(a) - distance):
        a[i] = a[i + distance] + 1


def backwards(a, distance):
    for i in range(distance, len(a)):
        a[i] = a[i - distance] + 1


def downwards(a, distance):
    for i in range(len(a) - 1, distance - 1, -1):
        a[i] = a[i - distance] + 1


def every_third(a, out):
    for i in range(2, len(a), 3):
        out[i] = a[i] - a[i - 2]


def written_then_read(a, b):
    for i in range(len(a)):
        a[i] = b[i] + 1
        b[i] = a[i] * 2


def two_stores(a, low, high):
    for i in range(len(a)):
        low[i] = a[i] - 1
        high[i] = a[i] + 1


def reversed_copy(a, out):
    n = len(a)
    for i in range(n):
        out[n - 1 - i] = a[i] + 0.0


def beyond(a, out, stop):
    for i in range(stop):
        out[i] = a[i] + 1


def from_the_end(a, out):
    for i in range(-len(a), len(a)):
        out[i] = a[i] + 1


def heat(plate, fresh):
    for i in range(1, plate.shape[0] - 1):
        for j in range(1, plate.shape[1] - 1):
            middle = plate[i, j]
            around = plate[i - 1, j] + plate[i + 1, j] + plate[i, j - 1] + plate[i, j + 1]
            fresh[i, j] = middle + 0.2 * (around - 4.0 * middle)
    return i, j, middle, around


def columns(a, out):
    for j in range(a.shape[1]):
        for i in range(a.shape[0]):
            out[i, j] = a[i, j] * 2 - 1


def product(a, b, c):
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            for j in range(b.shape[1]):
                c[i, j] += a[i, k] * b[k, j]


def mixed(a, k, out):
    for i in range(len(a)):
        out[i] = (a[i] & 15) * 3 - k
    return i


def total_and_stores(a, out):
    total, last = 0.0, 0.0
    for i in range(len(a)):
        out[i] = a[i] * 2.0 + 1.0
        total += a[i]
        last = a[i]
    return total, last, i


def last_two(a, out):
    last = before = 0.0
    for i in range(len(a)):
        value = a[i]
        out[i] = value * 2.0
        if value > 230:
            before = last
            last = value
    return last * 2, before * 2, i


def only_large(a, out):
    for i in range(len(a)):
        if a[i] > 100:
            out[i] = a[i] * 3 - 7
    return i


def where_it_was(a, out, place):
    try:
        for i in range(len(a)):
            out[i] = a[i] + a[i]
    except FloatingPointError:
        return "stopped", i
    return out[place], i


def wave(size, dtype="float64"):
    return ((np.arange(size) * 7919) % 251).astype(dtype)


def case_plain():
    out = []
    for size in (1, 7, 8, 15, 16, 17, 31, 32, 33, 62, 127, 128, 129):
        b = np.zeros(size)
        out.append((scaled(wave(size), b, 0.5), b.tobytes()))
    return out


def case_not_finite_in_the_middle():
    out = []
    for place in (0, 15, 16, 127, 133, 134, 143, 144, 149):
        for value in (float("nan"), float("inf"), 1e308):
            a, b = wave(150), np.zeros(150)
            a[place] = value
            out.append((caught(scaled, a, b, 100.0), b.tobytes()))
    return out


def case_raised_in_the_middle():
    out = []
    for place in (0, 15, 16, 127, 134, 143, 144, 149):
        a, b = wave(150), np.zeros(150)
        a[place] = 1e308
        with np.errstate(over="raise"):
            out.append((caught(scaled, a, b, 100.0), b.tobytes()))
    return out


def case_totals_beside_stores():
    out = []
    for size in (16, 40, 47, 150):
        for place in (0, size // 2, size - 2):
            a, b = wave(size), np.zeros(size)
            out.append((caught(total_and_stores, a, b), b.tobytes()))
            a[place] = 1.5e308
            out.append((caught(total_and_stores, a, b), b.tobytes()))
    return out


def case_handed_on():
    out = []
    for size in range(16, 80):
        a, b = wave(size), np.zeros(size)
        out.append((last_two(a, b), b.tobytes()))
    return out


def case_stores_behind_a_branch():
    out = []
    for dtype in ("float64", "float32", "int32", "int16"):
        for size in (16, 47, 150):
            a, b = wave(size, dtype), np.ones(size, dtype)
            out.append((caught(only_large, a, b), b.tobytes(), caught(only_large, a, a), a.tobytes()))
            a[size - 3] = np.inf if a.dtype.kind == "f" else np.iinfo(dtype).max
            out.append((caught(only_large, a, b), b.tobytes()))
    return out


def case_what_counters_are_where_it_stops():
    out = []
    for size in (16, 45, 47, 150):
        for place in (size - 1, size - 5, size - 15, size - 16):
            a, b = wave(size), np.zeros(size)
            a[place] = 1.7e308
            with np.errstate(over="raise"):
                out.append((caught(where_it_was, a, b, place), b.tobytes()))
    return out


def case_ends_of_integers():
    out = []
    for dtype in ("int64", "int32", "int16", "int8"):
        ends = np.iinfo(dtype)
        for value in (ends.max, ends.max - 1, ends.min, ends.min + 1, ends.max // 3, ends.min // 3, ends.max // 3 + 1):
            for place in (3, 30, 46):
                a, b = np.zeros(47, dtype), np.zeros(47, dtype)
                a[place] = value
                out.append((caught(two_stores, a, b, np.zeros(47, dtype)), b.tobytes()))
                out.append((caught(only_large, a, b), b.tobytes(), caught(only_large, a, a), a.tobytes()))
    return out


def case_much_that_is_not_finite():
    a, b = wave(300), np.zeros(300)
    a[::3] = np.inf
    return caught(scaled, a, b, 2.0), b.tobytes()


def case_smoothed():
    a, b = wave(300), np.zeros(300)
    return smoothed(a, b), b.tobytes()


def case_in_place():
    out = []
    for function in (forwards, backwards, downwards):
        for dtype in ("float64", "uint8"):
            for distance in (0, 1, 16, 100):
                a = wave(180, dtype) % 100
                out.append((caught(function, a, distance), a.tobytes()))
    return out


def case_overlapping_views():
    out = []
    for function in (scaled, smoothed, written_then_read, reversed_copy, every_third):
        for shift in (0, 1, 60):
            base = wave(200)
            a, b = base[:140], base[shift : shift + 140]
            more = (0.5,) if function is scaled else ()
            out.append((caught(function, a, b, *more), caught(function, b, a, *more), base.tobytes()))
    return out


def case_bytes_of_another():
    base = wave(64)
    narrow = base.view("int32")
    out = caught(scaled, narrow[:60], base[10:], 1.0)
    return out, base.tobytes()


def case_strides():
    out = []
    for step in (1, 2, -1, -3):
        a, b = wave(600)[::step], np.zeros(600)[::step]
        out.append((scaled(a, b, 0.25), b.tobytes()))
    base = wave(600)
    scaled(base[::2], base[1::2], 0.5)
    scaled(base[::-1], base, 0.5)
    return out, base.tobytes()


def case_no_stride():
    a = np.broadcast_to(np.float64(2.5), 50)
    b = np.zeros(50)
    scaled(a, b, 2.0)
    fixed = np.lib.stride_tricks.as_strided(np.zeros(1), (50,), (0,))
    scaled(wave(50), fixed, 1.0)
    scaled(fixed, fixed, 1.01)
    return b.tobytes(), fixed[0]


def case_steps():
    a, b = wave(500), np.zeros(500)
    every_third(a, b)
    return b.tobytes()


def case_several_stores():
    out = []
    for dtype in ("float64", "int64", "int8"):
        a, low, high = wave(150, dtype), np.zeros(150, dtype), np.zeros(300, dtype)
        out.append((caught(two_stores, a, low, high), low.tobytes(), high.tobytes()))
    return out


def case_several_stores_to_one():
    a, b = wave(150), np.zeros(151)
    two_stores(a, b[:150], b[1:])
    return b.tobytes()


def case_out_of_bounds():
    out = []
    for size, other in ((100, 100), (100, 90), (90, 100), (300, 200)):
        a, b = wave(size), np.zeros(other)
        out.append((caught(beyond, a, b, 150), b.tobytes()))
    return out


def case_negative_indices():
    a, b = wave(200), np.zeros(200)
    from_the_end(a, b)
    return b.tobytes()


def case_heat():
    out = []
    for size in (3, 10, 20):
        plate = wave(size * size).reshape(size, size) / 97.0
        fresh = plate.copy()
        out.append((heat(plate, fresh), fresh.tobytes(), heat(plate, plate), plate.tobytes()))
    return out


def case_heat_overflows():
    plate = wave(400).reshape(20, 20) * 1e306
    fresh = plate.copy()
    return caught(heat, plate, fresh), fresh.tobytes()


def case_columns():
    a = wave(600).reshape(20, 30)
    out = np.zeros((20, 30))
    columns(a, out)
    columns(out.T, out.T)
    columns(a, np.asfortranarray(out))
    return out.tobytes()


def case_product():
    out = []
    for dtype in ("float64", "float32", "int64", "int32"):
        a, b = wave(30, dtype).reshape(5, 6), wave(60, dtype).reshape(6, 10)
        c = np.zeros((5, 10), dtype)
        product(a, b, c)
        out.append(c.tobytes())
    return out


def case_integers_overflow():
    out = []
    for place in (0, 140):
        for dtype, k in (("int64", 2**62), ("int64", -(2**62)), ("int32", 5), ("uint8", 100), ("uint64", 7)):
            a, b = wave(150, dtype), np.zeros(150, dtype)
            a[place] = np.iinfo(dtype).max
            out.append((caught(forwards, a, 0), a.tobytes(), caught(mixed, a, k, b), b.tobytes()))
    return out


def case_values_that_do_not_fit():
    out = []
    for source, target in (("int64", "int8"), ("float64", "float32"), ("int32", "uint8")):
        a, b = wave(150, source), np.zeros(150, target)
        out.append((caught(beyond, a, b, 150), b.tobytes()))
        a[140] = 2**31 - 1 if source != "float64" else 1e300
        out.append((caught(beyond, a, b, 150), b.tobytes()))
    return out
