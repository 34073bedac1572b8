"""The limits that aipy is held to, checked on the results of one run.

- No program takes more than 10 % and 20 ms longer, as a whole process, than with `AIPY_MODE=off`.
- Programs whose row names a gate (scalar, recursion, NumPy) take at most 1.5 times the C++'s time
  inside the process, in the steady state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from report import Results, time_of

SLOWER_BY = 1.10
SLOWER_PLUS = 0.020
TIMES_CPP = 1.5


@dataclass(frozen=True)
class Limit:
    """One measured figure and its limit, in seconds."""

    program: str
    rule: str
    measured: float | None
    limit: float | None
    detail: str

    @property
    def met(self) -> bool:
        """Whether the figure is there and within the limit."""
        return self.measured is not None and self.limit is not None and self.measured <= self.limit


def limits(results: Results) -> Iterator[Limit]:
    """Give every limit that applies to the programs of a run."""
    for program, facts in results["programs"].items():
        auto = time_of(results, program, "aipy", "whole")
        off = time_of(results, program, "off", "whole")
        allowed = None if off is None else off * SLOWER_BY + SLOWER_PLUS
        yield Limit(program, "not slower", auto, allowed, "whole process, auto against off")
        if facts["gate"]:
            own = time_of(results, program, "aipy", "inside")
            other = time_of(results, program, "cpp", "inside")
            allowed = None if other is None else other * TIMES_CPP
            yield Limit(program, facts["gate"], own, allowed, "steady state, aipy against C++")


def check(results: Results) -> list[str]:
    """Give one sentence for every limit that is not met."""
    return [sentence(results, limit) for limit in limits(results) if not limit.met]


def sentence(results: Results, limit: Limit) -> str:
    """Say what was measured, what was allowed, and why a figure is missing."""
    if limit.measured is not None and limit.limit is not None:
        figures = f"{limit.measured * 1e3:.1f} ms, at most {limit.limit * 1e3:.1f} ms allowed"
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
        for rule, group in rules.items()
    ]
