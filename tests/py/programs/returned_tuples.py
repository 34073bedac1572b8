"""Tuples that native callees return: taken apart, kept, of changing kinds and lengths, from recursions, with exits."""

import sys

TURNS = 40


def rotated(x, y, c, s):
    return x * c - y * s, x * s + y * c


def rotates(n):
    x, y = 1.0, 0.5
    for _ in range(n):
        x, y = rotated(x, y, 0.96, 0.28)
    return x, y


def case_two_floats():
    return [rotates(TURNS) for _ in range(3)]


def quotient(a, b):
    return a // b, a % b, a > b


def mixed(n):
    total = 0
    for i in range(n):
        q, r, more = quotient(i * i, 7)
        total += q * r + more
    return total


def case_mixed_kinds():
    return [mixed(TURNS) for _ in range(3)]


def kept(n):
    out = []
    last = None
    for i in range(n):
        pair = rotated(float(i), 1.0, 0.6, 0.8)
        x, y = pair
        if i % 8 == 0:
            out.append(pair)
            out.append(last is pair)
        last = pair
    return out, last, x + y


def case_kept_as_objects():
    return [kept(TURNS) for _ in range(3)]


def extended_gcd(a, b):
    if b == 0:
        return a, 1, 0
    g, x, y = extended_gcd(b, a % b)
    return g, y, x - a // b * y


def inverses(n, m):
    total = 0
    for i in range(1, n):
        g, x, _ = extended_gcd(i, m)
        total += x % m if g == 1 else g
    return total


def case_recursion():
    return [inverses(TURNS, m) for m in (97, 100, 2**61 - 1, 2**70 + 1)]


def swapped(a, b):
    return b, a


def swaps(n, a, b):
    for _ in range(n):
        a, b = swapped(a, b)
    return a, b


def case_kinds_come_and_go():
    return [swaps(TURNS + k % 2, a, b) for k, (a, b) in enumerate([(1, 2), (1, 2.5), (2**80, 1), ("a", 1), (True, 2)])]


def sometimes(i):
    if i > 30:
        return None
    if i % 10 == 9:
        return i, 0, 1
    return i, i


def lengths_differ(n):
    total = 0
    for i in range(n):
        try:
            a, b = sometimes(i)
            total += a * b
        except (TypeError, ValueError) as error:
            total += len(str(error))
    return total


def case_lengths_differ():
    return [lengths_differ(TURNS) for _ in range(3)]


def next_pair(a, b):
    return b, a + b


def overflows(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = next_pair(a, b)
    return a, b


def case_an_item_overflows():
    return [overflows(n) for n in (20, 60, 120, 60)]


def fails(i, limit):
    if i == limit:
        raise ValueError(i)
    return i, 1.0 / (i + 1)


def handled(n, limit):
    total = 0.0
    for i in range(n):
        try:
            a, b = fails(i, limit)
        except ValueError as error:
            a, b = error.args[0], -1.0
        total += a * b
    return total


def case_errors():
    return [handled(TURNS, limit) for limit in (50, 20, 39)]


def divides(a, b):
    return a / b, a


def division_fails(n):
    total = 0.0
    for i in range(n):
        p, q = divides(i, i - n + 1)
        total += p + q
    return total


def case_error_in_an_item():
    try:
        return division_fails(TURNS)
    except ZeroDivisionError as error:
        places = []
        at = error.__traceback__
        while at:
            places.append((at.tb_frame.f_code.co_name, at.tb_lineno - at.tb_frame.f_code.co_firstlineno))
            at = at.tb_next
        return places


def keeps_nan(x, n):
    found = 0
    for _ in range(n):
        a, b = swapped(x, x)
        found += [a] == [x]
    return found


def case_nan():
    return [keeps_nan(x, TURNS) for x in (1.5, float("nan"), float("inf"))]


def too_many(n):
    total = 0
    for i in range(n):
        pair = swapped(i, 1)
        if i < n - 1:
            a, b = pair
        else:
            a, b, _ = pair
        total += a - b
    return total


def case_wrong_count():
    return too_many(TURNS)


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, d):
        return self.x + d, self.y - d

    def bounds(self):
        return min(self.x, self.y), max(self.x, self.y)


def methods(n):
    p = Point(1.0, 2.0)
    for i in range(n):
        p.x, p.y = p.moved(0.5)
        low, high = p.bounds()
        p.x += low - high
    return p.x, p.y


def case_methods():
    return [methods(TURNS) for _ in range(3)]


def deep(n):
    if n == 0:
        return 0, 0
    a, b = deep(n - 1)
    return a + 1, b + n


def case_recursion_too_deep():
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(300)
    try:
        out = [deep(100) for _ in range(3)]
        try:
            deep(1000)
        except RecursionError:
            out.append("too deep")
    finally:
        sys.setrecursionlimit(limit)
    return out


def calls_deep(n):
    total = 0
    for i in range(n):
        a, b = deep(i)
        total += a * b
    return total


def case_recursion_called():
    return [calls_deep(TURNS) for _ in range(3)]
