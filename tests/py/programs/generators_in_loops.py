"""Loops over generators that nobody else sees: their bodies run as part of the loop, and nobody can tell."""

import sys
import traceback

LOG = []


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        LOG.append(f"{self.name} dies")


def thirds(n):
    for i in range(n):
        if i % 3:
            yield i * 2


def total_of_thirds(n):
    total = 0
    for value in thirds(n):
        total += value
    return total


def powers(base, n):
    value = 1
    while n > 0:
        yield value
        value *= base
        n -= 1


def sum_of_powers(base, n):
    total = 0
    for value in powers(base, n):
        total += value
    return total


def first_above(base, limit):
    for value in powers(base, 1000):
        if value > limit:
            return value
    return None


def count_until(n, stop):
    seen = 0
    for value in thirds(n):
        if value == stop:
            break
        seen += 1
    else:
        return "all", seen
    return value, seen


def skipping(n):
    total = 0
    for value in thirds(n):
        if value % 4 == 0:
            continue
        total = total * 3 + value
    return total


def table(n, m):
    out = []
    for a in thirds(n):
        for b in powers(2, m):
            out.append((a, b))
    return out


def pairs(left, right):
    for i, (a, b) in enumerate(zip(left, right)):
        yield i, a - b


def weighted(left, right):
    total = 0.0
    for i, difference in pairs(left, right):
        total += i * difference
    return total


def halves(values):
    for value in values:
        yield value / 2


def mixed(values):
    out = []
    for value in halves(values):
        out.append(value)
    return out


def failing(n):
    for i in range(n):
        yield 12 // (i - 3)


def collect_failing(n):
    out = []
    try:
        for value in failing(n):
            out.append(value)
    except ZeroDivisionError as error:
        lines = traceback.extract_tb(error.__traceback__)
        out.append([(line.name, line.lineno) for line in lines])
    return out


def consumer_fails(n):
    total = 0
    try:
        for value in thirds(n):
            total += 12 // (value - 8)
    except ZeroDivisionError as error:
        lines = traceback.extract_tb(error.__traceback__)
        return total, [(line.name, line.lineno) for line in lines]
    return total


def stops(n):
    for i in range(n):
        if i == 5:
            raise StopIteration("early")
        yield i


def over_stops(n):
    total = 0
    try:
        for value in stops(n):
            total += value
    except RuntimeError as error:
        return total, str(error), repr(error.__cause__)
    return total


def answered(n):
    for i in range(n):
        got = yield i
        LOG.append(got)


def ask(n):
    total = 0
    for value in answered(n):
        total += value
    return total


def holding(names):
    for name in names:
        noisy = Noisy(name)
        yield noisy.name


def hold(names, stop):
    for name in holding(names):
        LOG.append(f"sees {name}")
        if name == stop:
            break
    LOG.append("behind the loop")


def made_inside(names):
    for noisy in [Noisy(name) for name in names]:
        yield noisy.name


def over_made_inside(names, stop):
    for name in made_inside(names):
        LOG.append(f"sees {name}")
        if name == stop:
            break
    LOG.append("behind the loop")


def handing(names):
    for name in names:
        yield Noisy(name)


def take(names):
    for noisy in handing(names):
        LOG.append(f"takes {noisy.name}")
    LOG.append("behind the loop")


def keeping(thing, n):
    for i in range(n):
        yield i


def argument_lives(n):
    for value in keeping(Noisy("argument"), n):
        LOG.append(value)
    LOG.append("behind the loop")


def unused(n):
    i = 0
    while i < n:
        try:
            i += 1 if i < 4 else 2
        finally:
            LOG.append(i)
        yield i


def over_unused(n):
    total = 0
    for value in unused(n):
        total += value
    return total


def recursing(depth, n):
    if depth == 0:
        return n
    total = 0
    for value in thirds(n):
        total += value + recursing(depth - 1, n - 1)
    return total


def looks(n):
    out = []
    for value in thirds(n):
        frame = sys._getframe()
        out.append((value, frame.f_lineno - frame.f_code.co_firstlineno, sorted(frame.f_locals)))
    return out


def helper_looks():
    frame = sys._getframe(1)
    return frame.f_code.co_name, frame.f_locals.get("value")


def callee_looks(n):
    out = []
    for value in thirds(n):
        out.append(helper_looks())
    return out


def changing(n):
    for i in range(n):
        yield i


def other(n):
    for i in range(n):
        yield -i


def change_while_running(n):
    global changing
    out = []
    saved = changing
    for _ in range(2):
        for value in changing(n):
            out.append(value)
            if value == 3:
                changing = other
    changing = saved
    return out


def wide(start, n):
    value = start
    for _ in range(n):
        yield value
        value = value * 2 if value < 1 << 62 else float(value)


def over_wide(start, n):
    out = []
    for value in wide(start, n):
        out.append(value)
    return out


def twice(n):
    total = 0
    for value in thirds(n):
        total += value
    for value in thirds(n + 1):
        total -= value * 2
    return total


def once(value):
    yield value + 1


def over_once(n):
    total = 0
    for i in range(n):
        for value in once(i):
            total += value
    return total


def endless(n):
    while True:
        yield n
        n += 1


def until(limit):
    total = 0
    for value in endless(0):
        total += value
        if total > limit:
            return value, total


def words(text):
    for word in text.split():
        if word:
            yield word.upper()


def joined(text):
    out = ""
    for word in words(text):
        out += word + "-"
    return out


def logged(function, *arguments):
    LOG.clear()
    result = function(*arguments)
    return result, list(LOG)


def case_logged():
    return (
        logged(ask, 3), logged(over_unused, 8), logged(hold, ["a", "b", "c"], "b"), logged(hold, ["a", "b"], None),
        logged(take, ["x", "y"]), logged(argument_lives, 2), logged(over_made_inside, ["p", "q", "r"], "q"),
        logged(over_made_inside, ["p", "q"], None),
    )  # fmt: skip


CASES = [
    (total_of_thirds, 10),
    (total_of_thirds, 100),
    (sum_of_powers, 3, 10),
    (sum_of_powers, 7, 40),
    (sum_of_powers, 1.5, 20),
    (first_above, 3, 1000),
    (first_above, 3, 1 << 70),
    (first_above, 0, 5),
    (count_until, 20, 10),
    (count_until, 20, 11),
    (skipping, 30),
    (table, 6, 3),
    (weighted, [1, 2, 3], [4.0, 5.0, 7.5]),
    (weighted, (1, 2), (True, 4)),
    (mixed, [1, 2.0, True, 3 + 4j]),
    (mixed, [1, None]),
    (collect_failing, 3),
    (collect_failing, 6),
    (consumer_fails, 4),
    (consumer_fails, 20),
    (over_stops, 4),
    (over_stops, 9),
    (recursing, 3, 6),
    (looks, 4),
    (callee_looks, 5),
    (change_while_running, 5),
    (over_wide, 1 << 58, 8),
    (over_wide, 3, 4),
    (twice, 12),
    (over_once, 9),
    (until, 200),
    (joined, "here are  some words"),
]


def given(values):
    for value in values:
        yield value.name


def drop(names, stop):
    LOG.clear()
    for name in given([Noisy(name) for name in names]):
        if name == stop:
            break
    LOG.append("behind the loop")
    return list(LOG)


def case_dropped_with_what_it_goes_through():
    return [drop(list("abcd"), stop) for stop in "abdz" for _ in range(3)]
