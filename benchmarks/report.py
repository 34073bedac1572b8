"""Results of the suite as text: two tables, geometric means, and what could not be run.

A ratio is CPython's time divided by the tool's: above 1 is faster. In the first geometric mean a
program that a tool cannot run counts 1; the second is over the programs that it runs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

Results = dict[str, Any]
MEASURES = {
    "inside": "Inside the process, steady state (best of the last calls)",
    "whole": "Whole process, from start to end",
}


def time_of(results: Results, program: str, tool: str, measure: str) -> float | None:
    """Give a median time in seconds, or None where the tool has none."""
    row = results["programs"][program]["tools"].get(tool, {})
    value = row.get(measure)
    return None if value is None else float(value)


def ratio_of(
    results: Results, program: str, tool: str, measure: str, base: str = "python"
) -> float | None:
    """Give `base`'s time divided by the tool's, or None."""
    own = time_of(results, program, tool, measure)
    other = time_of(results, program, base, measure)
    return None if own is None or other is None else other / own


def geometric_mean(values: Iterable[float]) -> float:
    """Give the geometric mean; NaN of nothing."""
    logarithms = [math.log(value) for value in values]
    return math.exp(sum(logarithms) / len(logarithms)) if logarithms else math.nan


def means_of(
    results: Results, tool: str, measure: str, base: str = "python"
) -> tuple[float, float]:
    """Give both means of a tool's ratios: a program it cannot run counts 1, or is left out."""
    ratios = [ratio_of(results, program, tool, measure, base) for program in results["programs"]]
    ran = [ratio for ratio in ratios if ratio is not None]
    return geometric_mean(1.0 if r is None else r for r in ratios), geometric_mean(ran)


def as_text(results: Results) -> str:
    """Give the whole report."""
    facts = ", ".join(f"{name} {value}" for name, value in results["machine"].items())
    parts = [facts, f"medians of {results['repeat']}; N x: N times CPython's speed", ""]
    for measure, title in MEASURES.items():
        parts += [title, *table(results, measure), ""]
    parts += notes(results)
    return "\n".join(parts)


def tools_with(results: Results, measure: str) -> list[str]:
    """Give the tools that this measure has a column for."""
    return [name for name in results["titles"] if not (measure == "inside" and name == "off")]


def table(results: Results, measure: str) -> Iterator[str]:
    """Give the lines of one table."""
    tools = tools_with(results, measure)
    heads = [results["titles"][tool] for tool in tools]
    versus = "aipy" in tools and "cpp" in tools
    yield row_of("program", "kind", heads, "aipy time / C++" if versus else "")
    for program, facts in results["programs"].items():
        cells = [cell(results, program, tool, measure) for tool in tools]
        against = ratio_of(results, program, "cpp", measure, base="aipy") if versus else None
        last = f"{against:.2f}" if against is not None else ""
        yield row_of(program, facts["kind"], cells, last)
    yield from mean_rows(results, measure, tools, versus)


def mean_rows(results: Results, measure: str, tools: list[str], versus: bool) -> Iterator[str]:
    """Give the two rows of geometric means."""
    for which, name in enumerate(("geometric mean", "  of those it runs")):
        cells = [ratio_text(means_of(results, tool, measure)[which]) for tool in tools]
        against = means_of(results, "cpp", measure, base="aipy")[1] if versus else math.nan
        last = "" if which == 0 or math.isnan(against) else f"{against:.2f}"
        yield row_of(name, "", cells, last)


def row_of(name: str, kind: str, cells: list[str], last: str) -> str:
    """Lay out one line of a table."""
    return f"{name:<20}{kind:<18}{''.join(f'{text:>18}' for text in cells)}{last:>17}".rstrip()


def cell(results: Results, program: str, tool: str, measure: str) -> str:
    """Give a time with its ratio, or the status of a tool that has no time."""
    row = results["programs"][program]["tools"][tool]
    if row["status"] != "ok":
        return str(row["status"]) if row["status"] != "missing" else "not installed"
    seconds = time_of(results, program, tool, measure)
    if seconds is None:
        return "-"
    mark = "*" if row["kept"] else ""
    ratio = ratio_of(results, program, tool, measure)
    return f"{seconds * 1e3:.1f} ms {ratio_text(ratio)}{mark}"


def ratio_text(ratio: float | None) -> str:
    """Give a ratio with three digits that count."""
    if ratio is None or math.isnan(ratio):
        return ""
    return f"{ratio:.0f}x" if ratio >= 100 else f"{ratio:.1f}x" if ratio >= 10 else f"{ratio:.2f}x"


def notes(results: Results) -> list[str]:
    """Say which tool could not run what, and which functions aipy left with CPython."""
    lines: list[str] = []
    seen: set[tuple[str, str]] = set()
    for program, facts in results["programs"].items():
        for tool, row in facts["tools"].items():
            title = results["titles"][tool]
            if row["status"] == "missing" and (tool, row["reason"]) not in seen:
                seen.add((tool, row["reason"]))
                lines.append(f"{title}: {row['reason']}")
            elif row["status"] in ("cannot", "wrong"):
                lines.append(f"{title}, {program}: {row['status']}: {row['reason'][:150]}")
            for name, reason in row.get("kept", ()):
                lines.append(f"* {program}: {name} stays with CPython: {reason}")
    return lines


def failures(results: Results) -> list[str]:
    """Give the programs that aipy or the C++ gets wrong or cannot run: these fail the run."""
    return [
        f"{program}: {results['titles'][tool]}: {row['reason']}"
        for program, facts in results["programs"].items()
        for tool, row in facts["tools"].items()
        if row["status"] in ("wrong", "cannot") and tool in ("off", "aipy", "cpp")
    ]
