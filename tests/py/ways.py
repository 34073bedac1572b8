"""The three-ways harness: a program must do the same however it is run.

The ways are CPython alone, twice; aipy's interpreter; compiled, with quick code while types are
learned, garbage being collected as often as can be, and then with optimised code; compiled with
guards failing and assumptions falling at random from a seed, with every guard failing at once, and
with each guard failing in turn. They run in a process of their own (`worker.py`) with CPython's
debugging allocator, so that a crash or a reference too few is a finding like any other, and are
compared with CPython in value, type, exception, traceback lines and columns, printed output,
warnings, and changes to arguments.

By hand: `python tests/py/ways.py [PROGRAM...] [--way NAME]` prints the differences.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# Those in `since_314` and its like are in the language of that version.
PROGRAMS = sorted((HERE / "programs").glob("*.py")) + [
    program
    for folder in sorted((HERE / "programs").glob("since_*"))
    if sys.version_info >= (3, int(folder.name.removeprefix("since_3")))
    for program in sorted(folder.glob("*.py"))
]
SECONDS_PER_PROCESS = 900
MOST_DIFFERENCES = 20
# The ways' code is much the same: what one way compiled, the others find. Gone when the tests are.
CACHE = tempfile.TemporaryDirectory(prefix="aipy-ways-")
# Taken once: programs are run from several threads, and pytest changes the environment by the test.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("AIPY_")},
    "AIPY_CACHE": CACHE.name,
    "PYTHONMALLOC": "debug",  # freed memory shows
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",  # its threads wait by spinning
}

_COMPILED = {"mode": "always", "parallel": "true", "num_threads": "3"}
# For ways that compile again and again: LLVM's optimisation takes nine tenths of the time.
_QUICK = {**_COMPILED, "opt_level": "0"}

# Way by way, the options functions are attached with; None is CPython alone.
WAYS: dict[str, dict[str, str] | None] = {
    "cpython": None,
    "cpython again": None,
    "interpreter": {"mode": "always", "tier": "interpreter"},
    "compiled": _COMPILED,
    "auto": {"call_threshold": "3", "sample_calls": "2", "loop_threshold": "20"},
    "at random": {**_QUICK, "stress_guards": "seed:1:0.3", "stress_invalidate": "true"},
    "each guard": _QUICK,
    "every guard": {**_QUICK, "stress_guards": "all"},
}
# In one process. "each guard" gives a result for each of the program's guards, and has its own.
# Every guard at once is for generated programs, and by hand: behind the first few hardly any runs.
ONCE = tuple(way for way in WAYS if way not in ("each guard", "every guard"))
# What the tests of a program judge: all ways in ONCE, and each guard.
KINDS = ("once", "each guard")


@dataclass
class Result:
    """What one way of running a program gave."""

    name: str
    cases: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    guards: int = 0
    exits: dict[str, int] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    partial: bool = False  # only the cases and runs that may differ from an earlier result's
    crash: str = ""


@dataclass
class Outcome:
    """What a test judges: how the results differ from CPython's, and how often rows were left."""

    differences: list[str]
    exits: dict[str, int]


@cache
def run(program: Path, way: str, fault: str = "") -> tuple[Result, ...]:
    """Run `program` in the named way, in a fresh process, with a planted fault if one is named.

    Returns one result, or for "each guard" one for each guard. A crash or hang is a
    last result with `crash` set to its exit status and standard error.
    """
    return _run_process(program, (way,), fault)


def run_once(program: Path) -> dict[str, Result]:
    """Results of `program` by way, of all ways in ONCE: in one process, or, after a crash, more."""
    results: dict[str, Result] = {}
    while left := tuple(way for way in ONCE if way not in results):
        results |= {result.name: result for result in _run_process(program, left)}
    return results


def _run_process(program: Path, names: tuple[str, ...], fault: str = "") -> tuple[Result, ...]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report")
        requests = [json.dumps({"name": way, "options": WAYS[way]}) for way in names]
        status, errors = _run_worker([str(report), str(program), *requests], fault)
        lines = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
    results = [Result(**json.loads(line)) for line in lines]
    if status != 0:
        crash = f"exit status {status}\n{without_progress(errors)}"
        results.append(Result(_way_of_crash(errors, names[0]), crash=crash))
    return tuple(results)


def _run_worker(arguments: list[str], fault: str) -> tuple[int | str, str]:
    environment = dict(ENVIRONMENT)
    if fault:
        environment["AIPY_PLANT_FAULT"] = fault
    command = [sys.executable, "-X", "faulthandler", str(HERE / "worker.py"), *arguments]
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=SECONDS_PER_PROCESS,
        )
    except subprocess.TimeoutExpired as expired:
        errors = expired.stderr or b""
        return f"none after {SECONDS_PER_PROCESS} s", errors.decode(errors="replace")
    return done.returncode, done.stderr


def without_progress(errors: str) -> str:
    """Standard error without the lines in which the worker tells how far it is."""
    return "".join(line for line in errors.splitlines(True) if not line.startswith("way: "))


def _way_of_crash(errors: str, way: str) -> str:
    """The way that was running when the worker ended, which it names as it goes."""
    begun = [line[5:] for line in errors.splitlines() if line.startswith("way: ")]
    return begun[-1] if begun else way


def differences(expected: Result, actual: Result) -> list[str]:
    """What `actual` did otherwise than `expected`, each as one readable text."""
    if actual.crash:
        return [f"{actual.name}: {actual.crash}"]
    found = [f"{actual.name}: {text}" for text in actual.failed]
    for case in sorted(expected.cases.keys() | actual.cases.keys()):
        wanted, got = expected.cases.get(case), actual.cases.get(case)
        if got is None and actual.partial:
            continue
        if wanted is None or got is None:
            found.append(
                f"{actual.name}: {case} ran only in {'cpython' if wanted else actual.name}"
            )
            continue
        # A partial result may have fewer runs.
        pairs = zip(wanted, got, strict=not actual.partial)
        for number, (one, other) in enumerate(pairs, 1):
            found.extend(_differing_fields(f"{actual.name}: {case}, run {number}", one, other))
    return found


def _differing_fields(where: str, one: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    for name in sorted(one.keys() | other.keys()):
        if one.get(name) != other.get(name):
            yield (
                f"{where}: {name} differs\n"
                f"  cpython: {_shown(one.get(name))}\n"
                f"  here:    {_shown(other.get(name))}"
            )


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 1500 else text[:1500] + "…"


def check(program: Path, way: str, fault: str = "") -> list[str]:
    """Differences between `program` under CPython and in the named way; none is good."""
    (expected,) = run(program, "cpython")
    if expected.crash:
        return [f"cpython: {expected.crash}"]
    return [text for result in run(program, way, fault) for text in differences(expected, result)]


def outcomes(program: Path, kinds: Sequence[str]) -> Iterator[tuple[str, Outcome]]:
    """Run `program` for the tests of these kinds."""
    if "once" in kinds:
        results = run_once(program)
    else:
        results = {result.name: result for result in _run_process(program, ("cpython",))}
    expected = results["cpython"]
    if expected.crash:
        yield from ((kind, Outcome([f"cpython: {expected.crash}"], {})) for kind in kinds)
        return
    if "once" in kinds:
        yield "once", _outcome(expected, results.values())
    if "each guard" in kinds:
        yield "each guard", _outcome(expected, _run_process(program, ("each guard",)))


def _outcome(expected: Result, results: Iterable[Result]) -> Outcome:
    outcome = Outcome([], {})
    for result in results:
        outcome.differences += differences(expected, result)
        for row, count in result.exits.items():
            outcome.exits[row] = outcome.exits.get(row, 0) + count
    del outcome.differences[MOST_DIFFERENCES:]
    return outcome


def main() -> int:
    """Check programs by hand; exit code 1 when any differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("programs", nargs="*", type=Path, default=PROGRAMS)
    parser.add_argument("--way", action="append", choices=list(WAYS), help="default: all")
    chosen = parser.parse_args()
    failed = 0
    for program in chosen.programs:
        for way in chosen.way or WAYS:
            found = check(program.resolve(), way)
            failed += bool(found)
            print(f"{program.name:24} {way:16} {'ok' if not found else f'{len(found)} differ'}")
            print("\n".join(found[:10]), end="\n" if found else "")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
