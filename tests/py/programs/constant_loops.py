"""Loops that count between constants: they end soon, and a few iterations are written out."""

import numpy as np

LARGEST = 2**63 - 1


def around(grid, i, j):
    rows, columns = grid.shape
    total = 0
    for di in (-1, 0, 1):
        for dj in (-1, 0, 1):
            if di != 0 or dj != 0:
                total += grid[(i + di) % rows, (j + dj) % columns]
    return total


def all_around(grid):
    made = []
    for i in range(grid.shape[0]):
        for j in range(grid.shape[1]):
            made.append(around(grid, i, j))
    return made


def distances(points, out):
    for i in range(points.shape[0]):
        for j in range(points.shape[0]):
            square = 0.0
            for k in range(3):
                apart = points[i, k] - points[j, k]
                square += apart * apart
            out[i, j] = square


def smoothed(values, out):
    for i in range(len(out)):
        total = 0.0
        for k in range(i % 2, 5):
            total += values[i + k]
        for k in range(4, -1, -2):
            total -= values[i + k]
        out[i] = total


def steps(start):
    made = []
    for a in range(3):
        for b in range(5, 0, -2):
            for c in range(2):
                start += a * b - c
        made.append(start)
    k = 0
    while k <= 6:
        start -= k
        k += 3
    return made, start, a, b, c, k


def first_greater(rows, limit):
    found = []
    for row in rows:
        for k in range(4):
            if row[k] > limit:
                found.append((k, row[k]))
                break
        else:
            found.append(None)
    return found


def products(total, times):
    for i in range(times):
        for k in range(1, 7):
            if (i + k) % 5 == 0:
                continue
            total = total * k % 1_000_003
        for _ in range(0):
            total = -1
        for _ in range(3, 1):
            total = -2
    return total


def table(entries):
    made = []
    for number in range(entries):
        entry = number
        for _ in range(8):
            entry = (entry >> 1) ^ 0xEDB88320 if entry & 1 else entry >> 1
        made.append(entry)
    return made


def long_inside(times):
    total = 0
    for k in range(3):
        for i in range(times):
            total += i * k
    return total


def sixty_four(values):
    total = 0
    for i in range(len(values)):
        for k in range(64):
            for m in range(64):
                total += values[i] * (k ^ m)
    return total


def grid_of(rows, columns):
    grid = np.zeros((rows, columns), dtype=np.uint8)
    for i in range(rows):
        for j in range(columns):
            grid[i, j] = (i * 7 + j * 3) % 5 == 0
    return grid


def case_neighbours():
    return [all_around(grid_of(rows, 6)) for rows in (5, 1, 2, 5)]


def case_neighbours_overflow():
    grid = np.full((3, 3), 100, dtype=np.uint8)
    with np.errstate(all="raise"):
        try:
            return int(around(grid, 0, 0))
        except FloatingPointError as error:
            return str(error)


def case_points():
    made = []
    for rows in (4, 4, 4, 0):
        points = np.arange(rows * 3, dtype=np.float64).reshape(rows, 3) / 7
        out = np.zeros((rows, rows))
        distances(points, out)
        made.append(out.tolist())
    points = np.array([[1e200, 0.0, 2.0], [-1e200, 1.0, 1.0]])
    out = np.zeros((2, 2))
    try:
        with np.errstate(all="raise"):
            distances(points, out)
    except FloatingPointError as error:
        made.append((str(error), out.tolist()))
    try:
        distances(points[:, :2], out)
    except IndexError as error:
        made.append((str(error), out.tolist()))
    return made


def case_windows():
    made = []
    for length in (12, 12, 12, 3):
        out = np.zeros(length)
        try:
            smoothed(np.arange(length + 4 - length % 2, dtype=np.float64), out)
        except IndexError as error:
            made.append(str(error))
        made.append(out.tolist())
    return made


def case_steps():
    return [steps(start) for start in (0, 5, 7, LARGEST - 9, -LARGEST - 1, 2**70)]


def case_breaks():
    rows = [[0, 1, 2, 3], [5, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 9]]
    made = [first_greater(rows, limit) for limit in (1, 1, 2, 8)]
    try:
        first_greater([[0, 0]], 4)
    except IndexError as error:
        made.append(str(error))
    return made


def case_products():
    return [products(start, 9) for start in (1, 5, 2**62, -3)], table(20), long_inside(900)


def case_sixty_four():
    return sixty_four([1, 2, 3]), sixty_four([LARGEST // 4096])


def weighted(values, start):
    total = start
    for i in range(len(values)):
        for k, weight in enumerate((1, -1, 5), 2):
            total += values[i] * weight - k
        for di, dj in ((0, 1), (1, 0), (-1, 2)):
            total += values[(i + di) % len(values)] * dj
        for a, b in zip((1, 2), (3, 4, 5)):
            total -= a * b
        for step in (7,):
            total += step
    return total, k, weight, di, dj, a, b, step


def until(values, limit):
    total = 0
    for value in values:
        for factor in (3, 1, 4, 1, 5):
            total += value * factor
            if total > limit:
                return total, value, factor
    return total


def case_constant_tuples():
    made = [weighted([1, 2, 3], start) for start in (0, 1, 2, LARGEST - 3, -LARGEST, 2**66)]
    made.append(weighted([1, 2.5, True], 0))
    made.append([until([1, 2, 3], limit) for limit in (10, 20, 5, 1000)])
    made.append(until([2**62, 5], 2**64))
    try:
        until([1, "ab"], 1000)
    except TypeError as error:
        made.append(str(error))
    return made
