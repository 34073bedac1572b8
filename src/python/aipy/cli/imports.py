"""Compiling imported modules too: `aipy run --all` and `--include PATTERN`.

Contract: modules are found, loaded and run exactly as without aipy. A finder that
stands before the others asks them, and notes where the source of a module that a
pattern names lies; its functions are then attached as they are created, like the
program's own. Modules that were imported before are attached where they are. What
has no source file (built-in and frozen modules, extensions) stays as it is.
"""

from __future__ import annotations

import sys

from aipy import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

EVERYTHING = "*"


def pattern_problem(pattern: str) -> str | None:
    """What is wrong with a pattern of `--include`, as one sentence; None when nothing is."""
    words = pattern.replace("*", "x").replace("?", "x").split(".")
    if all(word.isidentifier() for word in words):
        return None
    return (
        f"--include {pattern!r}: expected the name of a module, such as json, mypackage or "
        "mypackage.*_views"
    )


def matches(name: str, patterns: Sequence[str]) -> bool:
    """Whether a pattern names the module or a package around it; never aipy's own."""
    from fnmatch import fnmatchcase

    if name.partition(".")[0] in ("aipy", "__main__"):
        return False
    return any(
        fnmatchcase(name, pattern) or fnmatchcase(name, pattern + ".*") for pattern in patterns
    )


class Finder:
    """A finder of `sys.meta_path` that watches the sources of the modules it is asked for."""

    def __init__(self, patterns: Sequence[str], files: list[str], options: dict[str, str]) -> None:
        self._patterns = patterns
        self._files = list(files)
        self._options = options

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the finders behind this one find; None leaves the question to them."""
        if not matches(name, self._patterns):
            return None
        finders = sys.meta_path
        behind = finders.index(self) + 1 if self in finders else len(finders)
        for finder in finders[behind:]:
            if not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                self._watch(spec)
                return spec
        return None

    def _watch(self, spec: ModuleSpec) -> None:
        if not spec.has_location or not spec.origin or not spec.origin.endswith(".py"):
            return
        if spec.origin not in self._files:
            self._files.append(spec.origin)
            _core.watch_functions(self._files, self._options)


def compile_imports(patterns: Sequence[str], files: list[str], options: dict[str, str]) -> None:
    """Attach the functions of imported modules that a pattern names, now and from now on.

    `files` are the program's own files, which stay watched; `options` hold for all of them.
    """
    from aipy.targets import functions_of

    for name, module in list(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        if spec is not None and spec.has_location and matches(name, patterns):
            for function in functions_of(module) or []:
                _core.attach(function, options)
    sys.meta_path.insert(0, Finder(patterns, files, options))
