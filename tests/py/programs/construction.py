"""Objects made by calls of their classes, whose initialisers change and fail."""

import abc


class Point:
    made = 0

    def __init__(self, x, y=2, *, label=None):
        self.x = x
        self.y = y
        self.label = label


class Named(Point):
    def __init__(self, x, name):
        super().__init__(x, label=name)
        self.name = name


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a):
        self.a = a


class Loud:
    log = []

    def __init__(self, what):
        self.what = what
        if what == "raises":
            raise ValueError(what)
        if what == "returns":
            return what

    def __del__(self):
        self.log.append(self.what)


class Counting(type):
    def __call__(cls, *args):
        return super().__call__(*args), len(args)


class Counted(metaclass=Counting):
    def __init__(self, value):
        self.value = value


class Shape(abc.ABC):
    def __init__(self, size):
        self.size = size

    @abc.abstractmethod
    def area(self): ...


class Square(Shape):
    def area(self):
        return self.size**2


def points(n):
    return [(p.x, p.y, p.label) for p in [Point(i) for i in range(n)] + [Point(1, label="b"), Point(x=3, y=4)]]


def several(kinds):
    return [vars(kind(*arguments)) for kind, *arguments in kinds]


def slotted(n):
    total = 0
    for i in range(n):
        made = Slotted(i)
        made.b = i
        total += made.a + made.b
    return total


def outcome(make, *arguments):
    try:
        return type(make(*arguments)).__name__
    except (TypeError, ValueError) as error:
        return type(error).__name__, str(error)


def loud(what):
    Loud.log.clear()
    return outcome(Loud, what), Loud.log[:]


def case_points():
    return points(8), several([(Point, 1), (Named, 2, "n"), (Point, 3, 4), (Named, 5, "m")] * 3), slotted(9)


def case_wrong_arguments():
    return [outcome(*call) for call in ((Point,), (Point, 1, 2, 3), (Slotted,), (Named, 1), (object, 1))]


def case_loud():
    return [loud(what) for what in ("fine", "raises", "returns", "fine", "raises", "returns")]


def case_metaclass():
    return [(made.value, count) for made, count in (Counted(i) for i in range(4))]


def case_abstract():
    return [outcome(kind, 2) for kind in (Square, Shape, Square, Shape)], Square(3).area()


def case_changes():
    class Changing:
        def __init__(self, x):
            self.x = x

    def other(self, x):
        self.x = -x

    def make(cls, x):
        made = object.__new__(cls)
        made.fresh = True
        return made

    found = []
    for i in range(12):
        if i == 4:
            Changing.__init__ = other
        if i == 6:
            Changing.__new__ = make
        if i == 8:
            del Changing.__new__
        if i == 9:
            del Changing.__init__
        try:
            made = Changing(i)
            found.append(sorted(vars(made).items()))
        except TypeError as error:
            found.append(str(error))
    return found


def case_changes_while_it_runs():
    class Changing:
        def __init__(self, x):
            self.x = x
            if x == 3:
                Changing.__init__ = lambda self, x: setattr(self, "x", [x])

    return [Changing(i).x for i in range(6)]
