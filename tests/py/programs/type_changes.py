"""Types that change while a loop runs, and from one call to the next."""


def accumulate(values):
    total = 0
    for value in values:
        total = total + value
    return total


def late_change(count, late):
    """An int for a long time, then something else, then an int again."""
    total = 0
    kinds = []
    for i in range(count):
        x = late if i == count - 5 else i
        total = total + 1 if isinstance(x, str) else total + x
        if i > count - 8:
            kinds.append(type(x).__name__)
    return total, kinds


def variable_changes(count):
    x = 0
    history = []
    for i in range(count):
        if i % 50 == 10:
            x = float(x)
        elif i % 50 == 20:
            x = str(x)
        elif i % 50 == 30:
            x = [x]
        elif i % 50 == 40:
            x = i
        if not isinstance(x, (str, list)):
            x = x + 1
        if i % 25 == 0:
            history.append(x)
    return history


def alternating(count):
    a, b = 1, 2.5
    for _ in range(count):
        a, b = b, a
        a = a + 1
    return a, b


def grows_float(count):
    x = 1
    for i in range(count):
        x = x * 2 if i % 3 else x / 2
    return x


def returns_many(kind):
    if kind == 0:
        return 1
    if kind == 1:
        return 1.5
    if kind == 2:
        return "one"
    if kind == 3:
        return None
    if kind == 4:
        return [1]
    return kind


def case_results_of_calls():
    out = []
    for i in range(60):
        out.append(returns_many(i % 7))
    return out


def add(a, b):
    return a + b


def case_many_kinds_at_one_place():
    """More kinds than an inline cache holds."""
    pairs = [(1, 2), (1.5, 2), ("a", "b"), ([1], [2]), ((1,), (2,)), (True, 1), (1j, 2), (b"a", b"b"), (2**70, 1)]
    out = []
    for _ in range(8):
        for a, b in pairs:
            out.append(add(a, b))
    return out


def case_failing_kinds_at_one_place():
    pairs = [(1, 2), (1, "2"), ("1", 2), (None, 1), ([1], (2,)), (1, 2.5), ({}, {})]
    out = []
    for a, b in pairs * 3:
        try:
            out.append(add(a, b))
        except TypeError as error:
            out.append(str(error))
    return out


def maybe_none(count):
    last = None
    gaps = []
    for i in range(count):
        if i % 7 == 3:
            if last is not None:
                gaps.append(i - last)
            last = i
    return gaps, last


def first_or_none(values, wanted):
    found = None
    for position, value in enumerate(values):
        if value == wanted:
            found = position
            break
    return found


def none_plus(count):
    x = 0
    for i in range(count):
        if i == count - 1:
            x = None
        x = x + 1
    return x


def elements_change(values):
    out = 0
    for i in range(len(values)):
        values[i] = values[i] * 2
        out = out + values[i] if not isinstance(values[i], str) else out
    return out, values


CASES = [
    (accumulate, [1, 2, 3]),
    (accumulate, [1, 2.5, 3]),
    (accumulate, [1] * 50 + [2.5] + [1] * 5),
    (accumulate, [1] * 50 + [2**63] + [1] * 5),
    (accumulate, [1] * 50 + ["x"]),
    (accumulate, [1] * 50 + [None]),
    (accumulate, [1.5] * 50 + [True, 10**30]),
    (accumulate, [0.1] * 20 + [1j] + [2]),
    (late_change, 500, 2.5),
    (late_change, 500, 2**80),
    (late_change, 500, "s"),
    (late_change, 500, True),
    (late_change, 500, None),
    (variable_changes, 300),
    (alternating, 101),
    (grows_float, 200),
    (maybe_none, 100),
    (first_or_none, [4, 5, 6], 6),
    (first_or_none, [4, 5, 6], 7),
    (first_or_none, ["a", 5.0, None], 5),
    (none_plus, 200),
    (elements_change, [1, 2, 3]),
    (elements_change, [1, 2.5, "a", [1], 2**62]),
]
