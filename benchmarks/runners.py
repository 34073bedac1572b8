"""The tools that are compared, and how each is run on a program.

Contract: a tool that cannot run a program says so in `Sample.problem`; nothing falls back to
another tool. Every figure comes from a process of its own, started for it alone.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from suite import HERE, PROGRAMS, Program

ROOT = HERE.parent
BUILD = ROOT / "build" / "bench"
CACHE = BUILD / "cache"  # native code that aipy keeps from process to process
PEERS = ROOT / ".venv" / "peers"
INSIDE = HERE / "inside.py"
CXX_FLAGS = ("-std=c++20", "-O3", "-march=native")
TIME_LIMIT = 120.0


@dataclass(frozen=True)
class Sample:
    """One repetition of one program under one tool; times in seconds, NaN where not measured."""

    checksum: str = ""
    whole: float = math.nan
    inside: float = math.nan
    problem: str = ""
    kept: tuple[tuple[str, str], ...] = field(default=())


class CannotRunError(Exception):
    """A tool cannot run a program; the text says why."""


@dataclass(frozen=True)
class Runner:
    """A tool: its name, what it is, why it is missing (or ""), and how it runs a program."""

    name: str
    title: str
    missing: Callable[[], str]
    run: Callable[[Program, int], Sample]

    def sample(self, program: Program, size: int) -> Sample:
        """Run `program` once; never raises for what the tool cannot do."""
        problem = self.missing()
        if problem:
            return Sample(problem=problem)
        try:
            return self.run(program, size)
        except CannotRunError as error:
            return Sample(problem=str(error))


def execute(
    command: Sequence[str | Path], settings: dict[str, str] | None = None
) -> tuple[str, float]:
    """Run a process. Gives what it printed and its wall time.

    Raises `CannotRunError` with the last line of its errors when it fails or takes too long.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AIPY_")}
    environment |= {
        "BENCH_SPAWNED": repr(time.time()),
        "AIPY_CACHE": str(CACHE),
        **(settings or {}),
    }
    start = time.perf_counter()
    try:
        done = subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotRunError(f"not finished after {TIME_LIMIT:.0f} s") from None
    elapsed = time.perf_counter() - start
    if done.returncode != 0:
        errors = done.stderr.strip().replace(f"{ROOT}/", "").splitlines()
        ending = f"killed by {signal.Signals(-done.returncode).name}" if done.returncode < 0 else ""
        raise CannotRunError(ending or (errors or [f"ended with status {done.returncode}"])[-1])
    return done.stdout, elapsed


def checksum_of(output: str) -> str:
    """Give the value after `checksum` in a program's output."""
    for line in output.splitlines():
        if line.startswith("checksum "):
            return line.removeprefix("checksum ").strip()
    raise CannotRunError("it printed no checksum")


def measure_inside(
    python: str | Path, tool: str, program: Program, size: int, settings: dict[str, str]
) -> dict[str, object]:
    """Run `inside.py` and give its report."""
    output, _ = execute([python, INSIDE, tool, program.source, str(size)], settings)
    report: dict[str, object] = json.loads(output.strip().splitlines()[-1])
    return report


def best_of(report: dict[str, object]) -> float:
    """Give the fastest steady call of a report of `inside.py`."""
    times = report["times"]
    assert isinstance(times, list)
    return float(min(times))


# CPython, and aipy on the same CPython


def run_cpython(program: Program, size: int) -> Sample:
    """Run under the Python that runs this file, without aipy."""
    output, whole = execute([sys.executable, program.source, str(size)])
    report = measure_inside(sys.executable, "plain", program, size, {})
    return Sample(checksum_of(output), whole, best_of(report))


def run_aipy(mode: str, program: Program, size: int) -> Sample:
    """Run by `aipy run` in one mode; steady state by `aipy.compile(module)`."""
    settings = {"AIPY_MODE": mode}
    output, whole = execute(
        [sys.executable, "-m", "aipy", "run", str(program.source), str(size)], settings
    )
    if mode == "off":
        return Sample(checksum_of(output), whole)
    report = measure_inside(sys.executable, "aipy", program, size, settings)
    if report["checksum"] != checksum_of(output):
        raise CannotRunError(f"two results: {checksum_of(output)} and {report['checksum']}")
    kept = report["kept"]
    assert isinstance(kept, list)
    return Sample(
        checksum_of(output), whole, best_of(report), kept=tuple((name, why) for name, why in kept)
    )


@cache
def aipy_missing() -> str:
    """Say why aipy is not there, or ""."""
    try:
        execute([sys.executable, "-c", "import aipy"])
    except CannotRunError as error:
        return f"not installed: {error}"
    return ""


# The peers


def run_pypy(program: Program, size: int) -> Sample:
    """Run under Debian's PyPy, which has no NumPy."""
    if program.needs_numpy:
        raise CannotRunError("Debian's pypy3 has no NumPy")
    output, whole = execute(["pypy3", program.source, str(size)])
    report = measure_inside("pypy3", "plain", program, size, {})
    return Sample(checksum_of(output), whole, best_of(report))


@cache
def pypy_missing() -> str:
    """Say why PyPy is not there, or ""."""
    return "" if shutil.which("pypy3") else "not installed (Debian package pypy3)"


def run_numba(program: Program, size: int) -> Sample:
    """Run with the functions given to `numba.njit`; one process gives both times."""
    report = measure_inside(PEERS / "bin" / "python", numba_way(program), program, size, {})
    first_result = report["first_result"]
    assert isinstance(first_result, float)
    return Sample(str(report["checksum"]), first_result, best_of(report))


@cache
def numba_way(program: Program) -> str:
    """Find what Numba takes of a program: all functions, or all but `main`.

    Raises `CannotRunError`, with the reason for the whole program, when it takes neither.
    """
    python = PEERS / "bin" / "python"
    problem = ""
    for way in ("numba", "numba_kernels"):
        try:
            measure_inside(python, way, program, program.quick, {})
            return way
        except CannotRunError as error:
            problem = problem or str(error)
    raise CannotRunError(problem)


@cache
def numba_missing() -> str:
    """Make the peers' environment if needed; say why Numba is not there, or ""."""
    python = PEERS / "bin" / "python"
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    check = f"import numba, sys; assert sys.version.startswith({version!r} + '.')"
    try:
        execute([python, "-c", check])
        return ""
    except (CannotRunError, OSError):
        print(f"making {PEERS.relative_to(ROOT)} for Numba", file=sys.stderr)
    commands: list[list[str | Path]] = [
        [sys.executable, "-m", "venv", "--clear", PEERS],
        [python, "-m", "pip", "install", "--quiet", "numba", "numpy"],
        [python, "-c", check],
    ]
    try:
        for command in commands:
            execute(command)
    except (CannotRunError, OSError) as error:
        return f"cannot be installed: {error}"
    return ""


# C++


def compiler() -> str:
    """Give the C++ compiler: `$CXX`, or clang++-22."""
    return os.environ.get("CXX", "clang++-22")


@cache
def cpp_missing() -> str:
    """Say why there is no C++ compiler, or ""."""
    return "" if shutil.which(compiler()) else f"{compiler()} not installed (Debian: clang-22)"


def build_counterpart(program: Program) -> Path:
    """Compile a C++ counterpart unless the build is newer than its sources."""
    target = BUILD / "cpp" / program.name
    sources = (program.counterpart, PROGRAMS / "harness.hpp")
    newest = max(source.stat().st_mtime for source in sources)
    if not target.exists() or target.stat().st_mtime < newest:
        target.parent.mkdir(parents=True, exist_ok=True)
        execute([compiler(), *CXX_FLAGS, program.counterpart, "-o", target])
    return target


def run_cpp(program: Program, size: int) -> Sample:
    """Run the C++ counterpart: once for the whole process, once for the steady state."""
    target = build_counterpart(program)
    output, whole = execute([target, str(size)])
    steady, _ = execute([target, str(size), "steady"])
    times = [float(line.split()[1]) for line in steady.splitlines() if line.startswith("seconds ")]
    return Sample(checksum_of(output), whole, min(times))


def present() -> str:
    """Nothing is missing."""
    return ""


# In the order in which they take turns: what a limit compares stands side by side.
RUNNERS = (
    Runner("python", "CPython", present, run_cpython),
    Runner("off", "aipy, off", aipy_missing, lambda row, size: run_aipy("off", row, size)),
    Runner("aipy", "aipy", aipy_missing, lambda row, size: run_aipy("auto", row, size)),
    Runner("cpp", "C++", cpp_missing, run_cpp),
    Runner("numba", "Numba", numba_missing, run_numba),
    Runner("pypy", "PyPy", pypy_missing, run_pypy),
)
