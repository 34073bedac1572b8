"""Runs a batch of generated programs in one process; started by `fuzz.py`.

Contract: `batch.py REPORT_FILE WAY OPTIONS PROGRAM...`, OPTIONS a JSON object or null.
One JSON line a program is appended as soon as it is done, so that the first program
without a line is the one that crashed.
"""

from __future__ import annotations

import contextlib
import json
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "py"))

import worker  # noqa: E402

# One run meets generic code, the second what was learned from it.
RUNS = 2
SECONDS_PER_PROGRAM = 20


def main(arguments: list[str]) -> None:
    """Run the programs named on the command line one way."""
    report_file, way, options, *programs = arguments
    worker.prepare(programs[0])
    worker.RUNS = RUNS
    worker.SECONDS_PER_WAY = SECONDS_PER_PROGRAM
    warnings.simplefilter("ignore", SyntaxWarning)
    with worker.collecting() if way == "compiled" else contextlib.nullcontext():
        for program in programs:
            worker.run_way(report_file, program, way, json.loads(options))


if __name__ == "__main__":
    main(sys.argv[1:])
