"""Lists of plain numbers, and lists of such lists, that native bodies take and give, until something else comes."""

import gc
import math
import sys


def running(values):
    sums = [0] * (len(values) + 1)
    for i in range(len(values)):
        sums[i + 1] = sums[i] + values[i]
    return sums


def greatest(sums):
    best = sums[0]
    for value in sums:
        if value > best:
            best = value
    return best


def stretches(n, factor):
    values = [i * 7 % 5 * factor - 3 for i in range(n)]
    sums = running(values)
    return greatest(sums), sums[n // 2], sums


def scale(values, factor):
    for i in range(len(values)):
        values[i] = values[i] * factor


def scaled(n, factor, start):
    values = [start] * n
    others = values
    for _ in range(n):
        scale(values, factor)
    values[0] += 1
    others[1] += 1
    return values, sum(others) > 0


def scaled_here(n, factor):
    values = [n, 3, 5]
    scale(values, factor)
    total = 0
    for value in values:
        total = total * 10 + value
    values[1] = 7
    return total + values[1] % 4


def put(values, at, what):
    values[at] = what
    return at


def put_into(n, at, what):
    values = [1, 2, 3]
    tries = 0
    for i in range(n):
        try:
            put(values, at + i, what - i)
        except IndexError as error:
            tries += len(str(error))
            values[0] = -5
    return values, tries, values[0] % 3


def signs(n):
    values = [1, 2, 3]
    total = 0
    for i in range(n):
        total += values[0] // 2 + values[1] % 4
        put(values, i % 2, -i)
    return total, values


def both_kinds(n):
    return scale_and_sum([1] * n), scale_and_sum([0.5] * n), put([n, "x"], 0, 3)


def scale_and_sum(values):
    scale(values, 2)
    return values[0]


def sort(values, low, high):
    if low >= high:
        return 0
    pivot = values[(low + high) // 2]
    i, j = low, high
    while i <= j:
        while values[i] < pivot:
            i += 1
        while values[j] > pivot:
            j -= 1
        if i <= j:
            values[i], values[j] = values[j], values[i]
            i += 1
            j -= 1
    return 1 + sort(values, low, j) + sort(values, i, high)


def sorted_here(n):
    values = [i * 37 % 101 for i in range(n)]
    calls = sort(values, 0, n - 1)
    return calls, values


def look(change):
    values = sys._getframe(2).f_locals["values"]
    before = str(values)
    if change:
        values[2] = "changed"
        values.append(None)
    return before


def shows(values, at, change):
    values[at] += 1
    return look(change) if values[at] > 3 else ""


def shown(n, change):
    values = [0] * 3
    seen = []
    for i in range(n):
        seen.append(shows(values, i % 2, change))
    return values, seen


def identity(n):
    return [[1.0 if i == j else 0.0 for j in range(n)] for i in range(n)]


def product(a, b, n):
    made = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            total = 0.0
            for k in range(n):
                total += a[i][k] * b[k][j]
            made[i][j] = total
    return made


def factor(a, n):
    sign = 1
    for k in range(n):
        pivot = k
        for i in range(k + 1, n):
            if abs(a[i][k]) > abs(a[pivot][k]):
                pivot = i
        if pivot != k:
            a[pivot], a[k] = a[k], a[pivot]
            sign = -sign
        upper = a[k]
        for i in range(k + 1, n):
            row = a[i]
            ratio = row[k] / upper[k]
            row[k] = ratio
            for j in range(k + 1, n):
                row[j] -= ratio * upper[j]
    return sign


def determinant(n, zero):
    a = identity(n)
    for i in range(n):
        for j in range(n):
            a[i][j] += (i * 5 + j * 3) % 7
    if zero:
        a[n - 1] = [0.0] * n
        a[0] = a[n - 1]
    b = product(a, a, n)
    sign = factor(b, n)
    for i in range(n):
        sign *= b[i][i]
    return sign, b


def shorten(distance, n):
    for through in distance:
        for row in distance:
            for j in range(n):
                if row[0] + through[j] < row[j]:
                    row[j] = row[0] + through[j]


def paths(n, far):
    distance = []
    for i in range(n):
        distance.append([(i * 7 + j * 3) % 11 + far for j in range(n)])
    shorten(distance, n)
    total = 0
    for row in distance:
        total += row[-1] + sum(row) + len(row)
    return total, len(distance), distance[1]


def shared_rows(n):
    same = [[0] * n] * 3
    same[0][1] = 5
    row = same[2]
    row.append(7)
    copy = same[1:]
    copy[0] = [9]
    again = list(same)
    again.append(row)
    return same, copy, again, row


def triangle(n):
    rows = [[1]]
    for _ in range(n):
        last = rows[-1]
        row = [1]
        for i in range(len(last) - 1):
            row.append(last[i] + last[i + 1])
        row.append(1)
        rows.append(row)
    return rows


def middle(n):
    rows = triangle(n)
    return rows[n][n // 2], rows if n < 3 else None


def tops(n):
    rows = [[i, i * i] for i in range(n)]
    best = rows[0]
    for row in rows:
        if row[1] % 7 > best[1] % 7:
            best = row
    best[0] = -1
    return best, rows


def grow(rows, row):
    rows.append(row)
    return len(rows)


def grown(n):
    rows = [[0.5]]
    row = [1.5, 2.5]
    for i in range(n):
        grow(rows, row)
        row[0] += i
    return rows, row


def mixed_rows(n):
    rows = [[1, 2], [0.5, 1.5]]
    deep = [[[n]]]
    ragged = [[n], n]
    empty = [[], []]
    empty[0].append(n)
    return rows, deep, ragged, empty, [[]] * n


def own(rows):
    rows.append(rows)
    return len(rows)


def owned(n):
    rows = [[n]]
    return own(rows), rows[0], rows[1] is rows


def halve(rows, at, by):
    row = rows[at]
    for i in range(len(row)):
        row[i] = row[i] / by
    return row[0]


def fails_inside(n, by):
    rows = [[1.0, 2.0], [3.0]]
    for i in range(n):
        try:
            rows[0][0] += halve(rows, i, by - i)
        except (ZeroDivisionError, IndexError) as error:
            frame = error.__traceback__.tb_next.tb_frame
            rows.append([float(len(str(error))), float(frame.f_lineno > 0)])
    return rows


def fill(rows, what):
    for row in rows:
        row[0] = what
    return rows


def filled(what):
    rows = [[0.5, 1.5], [2.5]]
    same = fill(rows, what)
    return same[0][0], rows, same is rows


class Grid:
    def __init__(self, rows):
        self.rows = rows

    def total(self, weights):
        total = 0
        for i in range(len(weights)):
            total += weights[i] * i
        return total


def kept(n):
    rows = [[n, 2], [3, 4]]
    weights = [n, 1, 2]
    grid = Grid(rows)
    return grid.rows is rows, grid.total(weights), rows, grid.total([0.5] * n)


def place_of(rows, row):
    for i in range(len(rows)):
        if rows[i] is row:
            return i
    return -1


def total_of(values, weights=None):
    total = 0
    for i in range(len(values)):
        total += values[i] * (1 if weights is None else weights[i])
    return total


def totals(n):
    values = [i * i for i in range(n)]
    rows = [[n], values, [n, n]]
    last = rows[-1]
    return total_of(values), place_of(rows, values), place_of(rows, last), last is values, values is not None


def case_totals():
    return totals(6), totals(2)


def case_running():
    return stretches(9, 1), stretches(9, 2**61), stretches(6, 2**62), stretches(0, 1)


def case_scaled():
    return scaled(3, 2, 5), scaled(4, 2**20, 3), scaled(3, 0.5, 1.0), scaled(3, 2, 0.5), scaled_here(4, 3), scaled_here(1, -1)


def case_put():
    return put_into(4, 0, 5), put_into(3, -2, 2**63), put_into(0, 0, 1), signs(5), both_kinds(3)


def case_sort():
    return sorted_here(20), sorted_here(1)


def case_shown():
    return shown(7, False), shown(9, True)


def case_factors():
    made = []
    for zero in (False, True):
        try:
            made.append(determinant(4, zero))
        except ZeroDivisionError as error:
            a = error.__traceback__.tb_next.tb_frame.f_locals["b"]
            made.append((str(error), a))
    return made, gc.is_tracked(made[0][1][0])


def case_paths():
    return paths(5, 1), paths(3, 2**62), paths(2, -5)


def case_rows():
    return shared_rows(3), triangle(5), triangle(66)[66][33], middle(2), middle(6), tops(9), grown(3), mixed_rows(2), owned(4)


def case_failing():
    return fails_inside(4, 2), fails_inside(2, 5), fails_inside(3, 0)


def case_filled():
    nan = math.nan
    first, rows, same = filled(nan)
    return filled(2.5), first is nan, rows[0][0] is rows[1][0], same, str(rows), filled(3), str(filled("x"))


def case_kept():
    return kept(3), kept(0)
