"""Elements that are loaded, changed and stored at places which are computed from data."""

import numpy as np


def histogram(data, counts, low, width):
    for x in data:
        counts[int((x - low) / width)] += 1


def add_at(target, places, amount):
    for place in places:
        target[place] += amount
        target[place] = target[place] * 2 - target[place]


def case_histogram():
    made = []
    data = np.array([0.0, 0.1, 0.55, 0.99, 0.3, -0.2, 0.31, 0.5] * 4)
    for _ in range(3):
        counts = np.zeros(10, dtype=np.int64)
        histogram(data, counts, 0.0, 0.1)
        made.append(counts.tolist())
    return made


def case_histogram_odd():
    made = []
    for odd in (1.0, -1.1, 1e300, float("nan"), float("inf"), -1e19):
        counts = np.zeros(10, dtype=np.int64)
        try:
            with np.errstate(all="ignore"):
                histogram(np.array([0.2, 0.3, odd, 0.4]), counts, 0.0, 0.1)
        except (IndexError, ValueError, OverflowError) as error:
            made.append((type(error).__name__, str(error)))
        made.append(counts.tolist())
    try:
        with np.errstate(all="raise"):
            histogram(np.array([0.2, 1e308]), np.zeros(4, dtype=np.int64), -1e308, 0.5)
    except FloatingPointError as error:
        made.append(str(error))
    return made


def case_lists():
    made = []
    for places in ([0, 1, 2, -1, -3, 2], [2, 2, 2], [0, 1, 3, 1], [-1, -4, 0]):
        target = [10, 20, 30]
        try:
            add_at(target, places, 5)
        except IndexError as error:
            made.append(str(error))
        made.append(target)
    return made


def case_arrays():
    made = []
    for places in ([0, 1, 2, -1, -3, 2], [2, 2, 2], [0, 1, 3, 1], [-1, -4, 0]):
        for dtype in (np.int64, np.float64):
            target = np.array([10, 20, 30], dtype=dtype)
            try:
                add_at(target, np.array(places), 5)
            except IndexError as error:
                made.append(str(error))
            made.append(target.tolist())
    return made


def mixed(table, places):
    total = 0
    bits = 0
    for place in places:
        total += table[place] >> 8
        bits ^= table[place]
    return total, bits


def case_digits_of_ints():
    table = [0, 1, -1, 2**30 - 1, 2**30, -(2**30), 2**31, 2**60 - 1, 1 - 2**60, 2**60, 2**62, -(2**63)]
    made = [mixed(table, range(len(table))) for _ in range(3)]
    made.append(mixed([-number for number in table], [11, 3, 9]))
    made.append(mixed([2**64, 5, True], [0, 1, 2]))
    return made
