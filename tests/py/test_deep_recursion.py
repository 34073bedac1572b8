"""Recursion as deep as the limit allows: native frames lie on the C stack, CPython's do not.

Each kind of recursion runs in a process of its own, on the main thread and on another
one, in both executors. Where CPython raises RecursionError, so does aipy; where pure
Python recurses 200,000 deep, so does aipy. Through C code that calls back, CPython
raises earlier than aipy, which only has to survive.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import functools, sys, threading
import aipy

def direct(n):
    return 0 if n == 0 else 1 + direct(n - 1)

def even(n):
    return True if n == 0 else odd(n - 1)

def odd(n):
    return False if n == 0 else even(n - 1)

def boxes(n):
    return () if n == 0 else (boxes(n - 1),)[0]

def many(n, a=1.5, b=2.5, c=3.5, d=4.5, e=5.5, f=6.5, g=7.5, h=8.5):
    if n == 0:
        return a + b + c + d + e + f + g + h
    return many(n - 1, b, c, d, e, f, g, h, a) + (a - b) * (c - d) * (e - f) * (g - h)

def closure(n):
    def inner(m):
        return m if m == 0 else closure(m - 1) + 1
    return inner(n)

def caught(n):
    try:
        return 0 if n == 0 else caught(n - 1) + 1
    finally:
        n = None

def by_key(n):
    return 0 if n == 0 else sorted([n - 1], key=by_key)[0] + 1

class Sum:
    def __init__(self, n):
        self.n = n
    def __add__(self, other):
        return 0 if self.n == 0 else Sum(self.n - 1) + other

def by_operator(n):
    return Sum(n) + 1

def by_map(n):
    return 0 if n == 0 else next(map(by_map, [n - 1])) + 1

def steps(n):
    if n == 0:
        yield 0
    else:
        for item in steps(n - 1):
            yield item + 1

def by_generator(n):
    for item in steps(n):
        return item

def attempt(function, n):
    try:
        return function(n)
    except RecursionError as error:
        assert str(error).startswith("maximum recursion depth exceeded"), error
        return "RecursionError"

def run(function, cases):
    for _ in range(4):
        function(3)
    for limit, n in cases:
        sys.setrecursionlimit(limit)
        print(limit, n, attempt(function, n), flush=True)

name, *numbers = sys.argv[1:]
cases = [tuple(map(int, case.split(":"))) for case in numbers]
aipy.compile(sys.modules["__main__"])
for _ in range(2):
    thread = threading.Thread(target=run, args=(globals()[name], cases))
    thread.start()
    thread.join()
    run(globals()[name], cases)
"""

# limit:depth
PURE = ("1000:900", "1000:15000", "20000:15000", "20000:200000", "220000:200000", "2000000000:50")
FOREIGN = ("1000:900", "1000:15000", "20000:1000")


def answers(folder: Path, name: str, cases: tuple[str, ...], **environment: str) -> str:
    program = folder / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, str(program), name, *cases],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


WAYS = {"native": {"AIPY_MODE": "always"}, "interpreter": {"AIPY_TIER": "interpreter"}}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["direct", "even", "boxes", "many", "closure", "caught"])
def test_pure_recursion(tmp_path: Path, name: str, way: str) -> None:
    expected = answers(tmp_path, name, PURE, AIPY_MODE="off")
    assert answers(tmp_path, name, PURE, **WAYS[way]) == expected


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "name",
    [
        "by_key",
        "by_operator",
        "by_map",
        pytest.param(
            "by_generator",
            marks=pytest.mark.skipif(
                sys.version_info < (3, 13), reason="CPython 3.12 itself dies: Fatal Python error"
            ),
        ),
    ],
)
def test_recursion_through_c_code(tmp_path: Path, name: str, way: str) -> None:
    expected = answers(tmp_path, name, FOREIGN, AIPY_MODE="off").splitlines()
    found = answers(tmp_path, name, FOREIGN, **WAYS[way]).splitlines()
    assert len(found) == len(expected)
    for line, wanted in zip(found, expected, strict=True):
        limit, depth, answer = wanted.split()
        if answer == "RecursionError" and int(depth) < int(limit):  # CPython's own limit for C code
            assert line in (wanted, f"{limit} {depth} {0 if name == 'by_operator' else depth}")
        else:
            assert line == wanted
    deep = answers(tmp_path, name, ("220000:200000",), **WAYS[way])
    assert len(deep.splitlines()) == 4
