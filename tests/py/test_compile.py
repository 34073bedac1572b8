"""`aipy.compile`: what it takes, what it returns, and that nothing else changes."""

from __future__ import annotations

import copy
import functools
import gc
import importlib.util
import inspect
import math
import operator
import pickle
import threading
import time
import types
import weakref
from typing import TYPE_CHECKING, Any

import aipy
import pytest
from aipy import _core

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def triangle(n: int, step: int = 1) -> int:
    """Sum of the numbers below n."""
    total = 0
    for i in range(0, n, step):
        total += i
    return total


@aipy.compile
def decorated(n):
    total = 0
    for i in range(n):
        total += i * i
    return total


@aipy.compile(mode="always")
def compiled_at_once(n):
    total = 0
    while n > 0:
        total += n
        n -= 1
    return total


class Shape:
    sides = 4

    def __init__(self, size):
        self.size = size

    def area(self):
        return self.size * self.size

    @property
    def edge(self):
        return self.size

    @edge.setter
    def edge(self, value):
        self.size = value

    @classmethod
    def unit(cls):
        return cls(1)

    @staticmethod
    def double(x):
        return x * 2

    @functools.cached_property
    def cached(self):
        return self.size + 100

    def __add__(self, other):
        return Shape(self.size + other.size)

    class Inner:
        def deep(self):
            return "deep"


def fresh(function: Any) -> Any:
    """A new function with the same code, so that tests do not share state."""
    made = types.FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__
    )
    made.__qualname__ = function.__qualname__
    return made


def test_the_same_object_is_returned() -> None:
    function = fresh(triangle)
    assert aipy.compile(function) is function
    assert aipy.compile(mode="always")(function) is function
    assert aipy.compile(function, mode="always") is function
    assert aipy.compile(Shape) is Shape
    module = types.ModuleType("empty_module")
    assert aipy.compile(module) is module


def test_results_stay_right() -> None:
    for mode in ("auto", "always", "off"):
        function = aipy.compile(fresh(triangle), mode=mode)
        assert [function(100) for _ in range(5)] == [4950] * 5
        assert function(10, step=3) == 18
        assert function(n=4) == 6
    assert decorated(1000) == sum(i * i for i in range(1000))
    assert compiled_at_once(100) == 5050


def test_identity_of_attributes() -> None:
    function = fresh(triangle)
    before = {
        name: getattr(function, name)
        for name in ("__code__", "__globals__", "__defaults__", "__qualname__")
    }
    aipy.compile(function, mode="always")
    function(10)
    for name, value in before.items():
        assert getattr(function, name) is value
    assert type(function) is types.FunctionType


def test_inspection_and_pickling() -> None:
    assert inspect.signature(decorated) == inspect.Signature(
        [inspect.Parameter("n", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    )
    assert inspect.isfunction(decorated)
    assert "total += i * i" in inspect.getsource(decorated)
    assert pickle.loads(pickle.dumps(decorated)) is decorated
    assert copy.copy(decorated) is copy.deepcopy(decorated) is decorated
    assert inspect.getdoc(aipy.compile(triangle)) == "Sum of the numbers below n."


def test_functions_may_be_decorated_again() -> None:
    function = fresh(triangle)
    for mode in ("always", "auto", "off", "always"):
        aipy.compile(function, mode=mode)
        assert function(10) == 45


def test_redefinition_takes_effect() -> None:
    namespace: dict[str, Any] = {"aipy": aipy}
    results = []
    for factor in (1, 2, 3):
        exec(f"@aipy.compile(mode='always')\ndef f(x):\n    return x * {factor}\n", namespace)
        results.append(namespace["f"](10))
    assert results == [10, 20, 30]


def test_off_detaches() -> None:
    function = aipy.compile(fresh(triangle), mode="always")
    assert _core.is_attached(function)
    aipy.compile(function, mode="off")
    assert not _core.is_attached(function)
    assert function(5) == 10


def test_methods_of_every_kind() -> None:
    aipy.compile(Shape, mode="always")
    members = vars(Shape)
    attached = [
        members["area"],
        members["edge"].fget,
        members["edge"].fset,
        members["unit"].__func__,
        members["double"].__func__,
        members["cached"].func,
        members["__add__"],
        members["__init__"],
        Shape.Inner.deep,
    ]
    assert all(map(_core.is_attached, attached))
    shape = Shape(3)
    shape.edge += 2
    assert (shape.area(), shape.edge, Shape.unit().size, Shape.double("ab"), shape.cached) == (
        25,
        5,
        1,
        "abab",
        105,
    )
    assert (shape + Shape(1)).size == 6


def test_decorators_in_either_order() -> None:
    class Mixed:
        @aipy.compile
        @staticmethod
        def above(x):
            return x + 1

        @staticmethod
        @aipy.compile
        def below(x):
            return x + 2

        @aipy.compile
        @classmethod
        def of_class(cls):
            return cls.__name__

        @aipy.compile
        @property
        def prop(self):
            return "prop"

    assert isinstance(vars(Mixed)["above"], staticmethod)
    assert (Mixed.above(1), Mixed.below(1), Mixed.of_class(), Mixed().prop) == (
        2,
        3,
        "Mixed",
        "prop",
    )


def test_modules_compile_what_they_define() -> None:
    module = types.ModuleType("made_module")
    exec(
        "from math import sqrt\nfrom functools import wraps\n"
        "def own(x):\n    return x + 1\n"
        "def deco(f):\n    @wraps(f)\n    def wrapper(*a):\n        return f(*a)\n"
        "    return wrapper\n"
        "@deco\ndef wrapped(x):\n    return x * 2\n"
        "class Own:\n    def method(self):\n        return 'm'\n",
        module.__dict__,
    )
    module.imported = triangle  # type: ignore[attr-defined]
    aipy.compile(module, mode="always")
    assert _core.is_attached(module.own)
    assert _core.is_attached(module.wrapped)
    assert _core.is_attached(module.wrapped.__wrapped__)
    assert _core.is_attached(module.Own.method)
    assert (module.own(1), module.wrapped(4), module.Own().method(), module.sqrt(4)) == (
        2,
        8,
        "m",
        2,
    )


@pytest.mark.parametrize(
    ("kept", "reason"),
    [
        (len, "built in"),
        (math.sqrt, "built in"),
        (str.upper, "built in"),
        ("x".upper, "built in"),
        (functools.partial(triangle, 5), "functools.partial"),
        (operator.itemgetter(1), "an instance of itemgetter"),
    ],
    ids=["len", "sqrt", "descriptor", "bound", "partial", "instance"],
)
def test_other_callables_are_kept_with_a_reason(kept: Any, reason: str) -> None:
    assert aipy.compile(kept) is kept
    assert aipy.compile(mode="always")(kept) is kept
    assert reason in str(aipy.explain(kept))
    assert aipy.stats(kept)["tier"] == "cpython"


def test_functions_without_source_are_kept_with_a_reason() -> None:
    namespace: dict[str, Any] = {}
    exec("def made(x):\n    return x + 1\n", namespace)
    made = aipy.compile(namespace["made"], mode="always")
    assert [made(i) for i in range(3)] == [1, 2, 3]
    assert "reason" in str(aipy.explain(made))


def test_statements_behind_an_import_on_its_line(tmp_path: Path) -> None:
    source = tmp_path / "one_line.py"
    source.write_text("import math; half = 0.5\n\ndef area(r):\n    return math.pi * r * half\n")
    spec = importlib.util.spec_from_file_location("one_line", source)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    area = aipy.compile(module.area, mode="always")
    assert area(2.0) == math.pi
    assert aipy.stats(area)["reason"] == ""


@pytest.mark.parametrize(
    "wrong", [5, "text", None, [triangle], {"a": 1}, 2.5], ids=lambda wrong: type(wrong).__name__
)
def test_what_cannot_be_called_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError, match="expects a function, method, class or module, not"):
        aipy.compile(wrong)
    with pytest.raises(TypeError):
        aipy.explain(wrong)


def test_other_options_are_those_of_functions_inside_too() -> None:
    def outer(n):
        def inner(x):
            return x + n

        return inner, [inner(i) for i in range(n)]

    aipy.compile(outer, mode="always", opt_level=0)
    for _ in range(3):
        inner, _ = outer(4)
    native = aipy.stats(inner)["native_calls"]
    assert native > 0
    aipy.compile(outer, mode="off")
    inner, found = outer(4)
    assert found == [4, 5, 6, 7]
    assert aipy.stats(inner)["native_calls"] == native


def test_objects_keep_their_attributes_in_themselves() -> None:
    class Point:
        def __init__(self, x):
            self.x = x

    def make(n):
        return [Point(i) for i in range(n)]

    aipy.compile(make, mode="always", opt_level=0)
    for _ in range(4):
        made = make(5)
    assert [type(part) for part in gc.get_referents(made[4]) if type(part) is dict] == []


def test_what_was_seen_of_types_stays_known_when_a_function_is_compiled_anew() -> None:
    def product(a, b):
        return a.value * b

    aipy.compile(product, mode="always", opt_level=0)
    for _ in range(4):
        assert product(types.SimpleNamespace(value=2.5), 2.0) == 5.0
    before = aipy.stats(product)["versions_compiled"]
    aipy.compile(product, mode="always", opt_level=1)
    for _ in range(4):
        assert product(types.SimpleNamespace(value=2.5), 2.0) == 5.0
    # No call is watched again, and no code is made before.
    assert aipy.stats(product)["versions_compiled"] == before + 1


def test_wrong_options_are_explained() -> None:
    with pytest.raises(TypeError, match="did you mean 'fastmath'"):
        aipy.compile(fast_math=True)
    with pytest.raises(TypeError, match="no option 'quite_unknown_thing'"):
        aipy.compile(triangle, quite_unknown_thing=1)
    with pytest.raises(TypeError, match="fastmath expects True or False"):
        aipy.compile(triangle, fastmath=3)  # type: ignore[arg-type]
    with pytest.raises((TypeError, ValueError), match="mode"):
        aipy.compile(fresh(triangle), mode="sometimes")
    with pytest.raises(TypeError):
        aipy.compile(triangle, triangle)  # type: ignore[call-overload]


def test_lambdas_and_nested_functions() -> None:
    double = aipy.compile(lambda x: x * 2, mode="always")
    assert [double(i) for i in (1, 2.5, "a")] == [2, 5.0, "aa"]

    def outer(n):
        @aipy.compile(mode="always")
        def inner(x):
            return x + n

        return inner

    first, second = outer(1), outer(100)
    assert [first(1), second(1), first(2)] == [2, 101, 3]


def test_many_threads_call_one_function() -> None:
    function = aipy.compile(fresh(triangle), mode="always")
    results: list[int] = []

    def work() -> None:
        results.extend(function(500) for _ in range(200))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [124750] * 1600


def test_threads_compile_the_same_function_at_once() -> None:
    for _ in range(5):
        function = aipy.compile(fresh(triangle), mode="always")
        barrier = threading.Barrier(4)
        results: list[Any] = []

        def work(function=function, barrier=barrier, results=results) -> None:
            barrier.wait()
            results.append((function(100), function(100.0) if False else function(10)))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results == [(4950, 45)] * 4


def test_functions_are_freed() -> None:
    function = aipy.compile(fresh(triangle), mode="always")
    function(10)
    gone = weakref.ref(function)
    del function
    gc.collect()
    assert gone() is None


def test_wait() -> None:
    assert aipy.wait() is True
    assert aipy.wait(timeout=5) is True
    assert aipy.wait(0) in (True, False)
    with pytest.raises(TypeError):
        aipy.wait("soon")  # type: ignore[arg-type]


def test_version_is_a_text() -> None:
    assert aipy.__version__[0].isdigit()
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        aipy.nothing  # noqa: B018


def long_steps(limit: int) -> Iterator[int]:
    for start in range(1, limit):
        value, length = start, 1
        while value != 1:
            value = value // 2 if value % 2 == 0 else 3 * value + 1
            length += 1
        yield length


def short_steps(limit: int) -> Iterator[int]:
    for value in range(limit):
        yield value


def test_generators_become_native_where_it_pays() -> None:
    long = aipy.compile(long_steps)
    short = aipy.compile(short_steps)
    for _ in range(5):
        assert sum(long(400)) == 20513
        assert sum(short(400)) == 79800
        aipy.wait()
    assert aipy.stats(long)["tier"] == "native"
    assert aipy.stats(short)["reason"] == "generator"


def slow_without_loops(seconds: float) -> float:
    time.sleep(seconds)
    return seconds * 2.0


def slow_with_a_short_loop(seconds: float) -> float:
    total = 0.0
    for _ in range(2):
        time.sleep(seconds)
        total += seconds
    return total


@pytest.mark.parametrize("function", [slow_without_loops, slow_with_a_short_loop])
def test_calls_that_take_long_need_not_be_many(function: Any) -> None:
    slow = aipy.compile(function)
    for _ in range(6):
        assert slow(0.01) == 0.02
        aipy.wait()
    assert aipy.stats(slow)["tier"] == "native"
    assert aipy.stats(slow)["native_calls"] > 0
