"""Chained comparisons, `and`/`or`/`not` results, `is`, `in`, and the conditional expression."""


def chained(a, b, c):
    return a < b < c, a <= b == c, a != b != c, a < b > c, a is b is c


def clamp(x, low, high):
    return low if x < low else high if x > high else x


def in_range_count(values, low, high):
    count = 0
    for value in values:
        if low <= value < high:
            count += 1
    return count


def and_or(a, b, c):
    return a and b, a or b, a and b or c, a or b and c, not a, not (a and b)


def first_truthy(values):
    result = None
    for value in values:
        result = result or value
    return result


def last_of_and(values):
    result = True
    for value in values:
        result = result and value
    return result


LOG = []


def noted(name, value):
    LOG.append(name)
    return value


def evaluation(a, b, c):
    LOG.clear()
    result = noted("a", a) < noted("b", b) < noted("c", c)
    logic = noted("x", a) and noted("y", b) or noted("z", c)
    chosen = noted("t", a) if noted("u", b) else noted("v", c)
    return result, logic, chosen, list(LOG)


class Odd:
    """Comparisons give objects, not bools."""

    def __init__(self, name):
        self.name = name

    def __lt__(self, other):
        return [self.name, "<"]

    def __gt__(self, other):
        return []

    def __eq__(self, other):
        return self.name + "=="

    __hash__ = None


def case_odd_results():
    a, b, c = Odd("a"), Odd("b"), Odd("c")
    return [a < b, a < b < c, a > b > c, a == b == c, not a < b, a != b]


def identity(a, b):
    return a is b, a is not b, a == b, a != b


def case_identity():
    x = [1]
    y = x
    text = "".join(["a", "b"])
    return identity(x, y), identity(x, [1]), identity(None, None), identity(True, 1), identity(text, text)


def contains(container, item):
    return item in container, item not in container


def count_members(items, container):
    count = 0
    for item in items:
        if item in container:
            count += 1
    return count


def sign(x):
    return -1 if x < 0 else 0 if x == 0 else 1


def xor(a, b):
    return bool(a) != bool(b)


def compare_all(a, b):
    return a < b, a <= b, a == b, a != b, a >= b, a > b


CASES = [
    (chained, 1, 2, 3),
    (chained, 1, 1, 1),
    (chained, 3, 2, 1),
    (chained, 1, 2.5, 3),
    (chained, 1, 2**63, 2**64),
    (chained, "a", "b", "c"),
    (chained, 1.0, float("nan"), 2),
    (chained, [1], [2], [3]),
    (clamp, 5, 0, 10),
    (clamp, -5, 0, 10),
    (clamp, 15.5, 0, 10),
    (clamp, float("nan"), 0, 1),
    (in_range_count, list(range(-10, 30)), 0, 10),
    (in_range_count, [0.5, 1, 9.99, 10, 2**70], 0, 10),
    (in_range_count, "hello", "f", "m"),
    (in_range_count, [1, "a"], 0, 10),
    (and_or, 1, 0, 3),
    (and_or, 0, "", None),
    (and_or, [], {}, "last"),
    (and_or, 2.5, float("nan"), 0.0),
    (first_truthy, [0, "", None, 7, 8]),
    (first_truthy, [0, "", []]),
    (last_of_and, [1, 2, 3]),
    (last_of_and, [1, 0, 3]),
    (last_of_and, []),
    (evaluation, 1, 2, 3),
    (evaluation, 3, 2, 1),
    (evaluation, 0, 0, 0),
    (evaluation, "a", "", "c"),
    (contains, [1, 2.0, "x"], 2),
    (contains, (1, 2), 3),
    (contains, {"a": 1}, "a"),
    (contains, {1, 2}, 1.0),
    (contains, "hello", "ell"),
    (contains, "hello", ""),
    (contains, range(0, 100, 7), 49),
    (contains, range(0, 100, 7), 50),
    (contains, range(0, 100, 7), 49.0),
    (contains, "hello", 3),
    (contains, 5, 3),
    (contains, {}, []),
    (count_members, range(20), [1, 2, 3, 19, 20]),
    (count_members, "mississippi", "is"),
    (count_members, [1, 1.0, True, "1"], {1}),
    (sign, -3),
    (sign, -0.0),
    (sign, 10**20),
    (xor, 1, 0),
    (xor, "a", [1]),
    (compare_all, [1, 2], [1, 3]),
    (compare_all, (1, 2), (1, 2, 0)),
    (compare_all, "abc", "abd"),
    (compare_all, {1, 2}, {1, 2, 3}),
    (compare_all, 1, None),
    (compare_all, {}, {}),
    (compare_all, 1j, 2j),
    (compare_all, "a", b"a"),
    (compare_all, None, None),
]
