"""raise and assert in all their forms, and what may not be raised."""


class Own(Exception):
    def __init__(self, a, b="b"):
        self.a = a
        self.b = b


class Failing(Exception):
    def __init__(self):
        raise RuntimeError("constructor failed")


class Strange(Exception):
    def __new__(cls):
        return 5


class NoMessage(Exception):
    def __str__(self):
        raise ValueError("no text")


def raise_value(thing):
    raise thing


def raise_class():
    raise ValueError


def raise_instance():
    raise Own(1, b=2)


def raise_failing():
    raise Failing


def raise_strange():
    raise Strange


def raise_computed(kinds, index):
    raise kinds[index]("computed")


def raise_multiline():
    raise ValueError(
        "first",
        1 + 2,
    )


def assert_true(condition):
    assert condition
    return "passed"


def assert_message(condition, message):
    assert condition, message
    return "passed"


def assert_computed(values):
    assert all(value > 0 for value in values), f"bad values: {[v for v in values if v <= 0]}"
    return len(values)


def assert_message_fails(condition):
    assert condition, 1 / 0
    return "passed"


def assert_in_loop(values):
    total = 0
    for i, value in enumerate(values):
        assert value >= total, (i, value, total)
        total += value
    return total


def assert_tuple():
    assert (1 == 2, "always true")  # noqa: F631
    return "passed"


def assert_multiline(a, b):
    assert (
        a
        == b
    ), "they differ"
    return a


def raise_in_condition(values):
    for value in values:
        if value > 2 and value / 0:
            return "never"
    return "none above two"


def raise_in_while(n):
    while 10 / n > 1:
        n -= 1
    return n


def raise_in_return(values):
    return values[0] + values[1] + values[2]


def raise_in_argument(values):
    return max(len(values), values[10])


def raise_in_subscript_store(values):
    values[len(values)] = 1 if values else 0


def raise_in_default(function=None):
    def inner(x=1 / 0):
        return x

    return inner


def raise_in_comparison(a, b):
    return a < b < 3


CASES = [
    *[(raise_value, thing) for thing in (ValueError, ValueError("x", 2), KeyError("k"), 5, "text", None, int, [ValueError])],
    (raise_value, StopIteration(3)),
    (raise_value, OSError(2, "No such file", "name.txt")),
    (raise_value, UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad byte")),
    (raise_class,),
    (raise_instance,),
    (raise_failing,),
    (raise_strange,),
    (raise_computed, [ValueError, TypeError], 1),
    (raise_computed, [ValueError, TypeError], 2),
    (raise_computed, [int], 0),
    (raise_multiline,),
    *[(assert_true, condition) for condition in (True, 1, [0], "x", False, 0, [], None)],
    (assert_message, True, "unused"),
    (assert_message, False, "said"),
    (assert_message, 0, None),
    (assert_message, [], ("a", "tuple")),
    (assert_message, False, ValueError("inside")),
    (assert_computed, [1, 2]),
    (assert_computed, [1, -2, 0]),
    (assert_message_fails, True),
    (assert_message_fails, False),
    (assert_in_loop, [1, 2, 4]),
    (assert_in_loop, [1, 2, 2]),
    (assert_tuple,),
    (assert_multiline, 1, 1),
    (assert_multiline, 1, 2),
    (raise_in_condition, [1, 2]),
    (raise_in_condition, [1, 2, 3]),
    (raise_in_while, 5),
    (raise_in_while, 0),
    (raise_in_return, [1, 2]),
    (raise_in_return, [1, 2, "3"]),
    (raise_in_argument, [1]),
    (raise_in_subscript_store, [1]),
    (raise_in_default,),
    (raise_in_comparison, 1, "a"),
    (raise_in_comparison, "a", "b"),
]
