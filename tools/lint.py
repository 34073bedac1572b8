"""Checks the sources: ruff, mypy, clang-format and clang-tidy; with `--fix`, formats them.

All checkers run, and the exit status is 1 if one of them complained. clang-tidy is slow, so a
file that passed is not checked again until it, a header it includes, .clang-tidy or its command
changes: what passed is remembered in the build folder.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CPP_FOLDERS = ("src/cpp", "tests/cpp", "benchmarks/cpp")
PRECOMPILED = re.compile(r" -include-pch \S+")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def cpp_files(*suffixes: str) -> list[Path]:
    """Returns the C++ files with one of the suffixes, sorted."""
    found = (path for folder in CPP_FOLDERS for path in (ROOT / folder).rglob("*"))
    return sorted(path for path in found if path.suffix in suffixes)


def program(name: str) -> str:
    """Returns the path of a tool, the one beside this Python first."""
    beside = Path(sys.executable).parent / name
    path = str(beside) if beside.exists() else shutil.which(name)
    if path is None:
        raise SystemExit(f"{name} is not installed; `make lint` installs it where it may")
    return path


def run(name: str, *arguments: str) -> bool:
    """Runs a checker, shows what it says, and returns whether it was content."""
    completed = subprocess.run([program(name), *arguments], cwd=ROOT, check=False)
    print(f"{name}: {'ok' if completed.returncode == 0 else 'failed'}", flush=True)
    return completed.returncode == 0


def check_cpp_format() -> bool:
    """Names the C++ files that `make format` would change; its own report is too long to read."""
    files = [str(path) for path in cpp_files(".h", ".cpp")]
    command = [program("clang-format-22"), "--dry-run", *files]
    told = (
        subprocess.run(command, capture_output=True, text=True, check=True).stderr if files else ""
    )
    unformatted = sorted(set(re.findall(r"^(\S+?):\d+:\d+: warning", told, re.MULTILINE)))
    for file in unformatted:
        print(f"Would reformat: {Path(file).relative_to(ROOT)}")
    print(f"clang-format-22: {'failed' if unformatted else 'ok'}", flush=True)
    return not unformatted


def format_cpp() -> bool:
    files = [str(path) for path in cpp_files(".h", ".cpp")]
    return run("clang-format-22", "-i", *files) if files else True


@cache
def project_includes(path: Path) -> frozenset[Path]:
    """Returns the project's files that `path` includes, directly or not, itself among them."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        found.add(current)
        for name in INCLUDE.findall(current.read_text()):
            for folder in (ROOT / "src/cpp", ROOT / "tests/cpp", current.parent):
                if (folder / name).is_file():
                    waiting.append((folder / name).resolve())
                    break
    return frozenset(found)


def fingerprint(entry: dict[str, str]) -> str:
    """Returns a hash of all that clang-tidy's verdict on the file depends on."""
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    digest.update(entry["command"].encode())
    for path in sorted(project_includes(Path(entry["file"]))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def tidy_entries(build: Path) -> Iterable[dict[str, str]]:
    """Yields the compile commands of the project's own files, one a file.

    They are without precompiled headers: a file that does not include what it uses is found.
    """
    seen = set()
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = Path(entry["file"])
        if path not in seen and path.is_relative_to(ROOT / "src/cpp") and path.exists():
            seen.add(path)
            yield {**entry, "command": PRECOMPILED.sub("", entry["command"])}


def run_clang_tidy(build: Path) -> bool:
    """Runs clang-tidy over the files that changed since they last passed."""
    memory = build / "tidy-passed.json"
    passed: dict[str, str] = json.loads(memory.read_text()) if memory.exists() else {}
    entries = list(tidy_entries(build))
    prints = {entry["file"]: fingerprint(entry) for entry in entries}
    todo = sorted(file for file, value in prints.items() if passed.get(file) != value)

    commands = build / "tidy"
    commands.mkdir(exist_ok=True)
    (commands / "compile_commands.json").write_text(json.dumps(entries))

    def check(file: str) -> tuple[str, bool]:
        command = [program("clang-tidy-22"), "--quiet", "-p", str(commands), file]
        completed = subprocess.run(command, capture_output=True, text=True, check=False)
        if completed.returncode:
            print(completed.stdout, completed.stderr, sep="", flush=True)
        return file, completed.returncode == 0

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for file, clean in pool.map(check, todo):
            failed += not clean
            if clean:
                passed[file] = prints[file]
                memory.write_text(json.dumps(passed))  # at once: an interrupted run loses nothing
    print(f"clang-tidy-22: {'failed' if failed else 'ok'} ({len(todo)} files looked at)")
    return failed == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--fix", action="store_true", help="format instead of checking")
    parser.add_argument("--build", type=Path, help="build folder, for clang-tidy")
    arguments = parser.parse_args()
    if arguments.fix:
        fixed = [run("ruff", "check", "--fix", "."), run("ruff", "format", ".")]
        return 0 if all([*fixed, format_cpp()]) else 1

    verdicts = [
        run("ruff", "check", "."),
        run("ruff", "format", "--check", "."),
        run("mypy"),
        check_cpp_format(),
    ]
    if arguments.build and (arguments.build / "compile_commands.json").exists():
        verdicts.append(run_clang_tidy(arguments.build))
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    raise SystemExit(main())
