"""Tuples and unpacking: swaps, nesting, stars, evaluation order, and every error."""


def pair(values):
    a, b = values
    return b, a


def triple(values):
    a, b, c = values
    return a, b, c


def nested(values):
    (a, b), c, [d, e] = values
    return a, b, c, d, e


def starred(values):
    first, *middle, last = values
    return first, middle, last


def star_first(values):
    *head, tail = values
    return head, tail


def star_last(values):
    head, *tail = values
    return head, tail


def swap(a, b):
    a, b = b, a
    return a, b


def rotate(a, b, c):
    a, b, c = b, c, a
    return a, b, c


def chain_assignment(values):
    a = b = c = values
    return a is b is c, a


def swap_elements(values, i, j):
    values[i], values[j] = values[j], values[i]
    return values


def order_of_targets(values):
    i = 0
    i, values[i] = 1, "stored"
    return i, values


def loop_pairs(pairs):
    total = 0
    for a, b in pairs:
        total += a * b
    return total


def loop_nested(items):
    out = []
    for i, (name, (x, y)) in items:
        out.append((i, name, x + y))
    return out


def loop_starred(rows):
    out = []
    for head, *rest in rows:
        out.append((head, rest))
    return out


def build(a, b):
    return (a, b), (a,), (), (*[a, b], *"xy"), [*range(3), a], (a, (b, (a,)))


def compare(a, b):
    return a == b, a < b, hash(a) == hash(b), a + b, a * 2


def fibonacci_pairs(n):
    a, b = 0, 1
    out = ()
    for _ in range(n):
        a, b = b, a + b
        out += (a,)
    return out


def return_several(x):
    return x, x * 2, x * 3


def use_several(n):
    total = 0
    for i in range(n):
        a, b, c = return_several(i)
        total += a - b + c
    return total


LOG = []


def noted(value):
    LOG.append(value)
    return value


class Slot:
    def __setattr__(self, name, value):
        LOG.append((name, value))


def case_order_of_evaluation():
    LOG.clear()
    slot = Slot()
    slot.a, slot.b = noted(1), noted(2)
    data = {}
    data[noted("k1")], data[noted("k2")] = noted("v1"), noted("v2")
    return data, list(LOG)


class Endless:
    def __init__(self):
        self.taken = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.taken += 1
        return self.taken


def case_takes_one_too_many():
    source = Endless()
    try:
        a, b = source
    except ValueError as error:
        return str(error), source.taken


class Fails:
    def __iter__(self):
        yield 1
        raise KeyError("in iteration")


def case_iteration_fails():
    a, b = Fails()
    return a, b


def case_unpacked_so_far():
    a = b = "old"
    try:
        a, b = 1, 2, 3  # noqa: F841
    except ValueError:
        pass
    return a, b


def case_constant_tuples():
    out = []
    for _ in range(3):
        a, (b, c) = 1, (2.5, "x")
        out.append((a, b, c))
    return out


def methods(t):
    return t.index(2), t.count(1), len(t), t[0], t[-1], t[1:], 2 in t, min(t), max(t), sum(t)


CASES = [
    *[(pair, v) for v in ((1, 2), [1, 2], "ab", {"x": 1, "y": 2}, frozenset([7, 8]), range(2), (1,), (), (1, 2, 3))],
    *[(pair, v) for v in (5, None, "abc", [1, 2, 3], {1, 2, 3}, 1.5)],
    (triple, (1, 2.5, None)),
    (triple, (1, 2)),
    (triple, "abc"),
    (nested, ((1, 2), 3, [4, 5])),
    (nested, ("ab", 3, "cd")),
    (nested, ((1, 2, 3), 3, [4, 5])),
    (nested, (1, 3, [4, 5])),
    (starred, [1, 2]),
    (starred, [1, 2, 3, 4]),
    (starred, "hello"),
    (starred, [1]),
    (starred, 7),
    (star_first, range(4)),
    (star_first, []),
    (star_last, (1,)),
    (star_last, ()),
    (swap, 1, "two"),
    (rotate, 1, 2.5, None),
    (chain_assignment, [1]),
    (swap_elements, [1, 2, 3], 0, 2),
    (swap_elements, [1, 2, 3], 0, 5),
    (order_of_targets, [0, 0]),
    (loop_pairs, [(1, 2), (3, 4)]),
    (loop_pairs, [(1, 2), (3, 4.5), [2**62, 8]]),
    (loop_pairs, [(1, 2), (3,)]),
    (loop_pairs, [(1, 2), (3, 4, 5)]),
    (loop_pairs, [(1, 2), 3]),
    (loop_pairs, list({1: 2, 3: 4}.items())),
    (loop_nested, list(enumerate([("a", (1, 2)), ("b", (3, 4))]))),
    (loop_starred, [(1, 2, 3), "ab", [9]]),
    (loop_starred, [(1, 2, 3), ()]),
    (build, 1, "b"),
    (compare, (1, 2), (1.0, 2)),
    (compare, (1,), (1, 2)),
    (compare, (1, "a"), (1, 2)),
    (compare, ([],), ([],)),
    (fibonacci_pairs, 12),
    (use_several, 50),
    (methods, (1, 2, 1)),
]
