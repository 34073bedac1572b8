"""Every program of `programs/`, run every way, does what it does under CPython."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import ways
from ahead import Ahead

each_program = pytest.mark.parametrize("program", ways.PROGRAMS, ids=lambda program: program.stem)


@each_program
@pytest.mark.ahead("once")
def test_same_as_cpython(program: Path, programs_ahead: Ahead) -> None:
    found = programs_ahead.outcome("once", program).differences
    assert not found, "\n".join(found)


@pytest.mark.exhaustive
@pytest.mark.ahead("once")
@pytest.mark.ahead("each guard")
def test_every_row_that_may_leave_is_left(programs_ahead: Ahead) -> None:
    """A row of ops.def that no test ever leaves native code at is untested."""
    counts: dict[str, int] = {}
    for program, kind in itertools.product(ways.PROGRAMS, ways.KINDS):
        for row, count in programs_ahead.outcome(kind, program).exits.items():
            counts[row] = counts.get(row, 0) + count
    assert counts, "no version was compiled"
    never = sorted(row for row, count in counts.items() if count == 0)
    assert not never, f"rows never left from native code: {', '.join(never)}"


@pytest.mark.exhaustive
@each_program
@pytest.mark.ahead("each guard")
def test_each_guard_may_fail(program: Path, programs_ahead: Ahead) -> None:
    found = programs_ahead.outcome("each guard", program).differences
    assert not found, "\n".join(found)
