"""Native code that outlives the process: found again, and never trusted more than it deserves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROGRAM = """
import aipy
FACTOR = {factor}
@aipy.compile(mode="always", opt_level={level})
def scaled(n):
    total = 0
    for i in range(n):
        total += i * FACTOR
    return total
@aipy.compile(mode="always", opt_level={level})
def mean(values, weight=0.5):
    found = []
    for value in values:
        found.append(value * weight + scaled(3))
    return sum(found) / len(found), f"{{len(found)}} values"
for _ in range(3):
    print(scaled(1000), mean([1, 2, 3]), mean([1.5, 2.5]))
try:
    mean([])
except ZeroDivisionError as error:
    print(error, error.__traceback__.tb_next.tb_lineno)
"""


# Classes have other versions behind as many others.
CLASSES = """
import aipy
class Other:
    method = lambda self: 0
for number in range({others}):
    type(f"Other{{number}}", (Other,), {{}})().method()
class Point:
    def __init__(self, x):
        self.x = x
    def scaled(self, factor):
        return self.x * factor
@aipy.compile(mode="always")
def total(points):
    found = 0
    for point in points:
        found += point.scaled(3) + Point(2).x
    return found
points = [Point(x) for x in range(100)]
for _ in range(3):
    print(total(points))
Point.scaled = lambda self, factor: factor
print(total(points), total(points[:1]))
"""


def run(
    folder: Path | str, factor: int = 3, level: int = 2, **options: str
) -> tuple[str, int, int]:
    """As `run_source` of PROGRAM."""
    return run_source(folder, PROGRAM.format(factor=factor, level=level), **options)


def run_source(folder: Path | str, source: str, **options: str) -> tuple[str, int, int]:
    """What a program prints, and how many pieces of code were compiled, and had at all."""
    environment = {**os.environ, "AIPY_CACHE": str(folder), "AIPY_LOG": "compile", **options}
    done = subprocess.run(
        [sys.executable, "-c", f"import linecache\n{KEEP}\nrun({source!r})"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("aipy compile: ")]
    found = sum("from the cache" in line for line in lines)
    return done.stdout, len(lines) - found, len(lines)


# Functions need a source that can be read.
KEEP = """
def run(source):
    linecache.cache["<program>"] = (len(source), None, source.splitlines(True), "<program>")
    exec(compile(source, "<program>", "exec"), {"__name__": "program"})
"""


@pytest.mark.parametrize("level", [0, 2])
def test_a_second_process_compiles_nothing(tmp_path: Path, level: int) -> None:
    printed, compiled, pieces = run(tmp_path / "cache", level=level)
    assert compiled > 1
    assert run(tmp_path / "cache", level=level) == (printed, 0, pieces)


def test_other_code_is_other_files(tmp_path: Path) -> None:
    run(tmp_path)
    before = set(tmp_path.iterdir())
    assert before
    _, compiled, _ = run(tmp_path, level=1)
    assert compiled > 0
    assert len(set(tmp_path.iterdir()) - before) == compiled


def test_globals_may_have_changed(tmp_path: Path) -> None:
    plain = [run("off", factor)[0] for factor in (3, 5, 2**70)]
    assert [run(tmp_path, factor)[0] for factor in (3, 5, 2**70)] == plain
    assert [run(tmp_path, factor)[0] for factor in (3, 5, 2**70)] == plain


def test_versions_of_classes_are_other_numbers_in_each_process(tmp_path: Path) -> None:
    printed, compiled, pieces = run_source(tmp_path, CLASSES.format(others=0))
    assert compiled > 1
    for others in (1, 40, 0):
        assert run_source(tmp_path, CLASSES.format(others=others)) == (printed, 0, pieces)


def damage_header(content: bytes) -> bytes:
    return b"x" + content[1:]


def damage_code(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def empty(content: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("damage", [damage_header, damage_code, cut, empty])
def test_damaged_files_are_made_anew(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    first = printed, compiled, pieces = run(tmp_path)
    whole = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for path, content in whole.items():
        path.write_bytes(damage(content))
    assert run(tmp_path) == first
    assert run(tmp_path) == (printed, 0, pieces)
    assert {path.stat().st_size for path in tmp_path.iterdir()} == set(map(len, whole.values()))


def test_off_keeps_nothing(tmp_path: Path) -> None:
    printed, compiled, pieces = run("off", XDG_CACHE_HOME=str(tmp_path))
    assert compiled == pieces
    assert list(tmp_path.iterdir()) == []
    assert run("auto", XDG_CACHE_HOME=str(tmp_path))[1] > 0
    assert run("auto", XDG_CACHE_HOME=str(tmp_path)) == (printed, 0, pieces)
    assert (tmp_path / "aipy").stat().st_mode & 0o777 == 0o700


def test_folders_that_others_may_write_are_not_used(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    for _ in range(2):
        _, compiled, pieces = run(tmp_path)
        assert compiled == pieces
        assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file" / "cache", tmp_path / "file"):
        _, compiled, pieces = run(folder)
        assert compiled == pieces


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path) -> None:
    """One file in 64 looks at all of them."""
    for number in range(3):
        old = tmp_path / f"old{number}"
        old.write_bytes(bytes(1 << 20))
        os.utime(old, (number, number))
    for first in range(0, 2000, 20):  # which file looks is chance: one of 2,000 does
        factors = range(first, first + 20)
        programs = "".join(PROGRAM.format(factor=factor, level=0) for factor in factors)
        run_source(tmp_path, programs, AIPY_CACHE_MB="1")
        names = {path.name for path in tmp_path.iterdir()}
        if any(name < "04" for name in names):
            break
    assert names
    assert not [name for name in names if name.startswith("old")]
