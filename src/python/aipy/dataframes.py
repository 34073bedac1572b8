"""aipy as an engine of pandas: `frame.apply(f, engine=aipy.compile)`, `series.map(f, engine=…)`.

Contract: what pandas gives with its own engine, value, dtype, index and error alike;
the function is compiled, in place, as `aipy.compile` does it. pandas asks whoever it is
given as engine for `__pandas_udf__` (since 3.0) and hands its data over to it; nothing
here imports pandas or NumPy before that.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Engine:
    """The methods that pandas calls, as `pandas.api.executors.BaseExecutionEngine` names them."""

    @staticmethod
    def map(
        data: Any,
        func: Any,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        decorator: Callable[[Any], Any],
        skip_na: bool,
    ) -> Any:
        """Call `func` with each element of `data`: a Series, a DataFrame or an array."""
        function = _compiled(func, decorator)
        if args or kwargs:
            function = _with_arguments(function, args, kwargs)
        na_action = "ignore" if skip_na else None
        if hasattr(data, "map"):
            return data.map(function, na_action=na_action)
        from importlib import import_module

        elements = import_module("pandas").Series(data.ravel()).map(function, na_action=na_action)
        return elements.to_numpy().reshape(data.shape)

    @staticmethod
    def apply(
        data: Any,
        func: Any,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        decorator: Callable[[Any], Any],
        axis: Any,
    ) -> Any:
        """Call `func` with each column (`axis` 0) or row (1) of `data`, a DataFrame or an array."""
        function = _compiled(func, decorator)
        if hasattr(data, "apply"):
            return data.apply(function, axis=axis, args=args, **kwargs)
        from numpy import apply_along_axis

        number = {"index": 0, "rows": 0, "columns": 1}.get(axis, axis)
        return apply_along_axis(_boxes_text(function), number, data, *args, **kwargs)


def _compiled(func: Any, decorator: Callable[[Any], Any]) -> Any:
    # Names of methods, and lists or dicts of functions, are pandas' own business.
    return decorator(func) if callable(func) else func


def _with_arguments(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return lambda element: function(element, *args, **kwargs)


def _boxes_text(function: Any) -> Any:
    """Keep NumPy from cutting later texts to the length of the first, as pandas does."""

    def boxing(*arguments: Any, **keywords: Any) -> Any:
        result = function(*arguments, **keywords)
        if isinstance(result, str):
            from numpy import array

            return array(result, dtype=object)
        return result

    return boxing
