"""`%load_ext aipy`: the cell magic `%%aipy` compiles every function a cell defines.

Contract: the cell runs as any other cell. An input transformer turns its first
line into a call of `cell_begins`, so that line numbers, errors, output and
top-level `await` stay IPython's own; `post_run_cell` ends the watch.
"""

from __future__ import annotations

import sys
from typing import Any

from aipy import _core
from aipy.cli.arguments import options_from_flags

_MAGIC = "%%aipy"


def install(shell: Any) -> None:
    """Add `%%aipy` to the IPython `shell`; a second call changes nothing."""
    if rewrite_cell not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(rewrite_cell)
        shell.events.register("post_run_cell", cell_ended)


def uninstall(shell: Any) -> None:
    """Remove `%%aipy` from the IPython `shell`; functions compiled so far stay so."""
    if rewrite_cell in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(rewrite_cell)
        shell.events.unregister("post_run_cell", cell_ended)


def rewrite_cell(lines: list[str]) -> list[str]:
    """Turn a cell's first line `%%aipy FLAGS` into the call that starts the watch."""
    if not lines or lines[0].split(None, 1)[:1] != [_MAGIC]:
        return lines
    flags = lines[0].strip()[len(_MAGIC) :].split()
    return [f"__import__('aipy.jupyter').jupyter.cell_begins({flags!r})\n", *lines[1:]]


def cell_begins(flags: list[str]) -> None:
    """Attach every function the calling cell creates from here on.

    Parameters: `flags`, option flags as on the command line, such as
    `["--mode", "always"]`.

    Raises `ValueError` for a flag or value that does not exist.
    """
    cell_file = sys._getframe(1).f_code.co_filename
    _core.watch_functions([cell_file], options_from_flags(flags))


def cell_ended(_result: Any) -> None:
    """End the watch of `cell_begins`; called by IPython after every cell."""
    _core.unwatch_functions()
