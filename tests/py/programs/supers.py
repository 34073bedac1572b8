"""super() over classes that change, and over what it finds that is no plain method."""

import abc


class Base:
    kind = "base"

    def __init__(self, x):
        self.x = x

    def name(self, *arguments, **named):
        return ["base", self.x, *arguments, *named.items()]

    @property
    def twice(self):
        return self.x * 2

    @classmethod
    def make(cls, x):
        return cls(x)

    @staticmethod
    def plain(x):
        return ["plain", x]


class Left(Base):
    def __init__(self, x, y=1):
        super().__init__(x)
        self.y = y

    def name(self, *arguments, **named):
        return ["left", *super().name(*arguments, **named)]

    @property
    def twice(self):
        return super().twice + 1

    @classmethod
    def make(cls, x):
        return super().make(x + 1)

    def all_ways(self, x):
        return super().name(x), super().name(x + 1), super().kind, super().plain(x), super().plain(x=x)


class Right(Base):
    def name(self, *arguments, **named):
        return ["right", *super().name(*arguments, **named)]


class Both(Left, Right):
    def name(self, *arguments, **named):
        return ["both", *super().name(*arguments, **named)]

    def __new__(cls, *arguments):
        return super().__new__(cls)


class Abstract(abc.ABC):
    @abc.abstractmethod
    def name(self):
        return "abstract"


class Concrete(Abstract):
    def __init__(self):
        super().__init__()

    def name(self):
        return super().name() + "?"


class Odd(Base):
    def missing(self):
        return super().nothing(1)

    def rebound(self, other):
        self = other
        return super().name(2)

    def deleted(self):
        del self
        return super().name(3)

    def captured(self):
        def inner():
            return self.x

        return super().name(inner())


def tried(call, *arguments):
    try:
        return call(*arguments)
    except (AttributeError, TypeError, NameError) as error:
        return type(error).__name__, str(error)


def names(objects, times):
    return [made.name(i) for i in range(times) for made in objects]


def case_classes():
    objects = [Left(1), Right(2), Both(3, 4), Base(5)]
    return names(objects, 4), [made.twice for made in objects], [vars(made) for made in objects]


def case_kinds():
    return [Left(i).all_ways(i) for i in range(4)], [type(kind.make(1)).__name__ for kind in (Left, Both, Left)]


def case_abstract():
    return [Concrete().name() for _ in range(5)]


def case_odd():
    odd = Odd(7)
    calls = [(odd.missing,), (odd.rebound, Odd(8)), (odd.rebound, 5), (odd.rebound, Base(1)), (odd.deleted,)]
    return [tried(*call) for call in calls * 3], [odd.captured() for _ in range(3)]


def case_own_attributes_do_not_count():
    made = Left(1)
    made.name = None
    return [Left.name(made, i) for i in range(5)]


def case_changes():
    class First:
        def name(self):
            return "first"

    class Second:
        def name(self):
            return "second"

    class Changing(First):
        def name(self):
            return "changing " + super().name()

    made, found = Changing(), []
    for i in range(10):
        if i == 3:
            First.name = lambda self: "changed"
        if i == 5:
            Changing.__bases__ = (Second,)
        if i == 7:
            Second.name = staticmethod(lambda: "static")
        if i == 9:
            del Second.name
        found.append(tried(made.name))
    return found
