"""Values, exceptions and warnings as plain data that two runs can be compared by.

Contract: two runs that Python programs cannot tell apart give equal data, and two
that they can give different data: exact types, signs of zero and NaN, which
mutable objects are the same one, every traceback entry with its line and columns.
Addresses and the machine's folders are left out. Nothing here imports NumPy.
"""

from __future__ import annotations

import collections
import linecache
import math
import os
import re
import sys
import traceback
import types
from typing import Any

Data = Any

_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
_HARNESS_FOLDER = os.path.dirname(os.path.abspath(__file__))
_MOST_ENTRIES = 60


def canonical(value: Any, seen: dict[int, int] | None = None) -> Data:
    """`value` as nested lists of strings; equal objects of one kind give equal data."""
    seen = {} if seen is None else seen
    kind = type(value)
    scalar = _canonical_scalar(kind, value)
    if scalar is not None:
        return scalar
    if kind is tuple:
        return ["tuple", [canonical(item, seen) for item in value]]
    if id(value) in seen:
        return ["same as", seen[id(value)]]
    seen[id(value)] = len(seen)
    return [_type_name(kind), *_canonical_parts(value, seen)]


def _canonical_scalar(kind: type, value: Any) -> Data | None:
    if value is None or value is Ellipsis or value is NotImplemented:
        return str(value)
    if kind is bool:
        return ["bool", str(value)]
    if kind is int:
        return ["int", str(value) if abs(value) < 1 << 128 else hex(value)]
    if kind is float:
        return ["float", _float_text(value)]
    if kind is complex:
        return ["complex", _float_text(value.real), _float_text(value.imag)]
    if kind is str:
        return ["str", value]
    if kind in (bytes, bytearray, range, slice):
        return [kind.__name__, repr(value)]
    return None


def _float_text(value: float) -> str:
    sign = "-" if math.copysign(1.0, value) < 0 else "+"
    return sign + ("nan" if math.isnan(value) else abs(value).hex())


def _canonical_parts(value: Any, seen: dict[int, int]) -> list[Data]:
    if isinstance(value, BaseException):
        return [[canonical(argument, seen) for argument in value.args]]
    if isinstance(value, type) or isinstance(value, _NAMED_KINDS):
        return [value.__qualname__]
    if type(value).__module__ == "numpy":
        return _canonical_numpy(value, seen)
    if isinstance(value, (list, tuple, collections.deque)):
        parts: list[Data] = [[canonical(item, seen) for item in value]]
    elif isinstance(value, dict):
        parts = [[[canonical(key, seen), canonical(item, seen)] for key, item in value.items()]]
    elif isinstance(value, (set, frozenset)):
        parts = [sorted((canonical(item, seen) for item in value), key=str)]
    elif isinstance(value, (int, float, str, bytes)):
        plain = next(base for base in (int, float, str, bytes) if isinstance(value, base))
        parts = [_canonical_scalar(plain, plain.__new__(plain, value))]
    else:
        return _canonical_instance(value, seen)
    return parts + _fields(value, seen)


_NAMED_KINDS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.GeneratorType,
)


def _canonical_numpy(value: Any, seen: dict[int, int]) -> list[Data]:
    """An array or scalar of NumPy: dtype, shape, and the elements' own bytes."""
    if not hasattr(value, "tobytes"):
        return [without_places(repr(value))]
    if value.dtype.hasobject:
        return [str(value.dtype), list(value.shape), [canonical(e, seen) for e in value.flat]]
    return [str(value.dtype), list(value.shape), value.tobytes().hex()]


def _canonical_instance(value: Any, seen: dict[int, int]) -> list[Data]:
    fields = _fields(value, seen)
    if fields or type(value).__repr__ is object.__repr__:
        return fields
    try:
        return [without_places(repr(value))]
    except Exception as error:
        return [f"no repr: {error}"]


def _fields(value: Any, seen: dict[int, int]) -> list[Data]:
    """Attributes kept in the instance's dictionary and slots."""
    fields = dict(getattr(value, "__dict__", {}))
    for base in type(value).__mro__:
        slots = base.__dict__.get("__slots__", ())
        for slot in [slots] if isinstance(slots, str) else slots:
            if hasattr(value, slot) and slot not in ("__dict__", "__weakref__"):
                fields[slot] = getattr(value, slot)
    return [[[name, canonical(field, seen)] for name, field in fields.items()]] if fields else []


def _type_name(kind: type) -> str:
    return (
        kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    )


def canonical_exception(error: BaseException, seen: set[int] | None = None) -> Data:
    """An exception with its message, traceback, notes, cause and context."""
    seen = set() if seen is None else seen
    if id(error) in seen:
        return "already shown"
    seen.add(id(error))
    data: dict[str, Data] = {
        "type": _type_name(type(error)),
        "text": without_places(str(error)),
        "arguments": [canonical(argument) for argument in error.args],
        "traceback": canonical_traceback(error.__traceback__),
        "suppress_context": error.__suppress_context__,
        "notes": list(getattr(error, "__notes__", [])),
    }
    for name in ("name", "obj"):
        if isinstance(error, (AttributeError, NameError)) and hasattr(error, name):
            data[name] = canonical(getattr(error, name))
    for name in ("cause", "context"):
        other = getattr(error, f"__{name}__")
        data[name] = None if other is None else canonical_exception(other, seen)
    return data


def canonical_traceback(entry: types.TracebackType | None) -> Data:
    """Entries of a traceback as [file, function, line, columns], the harness's own left out."""
    entries: list[Data] = []
    while entry is not None:
        code = entry.tb_frame.f_code
        if not _is_harness(code.co_filename):
            entries.append(
                [_file_name(code.co_filename), code.co_qualname, entry.tb_lineno, _positions(entry)]
            )
        entry = entry.tb_next
    if len(entries) > _MOST_ENTRIES:
        return [*entries[:_MOST_ENTRIES], f"and {len(entries) - _MOST_ENTRIES} more"]
    return entries


def _positions(entry: types.TracebackType) -> Data:
    """First and last line and column of the instruction an entry points at."""
    positions = list(entry.tb_frame.f_code.co_positions())
    index = entry.tb_lasti // 2
    return list(positions[index]) if 0 <= index < len(positions) else None


def printed_exception(error: BaseException) -> str:
    """The text CPython prints for `error`, carets included, the harness's entries left out."""
    shown = traceback.TracebackException.from_exception(error)
    _drop_harness(shown, set())
    return without_places("".join(shown.format()))


def _drop_harness(shown: traceback.TracebackException | None, seen: set[int]) -> None:
    if shown is None or id(shown) in seen:
        return
    seen.add(id(shown))
    kept = [entry for entry in shown.stack if not _is_harness(entry.filename)]
    shown.stack = traceback.StackSummary.from_list(kept)
    _drop_harness(shown.__cause__, seen)
    _drop_harness(shown.__context__, seen)


def canonical_warning(message: Any) -> Data:
    """A recorded warning as [category, text, file, line]."""
    return [
        _type_name(message.category),
        without_places(str(message.message)),
        _file_name(message.filename),
        message.lineno,
    ]


def without_places(text: str) -> str:
    """`text` without addresses and without the folders of files."""
    text = _ADDRESS.sub("0x…", text)
    return re.sub(r'(File ")[^"]*/([^"/]+")', r"\1\2", text)


def _is_harness(file: str) -> bool:
    folder = os.path.dirname(os.path.abspath(file))
    return folder == _HARNESS_FOLDER


def _file_name(file: str) -> str:
    return os.path.basename(file)


def forget_sources() -> None:
    """Let files that were written anew under the same name be read again."""
    linecache.clearcache()


if sys.version_info < (3, 11):
    raise ImportError("the harness compares columns of tracebacks, which Python has from 3.11 on")
