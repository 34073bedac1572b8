"""Attributes of objects of several classes, properties, and every way out of looking them up without Python code."""

import sys


class Plain:
    kind = "plain"

    def __init__(self, value):
        self.value = value
        self.count = 0

    @property
    def twice(self):
        return self.value * 2

    @property
    def checked(self):
        if self.value is None:
            raise LookupError("nothing here")
        return self.value


class Wider(Plain):
    kind = "wider"

    def __init__(self, value):
        self.other = value
        self.value = value
        self.count = 0


class Slotted:
    __slots__ = ("count", "value")
    kind = "slotted"

    def __init__(self, value):
        self.value = value
        self.count = 0


class Asking:
    """Its attributes are Python code."""

    kind = "asking"

    def __init__(self):
        self.asked = []

    def __getattr__(self, name):
        self.asked.append(name)
        return len(self.asked)


class Loud:
    log = []

    def __init__(self, name):
        self.name = name

    def __del__(self):
        self.log.append(self.name)


def read(thing):
    return thing.value


def describe(thing):
    return thing.kind, thing.value


def bump(thing, by):
    thing.count = thing.count + by
    return thing.count


def store(thing, value):
    thing.value = value
    return value


def things():
    return [Plain(1), Wider(2), Slotted(3), Plain("four"), Wider(5.5)]


def case_read():
    out = []
    for _ in range(30):
        out.extend(read(thing) for thing in things())
    return out[:10], len(out), sum(value for value in out if not isinstance(value, str))


def case_class_values():
    out = []
    for i in range(40):
        for thing in things():
            out.append(describe(thing))
        if i == 30:
            Wider.kind = "changed"
        if i == 35:
            Wider.kind = "wider"
    mine = Plain(7)
    mine.kind = "mine"
    out.append(describe(mine))
    return out[:6], out[155:160], out[-1]


def case_write():
    all_of_them = things()
    out = []
    for i in range(60):
        for thing in all_of_them:
            out.append(bump(thing, i))
    return out[-5:], sum(out)


def case_missing():
    out = []
    empty = Slotted.__new__(Slotted)
    bare = Plain.__new__(Plain)
    for i in range(50):
        for thing in (*things(), *((empty, bare) if i > 40 else ())):
            try:
                out.append(str(read(thing)))
            except AttributeError as error:
                out.append(str(error))
    return out[-7:]


def case_python_code_in_between():
    asking = Asking()
    out = []
    for i in range(60):
        for thing in things():
            out.append(read(thing))
        if i > 40:
            out.append(read(asking))
    return out[-6:], asking.asked


def case_values_that_end():
    out = []
    Loud.log.clear()
    kept = things()
    for i in range(30):
        for thing in kept:
            store(thing, Loud(i) if i % 3 == 0 else i)
        out.append(len(Loud.log))
    return out, Loud.log[:6]


def case_dicts_take_over():
    all_of_them = things()
    out = []
    for i in range(50):
        if i == 30:
            all_of_them[0].__dict__["value"] = "from the dict"
            vars(all_of_them[1]).clear()
            all_of_them[1].value = "again"
            all_of_them[1].count = 0
        for thing in all_of_them:
            out.append(read(thing))
            bump(thing, 1)
    return out[-5:], [thing.count for thing in all_of_them], all_of_them[0].__dict__


def use_property(thing, times):
    total = 0
    for _ in range(times):
        total += thing.twice
    return total


def case_properties():
    out = [use_property(Plain(3), 40), use_property(Wider(4), 40), use_property(Plain(2**62), 9)]
    out.append(use_property(Plain(1.5), 40))
    return out


def safe(thing):
    try:
        return thing.checked
    except LookupError as error:
        return str(error), error.__traceback__.tb_next.tb_lineno - error.__traceback__.tb_lineno > -200


def case_properties_that_raise():
    thing = Plain(3)
    out = [safe(thing) for _ in range(40)]
    thing.value = None
    out.append(safe(thing))
    thing.value = 4
    out.append(safe(thing))
    return out[-4:]


def case_properties_are_replaced():
    class Local(Plain):
        @property
        def twice(self):
            return self.value + 100

    thing = Local(1)
    out = [use_property(thing, 30)]
    Local.twice = property(lambda self: "x")
    try:
        use_property(thing, 30)
    except TypeError as error:
        out.append(str(error))
    del Local.twice
    out.append(use_property(thing, 30))
    Local.twice = 5
    out.append(use_property(thing, 30))
    return out


class Watching:
    @property
    def caller(self):
        return sys._getframe(1).f_code.co_name


def who_asks(thing):
    return thing.caller


def case_properties_see_their_callers():
    thing = Watching()
    return {who_asks(thing) for _ in range(60)}
