"""Loops over aipy.prange: in parts, on threads, with what they carry from one iteration to the next."""

import warnings

import aipy
import numpy as np
from aipy import prange


def caught(function, *arguments):
    """Give the result or the exception with its line, and the warnings with their lines."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            result = function(*arguments)
        except (ArithmeticError, IndexError, ValueError) as error:
            result = (
                type(error).__name__,
                str(error),
                error.__traceback__.tb_next.tb_lineno,
            )
    return result, [(str(w.message), w.lineno) for w in seen]


def scaled(a, out, factor):
    for i in prange(len(a)):
        x = a[i] * factor
        out[i] = x + 1.5
    return i, x


def of_the_module(a, out):
    for i in aipy.prange(1, len(a), 3):
        out[i] = a[i] - a[i - 1]
    return i


def downwards(a, out):
    for i in aipy.prange(len(a) - 1, 3, -2):
        out[i] = a[i] * 2
    return i


def total(n):
    s = 0
    for i in prange(n):
        s += i * i
    return s


def total_from(n, s):
    for i in prange(n):
        s += i
    return s


def product(n, p):
    for i in prange(1, n):
        p *= i
    return p


def of_elements(a):
    s = 0
    for i in prange(len(a)):
        s += a[i]
    return s, type(s).__name__


def of_floats(a):
    s = 0.0
    for i in prange(len(a)):
        s += a[i]
    return s


def least(a, m):
    for i in prange(len(a)):
        m = min(m, a[i])
    return m


def greatest(n, m):
    for i in prange(n):
        m = max(m, (i * 7919) % 1009)
    return m


def bits(n, a, b, c):
    for i in prange(n):
        a &= i | 12
        b |= i
        c ^= i * 3
    return a, b, c


def only_some(a, out):
    count = 0
    for i in prange(len(a)):
        if a[i] > 0:
            y = a[i] * 2
            out[i] = y
            count += 1
    return count, y


def nested(a, out):
    rows, columns = a.shape
    for i in prange(rows):
        s = 0.0
        for j in range(columns):
            s += a[i, j]
        out[i] = s
    return s


def both_nested(a, out):
    rows, columns = a.shape
    for i in prange(rows):
        for j in prange(columns):
            out[i, j] = a[i, j] * i + j
    return i, j


def in_a_loop(a, times):
    for _ in range(times):
        for i in prange(len(a)):
            a[i] = a[i] * 0.5 + i
    return a[3]


def escapes(points, out, most):
    for i in prange(len(points)):
        x = points[i]
        n = 0
        z = 0.0
        while n < most and z * z < 4.0:
            z = z * z + x
            n += 1
        out[i] = n


def divided(a, b, out):
    for i in prange(len(a)):
        out[i] = 100 // b[i] + a[i]


def integers(n, d):
    s = 0
    for i in prange(n):
        s += 1000 // (d - i)
    return s


def handled(n, d):
    s = 0
    i = -1
    try:
        for i in prange(n):
            s += 1000 // (d - i)
    except ZeroDivisionError as error:
        return "handled", s, i, str(error)
    return s


def out_of_bounds(a, out, n):
    for i in prange(n):
        out[i] = a[i] + 1


def carried(a):
    last = 0.0
    for i in prange(len(a)):
        if a[i] >= 0.0:
            last = a[i] - last
    return last


def prefix(a):
    for i in prange(1, len(a)):
        if a[i] >= 0.0:
            a[i] = a[i] + a[i - 1]


def one_place(a, out):
    for i in prange(len(a)):
        if a[i] >= 0.0:
            out[0] += a[i]


def far_apart(a, distance):
    for i in prange(0, len(a), distance):
        a[i] = a[i - 3] + 1.0
    return a


def in_one_iteration(a, k):
    last = 1.0
    for i in prange(k, k + 1):
        last = a[i] - last
        a[k] = a[k + 1] + last
    return last


def nothing_there(a):
    for i in prange(len(a)):
        a[i] = a[i - 1]
    return a


class Everywhere:
    def __getitem__(self, index):
        return index

    def __setitem__(self, index, value):
        pass


def of_no_array(a, n):
    for i in prange(n):
        a[i] = a[i - 1] + 1
    return i


def of_another_prange(n, prange):
    last = 1
    for i in prange(n):
        last = last * 3 - i
    return last


def put_together(a, s, m, found):
    lowest = 5.0
    for i in prange(len(a)):
        s = s - a[i] + 1
        s += i
        m = max(a[i], m)
        lowest = lowest if a[i] > lowest else a[i]
        found = found or a[i] > 30
        if a[i] > 20:
            m = max(m, 5.0)
    return s, m, lowest, found


def set_first(a, out):
    for i in prange(len(a)):
        x = a[i]
        x = x * 2 - out[i]
        for _ in range(2):
            x = x * 0.5
        out[i] += x
    return x


def leaves_early(a, wanted):
    for i in prange(len(a)):
        if a[i] == wanted:
            return i
    return -1


def breaks(a):
    for i in prange(len(a)):
        if a[i] > 50:
            break
    return i


def objects(n):
    out = []
    for i in prange(n):
        out.append(i)  # noqa: PERF402
    return out


def otherwise(a, out):
    for i in prange(len(a)):
        out[i] = a[i] + 1
    out[0] = -1
    return i


def no_iterations(n):
    s = 5
    i = "none"
    for i in prange(n):
        s += i
    return s, i


def steps_of(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def longest(n):
    most = 0
    for i in prange(1, n):
        most = max(most, steps_of(i))
    return most


def polynomial(x, k):
    return (x * 0.5 + k) * x + inner(x)


def inner(x):
    if x > 40.0:
        return 1.0 / (x - 50.0)
    return x


def of_calls(a, out, k):
    for i in prange(len(a)):
        out[i] = polynomial(a[i], k)


def quotient(a, b):
    return a // b


def of_failing_calls(n, d):
    s = 0
    for i in prange(n):
        s += quotient(1000, d - i)
    return s


def case_calls():
    a, out = np.arange(400) / 7, np.zeros(400)
    result = [longest(600), caught(of_calls, a, out, 2.0), out.tobytes()]
    result += [caught(of_calls, a, out, 2**70), out.tobytes()]
    with np.errstate(under="raise"):
        result += [caught(of_calls, a, out, 1), out.tobytes()]
    a[9] = np.nan
    a[300] = 50.0
    result += [caught(of_calls, a, out, 1.5), out.tobytes()]
    return result + [
        caught(of_failing_calls, n, d) for n, d in ((300, 400), (300, 200))
    ]


def case_ranges():
    return [
        (caught(prange, *arguments))
        for arguments in ((3,), (1, 5), (1, 9, 3), (9, 1, -4), (5, 1), (1, 2, 0))
    ] + [list(prange(2, 8, 3)), isinstance(prange(3), range)]


def case_elements():
    out = []
    for n in (5, 64, 65, 1000):
        a, b = np.arange(n) / 3, np.zeros(n)
        out.append(
            (
                scaled(a, b, 2.5),
                b.tobytes(),
                of_the_module(a, b),
                downwards(a, b),
                b.tobytes(),
            )
        )
    return out


def case_sums():
    out = [total(n) for n in (0, 1, 7, 100, 3000)]
    out += [total_from(1000, s) for s in (5, -(2**62), 2**63 - 400000, 2**63, 2.5)]
    out += [product(n, p) for n in (5, 20, 21, 100) for p in (1, -3)]
    return out


def case_sums_of_elements():
    a = np.arange(500)
    out = [
        of_elements(a),
        of_elements(a[:0]),
        of_floats(a / 7),
        of_floats(np.array([1e308] * 300)),
    ]
    a[100:] = 2**62
    return [*out, caught(of_elements, a)]


def case_least_and_greatest():
    a = np.sin(np.arange(700.0))
    out = [
        least(a, 5.0),
        least(a, -5.0),
        greatest(1000, -1),
        greatest(1000, 10**6),
        greatest(0, 3),
    ]
    a[333] = np.nan
    out.append(least(a, 5.0))
    a[:] = 0.0
    a[400] = -0.0
    return [*out, str(least(a, 5.0)), str(least(a, -0.0))]


def case_bits():
    return [bits(n, -1, 0, 5) for n in (0, 3, 500)]


def case_set_by_some():
    a, out = np.arange(300) - 150, np.zeros(300, int)
    return only_some(a, out), out.tobytes(), only_some(-a, out), out.tobytes()


def case_nests():
    a = np.arange(6000).reshape(200, 30) / 7
    out, square = np.zeros(200), np.zeros((200, 30))
    return nested(a, out), out.tobytes(), both_nested(a, square), square.tobytes()


def case_again_and_again():
    a = np.arange(400) / 9
    return in_a_loop(a, 20), a.tobytes()


def case_branches():
    points, out = np.linspace(-2.2, 0.5, 900), np.zeros(900, int)
    escapes(points, out, 60)
    return out.tobytes()


def case_errors():
    a, b, out = np.arange(200), np.ones(200, int), np.zeros(200)
    b[150] = 0
    result = [caught(divided, a, b, out), out[:151].tobytes()]
    result += [
        caught(integers, n, d) for n, d in ((500, 700), (500, 400), (500, 3), (500, 0))
    ]
    result += [handled(n, d) for n, d in ((500, 700), (500, 400), (500, 3), (500, 0))]
    small = np.arange(100)
    return [*result, caught(out_of_bounds, small, out, 150), out[:100].tobytes()]


def case_that_warn():
    a, out = np.ones(300), np.zeros(300)
    a[77] = 1e308
    return caught(scaled, a, out, 100.0), out.tobytes()


def case_other_kinds():
    a, out = np.arange(300) / 3, np.zeros(300)
    lists = [float(i) for i in range(300)], [0.0] * 300
    return (
        scaled(a, out, 3),
        scaled(*lists, 2.5),
        lists[1],
        scaled(a, out, np.float32(2)),
        out.tobytes(),
    )


def case_that_depend():
    a = np.arange(300) / 3
    out = np.zeros(300)
    result = [
        carried(a),
        one_place(a, out),
        out[0],
        leaves_early(a, 50.0),
        leaves_early(a, 0.3),
        breaks(a),
    ]
    prefix(a)
    return [*result, a.tobytes(), objects(100)]


def case_that_might_depend():
    a = np.arange(100) / 3
    return [
        far_apart(a.copy(), 2).tobytes(),
        far_apart(a.copy(), 200).tobytes(),
        in_one_iteration(a, 4),
        nothing_there(np.zeros((1, 5))).tobytes(),
        nothing_there(np.zeros((5, 0))).shape,
        of_no_array(Everywhere(), 10),
        of_no_array({i: i for i in range(-1, 10)}, 9),
        of_another_prange(20, range),
        put_together(a, 0.5, -1.0, False),
        put_together(list(range(40)), 0, 7, 0),
        set_first(a, np.ones(100)),
    ]


def case_ends():
    a, out = np.arange(300) / 3, np.zeros(300)
    return otherwise(a, out), out.tobytes(), no_iterations(0), no_iterations(3)
