"""The programs begin to run all ways with the first test of this folder, ahead of their tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ahead
import pytest
import ways


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker of tests that judge what ran ahead."""
    config.addinivalue_line(
        "markers", "ahead(kind): judges its program's outcome, or all programs'"
    )


@pytest.fixture(scope="session", autouse=True)
def programs_ahead(request: pytest.FixtureRequest) -> Iterator[ahead.Ahead | None]:
    """What the tests marked `ahead` take their outcomes from.

    The tests of the folders before this one use all processors themselves.
    """
    wanted: dict[Path, set[str]] = {}
    for item in request.session.items:
        for marker in item.iter_markers("ahead"):
            call = getattr(item, "callspec", None)
            for program in [call.params["program"]] if call else ways.PROGRAMS:
                wanted.setdefault(program, set()).add(marker.args[0])
    if not wanted:
        yield None
        return
    with ahead.running((program, sorted(kinds)) for program, kinds in wanted.items()) as begun:
        yield begun
