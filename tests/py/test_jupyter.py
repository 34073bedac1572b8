"""Cells: the decorator, redefinition, and `%%aipy`, in IPython's own shell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from aipy import _core, jupyter
from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture
def shell() -> Iterator[Any]:
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.run_cell("%load_ext aipy")
    yield shell
    shell.run_cell("%unload_ext aipy")
    InteractiveShell.clear_instance()


def value(shell: Any, cell: str) -> Any:
    result = shell.run_cell(cell)
    result.raise_error()
    return result.result


def test_decorator_and_redefinition_in_cells(shell: Any) -> None:
    value(shell, "import aipy")
    for factor in (2, 3):
        value(shell, f"@aipy.compile(mode='always')\ndef f(x):\n    return x * {factor}")
        assert value(shell, "[f(i) for i in range(3)]") == [0, factor, 2 * factor]
        assert value(shell, "aipy.explain(f).functions[0]['reason']") == ""


def test_magic_compiles_every_function_of_the_cell(shell: Any) -> None:
    value(
        shell,
        "%%aipy --mode always\n"
        "def f(n):\n    total = 0\n    for i in range(n):\n        total += i\n    return total\n"
        "class A:\n    def method(self):\n        return f(4)\n"
        "f(10), A().method()",
    )
    assert value(shell, "f(100), A().method()") == (4950, 6)
    assert all(map(_core.is_attached, (shell.user_ns["f"], shell.user_ns["A"].method)))


def test_later_cells_are_left_alone(shell: Any) -> None:
    value(shell, "%%aipy\ndef f():\n    return 1")
    value(shell, "def g():\n    return 2")
    assert not _core.is_attached(shell.user_ns["g"])


def test_last_expression_and_errors_are_the_shells_own(shell: Any) -> None:
    assert value(shell, "%%aipy\n5 + 1") == 6
    result = shell.run_cell("%%aipy\n\n1 / 0")
    assert isinstance(result.error_in_exec, ZeroDivisionError)
    assert result.error_in_exec.__traceback__.tb_next.tb_lineno == 3


def test_wrong_flags_are_told(shell: Any) -> None:
    result = shell.run_cell("%%aipy --sometimes\nx = 1")
    assert "--sometimes" in str(result.error_in_exec)


def test_lines_of_other_cells_are_unchanged() -> None:
    for cell in ([], ["x = 1\n"], ["%%time\n", "x\n"], ["%%aipyx\n"]):
        assert jupyter.rewrite_cell(list(cell)) == cell
