"""Runs programs every way while pytest runs other tests, so that no processor idles.

The programs run in a process beside pytest's: in pytest's own, functions are compiled, traced and
interrupted, and threads of ours would be seen by that. It takes the largest program first, on all
processors but one, steps behind the tests where these need the processor, takes the last
processor too as soon as pytest does nothing but wait for it, and ends when pytest does.

Contract: `ahead.py` reads from standard input a JSON list of [program, kinds of tests], then an
empty line when pytest waits. It writes a JSON line [kind, program, outcome] for each.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

import ways

# Signals must be answered in a tenth of a second in some tests that run meanwhile.
NICE = 5


class Ahead:
    """The process as pytest sees it: gives outcomes, and waits for them where it must."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._outcomes: dict[tuple[str, str], ways.Outcome] = {}
        self._waiting = False

    def outcome(self, kind: str, program: Path) -> ways.Outcome:
        """What the test of that kind is to judge; it must have been asked for in `running`."""
        assert self._process.stdin and self._process.stdout
        while (kind, str(program)) not in self._outcomes:
            if not self._waiting:
                self._waiting = True
                with suppress(BrokenPipeError):
                    os.write(self._process.stdin.fileno(), b"\n")
            line = self._process.stdout.readline()
            if not line:
                raise RuntimeError(f"ahead.py ended without a result of {program}, {kind}")
            found_kind, found_program, fields = json.loads(line)
            self._outcomes[found_kind, found_program] = ways.Outcome(**fields)
        return self._outcomes[kind, str(program)]


@contextmanager
def running(wanted: Iterable[tuple[Path, list[str]]]) -> Iterator[Ahead]:
    """The process, begun with the programs and kinds that are `wanted`."""
    jobs = json.dumps([[str(program), kinds] for program, kinds in wanted])
    with subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdin
        try:
            print(jobs, file=process.stdin, flush=True)
            yield Ahead(process)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def main() -> None:
    """Take the jobs that standard input names."""
    jobs = [(Path(program), kinds) for program, kinds in json.loads(sys.stdin.readline())]
    jobs.sort(key=lambda job: job[0].stat().st_size, reverse=True)
    os.nice(NICE)
    processors = os.cpu_count() or 1
    free = threading.Semaphore(max(processors - 1, 1))
    writing = threading.Lock()

    def run(program: Path, kinds: list[str]) -> None:
        with free:
            for kind, outcome in _outcomes(program, kinds):
                with writing:
                    print(json.dumps([kind, str(program), asdict(outcome)]), flush=True)

    with ThreadPoolExecutor(processors) as pool:
        for job in jobs:
            pool.submit(run, *job)
        for _ in sys.stdin:
            free.release()
        # pytest has ended: so do the programs that run.
        os.killpg(0, signal.SIGKILL)


def _outcomes(program: Path, kinds: list[str]) -> Iterator[tuple[str, ways.Outcome]]:
    """As `ways.outcomes`; what goes wrong in the harness itself is an outcome too."""
    left = list(kinds)
    try:
        for kind, outcome in ways.outcomes(program, kinds):
            left.remove(kind)
            yield kind, outcome
    except Exception:
        text = traceback.format_exc()
        yield from ((kind, ways.Outcome([text], {})) for kind in left)


if __name__ == "__main__":
    main()
