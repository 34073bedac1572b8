# ruff: noqa: E501 - whole programs on a line read better than cut ones
"""`aipy run` is `python`: arguments, `__main__`, path, exit codes, output and tracebacks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SHOW = """
import sys
print(sys.argv, sys.path[0], sorted(globals()), __name__, __file__, __spec__ and __spec__.name)
print(__builtins__, __doc__, __package__, sys.modules['__main__'].__dict__ is globals())
"""

FAILS = """
import sys

def deep(n):
    if n == 0:
        return 1 / n
    return deep(n - 1)

def main():
    try:
        deep(2)
    except ZeroDivisionError as error:
        raise ValueError("wrapped") from error

main()
"""

PROGRAMS = {
    "show": SHOW,
    "fails": FAILS,
    "exit code": "import sys\nsys.exit(7)\n",
    "exit text": "import sys\nprint('out')\nsys.exit('a text')\n",
    "exit none": "raise SystemExit\n",
    "exit large": "import sys\nsys.exit(257)\n",
    "interrupt": "raise KeyboardInterrupt\n",
    "syntax error": "x = (1,\n",
    "null byte": "x = '\\0'\n",
    "encoding": "# -*- coding: latin-1 -*-\nprint('\xe9')\n",
    "future": "from __future__ import annotations\ndef f(x: nothing): return x\nprint(f.__annotations__)\n",
    "atexit": "import atexit\natexit.register(print, 'bye')\n1/0\n",
    "excepthook": "import sys\nsys.excepthook = lambda *a: print('hook', a[0], a[2].tb_lineno, a[2].tb_next)\n1/0\n",
    "failing hook": "import sys\ndef hook(*a): raise ValueError('in hook')\nsys.excepthook = hook\n1/0\n",
    "frames": "import sys\ndef f():\n    return sys._getframe().f_back.f_code.co_name\nprint(f())\n",
    "pickle": "import pickle\nclass A: pass\nprint(type(pickle.loads(pickle.dumps(A()))) is A, A.__module__)\n",
    "last": "import sys, atexit\natexit.register(lambda: print(sys.last_value, sys.last_traceback.tb_next))\n1/0\n",
    "stdin": "import sys\nprint(sys.stdin.read())\n",
    "warning": "import warnings\nwarnings.warn('careful')\n",
    "thread": "import threading\nt = threading.Thread(target=lambda: 1/0)\nt.start()\nt.join()\n",
    "class": "class A:\n    def __repr__(self): return 'an A'\n    def __del__(self): print('gone')\na = A()\nprint(a)\n",
    # Deeper than the one large chunk that the frames lie in, to and fro, and frames that outlive it.
    "deep frames": (
        "import sys\n"
        "sys.setrecursionlimit(200_000)\n"
        "def down(n):\n"
        "    return 0 if n == 0 else 1 + down(n - 1)\n"
        "def raising(n):\n"
        "    if n == 0:\n"
        "        raise KeyError(n)\n"
        "    return raising(n - 1)\n"
        "def steps():\n"
        "    yield down(90_000)\n"
        "    yield down(10)\n"
        "kept = steps()\n"
        "print(next(kept), down(50_000), down(50_001))\n"
        "try:\n"
        "    raising(500)\n"
        "except KeyError as error:\n"
        "    frame = error.__traceback__.tb_next.tb_frame\n"
        "print(frame.f_code.co_name, next(kept))\n"
    ),
    "recursion": "def f(n): return f(n + 1)\ntry: f(0)\nexcept RecursionError as e: print(e)\n",
}


def run(command: list[str], folder: Path, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, **environment},
        input="typed",
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, _placeless(done.stdout), _placeless(done.stderr)


def _placeless(text: str) -> str:
    """Without addresses and thread names, which differ from process to process."""
    return re.sub(r"0x[0-9a-f]+|Thread-\d+", "…", text)


@pytest.mark.parametrize("mode", ["auto", "always"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_file_as_under_python(tmp_path: Path, name: str, mode: str) -> None:
    encoding = "latin-1" if name == "encoding" else "utf-8"
    (tmp_path / "program.py").write_bytes(PROGRAMS[name].encode(encoding))
    arguments = ["program.py", "-a", "--mode", "x", "--", "-m"]
    expected = run(arguments, tmp_path)
    assert run(["-m", "aipy", "run", "--mode", mode, *arguments], tmp_path) == expected


@pytest.mark.parametrize("name", PROGRAMS)
def test_module_as_under_python(tmp_path: Path, name: str) -> None:
    encoding = "latin-1" if name == "encoding" else "utf-8"
    (tmp_path / "program.py").write_bytes(PROGRAMS[name].encode(encoding))
    arguments = ["-m", "program", "-a", "--mode", "x"]
    assert run(["-m", "aipy", "run", *arguments], tmp_path) == run(arguments, tmp_path)


def make_package(folder: Path) -> None:
    package = folder / "pack"
    package.mkdir()
    (package / "__init__.py").write_text("print('init', __name__)\n")
    (package / "__main__.py").write_text(SHOW + "from . import part\nprint(part.work(3))\n")
    (package / "part.py").write_text("def work(n):\n    return sum(range(n)), __name__\n")


def test_packages_directories_and_zip_files(tmp_path: Path) -> None:
    make_package(tmp_path)
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.writestr("__main__.py", SHOW + "import helper\nhelper.fail()\n")
        archive.writestr("helper.py", "def fail():\n    return [][0]\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "__main__.py").write_text(SHOW)
    for arguments in (
        ["-m", "pack", "x"],
        ["-m", "pack.part"],
        ["archive.zip", "x"],
        ["folder", "x"],
        ["folder/"],
        ["-m", "no_such_module"],
        ["-m", "pack.missing"],
    ):
        expected = run(arguments, tmp_path)
        assert run(["-m", "aipy", "run", *arguments], tmp_path) == expected, arguments


def test_other_folders_and_links(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "links").mkdir()
    (tmp_path / "real" / "program.py").write_text(SHOW)
    (tmp_path / "links" / "link.py").symlink_to("../real/program.py")
    for file in (
        "real/program.py",
        "./real/../real/program.py",
        "links/link.py",
        str(tmp_path / "real" / "program.py"),
    ):
        assert run(["-m", "aipy", "run", file], tmp_path) == run([file], tmp_path), file


def test_flags_of_python_itself(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(SHOW + "assert 0, 'checked'\n")
    for flags in (["-O"], ["-P"], ["-W", "error"], ["-X", "dev"]):
        expected = run([*flags, "program.py"], tmp_path)
        assert run([*flags, "-m", "aipy", "run", "program.py"], tmp_path) == expected, flags


def test_a_missing_file(tmp_path: Path) -> None:
    status, _, errors = run(["-m", "aipy", "run", "nothing.py"], tmp_path)
    assert status == 2
    assert "can't open file" in errors
    assert "nothing.py' : [Errno 2]".replace(" :", ":") in errors


def test_functions_are_compiled_while_the_module_runs(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        "def work(n):\n    total = 0\n    for i in range(n):\n        total += i\n    return total\n"
        "class A:\n    def method(self):\n        return work(3)\n"
        "for _ in range(3):\n    work(1000), A().method()\n"
        "import aipy._core as core\n"
        "print(core.is_attached(work), core.is_attached(A.method), bool(core.stats(work)['versions']))\n"
    )
    status, output, _ = run(["-m", "aipy", "run", "--mode=always", "program.py"], tmp_path)
    assert (status, output) == (0, "True True True\n")
    status, output, _ = run(["-m", "aipy", "run", "--mode", "off", "program.py"], tmp_path)
    assert (status, output) == (0, "False False False\n")


IMPORTING = """
import aipy._core as core, textwrap, json, colorsys
import package.inner, package.other, sys
from json import decoder
from package.inner import work
print(*(core.is_attached(f) for f in (work, package.inner.A.method, package.other.work,
    json.loads, decoder.JSONDecoder.decode, colorsys.rgb_to_hsv, textwrap.wrap)))
work(3), package.other.work(3), json.loads("[1]")
print(work.__module__, package.inner.__spec__.origin == package.inner.__file__, len(sys.path))
try:
    import package.missing
except ImportError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize(
    ("flags", "attached"),
    [
        ([], "False False False False False False False"),
        (["--all"], "True True True True True True True"),
        (["--include", "package"], "True True True False False False False"),
        (["--include=package.inn*", "--include", "json"], "True True False True True False False"),
        (["--include", "json.decoder"], "False False False False True False False"),
        (["--all", "--mode=off"], "False False False False False False False"),
    ],
)
def test_imported_modules_are_compiled_when_asked_for(
    tmp_path: Path, flags: list[str], attached: str
) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    source = "def work(n):\n    return n + 1\nclass A:\n    def method(self):\n        return 1\n"
    (package / "inner.py").write_text(source)
    (package / "other.py").write_text(source)
    (tmp_path / "program.py").write_text(IMPORTING)
    status, output, errors = run(["-m", "aipy", "run", *flags, "program.py"], tmp_path)
    assert (status, errors) == (0, "")
    first, second, third = output.splitlines()
    assert first == attached
    assert second.startswith("package.inner True ")
    assert third == "ModuleNotFoundError No module named 'package.missing'"


def test_help_names_every_option(tmp_path: Path) -> None:
    status, text, _ = run(["-m", "aipy", "run", "--help"], tmp_path)
    assert status == 0
    _, options, _ = run(["-m", "aipy", "options"], tmp_path)
    names = re.findall(r"^  (\w+) \(", options, re.MULTILINE)
    assert {"mode", "fastmath", "tier", "stress_guards"} <= set(names)
    for name in names:
        assert "--" + name.replace("_", "-") in text
        assert f"AIPY_{name.upper()}" in options


def test_bad_command_lines_help(tmp_path: Path) -> None:
    for arguments, words in (
        (["run"], "needs a program"),
        (["run", "--moed", "off", "x.py"], "did you mean 'mode'"),
        (["run", "--mode", "sometimes", "x.py"], "sometimes"),
        (["walk"], "invalid choice"),
        (["run", "--include", "folder/module.py", "x.py"], "expected the name of a module"),
        (["run", "--inclde", "json", "x.py"], "did you mean 'include'"),
    ):
        status, _, errors = run(["-m", "aipy", *arguments], tmp_path)
        assert status == 2, arguments
        assert words in errors, arguments
        assert "Traceback" not in errors


def test_explain_command(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("def f(x):\n    return x + 1\nprint(f(1))\n")
    status, output, _ = run(["-m", "aipy", "explain", "--mode", "always", "program.py"], tmp_path)
    assert status == 0
    assert output.startswith("2\n")
    assert "f (" in output


def test_version(tmp_path: Path) -> None:
    assert run(["-m", "aipy", "--version"], tmp_path)[1].startswith("aipy ")
