"""Which functions an object given to aipy stands for, and why some stand for none.

Contract: nothing here changes or calls the objects it looks at, and nothing
raises for objects with odd attributes: user descriptors are never triggered,
because members are read from `__dict__`s.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FunctionType as Function
    from typing import Any


# Their types are what is wanted: importing `types` would cost a tenth of the budget.
def _sample() -> None: ...


FunctionType: type = type(_sample)
MethodType: type = type(_sample.__get__(0))
BuiltinType: type = type(len)
ModuleType: type = type(__import__("sys"))


def is_function(obj: Any) -> bool:
    """Whether `obj` is a Python function, the one kind that can be compiled."""
    return type(obj) is FunctionType


def functions_of(obj: Any) -> list[Function] | None:
    """The functions `obj` stands for, in order of definition.

    A function, a bound method, and the wrappers `staticmethod`, `classmethod`,
    `property`, `functools.cached_property` and `functools.cache` stand for the
    functions inside them; a class or module stands for all functions defined
    there. Returns None when `obj` is none of these kinds.
    """
    if isinstance(obj, type):
        return _unique(_of_class(obj, {obj}))
    if isinstance(obj, ModuleType):
        return _unique(_of_module(obj.__dict__))
    inner = _of_member(obj)
    return None if inner is None else _unique(iter(inner))


def why_kept(obj: Any) -> tuple[str, str] | None:
    """Why the callable `obj` stays with CPython, as (name of the reason, sentence).

    Returns None when `obj` is no callable at all.
    """
    kind = type(obj).__name__
    if isinstance(obj, BuiltinType) or kind in _NATIVE_KINDS:
        return "builtin", f"{_name(obj)} is built in: it is native code already"
    if kind in ("partial", "partialmethod"):
        return "partial", (
            f"a functools.{kind} has no source of its own; "
            f"compile the function inside it: aipy.compile({_name(getattr(obj, 'func', obj))})"
        )
    if callable(obj):
        return "callable_instance", (
            f"an instance of {kind} has no source itself; compile its class: aipy.compile({kind})"
        )
    return None


_NATIVE_KINDS = frozenset(
    ["method_descriptor", "wrapper_descriptor", "method-wrapper", "classmethod_descriptor", "ufunc"]
)


def _name(obj: Any) -> str:
    name = getattr(obj, "__qualname__", None)
    return name if isinstance(name, str) else type(obj).__name__


def _of_member(obj: Any) -> list[Any] | None:
    """Functions inside one member of a class, or None if it is of no known kind."""
    kind = type(obj)
    if kind is FunctionType:
        return [obj]
    if kind is MethodType or kind is staticmethod or kind is classmethod:
        return _of_member(obj.__func__)
    if isinstance(obj, property):
        return [f for f in (obj.fget, obj.fset, obj.fdel) if is_function(f)]
    if kind.__name__ == "cached_property":
        return _of_member(vars(obj).get("func"))
    if kind.__name__ == "_lru_cache_wrapper":
        return _of_member(vars(obj).get("__wrapped__"))
    return None


def _with_wrapped(function: Any) -> Iterator[Any]:
    """`function` and the functions under its decorators (`functools.wraps` records them)."""
    seen: set[int] = set()
    while is_function(function) and id(function) not in seen:
        seen.add(id(function))
        yield function
        function = function.__dict__.get("__wrapped__")


def _defined_in(members: Any, module: str | None) -> Iterator[Any]:
    """Functions among `members` whose code belongs to the module of that name."""
    for member in list(members):
        for outer in _of_member(member) or []:
            for function in _with_wrapped(outer):
                if function.__globals__.get("__name__") == module:
                    yield function


def _of_class(cls: type, seen: set[type]) -> Iterator[Any]:
    module = cls.__dict__.get("__module__")
    members = cls.__dict__.values()
    yield from _defined_in(members, module)
    for member in list(members):
        if isinstance(member, type) and member not in seen and _is_nested(member, cls):
            seen.add(member)
            yield from _of_class(member, seen)


def _is_nested(inner: type, outer: type) -> bool:
    return inner.__module__ == outer.__module__ and inner.__qualname__.startswith(
        outer.__qualname__ + "."
    )


def _of_module(namespace: dict[str, Any]) -> Iterator[Any]:
    name = namespace.get("__name__")
    yield from _defined_in(namespace.values(), name)
    seen: set[type] = set()
    for member in list(namespace.values()):
        if isinstance(member, type) and member not in seen and member.__module__ == name:
            seen.add(member)
            yield from _of_class(member, seen)


def _unique(functions: Iterator[Any]) -> list[Any]:
    """Each function once: aliases and setters that share code would come twice."""
    found: list[Any] = []
    known: set[int] = set()
    for function in functions:
        if id(function) not in known:
            known.add(id(function))
            found.append(function)
    return found
