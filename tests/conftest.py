"""What all Python tests share: their folders on the path, and the marker `exhaustive`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

# What is tested is made anew; test_cache.py has a folder of its own.
os.environ.setdefault("AIPY_CACHE", "off")

sys.path[:0] = [str(Path(__file__).parent / room) for room in ("py", "fuzz", "conformance")]


def pytest_configure(config: pytest.Config) -> None:
    """Name the markers, so that a misspelt one is an error under --strict-markers."""
    config.addinivalue_line(
        "markers", 'exhaustive: runs for minutes; leave out with -m "not exhaustive"'
    )
