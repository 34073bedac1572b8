"""Subclasses of built-in types: their operators win, their class is kept or lost as in CPython."""


class Meters(int):
    def __add__(self, other):
        return Meters(int(self) + int(other))

    def __radd__(self, other):
        return Meters(int(other) + int(self))

    def __repr__(self):
        return f"{int(self)} m"


class PlainInt(int):
    pass


class Loud(float):
    def __mul__(self, other):
        return "loud"

    def __lt__(self, other):
        return "less"


class PlainFloat(float):
    pass


class Word(str):
    def __add__(self, other):
        return Word(str(self) + "-" + str(other))


class Stack(list):
    def __getitem__(self, index):
        return "item", index

    def __len__(self):
        return 99


class Defaults(dict):
    def __missing__(self, key):
        return "missing", key


class Pair(tuple):
    __slots__ = ()

    def __getitem__(self, index):
        return ("pair", index)


def total(values):
    result = 0
    for value in values:
        result = result + value
    return result


def total_in_place(start, values):
    for value in values:
        start += value
    return start


def product(values):
    result = 1.0
    for value in values:
        result = value * result
    return result


def below(values, limit):
    return [value < limit for value in values]


def same_operation(a, b):
    return a + b, a * 2, a - b, -a, a == b, a < b


def lookups(container, keys):
    out = []
    for key in keys:
        out.append(container[key])
    return out


def measure(container):
    return len(container), bool(container), [item for item in container]


def index_with(values, index):
    return values[index]


def repeat(word, count):
    for _ in range(count):
        word = word + "x"
    return word


def counting(limit):
    i = 0
    seen = 0
    while i < limit:
        i += 1
        seen += i
    return i, seen


def looped(count):
    return [i for i in range(count)]


CASES = [
    (total, [1, 2, Meters(3), 4]),
    (total, [Meters(3), 4]),
    (total, [1, PlainInt(2), 3]),
    (total, [True, PlainInt(2)]),
    (total, [0.5, PlainFloat(2.5)]),
    (total_in_place, 0, [1, Meters(2), 3]),
    (total_in_place, Meters(1), [1, 2]),
    (total_in_place, PlainInt(1), [1, 2]),
    (total_in_place, PlainInt(1), []),
    (product, [1.5, Loud(2.0)]),
    (product, [Loud(2.0)]),
    (product, [PlainFloat(2.0), 3]),
    (below, [1.0, Loud(1.0), 3], 2.0),
    (below, [1, PlainInt(5)], PlainInt(3)),
    (below, [1.0], Loud(9.0)),
    (same_operation, Meters(2), 3),
    (same_operation, 3, Meters(2)),
    (same_operation, PlainInt(2), 2),
    (same_operation, PlainInt(2**63 - 1), 1),
    (same_operation, PlainFloat(2.0), 2),
    (same_operation, Loud(2.0), 2.0),
    (lookups, Stack([1, 2]), [0, 5, -1]),
    (lookups, Defaults(a=1), ["a", "b"]),
    (lookups, Pair((1, 2)), [0, 9]),
    (lookups, Word("hello"), [0, -1]),
    (lookups, [1, 2, 3], [PlainInt(1), True, Meters(2)]),
    (lookups, {1: "one", 2.0: "two"}, [PlainInt(1), PlainFloat(2.0), True]),
    (measure, Stack([1, 2])),
    (measure, Pair((1, 2))),
    (measure, Defaults()),
    (measure, Word("")),
    (index_with, [1, 2], PlainFloat(1.0)),
    (index_with, "abc", PlainInt(2)),
    (repeat, Word("a"), 3),
    (repeat, "a", PlainInt(3)),
    (counting, PlainInt(5)),
    (counting, PlainFloat(5.5)),
    (counting, Loud(3.0)),
    (looped, PlainInt(4)),
    (looped, True),
]
