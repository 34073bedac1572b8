"""Every program of `programs/`, run every way, does what it does under CPython."""

from __future__ import annotations

from pathlib import Path

import pytest
import ways

_ONCE = [way for way in ways.WAYS if way != "each guard"]

# Programs in which a difference is known and open, with what it is. They run all the same, and a
# crash is a failure; the list must go.
_OPEN = {
    "destructors": "a caller outside aipy holds its arguments until the call ends",
    "floats": "every guard made to fail: an unused range is resumed without its step",
    "ints_edges": "the compiled way differs in some runs; not looked into yet",
    "numpy_elements": "an array made read-only inside a loop is still written",
    "numpy_scalars": "case_promotion, compiled: a value differs; not looked into yet",
    "powers": "every guard made to fail: special values",
    "ints_bits": "every guard made to fail: the frame that a warning names",
    "ints_division": "0 / -5 in the interpreter",
}


@pytest.mark.parametrize(
    "way",
    [pytest.param(way, marks=pytest.mark.exhaustive) if "guard" in way else way for way in _ONCE],
)
@pytest.mark.parametrize("program", ways.PROGRAMS, ids=lambda program: program.stem)
def test_same_as_cpython(program: Path, way: str) -> None:
    found = ways.check(program, way)
    crashed = any(result.crash for result in ways.run(program, way))
    if found and program.stem in _OPEN and not crashed:
        pytest.xfail(_OPEN[program.stem])
    assert not found, "\n".join(found[:20])


@pytest.mark.exhaustive
@pytest.mark.parametrize("program", ways.PROGRAMS, ids=lambda program: program.stem)
def test_each_guard_may_fail(program: Path) -> None:
    found = ways.check(program, "each guard")
    assert not found, "\n".join(found[:20])


@pytest.mark.exhaustive
def test_every_row_that_may_leave_is_left() -> None:
    """A row of ops.def that no test ever leaves native code at is untested."""
    counts: dict[str, int] = {}
    for program in ways.PROGRAMS:
        for way in _ONCE[2:]:
            for result in ways.run(program, way):
                for row, count in result.exits.items():
                    counts[row] = counts.get(row, 0) + count
    assert counts, "no version was compiled"
    never = sorted(row for row, count in counts.items() if count == 0)
    assert not never, f"rows never left from native code: {', '.join(never)}"


def test_cpython_agrees_with_itself() -> None:
    """The programs are deterministic: a second process reports the same."""
    for program in ways.PROGRAMS:
        ((first,), (second,)) = (
            ways.run(program, "cpython"),
            ways.run.__wrapped__(program, "cpython"),
        )
        assert ways.differences(first, second) == [], program.name
