"""Figures from one fresh process: `latency_probe.py FIGURE`.

Contract: prints one number: milliseconds for `import` and `first_native`; or two, nanoseconds for
`calls`: compiled and plain. Fails, with a reason, when aipy does not run the function as native
code.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

CALLS = 200_000
PATIENCE = 5.0


def orbit(steps, radius, speed):
    """Twenty lines of arithmetic: a body on a spring, with friction and a wall."""
    x = radius
    y = 0.0
    u = 0.0
    v = speed
    bounces = 0
    longest = 0.0
    for step in range(steps):
        pull = x * x + y * y
        u = u - x * 0.01 - u * 0.0001
        v = v - y * 0.01 - v * 0.0001
        x = x + u * 0.05
        y = y + v * 0.05
        if x < -radius or x > radius:
            u = -u
            bounces = bounces + step % 3
        if pull > longest:
            longest = pull
        elif pull < 0.25:
            v = v * 1.5
    return longest + bounces * 0.001


def line(x):
    """A function so small that calling it is all it costs."""
    return x + 1


def native_calls(function: Callable[..., Any]) -> int:
    """Give how often native code of `function` was entered, OSR entries included."""
    import aipy

    return int(aipy.stats(function)["native_calls"])


def state_of(function: Callable[..., Any]) -> str:
    """Say on one line what became of `function`."""
    import aipy

    facts = aipy.explain(function).functions[0]
    return f"{facts['state']} {facts['reason']} {facts.get('reason_text', '')}".strip()


def import_time() -> float:
    """Milliseconds that `import aipy` takes."""
    start = time.perf_counter()
    import aipy  # noqa: F401

    return (time.perf_counter() - start) * 1e3


def first_native() -> float:
    """Milliseconds from the first call of `orbit` until a call of it has run native code."""
    import aipy

    aipy.compile(orbit)
    native_calls(orbit)  # loads what stats needs, before the clock starts
    start = time.perf_counter()
    while native_calls(orbit) == 0:
        orbit(2_000, 2.0, 0.3)
        if time.perf_counter() - start > PATIENCE:
            raise SystemExit(f"no native code after {PATIENCE:.0f} s: {state_of(orbit)}")
    return (time.perf_counter() - start) * 1e3


def plain_line(x):
    """The same, left to CPython."""
    return x + 1


def call_cost(function: Callable[[int], int]) -> float:
    """Nanoseconds for one call from a loop that CPython interprets."""
    start = time.perf_counter()
    for i in range(CALLS):
        function(i)
    return (time.perf_counter() - start) / CALLS * 1e9


def calls() -> tuple[float, float]:
    """The costs of a call of `line`, compiled, and of its plain twin: best of 15, in turns.

    In one process: making and freeing the results takes half of the time, and how long that takes
    depends on how full the allocator's pools happen to be, by ten per cent and more between
    processes.
    """
    import aipy

    aipy.compile(line, mode="always")
    line(1)
    aipy.wait(PATIENCE)
    before = native_calls(line)
    pairs = [(call_cost(line), call_cost(plain_line)) for _ in range(15)]
    if native_calls(line) == before:
        raise SystemExit(f"line() did not run as native code: {state_of(line)}")
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


PROBES: dict[str, Callable[[], float | tuple[float, float]]] = {
    "import": import_time,
    "first_native": first_native,
    "calls": calls,
}

if __name__ == "__main__":
    figures = PROBES[sys.argv[1]]()
    print(*(figures if isinstance(figures, tuple) else (figures,)))
