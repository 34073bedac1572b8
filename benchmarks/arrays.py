"""Programs in array style against NumPy alone: `arrays.py [--only PATTERN] [--sizes LIST] …`.

Every program of `programs/arrays/` (or of `--directory`) runs at 10², 10⁴ and 10⁶ elements, each
in a process of its own (`arrays_probe.py`); its `inputs(elements, random)` are made once,
`main(*inputs)` is timed. Prints the ratios, for each size the geometric mean and what is under
0.95; writes `build/bench/arrays.json`. Exit status 1: a result differs from NumPy's in any bit.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from report import geometric_mean
from runners import BUILD, CannotRunError, execute
from suite import HERE, PROGRAMS

PROBE = HERE / "arrays_probe.py"
DIRECTORY = PROGRAMS / "arrays"
SIZES = (100, 10_000, 1_000_000)
SLOWER = 0.95  # of NumPy's speed: the limit


def measure(program: Path, elements: int, seconds: float, mode: str) -> dict[str, Any]:
    """Give the report of one process; its problem where it has none."""
    try:
        settings = {"AIPY_MODE": mode, "AIPY_CACHE": "off"}
        output, _ = execute([sys.executable, PROBE, program, str(elements), str(seconds)], settings)
    except CannotRunError as error:
        return {"problem": str(error)}
    report: dict[str, Any] = json.loads(output.splitlines()[-1])
    return report


def cell(report: dict[str, Any]) -> str:
    """Lay out one figure: the time and how many times NumPy's speed."""
    if report["problem"]:
        return "WRONG"
    mark = "*" if report["kept"] else ""
    return f"{report['aipy'] * 1e6:.0f} µs {report['ratio']:.2f}x{mark}"


def row_of(name: str, cells: Sequence[str]) -> str:
    """Lay out one line."""
    return f"{name:<22}{''.join(f'{text:>22}' for text in cells)}"


def summary(results: dict[str, dict[int, dict[str, Any]]], sizes: Sequence[int]) -> list[str]:
    """Give the geometric means, what is slower than NumPy, and what stayed with CPython."""
    lines = []
    means = []
    for size in sizes:
        ratios = {n: row[size]["ratio"] for n, row in results.items() if not row[size]["problem"]}
        means.append(f"{geometric_mean(ratios.values()):.2f}x")
        slow = [f"{name} {ratio:.2f}" for name, ratio in ratios.items() if ratio < SLOWER]
        lines.append(f"under {SLOWER} at {size:,} elements: {', '.join(slow) or 'none'}")
    kept = {
        f"* {name}: {function} stays with CPython: {reason}"
        for name, row in results.items()
        for report in row.values()
        for function, reason in report.get("kept", ())
    }
    return [row_of("geometric mean", means), *lines, *sorted(kept)]


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", metavar="PATTERN", help="programs by name")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), metavar="LIST")
    parser.add_argument("--seconds", type=float, default=0.6, help="for each program and size")
    parser.add_argument("--directory", type=Path, default=DIRECTORY, help="of the programs")
    parser.add_argument("--mode", default="auto", choices=("auto", "always"))
    chosen = parser.parse_args(arguments)
    chosen.sizes = [int(size) for size in chosen.sizes.split(",")]
    return chosen


def main(arguments: Sequence[str]) -> int:
    """Measure and report."""
    chosen = parse(arguments)
    results: dict[str, dict[int, dict[str, Any]]] = {}
    print(row_of("program", [f"{size:,}" for size in chosen.sizes]))
    for program in sorted(chosen.directory.glob("*.py")):
        if not re.search(chosen.only, program.stem):
            continue
        row = {size: measure(program, size, chosen.seconds, chosen.mode) for size in chosen.sizes}
        results[program.stem] = row
        print(row_of(program.stem, [cell(row[size]) for size in chosen.sizes]), flush=True)
    print("\n".join(summary(results, chosen.sizes)))
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "arrays.json").write_text(json.dumps(results, indent=1) + "\n")
    failures = [
        f"FAILED {name} at {size:,} elements: {report['problem']}"
        for name, row in results.items()
        for size, report in row.items()
        if report["problem"]
    ]
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
