"""Functions that look at their own frame: locals(), eval and exec, super(), sys._getframe, the caller's module."""

import collections
import inspect
import sys
import typing
import warnings


def shows_locals(a, b=2):
    before = dict(locals())
    c = a + b
    after = locals()
    return before, {name: value for name, value in after.items() if name != "before"}, c


def shows_late(n):
    total = 0
    for i in range(n):
        total += i
    return dict(locals())


def shows_in_loop(n):
    out = []
    for i in range(n):
        square = i * i
        if i % 7 == 3:
            out.append(sorted((name, value) for name, value in locals().items() if name != "out"))
    return out, square


def case_unbound_and_deleted():
    x, y = 1, 2
    del x
    seen = sorted(locals())
    x = 3
    return seen, sorted(locals()), x, y


def case_cells():
    free, own = 1, 2

    def inner(extra):
        seen = dict(locals())
        return seen, free, sorted(seen)

    own += 1
    return inner(5), sorted(name for name in locals()), own


def case_comprehension():
    n = 3
    inside = [sorted(locals()) for x in range(2)]
    return inside, sorted(locals()), n


def case_vars_and_dir():
    a, b = 1, 2
    return sorted(vars()), dir(), vars() == locals(), a + b


def case_eval_and_exec():
    a, b = 3, 4
    c = eval("a * b")
    exec("a = 100; d = 5")
    scope = {"a": 7}
    exec("e = a + 1", scope)
    return a, b, c, eval("a + b", {"a": 1, "b": 1}), scope["e"], eval("sorted(locals())")


def case_eval_fails():
    known = 1
    return eval("known + unknown")


def frame_facts(limit):
    total = 0
    for i in range(limit):
        total += i
    frame = sys._getframe()
    return frame.f_lineno, sorted(frame.f_locals), frame.f_code.co_name, frame.f_back.f_code.co_name, total


def case_frame():
    return frame_facts(10), inspect.currentframe().f_code.co_name, inspect.stack()[0].function


def case_frame_of_caller():
    def helper():
        return sys._getframe(1).f_code.co_name

    return helper()


class Base:
    def __init__(self, log):
        self.log = log
        log.append("base")

    def name(self):
        return "base"


class Derived(Base):
    def __init__(self, log):
        parent = super()
        parent.__init__(log)
        log.append(type(parent).__name__)

    def name(self):
        return "derived of " + (lambda parent: parent.name())(super())

    @classmethod
    def made(cls):
        return super().__name__ if hasattr(super(), "__name__") else repr(super().__init__ is object.__init__)


def case_super_alone():
    log = []
    derived = Derived(log)
    return derived.name(), log, Derived.made()


def case_super_without_class():
    return super().x


def yields_locals(n):
    for i in range(n):
        double = 2 * i
        yield sorted(locals().items())


def case_generator():
    return list(yields_locals(3)), double_of_last(yields_locals(2))


def double_of_last(items):
    *_, last = items
    return dict(last)["double"]


def makes_types():
    Point = collections.namedtuple("Point", "x y")
    Named = typing.NamedTuple("Named", [("a", int)])
    Kind = typing.TypeVar("Kind")
    Made = type("Made", (), {})
    Id = typing.NewType("Id", int)
    return [made.__module__ == __name__ for made in (Point, Named, Kind, Made, Id)]


def warns(n):
    total = 0
    for i in range(n):
        total += i
    warnings.warn(f"total {total}", UserWarning, stacklevel=1)
    warnings.warn("of the caller", UserWarning, stacklevel=2)
    return total


def case_warnings():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warns(5)
    return [(str(warning.message), warning.lineno, warning.filename == __file__) for warning in caught]


def case_globals():
    return globals() is sys.modules[__name__].__dict__ or globals()["__name__"] == __name__, "shows_late" in globals()


def case_error_in_shown():
    value = 1
    seen = locals()
    return seen["nothing"], value


def renamed(n):
    where = n + 1
    return sorted(where_am_i()), where


def where_am_i():
    return {"elsewhere": 1}


def counts(start):
    total = start
    for step in range(100):
        yield total
        if total is None:
            total = 0
        total += step


def locals_are_written(value):
    stepped = counts(1)
    before = [next(stepped), next(stepped)]
    stepped.gi_frame.f_locals["total"] = value
    return before, [next(stepped) for _ in range(3)], stepped.gi_frame.f_locals["step"]


CASES = [
    (locals_are_written, None),
    (locals_are_written, 7),
    (locals_are_written, 10**20),
    (shows_locals, 1),
    (shows_locals, "x", "y"),
    (shows_late, 10),
    (shows_late, 0),
    (shows_in_loop, 40),
    (frame_facts, 5),
    (makes_types,),
    (renamed, 2),
]
