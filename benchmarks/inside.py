"""Times a program's `main` from inside one process: `inside.py TOOL PROGRAM SIZE`.

Contract: the program's source is not changed; the tool is applied to the loaded module. Prints
one line of JSON: the checksum, the seconds from `BENCH_SPAWNED` to the end of preparation (for
Numba: to its first result), the times of the steady calls, and for aipy every function that
stayed with CPython, with the reason.
Exit status 3 means that the tool cannot run the program; the reason is the last line on stderr.
Runs on every Python from 3.9, PyPy included.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
import types
import warnings
from typing import NoReturn

CANNOT = 3
# The steady state: at least this many calls over this long, but no new one after the last.
FEWEST_CALLS = 3
LEAST_SECONDS = 0.2
MOST_SECONDS = 0.5
MOST_WARM_UPS = 8


def load(path: str) -> types.ModuleType:
    """Import the program at `path` afresh, under its own name."""
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def own_functions(module: types.ModuleType) -> dict[str, types.FunctionType]:
    """Give the functions that `module` itself defines at its top level."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, types.FunctionType) and value.__module__ == module.__name__
    }


def prepare_plain(path: str, size: int) -> types.ModuleType:
    """Load the program as it is."""
    del size
    return load(path)


def prepare_aipy(path: str, size: int) -> types.ModuleType:
    """Load the program, compile it, and run it until two calls in a row compile nothing new."""
    import aipy

    module = load(path)
    aipy.compile(module)
    compiled, steady = -1, 0
    for _ in range(MOST_WARM_UPS):
        module.main(size)
        aipy.wait(60)
        before, compiled = compiled, versions_compiled(module)
        steady = steady + 1 if compiled == before else 0
        if steady == 2:
            break
    return module


def versions_compiled(module: types.ModuleType) -> int:
    """Give how many native versions of the functions of `module` were ever compiled."""
    import aipy

    return sum(int(counts.get("versions_compiled", 0)) for counts in aipy.stats(module).values())


def prepare_numba(path: str, size: int) -> types.ModuleType:
    """Give all functions of the program to `numba.njit`."""
    return apply_numba(load(path), size, left_alone="")


def prepare_numba_kernels(path: str, size: int) -> types.ModuleType:
    """Give all functions of the program but `main` to `numba.njit`."""
    return apply_numba(load(path), size, left_alone="main")


def apply_numba(module: types.ModuleType, size: int, left_alone: str) -> types.ModuleType:
    """Replace the functions of `module` by njit's, and run it once."""
    import numba  # type: ignore[import-not-found,unused-ignore]

    functions = {name: f for name, f in own_functions(module).items() if name != left_alone}
    if own_classes(module):
        cannot("a class with methods: njit takes functions only")
    if not functions:
        cannot("no function besides main")
    for name, function in functions.items():
        setattr(module, name, numba.njit(function))
    try:
        module.main(size)
    except Exception as error:  # whatever Numba raises means the same: it cannot
        cannot(reason_of(error))
    return module


def own_classes(module: types.ModuleType) -> list[type]:
    """Give the classes with methods that `module` itself defines."""
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and value.__module__ == module.__name__
        and any(isinstance(member, types.FunctionType) for member in vars(value).values())
    ]


def reason_of(error: Exception) -> str:
    """Give the line of an error that says most: Numba hides it among many."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("Failed in")]
    telling = [line for line in lines if any(w in line for w in ("Cannot", "support", "Unknown"))]
    return f"{type(error).__name__}: {(telling or lines or [''])[0]}"


def cannot(reason: str) -> NoReturn:
    """Leave: the tool does not run this program."""
    print(reason, file=sys.stderr)
    raise SystemExit(CANNOT)


def functions_kept(module: types.ModuleType) -> list[tuple[str, str]]:
    """Give each function of `module` that aipy left with CPython, with the reason's name."""
    import aipy

    facts = aipy.explain(module).functions
    return [(str(fact["name"]), str(fact["reason"])) for fact in facts if fact["reason"]]


PREPARE = {
    "plain": prepare_plain,
    "aipy": prepare_aipy,
    "numba": prepare_numba,
    "numba_kernels": prepare_numba_kernels,
}


def enough(times: list[float]) -> bool:
    """Whether the steady state has been timed often and long enough."""
    total = sum(times)
    return total >= MOST_SECONDS or (len(times) >= FEWEST_CALLS and total >= LEAST_SECONDS)


def main(arguments: list[str]) -> None:
    """Measure one program under one tool."""
    tool, path, size = arguments
    warnings.simplefilter("ignore")
    module = PREPARE[tool](path, int(size))
    first_result = time.time() - float(os.environ.get("BENCH_SPAWNED", "nan"))
    times: list[float] = []
    while not enough(times):
        start = time.perf_counter()
        result = module.main(int(size))
        times.append(time.perf_counter() - start)
    kept = functions_kept(module) if tool == "aipy" else []
    report = {"checksum": str(result), "first_result": first_result, "times": times, "kept": kept}
    print(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1:])
