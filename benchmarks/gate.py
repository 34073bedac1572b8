"""The limits that aipy is held to, checked on the results of one run.

The speed of a machine changes from minute to minute, so each repetition is compared with the one
beside it: a limit holds when in the median repetition the time is within what it allows.

- No program takes more than 10 % and 20 ms longer, as a whole process, than with `AIPY_MODE=off`.
  The first repetition finds an empty cache and compiles everything; how many programs are within
  the limit in it alone is said beside.
- Programs whose row names a gate (scalar, recursion, NumPy) take at most 1.5 times the C++'s time
  inside the process, in the steady state.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from report import Results

SLOWER_BY = 1.10
SLOWER_PLUS = 0.020
TIMES_CPP = 1.5


@dataclass(frozen=True)
class Limit:
    """One figure and its limit: the seconds of each repetition, and what it was allowed."""

    program: str
    rule: str
    measured: list[float]
    allowed: list[float]
    detail: str

    @property
    def met(self) -> bool:
        """Whether the figure is there and within the limit."""
        return bool(self.measured and self.allowed) and self.excess <= 0

    @property
    def met_at_first(self) -> bool:
        """Whether the first repetition alone is within the limit."""
        return bool(self.measured and self.allowed) and self.measured[0] <= self.allowed[0]

    @property
    def excess(self) -> float:
        """The median of what the repetitions took beyond what was allowed."""
        pairs = zip(self.measured, self.allowed, strict=False)
        return statistics.median(own - most for own, most in pairs)


def limits(results: Results) -> Iterator[Limit]:
    """Give every limit that applies to the programs of a run."""
    for program, facts in results["programs"].items():
        auto = samples_of(results, program, "aipy", "whole")
        off = samples_of(results, program, "off", "whole")
        allowed = [time * SLOWER_BY + SLOWER_PLUS for time in off]
        yield Limit(program, "not slower", auto, allowed, "whole process, auto against off")
        if facts["gate"]:
            own = samples_of(results, program, "aipy", "inside")
            allowed = [t * TIMES_CPP for t in samples_of(results, program, "cpp", "inside")]
            yield Limit(program, facts["gate"], own, allowed, "steady state, aipy against C++")


def samples_of(results: Results, program: str, tool: str, measure: str) -> list[float]:
    """Give the times of all repetitions of a tool, none where it has none."""
    row = results["programs"][program]["tools"].get(tool, {})
    return [float(time) for time in row.get(f"{measure}_samples", [])]


def check(results: Results) -> list[str]:
    """Give one sentence for every limit that is not met."""
    return [sentence(results, limit) for limit in limits(results) if not limit.met]


def sentence(results: Results, limit: Limit) -> str:
    """Say what was measured, what was allowed, and why a figure is missing."""
    if limit.measured and limit.allowed:
        own, most = statistics.median(limit.measured), statistics.median(limit.allowed)
        figures = (
            f"{own * 1e3:.1f} ms, {most * 1e3:.1f} ms allowed, "
            f"{limit.excess * 1e3:.1f} ms over it in the median repetition"
        )
        return f"{limit.program} ({limit.rule}): {figures} ({limit.detail})"
    tools = results["programs"][limit.program]["tools"]
    reasons = [
        f"{name}: {tools[name]['reason']}"
        for name in ("off", "aipy", "cpp")
        if tools[name]["reason"]
    ]
    return f"{limit.program} ({limit.rule}): not measured ({'; '.join(reasons)})"


def lines(results: Results) -> list[str]:
    """Sum up the limits by rule."""
    rules: dict[str, list[Limit]] = {}
    for limit in limits(results):
        rules.setdefault(limit.rule, []).append(limit)
    return [
        f"gate {rule}: {sum(limit.met for limit in group)} of {len(group)} within the limit"
        f" ({sum(limit.met_at_first for limit in group)} in the first repetition)"
        for rule, group in rules.items()
    ]
