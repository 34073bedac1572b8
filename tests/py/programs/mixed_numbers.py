"""Ints, floats, bools and huge ints met in one operation or comparison."""

HUGE = 10**400
NEAR = 2**53


def compare(a, b):
    return a < b, a <= b, a == b, a != b, a > b, a >= b


def case_comparison_table():
    values = [0, 1, -1, 0.0, -0.0, 1.0, 1.5, NEAR, NEAR + 1, float(NEAR), 2**63, float(2**63), 2**63 - 1,
              -(2**63), HUGE, -HUGE, float("inf"), float("-inf"), float("nan"), True, False]  # fmt: skip
    return [compare(a, b) for a in values for b in values]


def add(a, b):
    return a + b


def multiply(a, b):
    return a * b


def average(values):
    total = 0
    for value in values:
        total = total + value
    return total / 2


def count_below(values, limit):
    count = 0
    for value in values:
        if value < limit:
            count += 1
    return count


def largest(values):
    best = values[0]
    for value in values[1:]:
        if value > best:
            best = value
    return best


def accumulate(start, values):
    out = []
    for value in values:
        start += value
        out.append(start)
    return out


def hashes(values):
    return [hash(value) == hash(float(value)) for value in values]


def counts_in_dict(values):
    seen = {}
    for value in values:
        seen[value] = seen.get(value, 0) + 1
    return seen


def step_until(start, step, limit):
    x = start
    out = []
    while x < limit:
        out.append(x)
        x += step
    return out


def is_close(a, b):
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b))


CASES = [
    (add, 1, 2.5),
    (add, 2.5, 1),
    (add, True, 2.5),
    (add, True, True),
    (add, NEAR + 1, 0.0),
    (add, 2**63 - 1, 1.0),
    (add, HUGE, 1.0),
    (add, 1.0, HUGE),
    (add, 1, 2j),
    (add, 1.5, 2j),
    (multiply, 3, 0.1),
    (multiply, HUGE, 0.0),
    (multiply, 0, float("inf")),
    (multiply, True, -0.0),
    (multiply, "ab", 3),
    (multiply, 3, "ab"),
    (multiply, [1], True),
    (multiply, "ab", 2.0),
    (multiply, "ab", -1),
    (average, [1, 2, 3]),
    (average, [1, 2.5, 3]),
    (average, [1, True, 10**20]),
    (average, [0.1, 0.2, HUGE]),
    (average, [1, "2"]),
    (count_below, [1, 2.5, 3, HUGE, -HUGE, float("nan")], 3),
    (count_below, [1, 2.5, 3, HUGE], 2.75),
    (count_below, [NEAR, NEAR + 1, float(NEAR)], NEAR + 1),
    (count_below, [1, None], 3),
    (count_below, [1, "a"], 3),
    (largest, [1, 1.0, True]),
    (largest, [1.0, 1, True]),
    (largest, [True, 1, 1.0, 2]),
    (largest, [2**53, 2.0**53, 2**53 + 1]),
    (accumulate, 0, [1, 2, 0.5, 3, True]),
    (accumulate, 0.0, [1, 2, 3]),
    (accumulate, True, [True, True, 0.5]),
    (accumulate, 2**63 - 2, [1, 1, 0.5, 1]),
    (accumulate, "", ["a", "b"]),
    (accumulate, [], [[1], [2]]),
    (hashes, [0, 1, 2**53, -5, True]),
    (counts_in_dict, [1, 1.0, True, 2, 2.0, 0, False, -0.0]),
    (step_until, 0, 1, 5.5),
    (step_until, 0, 0.1, 1),
    (step_until, 0.0, 1, 5),
    (step_until, 2**63 - 3, 1, 2**63 + 2),
    (is_close, 0.1 + 0.2, 0.3),
    (is_close, 1, 1.1),
]
