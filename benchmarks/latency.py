"""How soon aipy is there: import, first native code, and the cost of a call.

`latency.py [--repeat N] [--gate]`. Every figure is the median of N fresh processes (15), page cache
warm, both sides printed; written to `build/bench/latency.json`. With `--gate` exit status 1 when a
limit is passed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from runners import BUILD, CACHE, CannotRunError, execute
from suite import HERE

PROBE = HERE / "latency_probe.py"


@dataclass(frozen=True)
class Figure:
    """One figure of aipy, what it is compared with, and its limit; all in one unit."""

    name: str
    unit: str
    aipy: float
    other_name: str
    other: float
    limit: float

    @property
    def met(self) -> bool:
        """Whether aipy is within the limit."""
        return self.aipy <= self.limit

    def __str__(self) -> str:
        other = f", {self.other_name} {self.other:.2f} {self.unit}" if self.other_name else ""
        verdict = "within" if self.met else "OVER"
        return (
            f"{self.name}: {self.aipy:.2f} {self.unit}{other} "
            f"({verdict} the limit of {self.limit:.2f} {self.unit})"
        )


def probe(what: str, cache: str) -> list[float]:
    """Give the figures that one fresh process prints for `what`."""
    output, _ = execute([sys.executable, PROBE, what], {"AIPY_MODE": "auto", "AIPY_CACHE": cache})
    return [float(word) for word in output.splitlines()[-1].split()]


def medians_of(what: str, repeat: int, cache: str = "off") -> list[float]:
    """Give the medians over fresh processes; one more goes ahead where native code is kept."""
    if cache != "off":
        probe(what, cache)
    figures = [probe(what, cache) for _ in range(repeat)]
    return [statistics.median(column) for column in zip(*figures, strict=True)]


def measure(repeat: int) -> list[Figure]:
    """Measure all figures."""
    compiled, plain = medians_of("calls", repeat)
    return [
        Figure("import aipy", "ms", medians_of("import", repeat)[0], "", 0.0, 10.0),
        Figure(
            "first call of a 20-line numeric function to native code",
            "ms",
            medians_of("first_native", repeat)[0],
            "",
            0.0,
            50.0,
        ),
        Figure(
            "the same where an earlier process kept the code",
            "ms",
            medians_of("first_native", repeat, str(CACHE))[0],
            "",
            0.0,
            50.0,
        ),
        Figure("call of a compiled f(x)", "ns", compiled, "plain Python function", plain, plain),
    ]


def main(arguments: Sequence[str]) -> int:
    """Measure, print, write, and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeat", type=int, default=15, metavar="N", help="processes (15)")
    parser.add_argument("--gate", action="store_true", help="fail when a limit is passed")
    chosen = parser.parse_args(arguments)
    try:
        figures = measure(chosen.repeat)
    except CannotRunError as error:
        print(f"aipy cannot be measured: {error}")
        return 1
    for figure in figures:
        print(figure)
    BUILD.mkdir(parents=True, exist_ok=True)
    rows = [asdict(figure) for figure in figures]
    (BUILD / "latency.json").write_text(json.dumps(rows, indent=1) + "\n")
    missed = [figure for figure in figures if not figure.met]
    return 1 if chosen.gate and missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
