"""Functions, classes and aliases with type parameters, made inside functions."""

import typing

LOG = []


def described(parameter):
    """A type parameter as plain data; bounds and constraints are worked out here."""
    out = [type(parameter).__name__, parameter.__name__, parameter.__module__]
    for name in ("__bound__", "__constraints__"):
        try:
            out.append(repr(getattr(parameter, name, "none")))
        except Exception as error:
            out.append(repr(error))
    return out


def parameters(thing):
    return [described(parameter) for parameter in thing.__type_params__]


def noted(text):
    LOG.append(text)
    return lambda thing: thing


def function(x):
    def identity[T](value: T) -> T:
        return value, x

    return identity(x), parameters(identity), sorted(identity.__annotations__), identity.__qualname__


def function_with_everything(x):
    LOG.clear()

    @noted("first")
    @noted("second")
    def everything[T: int, U: (int, str), *Ts, **P](a: T, b: U = x, *c: *Ts, d=x + 1, e, **f) -> tuple[T, U]:
        "A text."
        return a, b, c, d, e, f, x

    return (everything(1, e=2), everything(1, 2, 3, d=4, e=5, g=6), parameters(everything), everything.__doc__,
            everything.__defaults__, everything.__kwdefaults__, list(LOG))  # fmt: skip


def bounds_wait(x):
    def waits[T: undefined](value):  # noqa: F821
        return value

    return waits(x), parameters(waits)


def annotation_raises(x):
    def raises[T](
        value: undefined,  # noqa: F821
    ):
        return value

    return raises


def default_raises(x):
    def raises[T](value=1 / x):
        return value

    return raises(), raises.__defaults__


def generic_class(x):
    class Base:
        def __init_subclass__(cls, **keywords):
            LOG.append(sorted(keywords))
            super().__init_subclass__()

    class Box[T: x](Base, flag=x):
        kind = x

        def get[U](self, value: U) -> T:
            return value, x

    return (Box[int].__origin__ is Box, parameters(Box), parameters(Box.get), Box().get(5), Box.kind,
            [base.__name__ for base in Box.__bases__], Box.__qualname__, LOG.pop())  # fmt: skip


def class_with_spread_bases(*bases):
    @noted("class")
    class Several[T](*bases):
        pass

    return [base.__name__ for base in Several.__mro__]


def base_raises(x):
    class Wrong[T](
        x.missing,
    ):
        pass

    return Wrong


def recursive(n):
    def fact[T](k: T) -> T:
        return 1 if k < 2 else k * fact(k - 1)

    return fact(n)


def alias(x):
    type Plain = int | x
    return Plain.__name__, Plain.__value__, Plain.__module__, Plain.__type_params__, repr(Plain), type(Plain).__name__


def alias_waits(x):
    type Later = list[undefined]  # noqa: F821
    try:
        return Later.__value__
    except NameError as error:
        return repr(error), error.__traceback__.tb_next.tb_lineno - error.__traceback__.tb_lineno


def alias_of_itself(x):
    type Tree = tuple[x, Tree]
    return Tree.__value__.__args__[1] is Tree


def alias_with_parameters(x):
    type Pair[T, *Ts] = tuple[T, x, *Ts]
    value = Pair.__value__
    return parameters(Pair), value.__origin__, value.__args__[1], repr(Pair[int, str])


def alias_sees_changes(x):
    y = int
    type Changing = list[y]
    y = x
    return Changing.__value__


def alias_into_global(x):
    global Shared
    type Shared = x
    return Shared.__value__


def alias_captured(x):
    type Caught = x
    return (lambda: Caught)().__value__


def aliases_in_a_loop(n):
    made = []
    for i in range(n):
        type Counted = typing.Literal[i]
        made.append(Counted)
    return [one.__value__.__args__ for one in made]


class Private:
    def method(self, x):
        def __hidden[__T](value: __T):
            return value

        type __Alias = x
        return parameters(__hidden), __Alias.__name__, __hidden(x)


def private(x):
    return Private().method(x)


CASES = [
    (function, 1),
    (function_with_everything, 1), (function_with_everything, "x"),
    (bounds_wait, 1), (annotation_raises, 1), (default_raises, 2), (default_raises, 0),
    (generic_class, int), (class_with_spread_bases, list), (class_with_spread_bases, dict, int),
    (class_with_spread_bases,), (base_raises, 1),
    (recursive, 6),
    *((test, int) for test in (alias, alias_waits, alias_of_itself, alias_with_parameters, alias_sees_changes,
                               alias_into_global, alias_captured)),
    (alias, 5), (aliases_in_a_loop, 20), (private, 3),
]  # fmt: skip
