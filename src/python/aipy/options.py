"""Options as Python values and as the text the native module takes.

Contract: every option is a row of `options.def`, listed by `_core.options()`.
Nothing here knows a row by name; a new row works everywhere at once.
"""

from __future__ import annotations

from aipy import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def as_texts(options: dict[str, Any]) -> dict[str, str]:
    """Check `options` against the table and return them as the native module's text.

    Raises `TypeError` for an option that does not exist or a value of the wrong
    kind, naming what was expected.
    """
    rows = {row["name"]: row for row in _core.options()}
    texts: dict[str, str] = {}
    for name, value in options.items():
        if name not in rows:
            raise TypeError(unknown_option(name, list(rows)))
        texts[name] = as_text(name, rows[name]["type"], value)
    return texts


def as_text(name: str, kind: str, value: Any) -> str:
    """One option's value as text; raises `TypeError` when it cannot be one of `kind`."""
    if isinstance(value, bool):
        if kind != "bool":
            raise TypeError(f"option {name} expects {_described(kind)}, not {value!r}")
        return "true" if value else "false"
    if isinstance(value, str) or (kind != "bool" and isinstance(value, (int, float))):
        return str(value)
    raise TypeError(f"option {name} expects {_described(kind)}, not {value!r}")


def unknown_option(name: str, known: list[str]) -> str:
    """The sentence for an option that does not exist, with the nearest that does."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else "`aipy options` lists them"
    return f"aipy has no option {name!r}; {hint}"


def _described(kind: str) -> str:
    return {"bool": "True or False", "int": "a whole number", "float": "a number"}.get(
        kind, "a text"
    )
