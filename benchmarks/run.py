"""Run the benchmark suite: CPython, aipy, Numba, PyPy and C++ on the same programs, in one session.

`run.py [--only PATTERN] [--repeat N] [--tools LIST] [--quick] [--gate]`. Checks that results
agree, prints times and ratios, writes `build/bench/results.json` and the chart beside it. Exit
status 1: aipy or the C++ fails or gives another result, or with `--gate` a limit is passed.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gate
import report
from runners import BUILD, CACHE, RUNNERS, Runner, Sample, compiler
from suite import Program, select


@dataclass
class Result:
    """What one tool did on one program: its samples, or why there are none."""

    status: str = "ok"  # ok, cannot, wrong, missing
    reason: str = ""
    checksum: str = ""
    samples: list[Sample] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Medians and all samples, ready for JSON."""
        last = self.samples[-1] if self.samples else Sample()
        row: dict[str, Any] = {"status": self.status, "reason": self.reason}
        if self.status == "ok":
            for name in ("whole", "inside"):
                values = [getattr(sample, name) for sample in self.samples]
                row[name] = None if math.isnan(values[0]) else statistics.median(values)
                row[f"{name}_samples"] = [] if math.isnan(values[0]) else values
            row["checksum"] = self.checksum
            row["kept"] = [list(pair) for pair in last.kept]
        return row


def equal(a: str, b: str) -> bool:
    """Compare two printed results as the numbers they are; floats must agree in every bit."""
    try:
        return int(a) == int(b)
    except ValueError:
        return float(a) == float(b)


def measure(
    program: Program, runners: Sequence[Runner], repeat: int, quick: bool
) -> dict[str, Any]:
    """Measure one program under every tool, the tools taking turns."""
    size = program.quick if quick else program.size
    results = {runner.name: Result() for runner in runners}
    for _ in range(repeat):
        for runner in runners:
            if results[runner.name].status == "ok":
                take(results, runner, runner.sample(program, size))
    return {
        "kind": program.kind,
        "gate": program.gate,
        "size": size,
        "tools": {name: result.as_dict() for name, result in results.items()},
    }


def take(results: dict[str, Result], runner: Runner, sample: Sample) -> None:
    """File one sample, comparing its result with CPython's."""
    result = results[runner.name]
    expected = results["python"].checksum
    if sample.problem:
        result.status = "missing" if runner.missing() else "cannot"
        result.reason = sample.problem
    elif expected and not equal(sample.checksum, expected):
        result.status = "wrong"
        result.reason = f"gives {sample.checksum}, CPython {expected}"
    else:
        result.checksum = sample.checksum
        result.samples.append(sample)


def machine() -> dict[str, str]:
    """Say what the figures were measured on."""
    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    versions = {
        "CPython": platform.python_version(),
        "processor": model,
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
    }
    for name, command in (
        ("PyPy", ["pypy3", "-c", "import sys; print('%d.%d.%d' % sys.pypy_version_info[:3])"]),
        ("C++", [compiler(), "-dumpversion"]),
    ):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            versions[name] = done.stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            versions[name] = "not installed"
    return versions


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    names = [runner.name for runner in RUNNERS]
    parser.add_argument("--only", default="", metavar="PATTERN", help="programs by name or kind")
    parser.add_argument("--repeat", type=int, default=0, metavar="N", help="repetitions (5)")
    parser.add_argument("--tools", default=",".join(names), metavar="LIST", help=", ".join(names))
    parser.add_argument("--quick", action="store_true", help="small sizes, one repetition")
    parser.add_argument("--gate", action="store_true", help="hold aipy to its limits")
    chosen = parser.parse_args(arguments)
    wanted = chosen.tools.split(",")
    unknown = [name for name in wanted if name not in names]
    if unknown:
        parser.error(f"no tool named {', '.join(unknown)}; there are: {', '.join(names)}")
    needed = {"python"} | ({"off", "aipy", "cpp"} if chosen.gate else set())
    chosen.runners = [r for r in RUNNERS if r.name in needed or r.name in wanted]
    chosen.repeat = chosen.repeat or (1 if chosen.quick else 5)
    return chosen


def main(arguments: Sequence[str]) -> int:
    """Measure, report, and judge."""
    chosen = parse(arguments)
    programs: dict[str, Any] = {}
    # The first repetition compiles everything; the others are later runs of a program.
    shutil.rmtree(CACHE, ignore_errors=True)
    selected = select(chosen.only)
    for number, program in enumerate(selected, 1):
        print(f"[{number}/{len(selected)}] {program.name}", file=sys.stderr, flush=True)
        programs[program.name] = measure(program, chosen.runners, chosen.repeat, chosen.quick)
    results = {
        "machine": machine(),
        "repeat": chosen.repeat,
        "quick": chosen.quick,
        "titles": {runner.name: runner.title for runner in chosen.runners},
        "programs": programs,
    }
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    print(report.as_text(results))
    draw(results)
    failures = report.failures(results)
    if chosen.gate:
        failures += gate.check(results)
        print("\n".join(gate.lines(results)))
    for failure in failures:
        print(f"FAILED {failure}")
    return 1 if failures else 0


def draw(results: dict[str, Any]) -> None:
    """Draw the chart where Matplotlib is installed, and say so where it is not."""
    try:
        import chart
    except ImportError as error:
        print(f"no chart: {error} (pip install matplotlib)")
        return
    for path in chart.draw(results, BUILD):
        print(f"chart: {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
