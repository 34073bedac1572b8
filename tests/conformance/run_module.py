"""Runs one module of CPython's own test suite and writes each test's outcome; started by `run.py`.

Contract: `run_module.py REPORT_FILE MODULE OPTIONS SECONDS`, OPTIONS a JSON object for
`watch_functions` and, as "imports", a pattern of imported modules that are compiled too, or
null to leave aipy out, or "names" to leave out the running too; SECONDS is when it gives up and
says where.
A started test is written before it runs, so that a crash shows where it happened. Outcomes are
"passed", "skipped" or "failed"; "named" where nothing was run.
"""

from __future__ import annotations

import faulthandler
import importlib.util
import json
import os
import sys
import time
import unittest
from typing import IO, Any


class Recorder(unittest.TestResult):
    """Writes outcomes as they come; a test with one failing part has failed."""

    def __init__(self, report: IO[str]) -> None:
        super().__init__()
        self.report = report
        self.outcome = "passed"
        self.detail = ""

    def startTest(self, test: Any) -> None:
        super().startTest(test)
        self.outcome, self.detail = "passed", ""
        self._write({"started": _name(test)})

    def stopTest(self, test: Any) -> None:
        super().stopTest(test)
        self._write({"test": _name(test), "outcome": self.outcome, "detail": self.detail})

    def addSkip(self, test: Any, reason: str) -> None:
        super().addSkip(test, reason)
        self.outcome = "skipped"

    def addExpectedFailure(self, test: Any, err: Any) -> None:
        super().addExpectedFailure(test, err)

    def addUnexpectedSuccess(self, test: Any) -> None:
        super().addUnexpectedSuccess(test)
        self._fail("unexpected success", test)

    def addError(self, test: Any, err: Any) -> None:
        super().addError(test, err)
        self._fail(self.errors[-1][1], test)

    def addFailure(self, test: Any, err: Any) -> None:
        super().addFailure(test, err)
        self._fail(self.failures[-1][1], test)

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._fail(self._exc_info_to_string(err, test), test)

    def _fail(self, detail: str, test: Any) -> None:
        self.outcome, self.detail = "failed", detail[-2000:]
        if not isinstance(test, unittest.TestCase):
            # Set-up of a class or module: no test of its own starts or stops.
            self._write({"test": _name(test), "outcome": "failed", "detail": self.detail})

    def _write(self, row: dict[str, str]) -> None:
        print(json.dumps(row), file=self.report, flush=True)


def write_names(suite: unittest.TestSuite, report: IO[str]) -> None:
    """Write each test of the suite as "named"."""
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            write_names(part, report)
        else:
            row = {"test": _name(part), "outcome": "named", "detail": ""}
            print(json.dumps(row), file=report)


def _name(test: Any) -> str:
    name = test.id() if hasattr(test, "id") else str(test)
    return name.replace(os.getcwd(), "…")


def main(arguments: list[str]) -> None:
    """Run the module named on the command line."""
    report_file, module, options_text, seconds = arguments
    options = json.loads(options_text)
    faulthandler.enable()
    faulthandler.dump_traceback_later(int(seconds), exit=True)
    from test import support

    support.use_resources = []
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{module} is not installed with this Python")
    if isinstance(options, dict):
        place = spec.submodule_search_locations
        _compile([os.path.join(place[0], "")] if place else [spec.origin], options)
    with open(report_file, "a", encoding="utf-8") as report:
        start = time.perf_counter()
        recorder = Recorder(report)
        suite = unittest.defaultTestLoader.loadTestsFromName(module)
        if options == "names":
            write_names(suite, report)
        else:
            suite.run(recorder)
        print(json.dumps({"seconds": time.perf_counter() - start}), file=report)


def _compile(files: list[str], options: dict[str, str]) -> None:
    import aipy._core as core

    imports = options.pop("imports", None)
    core.watch_functions(files, options)
    if imports is not None:
        from aipy.cli.imports import compile_imports

        compile_imports([imports], files, options)


if __name__ == "__main__":
    # The tests expect to find themselves as the only arguments' program.
    given, sys.argv[1:] = sys.argv[1:], []
    main(given)
