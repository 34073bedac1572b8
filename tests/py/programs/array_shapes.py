"""Shapes of arrays: taken apart, indexed, kept, changed, and of what is no array."""

import sys

import numpy as np


class Shaped:
    shape = (3, 4)


def cells(a):
    rows, columns = a.shape
    total = 0
    for i in range(rows):
        for j in range(a.shape[1]):
            total += a[i, j] * (a.shape[0] - columns)
    return total


def extents(a):
    return a.shape[0] * 10 + a.shape[-1] + a.shape[0]


def three(a):
    x, y, z = a.shape
    return x, y, z


def beyond(a):
    return a.shape[0] + a.shape[2]


def kept(a, times):
    shape = a.shape
    total = 0
    for i in range(times):
        total += shape[0] - shape[1] * i
    return total, shape


def kept_apart(a, number):
    shape = a.shape
    first = shape[0] + number
    second = shape[1] + first
    return first, second


def seen_by_callee(a):
    shape = a.shape
    seen = look()
    return seen, shape[0], shape[1]


def look():
    return sorted(sys._getframe(1).f_locals.items(), key=str)[-1]


def reshaped(a, shapes):
    made = []
    for shape in shapes:
        a.shape = shape
        made.append(a.shape[0])
        rows, columns = a.shape
        made.append((rows, columns))
    return made


def filled(n):
    a = np.zeros((n, n + 1))
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            a[i, j] = i * j
    return a.shape, a.sum()


def caught(function, *arguments):
    try:
        return function(*arguments)
    except (ValueError, IndexError, TypeError, AttributeError) as error:
        return type(error).__name__, str(error)


def case_taken_apart():
    made = [cells(np.arange(6).reshape(2, 3)) for _ in range(3)]
    made.append([cells(np.arange(6.0).reshape(rows, -1).T) for rows in (1, 2, 3)])
    made.append([extents(np.zeros(shape)) for shape in ((2, 5), (2, 5), (7,), (1, 2, 3), (0, 4))])
    made.append([filled(n) for n in (3, 3, 0, 2)])
    return made


def case_errors():
    made = [caught(three, np.zeros(shape)) for shape in ((1, 2, 3), (1, 2, 3), (1, 2), (1,), ())]
    made += [caught(beyond, np.zeros(shape)) for shape in ((1, 2, 3), (1, 2), (4, 5))]
    made += [caught(cells, thing) for thing in (5, [[1]], np.float64(2.0))]
    return made


def case_kept():
    a = np.zeros((4, 3))
    made = [kept(a, 5), kept(a, 5), kept(a.T, 600)]
    made += [kept_apart(a, number) for number in (1, 2, 2.5, 2**63 - 1, 3)]
    made += [seen_by_callee(a) for _ in range(3)]
    return made


def case_changed():
    shapes = [(2, 6), (3, 4), (12, 1), (1, 12)]
    return [reshaped(np.arange(12), shapes) for _ in range(3)]


def case_no_arrays():
    made = [kept_apart(Shaped(), 1), kept_apart(np.zeros((2, 2)), 1), extents(Shaped())]
    made.append(kept_apart(np.ma.zeros((2, 5)), 3))
    return made


def apart(points):
    x = points[:, 0:1]
    y = points[:, -1:]
    dx = x.T - x
    dy = y.T - y * 2.0
    return dx * dx + dy, (x + y).strides, (x.T * 3.0).strides


def centred(a):
    total = a.sum(axis=1, keepdims=True)
    return a - total / 2.0, (a - total).strides, total + total


def case_columns_and_rows():
    made = [apart(np.arange(12.0).reshape(4, 3)) for _ in range(3)]
    made += [apart(np.arange(8.0).reshape(shape)) for shape in ((1, 8), (8, 1), (2, 4))]
    made += [apart(np.arange(12.0).reshape(3, 4).T), apart(np.arange(6).reshape(3, 2))]
    return made


def case_columns_at_times():
    shapes = [(3, 4), (3, 4), (3, 4), (3, 1), (1, 4), (1, 1), (0, 4), (4, 3)]
    return [centred(np.arange(np.prod(shape), dtype=float).reshape(shape)) for shape in shapes]
