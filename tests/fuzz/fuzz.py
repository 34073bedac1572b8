"""Runs generated programs every way and compares them with CPython.

By hand: `python tests/fuzz/fuzz.py [COUNT] [--seed FIRST] [--way NAME] [--opt-level N]`.
Programs that differ are shrunk and printed with their seed; `generate.py SEED` prints one
whole. LLVM's optimisation takes nine tenths of a run and is mostly left out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "py")]

import generate  # noqa: E402
import shrink  # noqa: E402
import ways  # noqa: E402

BATCH = 100
SECONDS_PER_BATCH = 900
WAYS = (*(way for way in ways.ONCE if not way.startswith("cpython")), "every guard")
QUICK = "0"


Options = dict[str, str] | None


@dataclass
class Finding:
    """A generated program that does not do what it does under CPython."""

    seed: int
    way: str
    options: Options
    differences: list[str]
    source: str

    def __str__(self) -> str:
        shown = "\n".join(self.differences[:5])
        return f"seed {self.seed}, way {self.way}:\n{shown}\n\n{self.source}"


def options_of(way: str, opt_level: str) -> Options:
    """The options of a way of `ways.WAYS`, with that much optimisation."""
    options = ways.WAYS[way]
    return None if options is None else {**options, "opt_level": opt_level}


def search(
    count: int, first_seed: int = 0, chosen: tuple[str, ...] = WAYS, opt_level: str = QUICK
) -> list[Finding]:
    """Run the programs of `count` seeds and return those that differ, shrunk.

    At most three findings are shrunk; the others keep their whole source.
    """
    seeds = range(first_seed, first_seed + count)
    wanted = {way: options_of(way, opt_level) for way in chosen}
    batches = [seeds[start : start + BATCH] for start in range(0, count, BATCH)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = [
            finding
            for part in pool.map(lambda b: _run_batch(b, wanted), batches)
            for finding in part
        ]
    for finding in found[:3]:
        finding.source = shrink.shrink(
            finding.source, lambda text, finding=finding: bool(_differences_of(text, finding))
        )
        finding.differences = _differences_of(finding.source, finding)
    return found


def _run_batch(seeds: range, wanted: dict[str, Options]) -> list[Finding]:
    """Findings among the programs of `seeds`, each program once at most."""
    sources = {seed: generate.generate(seed) for seed in seeds}
    with tempfile.TemporaryDirectory() as folder:
        files = {seed: _written(Path(folder, f"seed_{seed}.py"), sources[seed]) for seed in seeds}
        expected = _run_files(list(files.values()), "cpython", None)
        found: dict[int, Finding] = {}
        for way, options in wanted.items():
            results = _run_files(list(files.values()), way, options)
            for seed, file in files.items():
                differences = ways.differences(expected[file], results[file])
                if differences and seed not in found:
                    found[seed] = Finding(seed, way, options, differences, sources[seed])
    return list(found.values())


def _written(path: Path, source: str) -> str:
    path.write_text(source, encoding="utf-8")
    return str(path)


def _run_files(files: list[str], way: str, options: Options) -> dict[str, ways.Result]:
    """Results by file. After a crash the rest of the batch goes on in a new process."""
    results: dict[str, ways.Result] = {}
    while len(results) < len(files):
        left = files[len(results) :]
        lines, crash = _run_process(left, way, options)
        for file, line in zip(left, lines, strict=False):
            results[file] = ways.Result(**json.loads(line))
        if len(lines) < len(left):
            results[left[len(lines)]] = ways.Result(way, crash=crash)
    return results


def _run_process(files: list[str], way: str, options: Options) -> tuple[list[str], str]:
    """Report lines of one process, and how it ended if it did not reach the last file."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AIPY_")}
    environment["AIPY_CACHE"] = "off"  # no program comes again
    environment["PYTHONHASHSEED"] = "0"
    environment["PYTHONMALLOC"] = "debug"  # freed memory shows
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report")
        command = [
            sys.executable,
            str(HERE / "batch.py"),
            str(report),
            way,
            json.dumps(options),
        ]
        try:
            done = subprocess.run(
                [*command, *files],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS_PER_BATCH,
            )
            crash = f"exit status {done.returncode}\n{ways.without_progress(done.stderr)[-4000:]}"
        except subprocess.TimeoutExpired:
            crash = f"no end after {SECONDS_PER_BATCH} s"
        lines = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
    return lines, crash


def _differences_of(source: str, like: Finding) -> list[str]:
    """What a program does otherwise in the way of a finding; nothing if CPython cannot run it."""
    with tempfile.TemporaryDirectory() as folder:
        file = _written(Path(folder, "program.py"), source)
        expected = _run_files([file], "cpython", None)[file]
        if expected.crash:
            return []
        return ways.differences(expected, _run_files([file], like.way, like.options)[file])


def main() -> int:
    """Search by hand; exit code 1 when a program differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--way", action="append", choices=list(ways.WAYS), help="default: several")
    parser.add_argument("--opt-level", default=QUICK, help="LLVM's, 0 to 3")
    chosen = parser.parse_args()
    start = time.monotonic()
    found = search(chosen.count, chosen.seed, tuple(chosen.way or WAYS), chosen.opt_level)
    print("\n\n".join(map(str, found)))
    print(f"{chosen.count} programs in {time.monotonic() - start:.1f} s, {len(found)} differ")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
