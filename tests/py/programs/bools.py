"""Bools are ints that stay bools where Python keeps them, and truth of any object."""


def operations(a, b):
    return a + b, a - b, a * b, a & b, a | b, a ^ b, a << b, a >> b, a < b, a == b


def unary(a):
    return -a, +a, not a, abs(a), int(a), float(a), str(a)


def inverted(a):
    return ~int(a)


def count_true(values):
    count = 0
    for value in values:
        count += value
    return count


def all_of(values):
    result = True
    for value in values:
        result &= value
    return result


def any_of(values):
    result = False
    for value in values:
        result |= value
    return result


def parity(values):
    odd = False
    for value in values:
        odd ^= value % 2 == 1
    return odd


def toggle(times):
    state = False
    for _ in range(times):
        state = not state
    return state


def truths(values):
    out = []
    for value in values:
        if value:
            out.append("yes")
        elif not value:
            out.append("no")
    return out


def index_by_truth(values):
    names = ["even", "odd"]
    return [names[value % 2 == 1] for value in values]


class Weighing:
    """Counts how often its truth is asked for."""

    def __init__(self, truth):
        self.truth = truth
        self.asked = 0

    def __bool__(self):
        self.asked += 1
        return self.truth


class Sized:
    def __init__(self, size):
        self.size = size

    def __len__(self):
        return self.size


class Confused:
    def __bool__(self):
        return 1


def case_truth_is_asked_once():
    w = Weighing(True)
    hits = 0
    for _ in range(5):
        if w:
            hits += 1
    both = w and w
    either = w or 3
    return hits, w.asked, both is w, either is w


def case_truth_by_length():
    return truths([Sized(0), Sized(3), [], [0], "", " ", {}, {1}, None, 0.0, -0.0, 0j, float("nan"), 10**20])


def case_negative_length():
    return truths([Sized(-1)])


def case_truth_of_wrong_type():
    return truths([1, Confused()])


def case_bool_is_not_int():
    a, b = True, 1
    return a is b, a == b, type(a + 0), type(a & True), type(a & 1), isinstance(a, int), {True: "t"}[1]


CASES = [
    (operations, True, True),
    (operations, True, False),
    (operations, False, 3),
    (operations, 3, True),
    (unary, True),
    (unary, False),
    (inverted, True),
    (count_true, [True, False, True]),
    (count_true, [True, 2, False, 3.5]),
    (all_of, [True, True]),
    (all_of, [True, False]),
    (all_of, [True, 3]),
    (any_of, [False, False]),
    (any_of, [False, 4, True]),
    (parity, [1, 2, 3]),
    (parity, range(100)),
    (toggle, 7),
    (toggle, 8),
    (truths, [0, 1, -1, True, False, None]),
    (index_by_truth, [1, 2, 3, 4]),
]
