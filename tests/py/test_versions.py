"""Versions come and go, and leave nothing behind: what they took is given back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = '''
import gc, linecache, sys, threading
import aipy

HELD = """
def function(enter, leave, n):
    enter()
    leave()
    return n * factor
"""
LOOP = """
def function(n):
    total = 0
    for i in range(n):
        total += i * factor
    return total
"""

def define(text, number):
    """A new function of this text, alone in its globals."""
    name = f"<{number % 8}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space = {"factor": 2}
    exec(compile(text, name, "exec"), space)
    return aipy.compile(space["function"], mode="always", opt_level=level), space

class OtherThread:
    """Stays inside the function that it runs until it is let go."""
    def __init__(self):
        self.start, self.inside, self.leave, self.done = (threading.Semaphore(0) for _ in range(4))
        threading.Thread(target=self.work, daemon=True).start()
    def work(self):
        while True:
            self.start.acquire()
            self.result = self.function(self.inside.release, self.leave.acquire, 7)
            self.done.release()

def versions(function):
    return len(aipy.stats(function)["versions"])

def drop_while_active(number):
    """The version falls, and its function's last name is gone, while the other thread is in it."""
    other.function, space = define(HELD, number)
    other.start.release()
    other.inside.acquire()
    assert versions(other.function) == 1
    space["factor"] = 3
    del other.function
    other.leave.release()
    other.done.acquire()
    assert other.result == 21, other.result

def drop_at_rest(number):
    """The version falls before its function dies, or with it."""
    function, space = define(LOOP, number)
    assert function(10) == 90
    if number % 2 == 0:
        space["factor"] = 3
    assert versions(function) == 1

def resident_kilobytes():
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4

count, level = int(sys.argv[1]), int(sys.argv[2])
other = OtherThread()
for number in range(count):
    (drop_while_active if number % 2 == 0 else drop_at_rest)(number)
    if number == count // 2:
        before = resident_kilobytes()
print(resident_kilobytes() - before)
'''


def growth_in_second_half(folder: Path, versions: int, opt_level: int) -> int:
    program = folder / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, str(program), str(versions), str(opt_level)],
        capture_output=True,
        text=True,
        timeout=1200,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_versions_leave_nothing(tmp_path: Path) -> None:
    assert growth_in_second_half(tmp_path, 1_500, opt_level=0) < 1024


@pytest.mark.exhaustive
def test_ten_thousand_versions_leave_nothing(tmp_path: Path) -> None:
    assert growth_in_second_half(tmp_path, 10_000, opt_level=2) < 1024
