"""Run the examples under CPython and under aipy: `run.py [--repeat N] [--only NAME]`.

Each example is a plain program on real data. Prints both times (medians of whole processes, the
tools taking turns), the speed-up, whether the printed results are equal, and which functions aipy
left with CPython. Draws `output/rivers.png` under aipy. Exit status 1 when results differ or a
program fails.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PICTURE = HERE / "output" / "rivers.png"
NEEDED = ("numpy", "matplotlib", "aipy")
# Loads a program, gives it to aipy, and prints the functions that stay with CPython.
TELL_KEPT = """
import sys, runpy, types, aipy
module = types.ModuleType("example")
module.__dict__.update(runpy.run_path(sys.argv[1], run_name="example"))
for function in vars(module).values():
    if isinstance(function, types.FunctionType) and function.__module__ == "example":
        aipy.compile(function)
        fact = aipy.explain(function).functions[0]
        if fact["reason"]:
            print(f"{fact['name']} stays with CPython: {fact['reason']}")
"""


@dataclass(frozen=True)
class Example:
    """A program of this folder, and what it shows."""

    name: str
    kind: str
    about: str

    @property
    def path(self) -> Path:
        """The program."""
        return HERE / f"{self.name}.py"


EXAMPLES = (
    Example("volatility", "numeric", "a GARCH model of Google's share price 2004-2008"),
    Example("spelling", "text", "likely misspellings in Python's own documentation and sources"),
    Example("rivers", "array", "drainage of a landscape from its elevation model"),
)


@dataclass(frozen=True)
class Run:
    """One process: what it printed, and its wall time in seconds."""

    output: str
    seconds: float


def execute(command: Sequence[str | Path], mode: str = "auto") -> Run:
    """Run a process; on failure stop with what it printed as its errors."""
    environment = {**os.environ, "AIPY_MODE": mode}
    start = time.perf_counter()
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        words = " ".join(map(str, command))
        raise SystemExit(f"{done.stderr}\nfailed with status {done.returncode}: {words}")
    return Run(done.stdout, seconds)


def compare(example: Example, repeat: int) -> bool:
    """Run one example both ways, print what came of it; whether the results are equal."""
    plain_command = [sys.executable, str(example.path)]
    aipy_command = [sys.executable, "-m", "aipy", "run", str(example.path)]
    plain: list[Run] = []
    compiled: list[Run] = []
    for _ in range(repeat):
        plain.append(execute(plain_command))
        compiled.append(execute(aipy_command))
    equal = len({run.output for run in plain + compiled}) == 1
    print(f"\n{example.name} ({example.kind}): {example.about}")
    print(indented(plain[0].output))
    if not equal:
        print("  aipy printed something else:")
        print(indented(compiled[0].output))
    before = statistics.median(run.seconds for run in plain)
    after = statistics.median(run.seconds for run in compiled)
    print(f"  CPython {before:.2f} s, aipy {after:.2f} s: {before / after:.1f} times as fast")
    print(f"  results {'equal' if equal else 'DIFFER'}")
    kept = execute([sys.executable, "-c", TELL_KEPT, example.path]).output
    if kept:
        print(indented(kept))
    return equal


def indented(text: str) -> str:
    """Shift lines right, below their heading."""
    return "\n".join(f"    {line}" for line in text.splitlines())


def draw() -> None:
    """Let the array example, under aipy, leave its picture."""
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.unlink(missing_ok=True)
    execute([sys.executable, "-m", "aipy", "run", HERE / "rivers.py", PICTURE])
    shown = PICTURE.relative_to(Path.cwd()) if PICTURE.is_relative_to(Path.cwd()) else PICTURE
    print(f"\npicture: {shown}")


def main(arguments: Sequence[str]) -> int:
    """Compare the chosen examples."""
    names = [example.name for example in EXAMPLES]
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="runs of each (3)")
    parser.add_argument("--only", choices=names, help="one example")
    chosen = parser.parse_args(arguments)
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        print(f"not installed here: {', '.join(missing)}; `make demo` sets everything up")
        return 1
    print(f"CPython {sys.version.split()[0]}, whole processes, medians of {chosen.repeat}")
    wanted = [example for example in EXAMPLES if chosen.only in (None, example.name)]
    equal = [compare(example, chosen.repeat) for example in wanted]
    if any(example.name == "rivers" for example in wanted):
        draw()
    return 0 if all(equal) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
