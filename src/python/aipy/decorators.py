"""`aipy.compile` and `aipy.wait`: attaching native code to functions, in place.

Contract: what is decorated is returned as the very same object and behaves as
before; only bad arguments to `compile` itself raise.
"""

from __future__ import annotations

from time import monotonic

from aipy import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar, overload

    T = TypeVar("T")

_nothing: Any = object()

# Waiting in slices lets Ctrl-C through while background compilations run.
_WAIT_SLICE_SECONDS = 0.05


if TYPE_CHECKING:

    @overload
    def compile(
        *,
        mode: str | None = None,
        fastmath: bool | None = None,
        parallel: bool | None = None,
        **options: Any,
    ) -> Callable[[T], T]: ...

    @overload
    def compile(
        obj: T,
        /,
        *,
        mode: str | None = None,
        fastmath: bool | None = None,
        parallel: bool | None = None,
        **options: Any,
    ) -> T: ...


def compile(
    obj: Any = _nothing,
    /,
    *,
    mode: str | None = None,
    fastmath: bool | None = None,
    parallel: bool | None = None,
    **options: Any,
) -> Any:
    """Run a function, or all functions of a class or module, as native code.

    Works as a decorator, with or without arguments, and as a call. What cannot be
    compiled goes on under CPython; `aipy.explain` tells the reason.

    Parameters:
        obj: a function, method, class or module. Other callables (built-ins,
            partials, callable instances) are returned as they are.
        mode: "auto" (compile what runs often, in the background), "always"
            (compile at the first call, before it runs) or "off". Left out, it is
            the environment's `AIPY_MODE`, else "auto". `AIPY_MODE=off` switches
            aipy off whatever is said here.
        fastmath: True lets float arithmetic be reordered for speed, so that last
            digits may differ from CPython's. Left out, `AIPY_FASTMATH`, else False.
        parallel: True runs loops over `aipy.prange` on several threads where their
            iterations are seen not to need Python's objects. Calls whose loops are
            seen to depend on each other's iterations raise `aipy.DependenceError`.
            Left out, `AIPY_PARALLEL`, else False.
        options: any other row that `aipy options` lists.

    Returns `obj` itself, or, without `obj`, a decorator that returns what it decorates.
    Both this function and such decorators are engines for pandas (3.0 and later):
    `frame.apply(f, engine=aipy.compile)`, `series.map(f, engine=aipy.compile)`.

    Raises `TypeError` when `obj` is no callable, class or module, and for an option
    that does not exist or has a value of the wrong kind; `ValueError` for a value
    that the option does not allow.
    """
    if mode is not None:
        options["mode"] = mode
    if fastmath is not None:
        options["fastmath"] = fastmath
    if parallel is not None:
        options["parallel"] = parallel
    texts = _as_texts(options) if options else {}
    if obj is _nothing:
        return _Decorator(texts)
    return _attach_all(obj, texts)


class _PandasEngine:
    """Gives pandas its engine when it asks: `aipy.dataframes` is imported no earlier."""

    def __getattr__(self, name: str) -> Any:
        from aipy.dataframes import Engine

        return getattr(Engine, name)


# What pandas looks for in `frame.apply(f, engine=aipy.compile)`.
compile.__pandas_udf__ = _PandasEngine()  # type: ignore[attr-defined]


class _Decorator:
    """What `aipy.compile(...)` without an object gives: compiles what it is called with."""

    __pandas_udf__ = _PandasEngine()

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def __call__(self, decorated: T) -> T:
        _attach_all(decorated, self._texts)
        return decorated


def wait(timeout: float | None = None) -> bool:
    """Wait until the compilations running in the background are done.

    Parameters: `timeout`, seconds to wait at most; None waits as long as it takes.

    Returns True when none is left, False when the time ran out.

    Raises `TypeError` when `timeout` is no number.
    """
    if timeout is None:
        while not _core.wait(_WAIT_SLICE_SECONDS):
            pass
        return True
    deadline = monotonic() + timeout
    while not _core.wait(max(0.0, min(_WAIT_SLICE_SECONDS, deadline - monotonic()))):
        if monotonic() >= deadline:
            return False
    return True


def _as_texts(options: dict[str, Any]) -> dict[str, str]:
    from aipy.options import as_texts

    return as_texts(options)


def _attach_all(obj: Any, texts: dict[str, str]) -> Any:
    from aipy.targets import functions_of, why_kept

    functions = functions_of(obj)
    if functions is None:
        if why_kept(obj) is None:
            raise TypeError(
                "aipy.compile expects a function, method, class or module, "
                f"not {type(obj).__name__}: {_shortened(obj)}"
            )
        return obj
    if texts.get("mode") == "off" or _core.get_option("mode") == "off":
        for function in filter(_core.is_attached, functions):
            _core.detach(function)
        return obj
    for function in functions:
        _core.attach(function, texts)
    return obj


def _shortened(obj: Any) -> str:
    text = repr(obj)
    return text if len(text) <= 60 else text[:57] + "..."
