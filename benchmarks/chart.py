"""The chart of a run: one line a program, one mark a tool, speed relative to CPython."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter
from report import Results, means_of, ratio_of

# Colours that stay apart for colour-blind readers, and a shape for each tool besides.
STYLES: dict[str, tuple[str, str, float]] = {
    "cpp": ("#7f7f7f", "|", 130),
    "pypy": ("#56b4e9", "s", 30),
    "numba": ("#009e73", "^", 36),
    "aipy": ("#d55e00", "o", 52),
}
ROW_HEIGHT = 0.27


def draw(results: Results, folder: Path) -> list[Path]:
    """Draw the steady-state ratios into `folder` as PNG and SVG; give the two paths."""
    programs = list(results["programs"])
    tools = [tool for tool in STYLES if tool in results["titles"] and ran(results, tool)]
    figure, axes = plt.subplots(figsize=(9.5, 2.0 + ROW_HEIGHT * (len(programs) + 2)))
    rows = {program: -position for position, program in enumerate(programs)}
    mean_row = -len(programs) - 0.7
    bands(axes, results, rows)
    for tool in tools:
        points(axes, results, tool, rows, mean_row)
    scales(axes, results, rows, mean_row)
    handles, names = axes.get_legend_handles_labels()
    axes.legend(
        handles[::-1],
        names[::-1],
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=len(tools) or 1,
        frameon=False,
    )
    figure.suptitle("Speed relative to CPython, steady state", x=0.02, ha="left", weight="bold")
    figure.text(0.02, 0.006, footer(results), fontsize=7.5, color="#555555")
    figure.tight_layout(rect=(0, 0.02, 1, 0.995))
    paths = [folder / "speed.png", folder / "speed.svg"]
    for path in paths:
        figure.savefig(path, dpi=150)
    plt.close(figure)
    return paths


def ran(results: Results, tool: str) -> bool:
    """Whether the tool has a time for any program."""
    return any(ratio_of(results, p, tool, "inside") is not None for p in results["programs"])


def bands(axes: Axes, results: Results, rows: dict[str, int]) -> None:
    """Shade every other kind of program, so that kinds are seen as groups."""
    kinds: dict[str, list[int]] = {}
    for program, row in rows.items():
        kinds.setdefault(results["programs"][program]["kind"], []).append(row)
    for number, members in enumerate(kinds.values()):
        if number % 2 == 0:
            axes.axhspan(min(members) - 0.5, max(members) + 0.5, color="#f2f2f2", zorder=0, lw=0)


def points(axes: Axes, results: Results, tool: str, rows: dict[str, int], mean_row: float) -> None:
    """Draw one tool's marks, the mean included."""
    colour, shape, area = STYLES[tool]
    ratios = {program: ratio_of(results, program, tool, "inside") for program in rows}
    shown = {program: ratio for program, ratio in ratios.items() if ratio is not None}
    mean = means_of(results, tool, "inside")[0]
    axes.scatter(
        [*shown.values(), mean],
        [*(rows[program] for program in shown), mean_row],
        s=area,
        marker=shape,
        color=colour,
        label=f"{results['titles'][tool]} ({mean:.1f}x)",
        linewidths=2.2 if shape == "|" else 0,
        zorder=4 if tool == "aipy" else 3,
    )


def scales(axes: Axes, results: Results, rows: dict[str, int], mean_row: float) -> None:
    """Label both axes: kinds and names on the left, ratios below on a log scale."""
    axes.set_xscale("log")
    axes.axvline(1.0, color="black", lw=1.0, zorder=2)
    axes.text(1.0, 0.62, " CPython", fontsize=8, va="bottom", ha="left")
    labels = [f"{results['programs'][p]['kind']}  ·  {p}" for p in rows]
    axes.set_yticks([*rows.values(), mean_row], [*labels, "geometric mean"], fontsize=8.5)
    axes.get_yticklabels()[-1].set_fontweight("bold")
    axes.set_ylim(mean_row - 0.7, 0.6)
    axes.xaxis.set_major_formatter(FuncFormatter(ratio_label))
    axes.set_xlabel("times CPython's speed (log scale; right is faster)")
    axes.grid(axis="x", which="major", color="#dddddd", lw=0.8, zorder=1)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def ratio_label(value: float, _position: Any) -> str:
    """Give a tick's label: 0.1x, 1x, 10x."""
    return f"{value:g}x" if math.isfinite(value) else ""


def footer(results: Results) -> str:
    """Say what was measured, and how a missing mark counts."""
    facts = results["machine"]
    tools = f"CPython {facts['CPython']}, PyPy {facts['PyPy']}, clang {facts['C++']}"
    return (
        f"{tools} (-O3 -march=native), {facts['processor']}; medians of {results['repeat']}. "
        "No mark: the tool cannot run the program (counts 1 in the mean)."
    )
