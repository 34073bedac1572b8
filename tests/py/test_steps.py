"""Native code in two steps: quick code at once, optimised code for what is seen running."""

from __future__ import annotations

import threading
import time
from typing import Any

import aipy

PATIENCE = 60.0


def states(function: Any) -> list[str]:
    return [version["state"] for version in aipy.stats(function)["versions"]]


def count_until(stop: list[int], step: int) -> int:
    total = 0
    while stop[0] == 0:
        total = (total + step) % 1_000_003
    return total


def add(x: int, y: int) -> int:
    return x * 3 + y


def test_running_loop_gets_optimised_code() -> None:
    function = aipy.compile(count_until)
    seen: set[str] = set()
    stop = [0]

    def watch() -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and "" not in seen:
            seen.update(states(function))
            time.sleep(0.002)
        stop[0] = 1

    watcher = threading.Thread(target=watch)
    watcher.start()
    result = function(stop, 7)
    watcher.join()
    assert 0 <= result < 1_000_003
    assert "" in seen


def test_waiting_leaves_no_quick_code() -> None:
    function = aipy.compile(add)
    deadline = time.monotonic() + PATIENCE
    while aipy.stats(function)["tier"] != "native" and time.monotonic() < deadline:
        assert function(5, 2) == 17
    assert aipy.wait(PATIENCE)
    assert states(function)
    assert "quick" not in states(function)
    assert function(5, 2) == 17
