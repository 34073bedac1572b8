"""Attributes and methods of classes that a name means: constants, objects, functions, and classes that change."""

import enum
import math


class Direction:
    NONE = 0
    FORWARD = 1
    SCALE = 2.5
    NAME = "forward"
    NOTHING = None
    BIG = 1 << 80
    NAN = math.nan
    ITEMS = [1, 2, 3]


class Base:
    inherited = 7

    @staticmethod
    def twice(x):
        return x * 2

    @classmethod
    def label(cls, x):
        return cls.__name__, x

    @classmethod
    def plus(cls, x, y):
        return x + y + cls.inherited

    def plain(self, x=None):
        return self, x

    free = math.sqrt


class Derived(Base):
    @staticmethod
    def other(x, y):
        return x - y


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


class Meta(type):
    def __getattr__(cls, name):
        return ("made", name)


class Odd(metaclass=Meta):
    here = 5


class Point:
    def __init__(self, x):
        self.x = x


class Holder:
    origin = Point(3)

    def bump(self):
        Holder.count = Holder.count + 1
        return Holder.count

    count = 0


def constants(directions):
    found = 0
    for direction in directions:
        if direction == Direction.FORWARD:
            found += 1
        elif direction == Direction.NONE:
            found += Direction.SCALE
        else:
            found -= 1
    return found, Direction.NAME, Direction.NOTHING, Direction.BIG, Direction.NAN is Direction.NAN, Direction.ITEMS[1]


def inherited(n):
    total = 0
    for i in range(n):
        total += Derived.inherited * i
    return total


def methods(n):
    total = 0
    for i in range(n):
        total += Derived.twice(i) + Derived.other(i, 3) + Derived.plus(i, Derived.twice(i + 1))
    return total, Derived.label(n), Base.label(n), Base.plain(4), Base.plain(n, x=n + 1), Derived.free(n * n)


def colours(items):
    reds = 0
    for item in items:
        if item is Colour.RED:
            reds += 1
        elif item == Colour.GREEN:
            reds += 10
    return reds, Colour.RED.value


def odd(n):
    return [Odd.here for _ in range(n)], Odd.missing


def origin(n):
    total = 0
    for _ in range(n):
        total += Holder.origin.x
    return total


def counted(holder, n):
    return [holder.bump() for _ in range(n)]


def case_constants():
    return [constants([0, 1, 2, 1, i]) for i in range(5)]


def case_inherited():
    before = [inherited(6) for _ in range(4)]
    try:
        Derived.inherited = 2.5
        during = [inherited(6) for _ in range(4)]
        Base.inherited = "never seen"
        del Derived.inherited
        try:
            inherited(2)
        except TypeError as error:
            text = str(error)
    finally:
        Base.inherited = 7
    return before, during, text, inherited(6)


def case_methods():
    return [methods(i) for i in range(2, 7)]


def case_methods_change():
    before = [methods(5) for _ in range(4)]
    twice, plus = Base.__dict__["twice"], Base.__dict__["plus"]
    try:
        Base.twice = staticmethod(lambda x: -x)
        Derived.plus = classmethod(lambda cls, x, y: 1000)
        during = [methods(5) for _ in range(3)]
    finally:
        Base.twice = twice
        del Derived.plus
    return before, during, methods(5), plus is Base.__dict__["plus"]


def case_bases_change():
    class Other:
        inherited = 100
        twice = staticmethod(lambda x: x + 100)
        label = Base.__dict__["label"]
        plus = Base.__dict__["plus"]
        plain = Base.plain
        free = math.sqrt

    before = [methods(4) for _ in range(4)], inherited(4)
    Derived.__bases__ = (Other,)
    try:
        during = methods(4), inherited(4)
    finally:
        Derived.__bases__ = (Base,)
    return before, during, methods(4), inherited(4)


def case_colours():
    items = [Colour.RED, Colour.GREEN, None, Colour.RED]
    return [colours(items) for _ in range(5)]


def case_metaclass():
    before = [odd(3) for _ in range(4)]
    Meta.here = property(lambda cls: "from the metaclass")
    try:
        during = odd(2)
    finally:
        del Meta.here
    return before, during, odd(2)


def case_objects_become_descriptors():
    before = [origin(4) for _ in range(4)]
    Point.__get__ = lambda self, owner, kind: Point(self.x * 10)
    try:
        during = origin(4)
    finally:
        del Point.__get__
    Holder.origin = Point(4.5)
    after = origin(4)
    Holder.origin = Point(3)
    return before, during, after


def case_class_that_changes_all_the_time():
    Holder.count = 0
    return [counted(Holder(), 4) for _ in range(5)]
