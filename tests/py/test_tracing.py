"""Debuggers, profilers and coverage see what runs, whether it began before they did or not.

Lines, calls, returns and exceptions in all their places are in `programs/traced.py`; here are
the tools of the standard library and what only a process of its own can show.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

TIERS = {"compiled": ["--mode", "always"], "interpreter": ["--tier", "interpreter"]}

PDB = """
import pdb

def below(i):
    if i == 3:
        pdb.set_trace()
    return i + 1

def above(n):
    total = 0
    for i in range(n):
        total += below(i)
        total *= 2
    return total

for _ in range(3):
    print(above(3))
print(above(6))
"""

PDB_HERE = """
import pdb

def here(n):
    total = 0
    for i in range(n):
        total += i
        if i == 4:
            pdb.set_trace()
        total += 1
    return total

print(here(4))
print(here(7))
"""

PROFILE = """
import cProfile, io, pstats

def work(i):
    return i * 2

def measured(n):
    profiler = cProfile.Profile()
    total = 0
    for i in range(n):
        if i == 5:
            profiler.enable()
        total += work(i)
    profiler.disable()
    calls = {key[2]: value[0] for key, value in pstats.Stats(profiler).stats.items()}
    return total, calls.get("work")

for _ in range(3):
    print(measured(20))
"""

TRACE = """
import sys, threading

seen = []

def tracer(frame, event, arg):
    if frame.f_code.co_name == "busy":
        seen.append((event, frame.f_lineno))
    return tracer

def busy(n):
    total = 0
    for i in range(n):
        if i == 50:
            begin.set()
            go.wait()
        total += i
    return total

begin, go = threading.Event(), threading.Event()
thread = threading.Thread(target=busy, args=(60,))
thread.start()
begin.wait()
threading.settrace_all_threads(tracer)
go.set()
thread.join()
threading.settrace_all_threads(None)
print(busy(10), len(seen) > 0)
"""

JUMP = """
import sys

refused = []

def tracer(frame, event, arg):
    if event == "line" and not refused:
        try:
            frame.f_lineno = frame.f_lineno + 1
            refused.append(None)
        except ValueError as error:
            refused.append(error)
    return tracer

def jumps(n):
    total = 0
    for i in range(n):
        if i == 4:
            sys.settrace(tracer)
            sys._getframe().f_trace = tracer
        total += 1
        total += 1
    sys.settrace(None)
    return total

print(jumps(8), type(refused[0]).__name__)
"""


CALLS = """
import math, sys

told = []

def tell(frame, event, argument):
    told.append((event, getattr(argument, "__name__", None) or frame.f_code.co_name))

def plain(x):
    return x

class A:
    def method(self, x):
        return x

def work(values, a):
    sys.setprofile(tell)
    n = len(values)
    values.append(abs(-n))
    math.floor(1.5)
    plain(max(*values))
    a.method(sorted(values, reverse=True))
    try:
        values.index(1000)
    except ValueError:
        pass
    sys.setprofile(None)
    return n

for _ in range(3):
    del told[:]
    print(work([1, 2], A()), told)
"""


PARTS = """
import sys

def twice(i):
    return i * 2

def counting(n):
    for i in range(n):
        yield i

def work(n):
    total = 0
    for i in counting(n):
        total += twice(i)
    return total

TOLD = []
events = sys.monitoring.events
sys.monitoring.use_tool_id(3, "test")
sys.monitoring.register_callback(3, events.PY_YIELD, lambda code, offset, value: TOLD.append(value))
sys.monitoring.register_callback(
    3, events.PY_RETURN, lambda code, offset, value: TOLD.append((code.co_name, value))
)
for function, event in ((counting, events.PY_YIELD), (twice, events.PY_RETURN)):
    for _ in range(4):
        print(work(5))
    sys.monitoring.set_local_events(3, function.__code__, event)
    print(work(3), work(2), TOLD)
    TOLD.clear()
    sys.monitoring.set_local_events(3, function.__code__, 0)
    print(work(3), TOLD)
"""


def run(options: list[str] | None, program: Path, text: str = "") -> str:
    """What the program prints; `options` None leaves aipy out."""
    command = [sys.executable, "-m", "aipy", "run", *options] if options else [sys.executable]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AIPY_")}
    done = subprocess.run(
        [*command, str(program)],
        input=textwrap.dedent(text),
        capture_output=True,
        text=True,
        env=environment | {"PYTHONHASHSEED": "0"},
        timeout=120,
    )
    return done.stdout + done.stderr


def same(tmp_path: Path, tier: str, source: str, text: str = "") -> None:
    program = tmp_path / "program.py"
    program.write_text(source)
    assert run(TIERS[tier], program, text) == run(None, program, text)


@pytest.mark.parametrize("tier", TIERS)
def test_pdb_goes_up_to_a_caller_that_runs(tmp_path: Path, tier: str) -> None:
    same(tmp_path, tier, PDB, "up\np total, i\nd\nn\nn\nn\np total, i\nn\nn\ns\np i\nr\nn\nc\n")


@pytest.mark.parametrize("tier", TIERS)
def test_pdb_steps_through_the_function_that_calls_it(tmp_path: Path, tier: str) -> None:
    same(tmp_path, tier, PDB_HERE, "n\np total\nn\nn\np total, i\nbreak 6\nc\np i\nclear 1\nc\n")


@pytest.mark.parametrize("tier", TIERS)
def test_pdb_is_left_by_quit(tmp_path: Path, tier: str) -> None:
    output = []
    program = tmp_path / "program.py"
    program.write_text(PDB_HERE)
    for options in (TIERS[tier], None):
        output.append(run(options, program, "n\nq\n").splitlines())
    assert output[0][-1] == output[1][-1] == "bdb.BdbQuit"
    assert output[0][:4] == output[1][:4]


@pytest.mark.parametrize("tier", TIERS)
def test_profiler_that_is_enabled_in_a_running_function(tmp_path: Path, tier: str) -> None:
    same(tmp_path, tier, PROFILE)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="threads are traced together since 3.12")
@pytest.mark.parametrize("tier", TIERS)
def test_all_threads_are_traced(tmp_path: Path, tier: str) -> None:
    same(tmp_path, tier, TRACE)


@pytest.mark.parametrize("tier", TIERS)
def test_jumps_in_a_running_activation_are_refused(tmp_path: Path, tier: str) -> None:
    program = tmp_path / "program.py"
    program.write_text(JUMP)
    assert run(TIERS[tier], program) == "16 ValueError\n"


@pytest.mark.parametrize("tier", TIERS)
def test_calls_of_a_running_activation_are_told(tmp_path: Path, tier: str) -> None:
    same(tmp_path, tier, CALLS)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring is new in 3.12")
@pytest.mark.parametrize("tier", TIERS)
def test_functions_whose_bodies_are_parts_of_others_are_told_of(tmp_path: Path, tier: str) -> None:
    same(tmp_path, tier, PARTS)
