"""Runs one program in one or several ways and writes what happened; started by `ways.py`.

Contract: `worker.py REPORT_FILE PROGRAM WAY...`, each WAY a JSON object with "name"
and "options" (null: CPython alone, aipy is not imported). Every way loads the
program anew. One JSON line a way is appended as soon as the way is done, so that a
crash loses only the way it happened in. A hang is ended with every thread's stack
on standard error.
"""

from __future__ import annotations

import contextlib
import copy
import faulthandler
import gc
import io
import json
import sys
import types
import warnings
from collections.abc import Iterator
from typing import Any

from canonical import (
    canonical,
    canonical_exception,
    canonical_warning,
    forget_sources,
    printed_exception,
    without_places,
)

# The first run of a case meets generic code, later ones what was learned from it.
RUNS = 3
SECONDS_PER_WAY = 120
_MODULE_NAME = "program"

# A function of the program, and the arguments of one call of it.
Call = tuple[Any, tuple[Any, ...]]


def main(arguments: list[str]) -> None:
    """Run the ways named on the command line."""
    report_file, program, *ways = arguments
    prepare(program)
    for text in ways:
        way = json.loads(text)
        if way["name"] == "each guard":
            run_guard_by_guard(report_file, program, way["options"])
        elif way["name"] == "compiled":
            run_optimised(report_file, program, way["name"], way["options"])
        else:
            run_way(report_file, program, way["name"], way["options"])


def prepare(program: str) -> None:
    """Make crashes tell where, and collections quick and only where they are asked for."""
    faulthandler.enable()
    gc.disable()
    with open(program, encoding="utf-8") as file:
        if "import numpy" in file.read():
            import numpy  # noqa: F401  # its objects are frozen too
    gc.freeze()


def run_guard_by_guard(report_file: str, program: str, options: dict[str, str]) -> None:
    """Run the program again and again, with one guard after another failing in it.

    Versions are kept from run to run, and no failure drops them. A case is left out where no
    version that it enters has the guard, and its results where they are those of the first run.
    A case that does the same each time runs once with a guard: the next guard's run meets what it
    left behind.
    Cases run as many frames deep as in `run_way`, for those that recurse as far as they can.
    """
    import aipy._core as core

    check_that_it_repeats_itself(program)
    before = start_watching(
        program, {**options, "stress_guards": "chosen", "max_exits": "1000000000"}
    )
    core.choose_guard(sys.maxsize)  # none
    cases = cases_of(load(program))
    first: dict[str, Any] = {"name": "compiled", "cases": {}, "partial": True}
    entered = dict.fromkeys(cases, 0)
    with announced("compiled"):
        for _ in range(2):  # the first run finds what is worth compiling
            for case in cases:
                core.take_guards_entered()
                first["cases"] |= run_cases({case: cases[case]})
                entered[case] = core.take_guards_entered()
    append(report_file, first)
    number = 0
    while number < guards_of(attached_functions(program)):
        core.choose_guard(number)
        result: dict[str, Any] = {"name": f"guard {number}", "cases": {}, "partial": True}
        with announced(result["name"]):
            for case in cases:
                if number >= entered[case]:
                    continue
                core.take_guards_entered()
                expected = first["cases"][case]
                times = 1 if len(set(expected)) == 1 else RUNS
                runs = run_cases({case: cases[case]}, times)
                entered[case] = max(entered[case], core.take_guards_entered())
                if runs[case] != expected[:times]:
                    result["cases"] |= runs
        append(report_file, result)
        number += 1
    core.unwatch_functions()
    exits = exits_since(before)
    append(report_file, {"name": "each guard", "cases": {}, "partial": True, "exits": exits})


def check_that_it_repeats_itself(program: str) -> None:
    """A program's cases must give the same results when they run again in the same module."""
    cases = cases_of(load(program))
    first, second = run_cases(cases), run_cases(cases)
    if differing := [case for case in cases if first[case] != second[case]]:
        raise ValueError(f"{program}: run again, other results: {', '.join(differing)}")


def run_way(report_file: str, program: str, name: str, options: dict[str, str] | None) -> None:
    """Run one way and append its line to the report file."""
    result: dict[str, Any] = {"name": name, "guards": 0, "exits": {}}
    with announced(name):
        before = {} if options is None else start_watching(program, options)
        module = load(program)
        result["cases"] = run_cases(cases_of(module))
        if options is not None:
            result |= stop_watching(program, before)
    append(report_file, result)


def run_optimised(report_file: str, program: str, name: str, options: dict[str, str]) -> None:
    """Run a way with quick code until the types are known, then with optimised code.

    Optimising what is made anew as soon as more is known would take most of the time of all tests.
    Garbage is collected as often as can be while types are learned.
    """
    result: dict[str, Any] = {"name": name}
    with announced(name):
        before = start_watching(program, {**options, "opt_level": "0"})
        cases = cases_of(load(program))
        with collecting():
            learning = run_cases(cases)
        attach_anew(program, options)
        result |= {"cases": run_cases(cases), **stop_watching(program, before)}
    append(report_file, {"name": f"{name}, quick", "cases": learning})
    append(report_file, result)


@contextlib.contextmanager
def announced(name: str) -> Iterator[None]:
    """Tell on standard error which way begins, and end the process if it hangs."""
    faulthandler.dump_traceback_later(SECONDS_PER_WAY, exit=True)
    print(f"way: {name}", file=sys.stderr, flush=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def append(report_file: str, result: dict[str, Any]) -> None:
    """Write one way's line."""
    cases = {name: [json.loads(text) for text in runs] for name, runs in result["cases"].items()}
    with open(report_file, "a", encoding="utf-8") as file:
        print(json.dumps({**result, "cases": cases}), file=file)


@contextlib.contextmanager
def collecting() -> Iterator[None]:
    """Garbage is collected at every poll that comes behind an allocation."""
    gc.set_threshold(1, 1000)
    gc.enable()
    yield
    gc.disable()


def start_watching(program: str, options: dict[str, str]) -> dict[str, int]:
    """Let every function that is created be attached; returns how often code was left so far."""
    import aipy._core as core

    core.watch_functions([program], options)
    return dict(core.exit_counts())


def attach_anew(program: str, options: dict[str, str]) -> None:
    """Begin again with other options, and with what is known of types."""
    import aipy._core as core

    core.watch_functions([program], options)
    for function in attached_functions(program):
        core.attach(function, options)


def stop_watching(program: str, before: dict[str, int]) -> dict[str, Any]:
    """End the watch and tell how many guards the versions have and how code was left."""
    import aipy._core as core

    core.unwatch_functions()
    attached = attached_functions(program)
    facts = [core.explain(f) for f in attached]
    return {
        "guards": guards_of(attached),
        "exits": exits_since(before),
        "kept": {fact["name"]: fact["reason"] for fact in facts if fact["reason"]},
        "failed": [
            f"{fact['name']}: {line}"
            for fact in facts
            for line in fact["dropped"]
            if line.startswith("not compiled: ")
        ],
    }


def exits_since(before: dict[str, int]) -> dict[str, int]:
    """How often code was left, by row of the instruction table."""
    import aipy._core as core

    return {row: count - before[row] for row, count in core.exit_counts().items()}


def attached_functions(program: str) -> list[types.FunctionType]:
    """The program's functions that aipy runs."""
    import aipy._core as core

    return [
        function
        for function in gc.get_objects()
        if type(function) is types.FunctionType
        and function.__code__.co_filename == program
        and core.is_attached(function)
    ]


def guards_of(functions: list[types.FunctionType]) -> int:
    """How many guards the version has that has most."""
    import aipy._core as core

    versions = [version for function in functions for version in core.stats(function)["versions"]]
    return max((version["guards"] for version in versions), default=0)


def load(program: str) -> types.ModuleType:
    """Load the program as a new module, under the same name each time."""
    forget_sources()
    module = types.ModuleType(_MODULE_NAME)
    module.__file__ = program
    sys.modules[_MODULE_NAME] = module
    with open(program, encoding="utf-8") as file:
        source = file.read()
    exec(compile(source, program, "exec", dont_inherit=True), module.__dict__)
    return module


def run_cases(cases: dict[str, Call], times: int | None = None) -> dict[str, list[str]]:
    """Results of cases, by name, one for each run; without a number, RUNS of them.

    They are JSON texts, because each run ends with a collection, which need not walk those.
    """
    return {
        name: [json.dumps(run_case(*call)) for _ in range(RUNS if times is None else times)]
        for name, call in cases.items()
    }


def cases_of(module: types.ModuleType) -> dict[str, Call]:
    """The program's cases: functions `case_*`, and rows (function, arguments...) of CASES."""
    found: dict[str, Call] = {}
    for name, member in vars(module).items():
        if name.startswith("case_"):
            found[name] = (member, ())
    for number, (function, *arguments) in enumerate(vars(module).get("CASES", ())):
        found[f"{function.__name__}[{number}]"] = (function, tuple(arguments))
    if not found:
        raise LookupError(f"{module.__file__} holds no case_* function and no CASES")
    return found


def run_case(function: Any, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """Call `function` with copies of `arguments` and record all that can be seen of it."""
    arguments = copy.deepcopy(arguments)
    output = io.StringIO()
    result: dict[str, Any] = {}
    with contextlib.redirect_stdout(output), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            result["value"] = canonical(function(*arguments))
        except BaseException as error:
            result["exception"] = canonical_exception(error)
            result["printed"] = printed_exception(error)
            error.__traceback__ = None
    result["arguments"] = [canonical(argument) for argument in arguments]
    result["output"] = without_places(output.getvalue())
    result["warnings"] = [canonical_warning(message) for message in warned]
    gc.collect()
    return result


if __name__ == "__main__":
    main(sys.argv[1:])
