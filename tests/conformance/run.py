"""CPython's own tests, with every function of the test modules compiled.

A test that passes with aipy off must pass with it on. `exceptions.txt` names tests
that may be lost, and why; an entry that passes is an error, so that the list stays
true. Prints a table; exit code 1 when a test is lost or an entry is stale.

`python tests/conformance/run.py [MODULE...] [--all] [--imports] [--option NAME=VALUE...]`:
without modules, those of the language; with `--all`, the whole of Lib/test; with
`--imports`, the pure-Python modules that the tests import are compiled too. Outcomes are
kept in the folder `--results`, where one is named: a run that was broken off goes on there.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
SECONDS_PER_MODULE = 1200
# Before the end, for a module that hangs to say where.
SECONDS_TO_DUMP = 5
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"

LANGUAGE = tuple(
    f"test.test_{name}"
    for name in (
        "asyncgen asyncio bytes call class compare complex contextlib coroutines dataclasses "
        "decorators descr dict enum except_star exceptions extcall float fstring functools "
        "generators genexps grammar inspect int iter itertools keywordonlyarg list listcomps "
        "named_expressions patma positional_only_arg property raise scope set str super "
        "sys_settrace traceback tuple type_params typing unicode unpack unpack_ex with yield_from"
    ).split()
)


@dataclass
class Outcome:
    """How one module's tests ended."""

    tests: dict[str, str] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    crash: str = ""

    def passed(self) -> set[str]:
        return {test for test, outcome in self.tests.items() if outcome == "passed"}


@dataclass
class Comparison:
    """One module with aipy off and on."""

    module: str
    off: Outcome
    on: Outcome
    excepted: dict[str, str]

    @property
    def lost(self) -> list[str]:
        """Tests that pass with aipy off alone and are not excepted."""
        lost = self.off.passed() - self.on.passed() - self.excepted.keys()
        return sorted(test for test in lost if self.on.tests.get(test) != "skipped")

    @property
    def stale(self) -> list[str]:
        """Exceptions whose tests pass."""
        return sorted(self.excepted.keys() & self.on.passed())


def read_exceptions(text: str, version: str = VERSION) -> dict[str, str]:
    """Tests that may be lost on `version`, with the reason, from lines `VERSIONS TEST: REASON`.

    VERSIONS is a list like `3.12,3.13` or `*`. Raises ValueError for a line of another form.
    """
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        line = line.partition("#")[0].strip()
        if not line:
            continue
        place, colon, reason = line.partition(": ")
        versions, space, test = place.partition(" ")
        if not (colon and space and reason.strip()):
            raise ValueError(f"exceptions.txt, line {number}: expected `VERSIONS TEST: REASON`")
        if versions == "*" or version in versions.split(","):
            found[test.strip()] = reason.strip()
    return found


# Options of a run that gives the tests' names without running them.
NAMES = "names"
Options = dict[str, str] | str | None


def run_module(module: str, options: Options, seconds: int = SECONDS_PER_MODULE) -> Outcome:
    """Run one test module in a process of its own; `options` None leaves aipy out."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AIPY_")}
    environment |= {
        "PYTHONHASHSEED": "0",
        "AIPY_CACHE": "off",
        "AIPY_MODE": "auto" if isinstance(options, dict) else "off",
    }
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        report = Path(folder, "report")
        command = [sys.executable, str(HERE / "run_module.py"), str(report), module]
        command += [json.dumps(options), str(seconds - SECONDS_TO_DUMP)]
        crash = _run_to_its_end(command, folder, environment, seconds)
        lines = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
    return _outcome(lines, crash)


def _run_to_its_end(
    command: list[str], folder: str, environment: dict[str, str], seconds: int
) -> str:
    """Why the command did not end well; nothing that it started is left behind."""
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        ) as process,
    ):
        try:
            status = process.wait(seconds)
            if status == 0:
                return ""
            errors.seek(0)
            return f"exit status {status}\n{errors.read().decode(errors='replace')[-3000:]}"
        except subprocess.TimeoutExpired:
            return f"no end after {seconds} s"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _outcome(lines: list[str], crash: str) -> Outcome:
    outcome = Outcome(crash=crash)
    for line in lines:
        row = json.loads(line)
        if "test" in row:
            outcome.tests[row["test"]] = row["outcome"]
            outcome.details[row["test"]] = row["detail"]
        elif "started" in row:
            outcome.tests[row["started"]] = "crashed"
        else:
            outcome.seconds = row["seconds"]
    return outcome


class Results:
    """Outcomes that are kept in a folder, if one is named, one file each."""

    def __init__(self, folder: str | None) -> None:
        self.folder = Path(folder, VERSION) if folder else None
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)

    def outcome(self, module: str, options: dict[str, str] | None, seconds: int) -> Outcome:
        """As it was kept; otherwise the module is run."""
        if self.folder is None:
            return run_module(module, options, seconds)
        file = self.folder / f"{module}.{'off' if options is None else 'on'}.json"
        if file.exists():
            return Outcome(**json.loads(file.read_text(encoding="utf-8")))
        outcome = run_module(module, options, seconds)
        file.write_text(json.dumps(asdict(outcome)), encoding="utf-8")
        return outcome


def compare(
    module: str,
    options: dict[str, str],
    excepted: dict[str, str],
    results: Results,
    seconds: int = SECONDS_PER_MODULE,
    *,
    names_first: bool = False,
) -> Comparison:
    """Run `module` with aipy off and on.

    With `names_first`, where aipy is off its tests are only named, and run when one of them did not
    pass with aipy on: what passes with it on is not lost.
    """
    own = {test: reason for test, reason in excepted.items() if test.startswith(module + ".")}
    on = results.outcome(module, options, seconds)
    if names_first:
        named = run_module(module, NAMES, seconds)
        if not named.crash and all_passed(named.tests, on.tests):
            return Comparison(module, Outcome(dict.fromkeys(named.tests, "passed")), on, own)
    return Comparison(module, results.outcome(module, None, seconds), on, own)


def all_passed(names: Iterable[str], on: dict[str, str]) -> bool:
    """Whether every named test passed or was skipped, and so did all else that has an outcome."""
    fine = ("passed", "skipped")
    return all(on.get(name) in fine for name in names) and all(
        outcome in fine for outcome in on.values()
    )


def table(comparisons: list[Comparison]) -> str:
    """The comparisons as aligned text, with totals."""
    heading = ("module", "tests", "off", "on", "lost", "excepted", "s off", "s on", "")
    rows: list[tuple[str, ...]] = [heading]
    for c in comparisons:
        crash = "crashed with aipy" if c.on.crash else "crashed without" if c.off.crash else ""
        numbers = (
            len(c.off.tests),
            len(c.off.passed()),
            len(c.on.passed()),
            len(c.lost),
            len(c.excepted),
        )
        times = (f"{c.off.seconds:.2f}", f"{c.on.seconds:.2f}")
        rows.append((c.module.removeprefix("test."), *map(str, numbers), *times, crash))
    sums = [sum(int(row[i]) for row in rows[1:]) for i in range(1, 6)]
    times = tuple(f"{sum(float(row[i]) for row in rows[1:]):.2f}" for i in (6, 7))
    rows.append(("total", *map(str, sums), *times, ""))
    widths = [max(len(row[i]) for row in rows) for i in range(len(heading))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if i in (0, len(heading) - 1) else text.rjust(width)
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def problems(comparisons: list[Comparison]) -> list[str]:
    """What must not be: lost tests, crashes, stale exceptions; each as one readable text."""
    found = []
    for c in comparisons:
        missing = [test for test in c.lost if c.on.tests.get(test, "crashed") == "crashed"]
        if c.on.crash and not c.off.crash:
            running = [test for test in missing if test in c.on.tests]
            where = f"in {', '.join(running)}, " if running else ""
            found.append(f"{c.module} crashed, {where}{len(missing)} tests lost: {c.on.crash}")
            missing = []
        for test in c.lost:
            outcome = c.on.tests.get(test, "not run")
            if outcome == "failed" or test in missing:
                found.append(f"lost ({outcome}): {test}\n{c.on.details.get(test, '')}".rstrip())
        found += [f"excepted, but passes: {test}" for test in c.stale]
    return found


def compare_all(
    modules: list[str],
    options: dict[str, str],
    *,
    jobs: int | None = None,
    seconds: int = SECONDS_PER_MODULE,
    results: Results | None = None,
    progress: bool = False,
    names_first: bool = False,
) -> list[Comparison]:
    """Compare all `modules`, `jobs` at a time; without it, as many as there are processors."""
    excepted = read_exceptions((HERE / "exceptions.txt").read_text(encoding="utf-8"))
    kept = results or Results(None)

    def run(module: str) -> Comparison:
        done = compare(module, options, excepted, kept, seconds, names_first=names_first)
        if progress:
            print(table([done]).splitlines()[1], flush=True)
        return done

    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        return list(pool.map(run, modules))


def all_modules() -> list[str]:
    """The test modules of this Python's Lib/test; those of large packages one by one."""
    spec = importlib.util.find_spec("test")
    if spec is None or not spec.submodule_search_locations:
        return []
    return _modules_in(Path(spec.submodule_search_locations[0]), "test")


def _modules_in(folder: Path, package: str) -> list[str]:
    found = []
    for entry in sorted(folder.glob("test_*")):
        name = f"{package}.{entry.stem}"
        if entry.suffix == ".py":
            found.append(name)
        elif (entry / "__init__.py").exists():
            # As CPython's own runner splits them.
            found += _modules_in(entry, name) or [name]
    return found


def share_with_losses(comparisons: list[Comparison]) -> str:
    """How many of the modules lost a test."""
    losing = [c for c in comparisons if c.lost]
    share = 100 * len(losing) / max(len(comparisons), 1)
    return f"{len(losing)} of {len(comparisons)} test files lost a test ({share:.1f} %)"


def is_installed(module: str) -> bool:
    """Whether this Python has that test module; they differ between versions."""
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:
        return False


def main() -> int:
    """Compare the modules named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("modules", nargs="*", help="such as test.test_grammar")
    parser.add_argument("--all", action="store_true", help="the whole of Lib/test")
    parser.add_argument("--jobs", type=int, help="modules at a time")
    parser.add_argument("--seconds", type=int, default=SECONDS_PER_MODULE, help="for a module")
    parser.add_argument("--results", help="folder where outcomes are kept and looked for")
    parser.add_argument(
        "--imports", action="store_true", help="compile every module that the tests import too"
    )
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE")
    chosen = parser.parse_args()
    options = {"mode": "always", **dict(text.split("=", 1) for text in chosen.option)}
    if chosen.imports:
        options["imports"] = "*"
    asked = chosen.modules or (all_modules() if chosen.all else LANGUAGE)
    modules = [name for name in asked if is_installed(name)]
    if not modules:
        print(f"{sys.executable} has no such test modules installed: {', '.join(asked)}")
        return 2
    comparisons = compare_all(
        modules,
        options,
        jobs=chosen.jobs,
        seconds=chosen.seconds,
        results=Results(chosen.results),
        progress=chosen.all,
    )
    print(table(comparisons))
    found = problems(comparisons)
    print("\n".join(["", *found]) if found else "\nno test lost")
    print(f"\n{share_with_losses(comparisons)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
