"""Methods whose arguments are computed: found first, then the arguments, then the call, bound or not."""

LOG = []


class Node:
    factor = 3

    def __init__(self, value):
        self.value = value
        self.own = lambda x: ("own", x)

    def __del__(self):
        LOG.append(("dead", self.value))

    def add(self, x, y=1):
        return self.value + x * y

    @classmethod
    def made(cls, x):
        return cls.__name__, x

    @staticmethod
    def free(x):
        return "free", x

    @property
    def chosen(self):
        LOG.append("looked up")
        return self.add

    def __getattr__(self, name):
        if name.startswith("dynamic"):
            return lambda x: (name, x)
        raise AttributeError(name)


class Child(Node):
    def add(self, x, y=1):
        return super().add(x + 1, y=y + 1)


class Slotted:
    __slots__ = ("action",)


def note(value):
    LOG.append(value)
    return value


def computed(node, values):
    total = 0
    for value in values:
        total += node.add(value + 1)
        total += node.add(value * 2, y=value - 1)
        total += node.add(*[value], y=value + 1)
    return total


def of_every_kind(node, values):
    LOG.clear()
    found = []
    for value in values:
        found.append(node.own(value + 1))
        found.append(node.made(value + 1))
        found.append(node.free(value + 1))
        found.append(node.chosen(value + 1))
        found.append(node.dynamic(value + 1))
    return found, LOG[:]


def looked_up_first(node, values):
    LOG.clear()
    for value in values:
        note(node.chosen(note(value + 1)))
    return LOG[:]


def replaced_by_argument(values):
    """The method is the one that was there before its argument changed the class."""

    class Local:
        def m(self, x):
            return "first", x

    def change(x):
        Local.m = lambda self, x: ("second", x)
        return x

    found = []
    for value in values:
        thing = Local()
        found.append(thing.m(change(value)))
        del Local.m
        Local.m = lambda self, x: ("third", x)
    return found


def owner_dies_when(values):
    """An owner lives on for a method of its class, not for an attribute of its own."""
    LOG.clear()
    for value in values:
        note(Node(value).add(note(value + 1)))
        note(Node(value).own(note(value + 2)))
        note(Node(value).free(note(value + 3)))
    return LOG[:]


def missing(node, values):
    found = []
    for value in values:
        try:
            found.append(node.absent(note(value + 1)))
        except AttributeError as error:
            found.append(str(error))
    return found


def missing_last(node, x):
    return node.add(x + 1) + node.absent(x + 1)


def wrong_arguments(node, x):
    return node.add(x + 1, x + 2, x + 3)


def with_conditions(node, values):
    total = 0
    for value in values:
        total += node.add(value + 1 if value % 2 else value - 1)
        total += node.add(sum([v + 1 for v in range(value)]), y=value and 2)
    return total


def slots(values):
    thing = Slotted()
    found = []
    for value in values:
        thing.action = str if value % 2 else repr
        found.append(thing.action(f"{value}"))
    return found


def nested(node, values):
    total = 0
    for value in values:
        total += node.add(node.add(node.add(value + 1) - value) - value)
    return total


def yielding(node, values):
    for value in values:
        got = node.add((yield value) or 1)
        yield got


def run_yielding(values):
    node = Node(5)
    found = []
    for step in yielding(node, values):
        found.append(step)
    half = yielding(node, values)
    next(half)
    del half
    return found


def of_builtins(values):
    out = []
    table = {}
    for value in values:
        out.append(value * 2)
        out.insert(len(out) - 1, value + 1)
        table.setdefault(value % 3, []).append(value - 1)
        out.append("-".join([str(v) for v in range(value % 4)]))
        out.append(table.get(value % 5, value + 0.5))
        out.append("abc".replace("b", str(value)))
    return out, table


def made(kind, value):
    return kind(value)


def on_many(kinds, values):
    found = []
    for value in values:
        for kind in kinds:
            found.append(made(kind, value).add(value + 1))
    return found


VALUES = [1, 2, 3, 4, 5, 6, 7, 8]

CASES = [
    (lambda: computed(Node(1), VALUES),),
    (lambda: computed(Child(1), VALUES),),
    (lambda: of_every_kind(Node(2), VALUES),),
    (lambda: looked_up_first(Node(2), VALUES),),
    (replaced_by_argument, VALUES),
    (owner_dies_when, VALUES),
    (lambda: missing(Node(3), VALUES),),
    (lambda: missing_last(Node(3), 1),),
    (lambda: wrong_arguments(Node(3), 1),),
    (lambda: with_conditions(Node(3), VALUES),),
    (slots, VALUES),
    (lambda: nested(Node(4), VALUES),),
    (run_yielding, VALUES),
    (of_builtins, VALUES),
    (on_many, [Node, Child], VALUES),
]
