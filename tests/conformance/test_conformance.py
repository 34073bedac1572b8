"""The conformance runner itself, and the quickest of CPython's own language tests."""

from __future__ import annotations

import pytest
import run

QUICK = (
    *("test.test_grammar", "test.test_raise", "test.test_scope", "test.test_extcall"),
    *("test.test_keywordonlyarg", "test.test_positional_only_arg", "test.test_unpack"),
    *("test.test_compare", "test.test_listcomps", "test.test_iter", "test.test_with"),
)


def outcome(**tests: str) -> run.Outcome:
    return run.Outcome(dict(tests))


def test_lost_tests_are_found() -> None:
    off = outcome(a="passed", b="passed", c="failed", d="skipped", e="passed", f="passed")
    on = outcome(a="passed", b="failed", c="failed", d="skipped", e="skipped")
    comparison = run.Comparison("test.x", off, on, {})
    assert comparison.lost == ["b", "f"]
    assert len(run.problems([comparison])) == 2
    assert "test.x".removeprefix("test.") in run.table([comparison])


def test_exceptions_excuse_and_must_not_pass() -> None:
    comparison = run.Comparison(
        "test.x",
        outcome(a="passed", b="passed"),
        outcome(a="passed", b="failed"),
        {"a": "r", "b": "r"},
    )
    assert comparison.lost == []
    assert comparison.stale == ["a"]


def test_a_crash_is_a_problem() -> None:
    crashed = run._outcome(['{"started": "a"}'], "exit status -11")
    comparison = run.Comparison("test.x", outcome(a="passed"), crashed, {})
    assert crashed.tests == {"a": "crashed"}
    (found,) = run.problems([comparison])
    assert "crashed, in a, 1 tests lost: exit status -11" in found


def test_exceptions_are_read_by_version() -> None:
    text = "# comment\n3.12,3.13 test.a.T.t: bytecode\n* test.b.T.t: counts\n3.11 test.c.T.t: old\n"
    assert run.read_exceptions(text, "3.13") == {"test.a.T.t": "bytecode", "test.b.T.t": "counts"}
    for wrong in ("test.a.T.t", "3.13 test.a.T.t", "3.13 test.a.T.t: "):
        with pytest.raises(ValueError, match="line 1"):
            run.read_exceptions(wrong, "3.13")


def test_a_module_without_aipy_gives_outcomes() -> None:
    result = run.run_module("test.test_raise", None)
    assert result.crash == ""
    assert len(result.passed()) > 20
    assert result.seconds > 0


def test_quick_language_modules_lose_no_test() -> None:
    comparisons = run.compare_all(
        [name for name in QUICK if run.is_installed(name)], {"mode": "always"}
    )
    found = run.problems(comparisons)
    assert not found, "\n".join(found)
