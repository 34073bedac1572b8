"""Annotations of functions made inside functions: when they are worked out, and what they see."""

LOG = []


def noted(thing):
    LOG.append(str(thing))
    return thing


def plain(x):
    def inner(a: int, *b: str, c: float = 1.5, **d: bool) -> list:
        return a, b, c, d

    return inner.__annotations__, inner(x, "y", z=True)


def sees_locals(kind):
    def inner(a: kind, b: "kind") -> dict[str, kind]:
        return a

    shown = inner.__annotations__
    return shown["a"], shown["b"], str(shown["return"]), inner(3, 4)


def are_worked_out(x):
    LOG.clear()

    def inner(a: noted("a"), *, b: noted("b") = noted(x)) -> noted("return"):
        return a + b

    before = sorted(LOG)
    return inner.__annotations__, sorted(LOG), len(before) > 1, inner(1)


def rebound_before_they_are_asked_for():
    kind = int

    def inner(a: kind):
        return a

    early = inner.__annotations__
    kind = str
    return early["a"] in (int, str), inner.__annotations__ is early, kind


def raise_at_some_time(x):
    try:

        def inner(a: 1 / x):
            return a

        return inner.__annotations__
    except ZeroDivisionError as error:
        return repr(error)


def decorated(x):
    def keep(function):
        LOG.append(function.__name__)
        return function

    LOG.clear()

    @keep
    @noted
    def inner(a: x) -> x:
        return a

    return inner.__annotations__["a"], len(LOG), inner(x)


def of_many(n):
    def one(a: int):
        return a

    def two(a: str, b: n):
        return b

    def three(a):
        return a

    return [f.__annotations__ for f in (one, two, three)], three(n)


def in_loop(n):
    made = []
    for i in range(n):

        def inner(a: i, b=i) -> int:
            return b

        made.append(inner)
    return [f() if f.__defaults__ is None else f(0) for f in made][-1], sorted(made[0].__annotations__)


def of_variables():
    x: int = 3
    y: undefined_name  # noqa: F821
    z: list[also_undefined] = [x]  # noqa: F821
    return x, z, sorted(locals())


CASES = [
    (plain, 1), (sees_locals, int), (sees_locals, str), (are_worked_out, 3), (rebound_before_they_are_asked_for,),
    (raise_at_some_time, 2), (raise_at_some_time, 0), (decorated, 5), (of_many, 6), (in_loop, 40), (of_variables,),
]  # fmt: skip
