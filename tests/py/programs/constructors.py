"""Instances made by native code: their __init__ called directly, and every way out of that."""

import gc


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def plus(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"


class Slotted:
    __slots__ = ("kept", "left")

    def __init__(self, kept):
        self.kept = kept


class Cell:
    def __init__(self, value, rest):
        self.value = value
        self.rest = rest


class Checked:
    def __init__(self, value):
        if value < 0:
            raise ValueError(f"{value} is negative")
        self.value = value
        self.twice = value * 2


class Wrong:
    def __init__(self, value):
        self.value = value
        if value > 50:
            return value


class Final:
    log = []

    def __init__(self, name):
        self.name = name

    def __del__(self):
        self.log.append(self.name)


class Holder:
    def __init__(self, name):
        self.held = Final(name)


class Counted:
    made = 0

    def __new__(cls, value):
        Counted.made += 1
        return super().__new__(cls)

    def __init__(self, value):
        self.value = value


class Meta(type):
    def __call__(cls, *args):
        return ("meta", super().__call__(*args).value)


class OfMeta(metaclass=Meta):
    def __init__(self, value):
        self.value = value


class Text(str):
    def __init__(self, text):
        self.length = len(text)


def case_vectors():
    a, b = Vector(1.0, 2.0), Vector(0.5, 0.25)
    for _ in range(60):
        a = a.plus(b)
    c = Vector(2**62, 1)
    for _ in range(10):
        c = c.plus(c)
    return a, c, list(a.__dict__.items())


def case_lists_of_them():
    vectors = [Vector(i, -i) for i in range(60)]
    made = []
    for i in range(60):
        made.append(Vector(i * 0.5, vectors[i]))
    return vectors, made[-1], made[30].y is vectors[30]


def case_slots():
    out = []
    for i in range(60):
        made = Slotted(i * 100)
        out.append(made.kept)
    try:
        made.left
    except AttributeError as error:
        out.append(str(error))
    return out


def case_chain():
    chain = None
    for i in range(100):
        chain = Cell(i, chain)
    total = 0
    while chain is not None:
        total += chain.value
        chain = chain.rest
    return total


def make(value):
    return Checked(value).twice


def case_errors():
    out = []
    for i in range(60):
        try:
            out.append(make(40 - i))
        except ValueError as error:
            trace, lines = error.__traceback__, []
            while trace is not None:
                lines.append((trace.tb_frame.f_code.co_name, trace.tb_lineno))
                trace = trace.tb_next
            out.append((str(error), lines))
    return out


def case_init_gives_something():
    out = []
    for i in range(60):
        try:
            out.append(Wrong(i).value)
        except TypeError as error:
            out.append(str(error))
    return out


def case_finalisers():
    log = Final.log
    del log[:]
    for i in range(60):
        Final(i)
        log.append(("made", i))
    for i in range(60):
        Holder(-i)
        log.append(("held", i))
    holder = Holder("a")
    for i in range(30):
        holder.held = Final(("replaced", i))
    del holder
    gc.collect()
    return list(log)


def case_new_and_metaclass():
    out = []
    Counted.made = 0
    for i in range(60):
        out.append((Counted(i).value, OfMeta(i), Text("a" * i).length))
    return out, Counted.made


def case_arguments():
    out = []
    for i in range(40):
        out.append(Vector(y=i, x=1))
        out.append(Vector(*(i, 2)))
        try:
            Vector(i)
        except TypeError as error:
            out.append(str(error))
    return out


def case_class_changes():
    class Changing:
        def __init__(self, value):
            self.value = value

    out = []
    for i in range(120):
        made = Changing(i)
        out.append(getattr(made, "value", None))
        if i == 30:
            Changing.__init__ = lambda self, value: setattr(self, "value", -value)
        if i == 50:
            Changing.__new__ = lambda cls, value: object.__new__(Vector)
        if i == 70:
            Changing.__new__ = lambda cls, value: object.__new__(cls)
        if i == 90:
            Changing.value = property(lambda self: "property", lambda self, value: out.append(value))
    return out


def case_class_is_rebound():
    global Vector
    kept = Vector
    out = []
    for i in range(90):
        out.append(type(Vector(i, i)).__name__)
        if i == 40:
            Vector = Cell
        if i == 60:
            Vector = kept
    return out


def case_init_code_changes():
    class Coded:
        def __init__(self, value):
            self.value = value

    def other(self, value):
        self.value = ("other", value)

    out = []
    for i in range(80):
        out.append(Coded(i).value)
        if i == 40:
            Coded.__init__.__code__ = other.__code__
    return out


def case_subclass():
    class Louder(Vector):
        def __init__(self, x, y):
            super().__init__(x * 2, y * 2)

    class Plain(Vector):
        pass

    return [(Louder(i, 1), Plain(i, 2)) for i in range(60)]


def case_z_uncaught():
    for i in range(60):
        make(40 - i)
