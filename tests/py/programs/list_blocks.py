"""Loops over lists of plain numbers that run in blocks of iterations, until one of them is not like the others."""

import math
import sys


def axpy(x, y, factor, first, last):
    for j in range(first, last):
        y[j] -= factor * x[j]


def rows_of(n, at, what):
    x = [0.5 * j for j in range(n)]
    y = [1.5] * n
    x[at] = what
    axpy(x, y, 3.0, 0, n)
    axpy(x, y, -0.25, n // 3, n)
    return y


def shifted(n, by):
    x = [float(j) for j in range(n)]
    for j in range(3, n - 3):
        x[j] = x[j + by] * 0.5 + 1.0
    return x


def same_list(n):
    x = [float(j * j) for j in range(n)]
    axpy(x, x, 0.5, 0, n)
    axpy(x, x, math.inf, n - 1, n)
    return x


def through(n, first, far):
    row = [(j * 7) % 23 for j in range(n)]
    over = [(j * 5) % 17 for j in range(n)]
    over[n - 2] = far
    for j in range(n):
        length = first + over[j]
        if length < row[j]:
            row[j] = length
    return row


def running(n, start):
    sums = [0] * (n + 1)
    sums[0] = start
    for i in range(n):
        sums[i + 1] = sums[i] + i * 3
    return sums


def counted(n, limit):
    values = [(j * 11) % 31 for j in range(n)]
    total = 0
    above = 0
    for value in values:
        total += value
    for j in range(n):
        if values[j] > limit:
            above += 1
            values[j] = 0
    return total, above, values


def dot(n, what):
    x = [j * 0.25 for j in range(n)]
    y = [what] * n
    total = 0.0
    greatest = x[0]
    for j in range(n):
        total += x[j] * y[j]
        if x[j] > greatest:
            greatest = x[j]
    return total, greatest


def outside(n, last):
    x = [1.0] * n
    y = [2.0] * n
    try:
        axpy(x, y, 1.0, -2, last)
    except IndexError as error:
        return str(error), 0
    return x, y


def two_stores(n, step):
    x = [j * 1.0 for j in range(n)]
    y = [0.0] * n
    for j in range(0, n - 1, step):
        x[j + 1] = y[j] + 1.0
        y[j + 1] = x[j] * 2.0
    return x, y


def primes(n):
    flags = [True] * n
    flags[0] = flags[1] = False
    candidate = 2
    while candidate * candidate < n:
        if flags[candidate]:
            for multiple in range(candidate * candidate, n, candidate):
                flags[multiple] = False
        candidate += 1
    total = 0
    for number in range(2, n):
        if flags[number]:
            total += number
    return total, sum(flags), len(flags), flags[:8], flags


def lit(grid, i, j):
    count = 0
    for row in range(max(i - 1, 0), min(i + 2, len(grid))):
        for column in range(max(j - 1, 0), min(j + 2, len(grid))):
            if grid[row][column] and (row != i or column != j):
                count += 1
    return count


def step(grid):
    n = len(grid)
    new = [[False] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            count = lit(grid, i, j)
            new[i][j] = count == 3 or (count == 2 and grid[i][j])
    return new


def life(n, steps):
    grid = [[(i * 3 + j * 5) % 7 < 3 for j in range(n)] for i in range(n)]
    for _ in range(steps):
        grid = step(grid)
    alive = 0
    for row in grid:
        alive += sum(row)
    return alive, grid


def place(n, row, columns, up, down):
    if row == n:
        return 1
    count = 0
    for c in range(n):
        if not columns[c] and not up[row + c] and not down[row - c + n - 1]:
            columns[c] = up[row + c] = down[row - c + n - 1] = True
            count += place(n, row + 1, columns, up, down)
            columns[c] = up[row + c] = down[row - c + n - 1] = False
    return count


def queens(n):
    return place(n, 0, [False] * n, [False] * (2 * n - 1), [False] * (2 * n - 1))


def marks(n, what):
    seen = []
    for i in range(n):
        seen.append(i % 3 == 0)
    copy = seen[1:] * 2
    copy[0] = what
    last = seen.pop()
    total = 0
    for mark in seen:
        total = total * 2 + mark
    return seen, copy, last, total


def other_marks(n):
    both = [True] * n
    both.append(1)
    least = [True, False][:n]
    none = [True] * 0
    return both, min(least), max(least), none, sum(none), [not x for x in least], repr(least)


def case_floats():
    nan = math.nan
    results = [rows_of(40, 5, 2.0), rows_of(7, 1, 1e300), rows_of(33, 32, math.inf), rows_of(50, 20, nan), same_list(36)]
    return [[str(number) for number in row] for row in results]


def case_shifted():
    return [shifted(45, by) for by in (-3, -1, 0, 1, 2)]


def case_ints():
    return through(40, 3, 2), through(40, 2**62, 2**62), through(18, -4, -(2**63)), running(40, 0), running(35, 2**63 - 300)


def case_counted():
    return counted(40, 12), counted(3, 40), dot(40, 1.5), dot(20, 0.0), dot(18, math.inf)


def case_outside():
    return outside(40, 38), outside(20, 21), two_stores(40, 1), two_stores(41, 2)


def case_bools():
    return primes(50), primes(2), life(6, 3), queens(5)


def case_marks():
    sizes = [sys.getsizeof(made) for made in marks(9, True)[:2]]
    return [marks(n, what) for n, what in ((9, True), (2, False), (5, 1), (4, 0.5), (3, None))], other_marks(2), sizes
