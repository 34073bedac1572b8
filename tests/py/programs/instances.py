"""Attributes of instances read and written where they lie, numbers overwritten in place, and every way out of that."""

import gc

SMALL = 255


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def step(self, by):
        self.x += by
        self.y -= by * 0.5

    def count(self, by):
        self.x = self.x + by
        return self.x


class Slotted:
    __slots__ = ("empty", "value")

    def __init__(self, value):
        self.value = value

    def add(self, by):
        self.value += by


class Node:
    def __init__(self, value, rest):
        self.value = value
        self.rest = rest


class Loud:
    log = []

    def __init__(self, name):
        self.name = name

    def __del__(self):
        self.log.append(self.name)


def run_steps(point, count, by):
    for _ in range(count):
        point.step(by)
    return point.x, point.y


def case_floats():
    return run_steps(Point(1.0, 2.0), 40, 0.25)


def case_numbers_that_others_have():
    start = 0.5
    point, other = Point(start, start), Point(start, start)
    kept = []
    for i in range(40):
        point.step(1.5)
        kept.append(point.x)
        if i % 7 == 0:
            other.x = point.x
    return start, other.x, other.y, kept, point.x is point.x


def case_one_value_in_two_places():
    out = []
    for i in range(40):
        point = Point(0.0, 0.0)
        value = i * 1.5
        point.x = value
        point.y = value
        point.step(1.0)
        out.append((point.x, point.y, value))
    return out


def case_ints():
    out = []
    for start in (0, 250, -10, 2**30 - 20, -(2**30) + 20, 2**60, 2**63 - 30, -(2**63) + 30, True):
        point = Point(start, start)
        for by in (1, -1, 7, 0):
            for _ in range(20):
                point.count(by)
            out.append((point.x, point.y, type(point.x).__name__))
    return out


def case_ints_in_place_are_not_shared():
    point = Point(1000, 0)
    seen = []
    for i in range(40):
        point.x = point.x + 1000
        seen.append(point.x)
        point.x -= 1
    return seen, point.x


def case_small_ints_are_the_same_objects():
    point = Point(300, 0)
    out = []
    for _ in range(60):
        point.x -= 1
        out.append(point.x is SMALL or point.x)
    for value in (256, 257, -5, -6):
        point.x = 1000
        for _ in range(30):
            point.x = point.x * 1
        point.x = point.x - 1000 + value
        out.append(point.x)
    return out


def case_kinds_change():
    point = Point(1.0, 2.0)
    out = []
    for start in (1, 2.0, None, "a", 2**70, [1], True, 1 + 2j):
        point.x = start
        for _ in range(12):
            point.x = 0.5
            point.x += 1.0
        out.append(point.x)
        point.y = start
        for i in range(12):
            point.y = i + 1000
        out.append(point.y)
    return out


def add_up(points):
    total = 0
    for point in points:
        total += point.x
        point.y = total
    return total


def case_missing():
    points = [Point(float(i), 0.0) for i in range(30)]
    out = [add_up(points)]
    del points[20].x
    try:
        add_up(points)
    except AttributeError as error:
        out.append((str(error), error.name, error.obj is points[20]))
    out.append([point.y for point in points])
    return out


def case_deleted_and_set_again():
    point = Point(1.0, 2.0)
    for i in range(40):
        del point.x
        point.x = i * 0.5
        del point.y
        point.y = i + 500
    return point.__dict__, list(point.__dict__)


def case_order_of_the_attributes():
    out = []
    for i in range(40):
        point = Point.__new__(Point)
        if i % 2:
            point.y = i * 1.5
            point.x = i * 2.5
        else:
            point.x = i + 1000
            point.y = i + 2000
        out.append(list(point.__dict__.items()))
    return out


def case_dict_looks():
    point = Point(1.0, 2.0)
    out = []
    for i in range(60):
        point.step(1.0)
        if i == 30:
            attributes = point.__dict__
        if i > 30:
            out.append((attributes["x"], attributes["y"]))
        if i == 45:
            attributes["x"] = 100.0
            attributes["new"] = 1
        if i == 50:
            point.__dict__ = {"x": -1.0, "y": -2.0}
    return out, point.x, point.y, attributes


def case_other_class():
    class Reversed(Point):
        def step(self, by):
            self.x -= by

    point = Point(1.0, 2.0)
    out = []
    for i in range(60):
        point.step(1.0)
        out.append(point.x)
        if i == 20:
            point.__class__ = Reversed
        if i == 40:
            point.__class__ = Point
    return out


def case_several_classes():
    class Half(Point):
        pass

    class Third:
        def __init__(self):
            self.y = self.x = 3.0
            self.z = 1

    points = [Point(1.0, 2.0), Half(2.0, 3.0), Third()]
    return [add_up(points * 5) for _ in range(12)]


def case_property_comes():
    class Changing:
        def __init__(self):
            self.x = 1.0

        def step(self):
            self.x += 1.0
            return self.x

    point = Changing()
    seen, out = [], []

    def setter(self, value):
        seen.append(value)

    for i in range(60):
        out.append(point.step())
        if i == 30:
            Changing.x = property(lambda self: 10.0, setter)
        if i == 45:
            del Changing.x
    return out, seen


def case_hooks_come():
    class Changing:
        def __init__(self):
            self.x = 1.0

        def step(self):
            self.x += 1.0
            return self.x

    point = Changing()
    out = []
    for i in range(80):
        out.append(point.step())
        if i == 30:
            Changing.__getattribute__ = lambda self, name: 5.0 if name == "x" else object.__getattribute__(self, name)
        if i == 45:
            del Changing.__getattribute__
        if i == 60:
            Changing.__setattr__ = lambda self, name, value: out.append((name, value))
    return out


def case_slots():
    slotted = Slotted(1)
    out = []
    for i in range(40):
        slotted.add(i * 100)
        out.append(slotted.value)
    for _ in range(40):
        slotted.add(0.5)
    out.append(slotted.value)
    for _ in range(3):
        try:
            slotted.empty
        except AttributeError as error:
            out.append(str(error))
    del slotted.value
    try:
        slotted.add(1)
    except AttributeError as error:
        out.append(str(error))
    return out


def walk(node):
    total = 0
    while node is not None:
        total += node.value
        node = node.rest
    return total


def case_chain():
    node = None
    for i in range(50):
        node = Node(i, node)
    return [walk(node) for _ in range(6)]


def case_death_of_the_old_value():
    holder = Point(None, None)
    log = Loud.log
    del log[:]
    for i in range(30):
        holder.x = Loud(i)
        log.append("set")
        holder.x = i * 0.5
        log.append("number")
        holder.y = Loud(-i)
        holder.y = i + 1000
    return list(log)


def case_death_changes_the_class():
    class Holder:
        def __init__(self):
            self.x = 0.0
            self.y = 1.0

        def put(self, value):
            self.x = value
            return self.y

    class Changer:
        def __del__(self):
            Holder.y = property(lambda self: "changed")

    holder = Holder()
    out = []
    for i in range(40):
        out.append(holder.put(Changer() if i == 30 else float(i)))
    gc.collect()
    return out


def case_methods_are_hidden():
    class Hiding:
        def __init__(self):
            self.x = 1

        def get(self):
            return self.x

    hiding = Hiding()
    out = []
    for i in range(60):
        out.append(hiding.get())
        if i == 20:
            hiding.get = lambda: "own"
        if i == 40:
            del hiding.get
    return out


def case_class_values_change():
    class Counted:
        total = 0

        def __init__(self):
            self.x = 1.0

        def step(self):
            self.x += 1.0
            Counted.total += 1
            return self.x + Counted.total

    counted = Counted()
    return [counted.step() for _ in range(60)]


def case_slots_of_another_class():
    class Slotted:
        __slots__ = ("slot",)

    class Borrowing:
        borrowed = Slotted.slot

        def get(self):
            return self.borrowed

        def put(self, value):
            self.borrowed = value

    borrowing, out = Borrowing(), []
    for _ in range(40):
        for use in (borrowing.get, lambda: borrowing.put(1)):
            try:
                out.append(use())
            except TypeError as error:
                out.append(str(error).replace(type(borrowing).__qualname__, "Borrowing"))
    return out
