"""The conformance runner itself, and CPython's own language tests."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import run

# What others than 3.13 may lose is not listed yet; test_asyncio, which alone takes a minute, runs
# in `make conformance`.
QUICK = (
    *("test.test_grammar", "test.test_scope", "test.test_extcall", "test.test_keywordonlyarg"),
    *("test.test_positional_only_arg", "test.test_unpack", "test.test_compare"),
    *("test.test_listcomps", "test.test_iter", "test.test_with"),
)
CHOSEN = run.LANGUAGE if run.VERSION == "3.13" else QUICK


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


def test_names_are_those_of_the_tests_that_run() -> None:
    named = run.run_module("test.test_raise", run.NAMES)
    assert named.crash == ""
    assert named.tests.keys() == run.run_module("test.test_raise", None).tests.keys()


def test_only_what_did_not_pass_needs_a_run_without_aipy() -> None:
    assert run.all_passed(["a", "b"], {"a": "passed", "b": "skipped"})
    assert not run.all_passed(["a", "b"], {"a": "passed"})
    assert not run.all_passed(["a"], {"a": "failed"})
    assert not run.all_passed(["a"], {"a": "passed", "setUpClass (x)": "failed"})


def test_all_modules_are_found_once() -> None:
    modules = run.all_modules()
    assert len(set(modules)) == len(modules) > 400
    assert {"test.test_grammar", "test.test_json.test_decode"} <= set(modules)


def test_kept_outcomes_are_not_run_again(tmp_path: Path) -> None:
    results = run.Results(str(tmp_path))
    first = results.outcome("test.test_raise", None, 100)
    (kept,) = tmp_path.rglob("test.test_raise.off.json")
    kept.write_text(kept.read_text().replace('"failed"', '"skipped"').replace("_raise", "_kept"))
    again = results.outcome("test.test_raise", None, 100)
    assert {test.replace("_raise", "_kept") for test in first.tests} == set(again.tests)


def test_a_module_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    sleep = "import time; time.sleep(60)"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {sleep!r}])"
    crash = run._run_to_its_end([sys.executable, "-c", child], str(tmp_path), dict(os.environ), 1)
    assert crash == "no end after 1 s"


def test_share_with_losses() -> None:
    lossless = run.Comparison("test.x", outcome(a="passed"), outcome(a="passed"), {})
    losing = run.Comparison("test.y", outcome(a="passed"), outcome(a="failed"), {})
    assert run.share_with_losses([lossless, losing]) == "1 of 2 test files lost a test (50.0 %)"


def test_language_modules_lose_no_test() -> None:
    modules = [name for name in CHOSEN if run.is_installed(name) and name != "test.test_asyncio"]
    # LLVM's optimisation takes nine tenths of the time, and makes no difference to most faults.
    options = {"mode": "always", "opt_level": "0"}
    comparisons = run.compare_all(modules, options, names_first=True)
    found = run.problems(comparisons)
    assert not found, "\n".join(found)
