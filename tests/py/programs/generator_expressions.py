"""Generator expressions that any, all and sum go through: parts of the functions that they are in."""

import sys
import traceback

LOG = []


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        LOG.append(f"{self.name} dies")


class Truth:
    def __init__(self, value):
        self.value = value

    def __bool__(self):
        LOG.append(self.value)
        return self.value


def squares(values):
    return sum(value * value for value in values)


def scaled(values, factor):
    return sum(value * factor for value in values if value > 1)


def counted(values, wanted):
    return sum(1 for value in values if value == wanted)


def truths(values):
    return sum(value > 2 for value in values)


def any_above(values, limit):
    return any(value > limit for value in values)


def all_below(values, limit):
    if all(value < limit for value in values):
        return "all"
    return "some are not"


def over_range(n):
    return sum(i * i % 7 for i in range(n)), any(i * i > 50 for i in range(n)), all(i < 100 for i in range(n))


def nested(rows):
    return sum(item for row in rows for item in row)


def sums_in_loops(n):
    out = []
    for i in range(n):
        out.append(sum(i * j for j in range(i)) + (1 if any(j == i for j in range(3)) else 0))
    return out


def sums_in_sums(n):
    return sum(sum(i * j for j in range(4)) for i in range(n))


def is_prime(n):
    return n > 1 and all(n % k for k in range(2, int(n**0.5) + 1))


def primes(n):
    return [k for k in range(n) if is_prime(k)]


def generator(n):
    for i in range(n):
        yield i * 3


def of_function(n):
    return sum(generator(n)), any(generator(n)), all(generator(n))


def through_object(n):
    return sum(value for value in generator(n))


def raises(values):
    try:
        return sum(12 // value for value in values)
    except ZeroDivisionError as error:
        return [(line.name, line.lineno) for line in traceback.extract_tb(error.__traceback__)]


def late_iterable(values):
    return sum(value for value in sorted(values, key=lambda value: -value))


def raising_iterable(values):
    try:
        return sum(value for value in [1, 2][values])
    except (TypeError, IndexError) as error:
        return type(error).__name__, [(line.name, line.lineno) for line in traceback.extract_tb(error.__traceback__)]


def looks(n):
    def frame_name(i):
        names = []
        frame = sys._getframe()
        while frame is not None and len(names) < 3:
            names.append((frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno))
            frame = frame.f_back
        return names[:3] == [] or i

    return sum(frame_name(i) for i in range(n))


def truth_of_objects(values):
    LOG.clear()
    found = any(Truth(value) for value in values)
    every = all(Truth(value) for value in values)
    return found, every, list(LOG)


def noisy(names, wanted):
    LOG.clear()
    found = any(item.name == wanted for item in [Noisy(name) for name in names])
    LOG.append("found" if found else "not found")
    total = sum(len(item.name) for item in [Noisy(name) for name in names])
    LOG.append(total)
    return list(LOG)


def shadowed(values):
    sum = max  # noqa: A001
    return sum(value for value in values)


def rebound(values):
    global sum
    first = sum(value for value in values)
    sum = any
    try:
        second = sum(value for value in values)
    finally:
        del sum
    return first, second


def listed(values):
    return list(value * 2 for value in values if value)


def as_tuple(n):
    return tuple(i * i for i in range(n))


def joined(words):
    return "-".join(word.upper() for word in words)


def joined_numbers(n):
    return ", ".join(str(i * 3) for i in range(n)) + "."


def join_fails(words):
    try:
        return ",".join(word for word in words)
    except TypeError as error:
        return str(error), [(line.name, line.lineno) for line in traceback.extract_tb(error.__traceback__)]


def extremes(values):
    return max(value * 3 for value in values), min(value - 1 for value in values)


def greatest(values):
    try:
        return max(value for value in values if value > 2)
    except (TypeError, ValueError) as error:
        return str(error), [(line.name, line.lineno) for line in traceback.extract_tb(error.__traceback__)]


def longest(words):
    return max(len(word) for word in words), min(word for word in words)


def several(n):
    return list(i for i in range(n)), tuple(i for i in range(n)), sum(i for i in range(n)), "".join(c for c in "abc" * n)


def in_loop(rows):
    out = []
    for row in rows:
        out.append(tuple(item + 1 for item in row))
        if any(item == 3 for item in row):
            break
    return out


def until_break(limit):
    total = 0
    for value in generator(1000):
        if value > limit:
            break
        total += value
    return total, value


def flattened(rows):
    for row in rows:
        for item in row:
            yield item


def over_flattened(rows):
    total = 0
    for item in flattened(rows):
        total += item
    return total, list(item for item in flattened(rows))


def for_over_expression(values):
    out = []
    for value in (item + 1 for item in values):
        out.append(value)
    return out


def changing_list(n):
    values = [1, 2, 3]

    def grow(value):
        if len(values) < n:
            values.append(value + 1)
        return value

    return sum(grow(value) for value in values)


CASES = [
    (squares, [1, 2, 3]),
    (squares, []),
    (squares, (4, 5)),
    (squares, [1 << 31, 1 << 32, 5]),
    (squares, [1 << 62, 1 << 62]),
    (squares, [0.1] * 10),
    (squares, [1, 2.5, True]),
    (squares, [1, 2, 3 + 4j]),
    (squares, "ab"),
    (squares, 5),
    (scaled, [1, 2, 3], 4),
    (scaled, [1, 2, 3], 0.5),
    (counted, [1, 2, 1, 1], 1),
    (counted, "banana", "a"),
    (truths, [1, 2, 3, 4]),
    (any_above, [1, 5, 3], 4),
    (any_above, [1, 5, 3], 7),
    (any_above, [], 7),
    (any_above, [1, None], 0),
    (any_above, [1, None], 3),
    (all_below, [1, 2], 3),
    (all_below, [1, 5], 3),
    (all_below, [1.5, 2], 3),
    (over_range, 0),
    (over_range, 30),
    (over_range, 200),
    (nested, [[1, 2], [], [3]]),
    (nested, [[1, 2], [0.5]]),
    (nested, [(1, 2), range(4)]),
    (sums_in_loops, 6),
    (sums_in_sums, 5),
    (primes, 60),
    (of_function, 7),
    (through_object, 6),
    (raises, [1, 2, 3]),
    (raises, [1, 2, 0]),
    (late_iterable, [3, 1, 2]),
    (raising_iterable, "a"),
    (raising_iterable, 1),
    (raising_iterable, 7),
    (looks, 4),
    (truth_of_objects, [False, True, False]),
    (noisy, ["a", "b", "c"], "b"),
    (noisy, ["a", "b"], "z"),
    (shadowed, [1, 3, 2]),
    (rebound, [2, 3]),
    (for_over_expression, [1, 2.5, 3]),
    (changing_list, 7),
    (listed, [1, 0, 2]),
    (listed, [1, 0.5, "a", []]),
    (as_tuple, 5),
    (as_tuple, 0),
    (joined, ["a", "bc"]),
    (joined, []),
    (joined_numbers, 4),
    (join_fails, ["a", "b"]),
    (join_fails, ["a", 1]),
    (several, 3),
    (extremes, [3, 1, 2]),
    (extremes, [0.5, 2.5]),
    (extremes, [1, 2.0, True]),
    (extremes, [float("nan"), 1.0]),
    (extremes, [1.0, float("nan"), 3.0]),
    (extremes, [1 << 62, 3]),
    (greatest, [1, 3, 4]),
    (greatest, [1, 2]),
    (greatest, []),
    (greatest, [3, 2.5, 7.5]),
    (greatest, [3, "a"]),
    (longest, ["here", "are", "words"]),
    (in_loop, [[1, 2], [3, 4], [5]]),
    (in_loop, [[1, 2.5], [1 << 62, 4], [5]]),
    (until_break, 20),
    (over_flattened, [[1, 2], [3], []]),
    (over_flattened, [(1, 2.5), [3]]),
]
