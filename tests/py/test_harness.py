"""The harness finds differences: it is fed some on purpose."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import ahead
import canonical
import pytest
import ways
import worker

PROGRAM = """
LOG = []

def case_value(x=2.0):
    print("working")
    return [x, -0.0, LOG]

def case_error():
    values = [1, 2]
    return values[0] + values[5]
"""


def report_of(program: Path) -> ways.Result:
    (result,) = ways.run.__wrapped__(program, "cpython")
    return result


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return path


def test_equal_reports_have_no_difference(program: Path) -> None:
    assert ways.differences(report_of(program), report_of(program)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return [x, -0.0, LOG]", "return [x, 0.0, LOG]"),
        ("x=2.0", "x=2"),
        ("[x, -0.0, LOG]", "[x, -0.0, list(LOG)][::1] + [LOG]"),
        ('print("working")', 'print("Working")'),
        ("values[0] + values[5]", "values[5] + values[0]"),
        ("values[0] + values[5]", "values[0] + values.pop(5)"),
        ("values = [1, 2]", "\n    values = [1, 2]"),
        ("def case_error", "def case_other"),
    ],
)
def test_a_changed_program_is_found(program: Path, before: str, after: str) -> None:
    expected = report_of(program)
    program.write_text(PROGRAM.replace(before, after))
    assert ways.differences(expected, report_of(program))


def test_a_changed_run_is_found(program: Path) -> None:
    expected = report_of(program)
    actual = copy.deepcopy(expected)
    actual.cases["case_value"][-1]["output"] = ""
    (found,) = ways.differences(expected, actual)
    assert "case_value, run 3: output differs" in found


def test_a_crash_is_a_finding(program: Path) -> None:
    program.write_text("def case_crash():\n    import ctypes\n    ctypes.string_at(0)\n")
    (found,) = ways.differences(ways.Result("cpython"), report_of(program))
    assert "Segmentation fault" in found
    assert "case_crash" in found


def test_an_exit_is_a_finding(program: Path) -> None:
    program.write_text("import os\n\ndef case_exit():\n    os._exit(3)\n")
    assert "exit status 3" in report_of(program).crash


def test_a_program_without_cases_is_an_error(program: Path) -> None:
    program.write_text("x = 1\n")
    assert "holds no case_* function" in report_of(program).crash


def test_knowing_that_aipy_is_there_is_a_finding(program: Path) -> None:
    program.write_text("import sys\n\ndef case_seen():\n    return 'aipy' in sys.modules\n")
    assert ways.check(program, "compiled")


def test_outcomes_come_from_the_process_beside(program: Path) -> None:
    other = program.with_name("other.py")
    other.write_text("import sys\n\ndef case_seen():\n    return 'aipy' in sys.modules\n")
    missing = program.with_name("none.py")
    missing.write_text("def case_syntax(:\n")
    wanted = [(path, list(ways.KINDS)) for path in (program, other, missing)]
    with ahead.running(wanted) as begun:
        assert not begun.outcome("each guard", program).differences
        for kind in ways.KINDS:
            assert sum(begun.outcome(kind, program).exits.values()) > 0, kind
        assert begun.outcome("once", other).differences
        assert "SyntaxError" in begun.outcome("each guard", missing).differences[0]


def test_an_end_of_the_process_beside_is_told(tmp_path: Path) -> None:
    missing = tmp_path / "missing.py"
    with (
        ahead.running([(missing, ["once"])]) as begun,
        pytest.raises(RuntimeError, match="missing.py, once"),
    ):
        begun.outcome("once", missing)


def test_every_program_has_a_docstring_and_many_cases() -> None:
    assert len(ways.PROGRAMS) >= 25
    for program in ways.PROGRAMS:
        assert program.read_text(encoding="utf-8").startswith('"""'), program.name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (1, True),
        (0.0, -0.0),
        (float("nan"), float("-nan")),
        (1.0, 1.0000000000000002),
        ("a", b"a"),
        ([1], (1,)),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({1}, frozenset({1})),
        (range(3), [0, 1, 2]),
        (None, False),
        (2**200, 2**200 + 1),
        (ValueError("x"), ValueError("y")),
        (ValueError("x"), TypeError("x")),
    ],
)
def test_unequal_values_give_unequal_data(one: object, other: object) -> None:
    assert canonical.canonical(one) != canonical.canonical(other)
    assert canonical.canonical(one) == canonical.canonical(copy.deepcopy(one))


def test_sharing_is_part_of_a_value() -> None:
    row: list[int] = []
    assert canonical.canonical([row, row]) != canonical.canonical([row, []])
    row.append(row)  # type: ignore[arg-type]
    json.dumps(canonical.canonical(row))


def test_traceback_data_has_columns() -> None:
    def fails() -> int:
        return 1 + (2 // 0)

    result = worker.run_case(fails, ())
    assert "ZeroDivisionError" in result["printed"]
    json.dumps(result)
