"""Numbers stored where an array of truths says so: `a[a < 0.0] = 0.0` in one loop, or as NumPy does it."""

import warnings

import numpy as np


def clamped(a):
    a[a < 0.0] = 0.0
    return a


def both(a, b, number):
    a[(a > b) & (a * 2.0 < 5.0)] = number
    return a


def by_mask(a, mask, number):
    a[mask] = number
    return a


def gaps(a):
    a[np.isnan(a)] = -1.0
    a[~(a < 3.0)] = 3
    return a


def by_row(a, row):
    a[a > row] = 0.5
    return a


def by_quotient(a, b):
    a[a / b > 1.0] = 7.0
    return a


def counted(a, limit):
    count = 0
    for _ in range(4):
        over = a > limit
        a[over] = limit
        count += int(over.sum())
        limit -= 1
    return a, count


def itself(mask, number):
    mask[mask] = number
    return mask


def outcome(function, array, *arguments):
    """Give the bits that the array has, what came out, and the warnings; twice, warmed up in between."""
    made = []
    for _ in range(2):
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            a = array.copy()
            try:
                result = function(a, *arguments)
                result = (result is a) if isinstance(result, np.ndarray) else str(result)
            except (IndexError, ValueError, TypeError, OverflowError) as error:
                result = type(error).__name__, str(error)
        made.append((result, str(a.dtype), a.tobytes(), [(str(w.message), w.lineno) for w in seen]))
        for _ in range(3):
            function(np.array([True, False]) if function is itself else np.array([1.0, 2.0, -3.0]), *others(function))
    return made


def others(function):
    return {
        clamped: (),
        both: (np.ones(3), 1.5),
        by_mask: (np.array([True, False, True]), 2.0),
        gaps: (),
        by_row: (np.ones(3),),
        by_quotient: (np.ones(3),),
        counted: (1.5,),
        itself: (0.0,),
    }[function]


WILD = np.array([1.5, -2.0, np.nan, 0.0, -0.0, np.inf, -np.inf, 3.25, -7.0, 1e-310] * 7)
PLAIN = np.linspace(-5, 5, 71)


def case_floats():
    made = []
    for array in (PLAIN, WILD, PLAIN[:0], WILD.reshape(7, 10), PLAIN.astype("f4"), WILD.astype("f4")):
        made += [outcome(clamped, array), outcome(gaps, array), outcome(by_row, array, array.reshape(-1)[:1])]
        made += [outcome(both, array, np.ones_like(array), number) for number in (1.5, 2, np.float64(0.1), 2**70, 1e300)]
    return made


def case_rows():
    grid = WILD.reshape(7, 10)
    return outcome(by_row, grid, grid[0]), outcome(by_row, grid, np.arange(10.0)), outcome(by_row, grid, grid[:, :1])


def case_ints():
    made = []
    for dtype in (np.int64, np.int32, np.uint8, np.int8, bool):
        array = (np.arange(70) % 9).astype(dtype)
        for number in (3, 300, -1, 2.7, np.int64(5), True):
            made.append(outcome(by_mask, array, array > 4, number))
            made.append(outcome(both, array, np.ones(70, dtype), number))
    return made


def case_masks():
    mask = PLAIN > 1
    masks = (mask, mask[:-1], mask.astype(int), mask.tolist(), mask[::-1], np.array(True), mask[:, None], np.zeros(71, bool))
    return [outcome(by_mask, PLAIN, m, 9.0) for m in masks]


def case_targets():
    made = []
    for array in (PLAIN.copy()[::2], np.asfortranarray(WILD.reshape(7, 10)), PLAIN.astype(object), PLAIN.astype(complex)):
        for _ in range(3):
            target = array
            target[target > 2] = 1
            made.append(target.tolist())
    fixed = PLAIN.copy()
    fixed.flags.writeable = False
    try:
        clamped(fixed)
    except ValueError as error:
        made.append(str(error))
    return made


def case_views():
    made = []
    for shift in (0, 1, 8):
        base = np.concatenate([PLAIN, PLAIN])
        for _ in range(5):
            both(base[:60], base[shift : 60 + shift], 0.25)
        made.append(base.tobytes())
    return made


def case_quotients():
    ones = np.ones(71)
    return [outcome(by_quotient, PLAIN, b) for b in (ones, PLAIN, ones * 0.0)], outcome(counted, PLAIN, 4.0)


def case_of_itself():
    return [outcome(itself, PLAIN > number, value) for number in (0, 9) for value in (0.0, False, 1)]
