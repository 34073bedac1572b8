"""Measure one program in array style in this process: `arrays_probe.py PROGRAM ELEMENTS SECONDS`.

Contract: the program is loaded twice, once as it is and once compiled, and the two take turns, so
that what else the machine does meets both. Results must agree in every bit, type, dtype, shape and
layout, before anything is compiled and after. Prints one line of JSON: seconds of a call of both,
the median of the ratios, what differs (or ""), and the functions that stayed with CPython.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from inside import functions_kept, load, versions_compiled

SEED = 20
BATCH_SECONDS = 0.004
FEWEST_ROUNDS = 7
WARM_UP_SECONDS = 0.25
MOST_WARM_UPS = 8


def difference(a: Any, b: Any, where: str = "result") -> str:
    """Say where two results differ in anything that a program could see; "" where they do not."""
    if type(a) is not type(b):
        return f"{where}: {type(a).__name__} and {type(b).__name__}"
    if isinstance(a, tuple):
        if len(a) != len(b):
            return f"{where}: {len(a)} and {len(b)} items"
        pairs = enumerate(zip(a, b, strict=True))
        parts = (difference(x, y, f"{where}[{i}]") for i, (x, y) in pairs)
        return next((part for part in parts if part), "")
    if isinstance(a, np.ndarray):
        for name in ("dtype", "shape", "strides"):
            if getattr(a, name) != getattr(b, name):
                return f"{where}.{name}: {getattr(a, name)} and {getattr(b, name)}"
        return "" if a.tobytes() == b.tobytes() else f"{where}: elements differ"
    if isinstance(a, np.generic):
        return "" if a.tobytes() == b.tobytes() else f"{where}: {a!r} and {b!r}"
    return "" if repr(a) == repr(b) else f"{where}: {a!r} and {b!r}"


def outcome(module: types.ModuleType, arguments: tuple[Any, ...]) -> tuple[Any, tuple[str, ...]]:
    """Give what `main` returns and the warnings on the way."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        result = module.main(*arguments)
    return result, tuple(f"{w.lineno}: {w.message}" for w in seen)


def warm_up(module: types.ModuleType, arguments: tuple[Any, ...]) -> None:
    """Run until two rounds of calls in a row compile nothing new."""
    import aipy

    compiled, steady = -1, 0
    for _ in range(MOST_WARM_UPS):
        start = time.perf_counter()
        while time.perf_counter() - start < WARM_UP_SECONDS:
            module.main(*arguments)
        aipy.wait(60)
        before, compiled = compiled, versions_compiled(module)
        steady = steady + 1 if compiled == before else 0
        if steady == 2:
            return


def seconds_of(function: Callable[..., Any], arguments: tuple[Any, ...], calls: int) -> float:
    """Give the seconds of one of so many calls."""
    start = time.perf_counter()
    for _ in range(calls):
        function(*arguments)
    return (time.perf_counter() - start) / calls


def main(arguments: list[str]) -> None:
    """Measure one program at one size."""
    path, elements, seconds = arguments[0], int(arguments[1]), float(arguments[2])
    import aipy

    plain, compiled = load(path), load(path)
    aipy.compile(compiled)
    given = plain.inputs(elements, np.random.default_rng(SEED))
    wanted = outcome(plain, given)
    problem = difference(wanted, outcome(compiled, given))
    warm_up(compiled, given)
    problem = problem or difference(wanted, outcome(compiled, given))
    calls = max(1, int(BATCH_SECONDS / seconds_of(plain.main, given, 3)))
    numpy_times, own_times = [], []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(own_times) < FEWEST_ROUNDS:
        numpy_times.append(seconds_of(plain.main, given, calls))
        own_times.append(seconds_of(compiled.main, given, calls))
    ratios = [other / own for other, own in zip(numpy_times, own_times, strict=True)]
    report = {
        "numpy": min(numpy_times),
        "aipy": min(own_times),
        "ratio": statistics.median(ratios),
        "problem": problem,
        "kept": functions_kept(compiled),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1:])
