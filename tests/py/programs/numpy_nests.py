"""Nests of counted loops: indices and sums at the ends of what they may be, what fails in the middle, empty ranges."""

import signal
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


def convolved(image, kernel, out, rows, columns):
    high, wide = kernel.shape
    for i in range(rows):
        for j in range(columns):
            s = 0.0
            for a in range(high):
                for b in range(wide):
                    s += image[i + a, j + b] * kernel[a, b]
            out[i, j] = s
    return i, j, a, b


def lattice(start, stop, limit):
    count = 0
    for x in range(start, stop):
        for y in range(start, stop):
            if x * x + y * y <= limit:
                count += 1
    return count


def triangle(a, n):
    total = 0
    for i in range(n):
        for j in range(i, n):
            total += a[j - i] * a[j]
    return total


def antidiagonal(a, n):
    total = 0
    for i in range(n):
        for j in range(n - i):
            total += a[i + j]
    return total


def around(a, out):
    for i in range(len(a)):
        out[i] = a[i - 1] + a[i]


def both_ends(a):
    i = 0
    j = len(a) - 1
    while i < j:
        a[i], a[j] = a[j], a[i]
        i += 1
        j -= 1
    return i, j


def met(a, i, j):
    total = 0
    while i <= j:
        total = total * 3 % 1009 + a[i] - a[j]
        i += 2
        j -= 3
    return total, i, j


def apart(a, i, j):
    total = 0
    while j > i:
        total += a[j] * a[i]
        j -= 1
        i += 4
    return total, i, j


def meeting_near_the_end(i, j):
    total = 0
    while i < j:
        total ^= i ^ j
        i += 3
        j -= 2
    return total, i, j


def climbing(a, i, stop, step_by_three):
    total = 0
    while i <= stop:
        total += a[i]
        if step_by_three:
            i += 3
        else:
            i += 1
    return total, i


def by_three(a, i, stop):
    total = 0
    while i <= stop:
        total += a[i]
        i += 3
    return total, i


def near_the_end(start, stop):
    total = 0
    i = start
    while i < stop:
        total ^= i + 5
        i += 2
    return total, i


def counted(v, out):
    for i in range(len(v)):
        out[v[i]] += 1


def counted_items(v, out):
    for x in v:
        out[x] += 1


def picked(mask, x, out):
    c = 0
    for i in range(len(x)):
        if mask[i]:
            out[c] = x[i]
            c += 1
    return c


def recurrence(a, out):
    for i in range(1, len(a)):
        out[i] = out[i - 1] + a[i]
    return i


def recurrence_down(a, out, factor):
    for i in range(len(a) - 2, -1, -1):
        out[i] = out[i + 1] * factor + a[i]


def running(a, out):
    s = 0
    for i in range(len(a)):
        s += a[i]
        out[i] = s
    return s


def table(a, b, costs):
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            best = costs[i - 1, j - 1]
            if a[i - 1] != b[j - 1]:
                best += 1
            if costs[i - 1, j] + 1 < best:
                best = costs[i - 1, j] + 1
            if costs[i, j - 1] + 1 < best:
                best = costs[i, j - 1] + 1
            costs[i, j] = best
    return costs[len(a), len(b)]


def greatest(x):
    best = x[0]
    at = 0
    for i in range(1, len(x)):
        if x[i] > best:
            best = x[i]
            at = i
    return at, best


def neighbours(a, out):
    rows, columns = a.shape
    for i in range(rows):
        for j in range(columns):
            s = 0
            if i > 0:
                s += a[i - 1, j]
            if i < rows - 1:
                s += a[i + 1, j]
            if 0 < j:
                s += a[i, j - 1]
            if not j >= columns - 1:
                s += a[i, j + 1]
            out[i, j] = s


def around_each(a, out, reach):
    rows, columns = a.shape
    for i in range(rows):
        for j in range(columns):
            s = 0
            for di in range(-reach, reach + 1):
                for dj in range(-reach, reach + 1):
                    y = i + di
                    x = j + dj
                    if 0 <= y < rows and 0 <= x < columns:
                        s += a[y, x]
            out[i, j] = s


def guarded_sum(a, n, low):
    s = 0
    for i in range(n):
        if i >= low:
            s += a[i - low]
    return s


def guarded_recurrence(a, low):
    for i in range(len(a)):
        if i > low:
            a[i] = a[i - 1 - low] + a[i]


def guarded_by_equality(a, n, k):
    s = 0
    for i in range(n):
        if i == k:
            s += a[i + 1]
        if i != k:
            s += a[i] * 2
    return s


def sieve(flags, n):
    count = 0
    for i in range(2, n):
        if flags[i]:
            count += 1
            for j in range(i * i, n, i):
                flags[j] = False
    return count


def row_sums(lists, n):
    total = 0
    for i in range(n):
        for j in range(n):
            total += lists[i][j]
    return total


def last_of(a, n):
    for i in range(n):
        for j in range(n):
            k = i * 10 + j
            a[k] += 1
    return k


def rows_until(a, n):
    seen = 0
    for i in range(n):
        for j in range(n):
            if a[i, j] < 0:
                break
            seen += j
        else:
            continue
        seen += 1000
    return seen, i, j


def scaled_grid(a, step):
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            a[i, j] = i * step - j


def interrupted(a, rounds):
    total = 0
    for r in range(rounds):
        for i in range(len(a)):
            total += a[i]
    return total, r, i


def wave(n, dtype="float64"):
    return (np.arange(n) * 37 % 101).astype(dtype)


def case_convolution():
    found = []
    image = wave(20 * 24).reshape(20, 24) / 7.0
    for shape in ((3, 3), (1, 1), (2, 9), (5, 1)):
        kernel = wave(shape[0] * shape[1]).reshape(shape) / 11.0
        rows, columns = 21 - shape[0], 25 - shape[1]
        for more in (0, 1, 2):
            out = np.zeros((20, 25))
            found.append((caught(convolved, image, kernel, out, rows + more, columns), out.tobytes()))
            out = np.zeros((20, 24))
            found.append((caught(convolved, image, kernel, out, rows, columns + more), out.tobytes()))
    return found


def case_convolution_of_other_arrays():
    found = []
    image = wave(30 * 30).reshape(30, 30) / 7.0
    kernel = np.ones((3, 3))
    for a in (image[::-1], image[:, ::-1], image[::2, 1:], image.T, np.asfortranarray(image)):
        out = np.zeros((30, 30))
        found.append((caught(convolved, a, kernel, out, a.shape[0] - 2, a.shape[1] - 2), out.tobytes()))
    found.append((caught(convolved, image, image[:3, :3], image, 28, 28), image.tobytes()))
    image[17, 5] = np.inf
    out = np.zeros((30, 30))
    found.append((caught(convolved, image, kernel, out, 28, 28), out.tobytes()))
    image[17, 5] = 1e308
    image[17, 6] = 1e308
    found.append((caught(convolved, image, kernel, out, 28, 28), out.tobytes()))
    found.append(caught(convolved, np.zeros((0, 4)), kernel, out, 2, 2))
    found.append(caught(convolved, image, np.zeros((0, 3)), out, 2, 2))
    out.flags.writeable = False
    found.append((caught(convolved, image, kernel, out, 3, 3), out.tobytes()))
    return found


def case_lattice():
    found = [lattice(-k, k + 1, k * k) for k in (0, 1, 20, 80)]
    for start in (2**31, 3037000498, 3037000499, 2**32, 2**62, 2**63 - 3, -(2**63), 2**64):
        found.append(lattice(start, start + 2, 2**63))
        found.append(lattice(-start, 2 - start, 2**63))
    return found


def case_triangles():
    found = []
    for n in (0, 1, 2, 30, 40):
        a = wave(30, "int64")
        found.append((caught(triangle, a, n), caught(antidiagonal, a, n), caught(antidiagonal, a[::-1], n)))
    return found


def case_around():
    found = []
    for n in (1, 2, 50):
        out = np.zeros(n)
        around(wave(n), out)
        found.append(out.tobytes())
        found.append((caught(around, wave(n), out[:-1]), out.tobytes()))
    return found


def case_both_ends():
    found = []
    for n in (0, 1, 2, 3, 50, 51, 5000):
        for dtype in ("float64", "int32", "bool"):
            a = wave(n, dtype)
            found.append((both_ends(a), a.tobytes(), both_ends(a[::2]), a.tobytes()))
    return found


def case_two_counters():
    found = []
    a = wave(60, "int64")
    for i in (0, 5, -3, -60, -61, 59):
        for j in (59, 60, 58, 3, -1, -58):
            found.append((caught(met, a, i, j), caught(apart, a, i, j)))
    for i in (-(2**63), 2**63 - 40, 2**63 - 3, 0):
        for j in (2**63 - 1, i + 30, i + 1, i, -(2**63) + 20):
            if j - i < 10000:
                found.append(meeting_near_the_end(i, j))
    return found


def case_while_loops():
    found = []
    a = wave(50, "int64")
    for start in (0, 3, -2, -51, 49, 50):
        for stop in (0, 48, 49, 50, -1):
            found.append(caught(climbing, a, start, stop, False))
            found.append(caught(climbing, a, start, stop, True))
            found.append(caught(by_three, a, start, stop))
    return found


def case_ends_of_integers():
    most = 2**63 - 1
    found = []
    for stop in (most - 6, most - 5, most - 1, most, most + 1, most + 8):
        for length in (0, 1, 7, 40):
            found.append(near_the_end(stop - length, stop))
    found.append(near_the_end(-(2**63), -(2**63) + 9))
    return found


def case_loaded_indices():
    found = []
    for dtype in ("int64", "int32", "uint8", "int8", "uint16"):
        v = wave(300, dtype)
        for size in (101, 100, 99, 256):
            for at, value in ((0, 5), (150, -1 if dtype[0] == "i" else 100), (299, 101)):
                w = v.copy()
                w[at] = value
                out = np.zeros(size, dtype=np.int64)
                found.append((caught(counted, w, out), caught(counted_items, w, out), out.tobytes()))
        out = np.full(101, 2**63 - 3)
        found.append((caught(counted, v, out), out.tobytes()))
        small = np.full(101, 126, dtype=np.int8)
        found.append((caught(counted, v, small), small.tobytes()))
    return found


def case_picked():
    found = []
    x = wave(200)
    for size in (200, 100, 50, 0):
        out = np.zeros(size)
        found.append((caught(picked, x > 50, x, out), out.tobytes()))
        found.append((caught(picked, x[::-1] > 50, x, x), x.tobytes()))
    return found


def case_recurrences():
    found = []
    for n in (1, 2, 3, 9, 200, 5000):
        a = wave(n) / 3.0
        out = np.zeros(n)
        out[0] = 0.5
        found.append((caught(recurrence, a, out), out.tobytes()))
        found.append((caught(recurrence_down, a, out, 0.5), out.tobytes()))
        found.append((caught(recurrence, out, out), out.tobytes()))
        both = np.zeros(n + 1)
        both[0] = 1.0
        found.append((caught(recurrence, both[:-1], both[1:]), both.tobytes()))
        found.append((caught(recurrence, both[1:], both[:-1]), both.tobytes()))
        found.append((caught(recurrence, a[::-1], out[::-1]), out.tobytes()))
        found.append((caught(recurrence, a, out[:-1]), out.tobytes()))
    return found


def case_recurrences_that_fail():
    found = []
    for n in (10, 200):
        out = np.zeros(n)
        a = np.full(n, 1e308)
        found.append((caught(recurrence, a, out), out.tobytes()))
        a = wave(n)
        a[n // 2] = np.nan
        out = np.zeros(n)
        found.append((caught(recurrence, a, out), out.tobytes()))
        for dtype in ("int64", "int32", "uint8", "float32"):
            b = wave(n, dtype)
            most = np.finfo(dtype).max if dtype[0] == "f" else np.iinfo(dtype).max
            b[n // 2] = most
            b[n - 1] = most
            out = np.zeros(n, dtype)
            found.append((caught(recurrence, b, out), out.tobytes(), caught(running, b, out), out.tobytes()))
    return found


def case_tables():
    found = []
    for n, m in ((0, 3), (1, 1), (12, 17), (30, 9)):
        for dtype in ("int64", "float64", "int32"):
            costs = np.zeros((n + 1, m + 1), dtype)
            costs[0] = np.arange(m + 1)
            costs[:, 0] = np.arange(n + 1)
            found.append((caught(table, wave(n, "int64") % 4, wave(m, "int64") % 5, costs), costs.tobytes()))
            found.append((caught(table, wave(n + 1, "int64"), wave(m, "int64"), costs), costs.tobytes()))
    return found


def case_greatest():
    found = []
    for dtype in ("float64", "int64", "float32", "uint8"):
        for n in (1, 2, 90, 101, 5000):
            found.append(greatest(wave(n, dtype)))
    x = wave(90)
    x[40] = np.nan
    found.append(greatest(x))
    return found


def case_guarded_indices():
    found = []
    for dtype in ("int64", "float64", "uint8", "int32"):
        for shape in ((1, 1), (1, 7), (9, 11), (3, 40)):
            a = (wave(shape[0] * shape[1]) % 17).reshape(shape).astype(dtype)
            out = np.zeros(shape, dtype)
            found.append((caught(neighbours, a, out), out.tobytes()))
            found.append((caught(around_each, a, out, 1), out.tobytes(), caught(around_each, a, out, 2), out.tobytes()))
            found.append((caught(neighbours, a, out[:-1]), out.tobytes()))
    for n in (0, 1, 30, 40, 41):
        for low in (0, 1, 5, -1, -2, 40):
            a = wave(40, "int64")
            found.append((caught(guarded_sum, a, n, low), caught(guarded_by_equality, a, n, low)))
            found.append((caught(guarded_recurrence, a[:n], low), a.tobytes()))
    return found


def case_sieve():
    found = []
    for n in (3, 30, 1000):
        for more in (0, 1):
            flags = np.ones(n, dtype=bool)
            found.append((caught(sieve, flags, n + more), flags.tobytes()))
            found.append(caught(sieve, [True] * n, n + more))
    return found


def case_lists():
    lists = [[i * j for j in range(9)] for i in range(9)]
    found = [caught(row_sums, lists, n) for n in (0, 1, 9, 10)]
    lists[4].pop()
    lists[5][3] = 2**63
    return [*found, caught(row_sums, lists, 9), caught(row_sums, lists, 4)]


def case_computed_positions():
    found = []
    for n in (0, 1, 9, 10, 11, 12):
        a = np.zeros(100, dtype=np.int64)
        found.append((caught(last_of, a, n), a.tobytes()) if n else None)
    return found


def case_left_early():
    found = []
    a = wave(100).reshape(10, 10)
    found.append(caught(rows_until, a, 10))
    a[4, 6] = -1.0
    found += [caught(rows_until, a, n) for n in (4, 5, 10, 11)]
    return found


def case_grids():
    found = []
    for dtype in ("float64", "int8", "uint8", "int64", "float32"):
        for step in (1, 3, 2**40, -(2**62), 0.5):
            a = np.zeros((9, 31), dtype)
            found.append((caught(scaled_grid, a, step), a.tobytes()))
    return found


def case_handlers_that_change_arrays():
    found = []
    for change in ("shrink", "other"):
        a = np.arange(3000, dtype=np.int64)
        runs = []

        def handler(number, frame, change=change, a=a, runs=runs):
            runs.append(number)
            if change == "shrink" and len(runs) == 1:
                a.resize(1500, refcheck=False)
            a[0] = 7000

        old = signal.signal(signal.SIGALRM, handler)
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.001)
            while True:  # the handler may have run before the first call
                (result, _) = caught(interrupted, a, 40)
                if runs:
                    break
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, old)
        # When the handler runs is a matter of time: how many rounds saw its change nobody knows.
        total = result[0]
        found.append(bool(total == "IndexError" or 40 * sum(range(1500)) <= total < 40 * sum(range(3003))))
    return found
