"""`aipy.explain` and `aipy.stats`: facts of the native module, as text for people.

Contract: read only. Nothing is compiled, attached or called by asking.
"""

from __future__ import annotations

import linecache
from typing import Any

from aipy import _core
from aipy.targets import functions_of, why_kept

_NOTE_INDENT = " " * 10

# What a user can do next, by the state of the function.
_NEXT_NATIVE = "nothing to do: it runs as native code; aipy.stats counts its calls and exits"
_NEXT_WARM = (
    "it has not run often enough to be compiled; call it more, "
    'or use mode="always" to compile at the first call'
)
_NEXT_UNATTACHED = "call aipy.compile on it, or decorate it with @aipy.compile"
_NEXT_OFF = "aipy is switched off; set AIPY_MODE=auto or leave AIPY_MODE out"
_NEXT_LANGUAGE = (
    "move the hot loop into a function without this construct; until then CPython runs it"
)


class Explanation:
    """What became of an object's functions. `str` gives the text, `functions` the facts."""

    __slots__ = ("functions", "text")

    def __init__(self, text: str, functions: list[dict[str, Any]]) -> None:
        self.text = text
        self.functions = functions

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def __contains__(self, words: str) -> bool:
        return words in self.text


def explain(obj: Any) -> Explanation:
    """Explain every function `obj` stands for; see `aipy.explain`."""
    functions = functions_of(obj)
    if functions is None:
        return _explain_kept(obj)
    facts = [_facts_of(function) for function in functions]
    if not facts:
        return Explanation(f"{_name_of(obj)}: no Python function is defined there", [])
    return Explanation("\n\n".join(map(_as_text, facts)), facts)


def stats_of(obj: Any) -> dict[str, Any]:
    """The counts of every function `obj` stands for; see `aipy.stats`."""
    functions = functions_of(obj)
    if functions is None:
        reason, sentence = _reason_kept(obj)
        return {"tier": "cpython", "versions": [], "reason": reason, "reason_text": sentence}
    if isinstance(obj, type) or hasattr(obj, "__spec__") or len(functions) > 1:
        return {function.__qualname__: _core.stats(function) for function in functions}
    return _core.stats(functions[0]) if functions else {"tier": "cpython", "versions": []}


def _facts_of(function: Any) -> dict[str, Any]:
    facts = dict(_core.explain(function))
    facts["attached"] = _core.is_attached(function)
    return facts


def _explain_kept(obj: Any) -> Explanation:
    reason, sentence = _reason_kept(obj)
    name = _name_of(obj)
    text = f"{name}: stays with CPython\n  reason: {reason}: {sentence}"
    return Explanation(
        text, [{"name": name, "state": "cpython", "reason": reason, "reason_text": sentence}]
    )


def _reason_kept(obj: Any) -> tuple[str, str]:
    kept = why_kept(obj)
    if kept is None:
        raise TypeError(
            f"expected a function, method, class or module, not {type(obj).__name__}: {obj!r:.60}"
        )
    return kept


def _name_of(obj: Any) -> str:
    for attribute in ("__qualname__", "__name__"):
        name = getattr(obj, attribute, None)
        if isinstance(name, str):
            return name
    return type(obj).__name__


def _as_text(facts: dict[str, Any]) -> str:
    parts = [_heading(facts)]
    if facts["reason"]:
        parts.append(_reason_lines(facts))
    parts.extend(_source_lines(facts))
    parts.extend(_version_lines(facts))
    parts.append(f"  next: {_next_step(facts)}")
    return "\n".join(parts)


def _heading(facts: dict[str, Any]) -> str:
    state = "stays with CPython" if facts["reason"] else facts["state"]
    return f"{facts['name']} ({facts['file']}:{facts['first_line']}): {state}"


def _reason_lines(facts: dict[str, Any]) -> str:
    line = facts.get("reason_line") or 0
    where = f" (line {line})" if line > 0 else ""
    text = f"  reason: {facts['reason']}{where}: {facts['reason_text'].partition('. ')[0]}"
    source = linecache.getline(facts["file"], line).rstrip() if line > 0 else ""
    return f"{text}\n  {line:6}  {source}" if source else text


def _advice(facts: dict[str, Any]) -> str:
    """What a reason's text says to do: what follows its first sentence."""
    advice: str = facts["reason_text"].partition(". ")[2]
    return advice[:1].lower() + advice[1:].rstrip(".")


def _source_lines(facts: dict[str, Any]) -> list[str]:
    """The function's lines, each followed by its notes."""
    notes: dict[int, list[str]] = {}
    for row in facts["lines"]:
        notes.setdefault(row["line"], []).extend(row["notes"])
    if not notes:
        return []
    shown = []
    for line in range(min(facts["first_line"], *notes), max(notes) + 1):
        shown.append(f"  {line:6}  {linecache.getline(facts['file'], line).rstrip()}".rstrip())
        shown.extend(f"{_NOTE_INDENT}^ {note}" for note in notes.get(line, ()))
    return shown


def _version_lines(facts: dict[str, Any]) -> list[str]:
    texts = [_version_text(version) for version in facts["versions"]]
    texts += [f"dropped: {text}" for text in facts.get("dropped", ())]
    return ["  versions:", *(f"    {text}" for text in texts)] if texts else []


def _version_text(version: dict[str, Any]) -> str:
    parts = [f"{version.get('entry', '?')} ({version.get('types', '')})"]
    if "compile_ms" in version:
        parts.append(f"compiled in {version['compile_ms']:.1f} ms")
    if "native_bytes" in version:
        parts.append(f"{version['native_bytes']} bytes")
    if "exits" in version:
        parts.append(f"left {version['exits']} times")
    if version.get("state"):
        parts.append(str(version["state"]))
    return ", ".join(parts)


def _next_step(facts: dict[str, Any]) -> str:
    if facts["reason"]:
        return _advice(facts) or _NEXT_LANGUAGE
    if _core.get_option("mode") == "off":
        return _NEXT_OFF
    if not facts["attached"]:
        return _NEXT_UNATTACHED
    return _NEXT_NATIVE if facts["versions"] else _NEXT_WARM
