"""`aipy.vectorize` and `aipy.guvectorize`: NumPy ufuncs of Python functions, as native loops.

Contract: what comes out is what a Python loop over the elements gives, which are
NumPy's scalars: the same numbers, warnings and exceptions, stored as items of an
array are. Broadcasting, casting, `out`, `where`, `reduce` and the like are NumPy's.
"""

from __future__ import annotations

import builtins
import inspect
import re
from types import FunctionType
from typing import Any

import numpy as np

from aipy import _core, kernels
from aipy.decorators import compile as compile_functions

_MOST_INPUTS = 8
_MOST_WHOLE_INPUTS = 4
# What other libraries' decorators of this name take, and what means nothing here.
_IGNORED = ("nopython", "cache", "target", "forceobj", "writable_args")
_NUMBERS = "?bBhHiIlLqQfdFD"


def vectorize(signatures: Any = None, /, *, identity: Any = None, **options: Any) -> Any:
    """Make a ufunc of a function that takes numbers and returns one.

    Parameters:
        signatures: the function itself, or a list of texts such as
            "float64(float64, int32)" (or one of them): the ufunc has a loop for each,
            chosen by NumPy in this order. Left out, the loop is chosen by the
            arguments' types when they first come, and what the function returns for
            the first elements says the result's.
        identity: what `reduce` begins with, an int or None; with signatures only.
        options: as for `aipy.compile`.

    Returns with signatures a `numpy.ufunc`, without a `LazyUfunc`, which makes one for
    each combination of types; or a decorator that does, when the function is not given.

    Raises `TypeError` for what is no function, or a function whose number of
    parameters does not fit; `ValueError` for a signature that is not understood.
    """
    for name in _IGNORED:
        options.pop(name, None)
    if isinstance(signatures, FunctionType):
        return _lazy(signatures, options)
    if signatures is None:
        return lambda function: _lazy(_checked(function), options)
    parsed = [_parsed(text, 1) for text in _as_list(signatures)]
    if not parsed:
        return lambda function: _lazy(_checked(function), options)
    return lambda function: _with_signatures(_checked(function), parsed, identity, options)


def guvectorize(signatures: Any, layout: str, /, **options: Any) -> Any:
    """Make a generalised ufunc of a function that takes arrays and fills the last ones.

    Parameters:
        signatures: a list of texts such as "(float64[:], float64, float64[:])" (or one
            of them), the types of inputs and outputs, in this order.
        layout: NumPy's text for their core axes, such as "(n),()->(n)". An input
            without core axes is a number, an output without is an array of one element.
        options: as for `aipy.compile`.

    Returns a decorator that makes a `numpy.ufunc` of the function.

    Raises `TypeError` for what is no function, or a function whose number of
    parameters does not fit; `ValueError` for a signature or layout that is not
    understood.
    """
    for name in _IGNORED:
        options.pop(name, None)
    inputs, outputs = _operands(layout)
    parsed = [_parsed(text, 0) for text in _as_list(signatures)]
    if not parsed:
        raise ValueError(
            "guvectorize needs at least one signature, as in '(float64[:], float64[:])'"
        )
    for types in parsed:
        if len(types) != inputs + outputs:
            raise ValueError(
                f"the layout {layout!r} has {inputs} inputs and {outputs} outputs, "
                f"but a signature has {len(types)} types"
            )
    return lambda function: _generalised(
        _checked(function), parsed, (inputs, outputs), layout, options
    )


class LazyUfunc:
    """A ufunc for each combination of types that comes; see `vectorize`."""

    def __init__(self, function: Any, inputs: int, options: dict[str, Any]) -> None:
        self.__wrapped__ = function
        self.__name__ = function.__name__
        self.__doc__ = function.__doc__
        self.nin, self.nout, self.nargs = inputs, 1, inputs + 1
        self.identity = None
        self._options = options
        self._made: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"<aipy ufunc {self.__name__!r}>"

    @property
    def types(self) -> list[str]:
        """The loops made so far, as `numpy.ufunc.types` has them."""
        return [text for ufunc in self._made.values() for text in ufunc.types]

    @property
    def ntypes(self) -> int:
        """How many loops were made so far."""
        return len(self.types)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Apply the function to each element, as `numpy.ufunc.__call__` does."""
        if not self.nin <= len(arguments) <= self.nargs:
            raise TypeError(
                f"{self.__name__}() takes from {self.nin} to {self.nargs} positional arguments "
                f"but {len(arguments)} were given"
            )
        return self._run(arguments[: self.nin], lambda ufunc: ufunc(*arguments, **keywords))

    def reduce(self, array: Any, *arguments: Any, **keywords: Any) -> Any:
        """As `numpy.ufunc.reduce`."""
        return self._run((array, array), lambda u: u.reduce(array, *arguments, **keywords))

    def accumulate(self, array: Any, *arguments: Any, **keywords: Any) -> Any:
        """As `numpy.ufunc.accumulate`."""
        return self._run((array, array), lambda u: u.accumulate(array, *arguments, **keywords))

    def reduceat(self, array: Any, *arguments: Any, **keywords: Any) -> Any:
        """As `numpy.ufunc.reduceat`."""
        return self._run((array, array), lambda u: u.reduceat(array, *arguments, **keywords))

    def outer(self, a: Any, b: Any, /, **keywords: Any) -> Any:
        """As `numpy.ufunc.outer`."""
        return self._run((a, b), lambda ufunc: ufunc.outer(a, b, **keywords))

    def at(self, array: Any, indices: Any, *values: Any) -> None:
        """As `numpy.ufunc.at`."""
        self._run((array, *values), lambda ufunc: ufunc.at(array, indices, *values))

    def _run(self, inputs: tuple[Any, ...], use: Any) -> Any:
        """Use the ufunc for these inputs; once more with wider results where they do not fit."""
        arrays = [value if isinstance(value, np.ndarray) else np.asarray(value) for value in inputs]
        key = "".join(array.dtype.char for array in arrays)
        if len(arrays) != self.nin or any(char not in _NUMBERS for char in key):
            return use(np.frompyfunc(self.__wrapped__, self.nin, 1))
        ufunc = self._made.get(key)
        if ufunc is None:
            ufunc = self._make(key, self._sample(arrays))
        if ufunc.types[0][-1] in "FD":
            return use(ufunc)
        try:
            return use(ufunc)
        except TypeError:
            made = self._made[key].types[0][-1]
            wider = "D" if made in "fd" else "d"
            before, self._made[key] = self._made[key], self._with_result(key, wider)
            try:
                return use(self._made[key])
            except TypeError:
                self._made[key] = before
                raise

    def _sample(self, arrays: list[Any]) -> str:
        """The type of what the function returns for the first elements."""
        elements = [array.flat[0] if array.size else array.dtype.type(1) for array in arrays]
        result = np.asarray(self.__wrapped__(*elements)).dtype
        if result.char not in _NUMBERS:
            raise TypeError(
                f"{self.__name__}() returned {result}, which no ufunc of numbers can hold"
            )
        return str(result.char)

    def _make(self, key: str, result: str) -> Any:
        ufunc = self._made[key] = self._with_result(key, result)
        return ufunc

    def _with_result(self, key: str, result: str) -> Any:
        whole = result in "bBhHiIlLqQ" and self.nin <= _MOST_WHOLE_INPUTS
        types = [np.dtype(char) for char in key + result]
        return _ufunc_of(self.__wrapped__, [types], None, self._options, whole=whole)


def _as_list(signatures: Any) -> list[Any]:
    return [signatures] if isinstance(signatures, str) else list(signatures)


def _checked(function: Any) -> Any:
    if not isinstance(function, FunctionType):
        raise TypeError(
            f"expected a Python function, not {type(function).__name__}: {function!r:.60}"
        )
    return function


def _parsed(signature: Any, outputs: int) -> list[np.dtype[Any]]:
    """The types of a signature, those of the outputs last."""
    text = str(signature).replace(" ", "")
    if "->" in text:  # (float64,float64)->float64
        arguments, _, result = text.partition("->")
        text = result + arguments if outputs else arguments
    match = re.fullmatch(r"([\w.]*)\((.*)\)", text)
    if match is None or (bool(match[1]) != bool(outputs) and match[1] not in ("void", "none")):
        example = "'float64(float64, float64)'" if outputs else "'(float64[:], float64[:])'"
        raise ValueError(
            f"signature {str(signature)!r} is not understood; one looks like {example}"
        )
    names = re.sub(r"\[[^\]]*\]", "", match[2]).split(",") + ([match[1]] if outputs else [])
    return [_dtype(name, signature) for name in names]


def _dtype(name: str, signature: Any) -> np.dtype[Any]:
    short = {"boolean": "bool", "b1": "bool", "float": "float32", "double": "float64"}
    try:
        made = np.dtype(short.get(name, name))
    except TypeError:
        made = np.dtype(object)
    if made.char not in _NUMBERS:
        raise ValueError(
            f"signature {str(signature)!r}: {name!r} is no type of numbers that NumPy has"
        )
    return made


def _operands(layout: str) -> tuple[int, int]:
    inputs, arrow, outputs = layout.partition("->")
    if not arrow or not inputs.strip() or not outputs.strip():
        raise ValueError(f"layout {layout!r} is not understood; one looks like '(n),(n)->()'")
    return inputs.count("("), outputs.count("(")


def _parameters(function: Any, count: int, what: str) -> None:
    try:
        inspect.signature(function).bind(*[None] * count)
    except TypeError:
        raise TypeError(
            f"{function.__qualname__}() cannot be called with {count} positional arguments, "
            f"as {what} asks for"
        ) from None


def _lazy(function: Any, options: dict[str, Any]) -> LazyUfunc:
    parameters = inspect.signature(function).parameters.values()
    inputs = sum(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)
    if not 1 <= inputs <= _MOST_INPUTS:
        raise TypeError(
            f"{function.__qualname__}() has {inputs} parameters; a ufunc takes 1 to {_MOST_INPUTS}"
        )
    _parameters(function, inputs, "a ufunc")
    return LazyUfunc(compile_functions(function, **options), inputs, options)


def _with_signatures(
    function: Any, signatures: list[list[np.dtype[Any]]], identity: Any, options: dict[str, Any]
) -> Any:
    inputs = {len(types) - 1 for types in signatures}
    if len(inputs) != 1:
        raise ValueError("all signatures must have the same number of inputs")
    if not 1 <= min(inputs) <= _MOST_INPUTS:
        raise ValueError(f"a ufunc takes 1 to {_MOST_INPUTS} inputs")
    _parameters(function, min(inputs), "the signature")
    if identity is not None and not isinstance(identity, int):
        raise TypeError(f"identity is an int or None, not {identity!r}")
    return _ufunc_of(compile_functions(function, **options), signatures, identity, options)


def _ufunc_of(
    function: Any,
    signatures: list[list[np.dtype[Any]]],
    identity: Any,
    options: dict[str, Any],
    *,
    whole: bool = False,
) -> Any:
    inputs = len(signatures[0]) - 1
    template = getattr(kernels, f"{'whole' if whole else 'elements'}_{inputs}")
    loops = [
        ([int(dtype.num) for dtype in types], _kernel(template, function, options))
        for types in signatures
    ]
    name, doc = function.__name__, function.__doc__ or ""
    return _core.make_ufunc(name, doc, inputs, 1, "", loops, identity)


def _kernel(template: Any, function: Any, options: dict[str, Any]) -> Any:
    """The loop with code and globals of its own, so that only this function is seen there."""
    namespace = {"__builtins__": builtins, "__name__": kernels.__name__, "function": function}
    made = FunctionType(template.__code__.replace(), namespace, template.__name__)
    return compile_functions(made, **options)


def _generalised(
    function: Any,
    signatures: list[list[np.dtype[Any]]],
    operands: tuple[int, int],
    layout: str,
    options: dict[str, Any],
) -> Any:
    _parameters(function, sum(operands), "the layout")
    compile_functions(function, **options)
    loops = [([int(dtype.num) for dtype in types], function) for types in signatures]
    name, doc = function.__name__, function.__doc__ or ""
    return _core.make_ufunc(name, doc, *operands, layout.replace(" ", ""), loops, None)
