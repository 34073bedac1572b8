"""The benchmark suite as one table.

Rules for new rows: NAME.py and NAME.cpp lie in `programs/`; the Python source is plain, has
`SIZE`, `main(size)` and prints `checksum VALUE`; both print the same value. `quick` is the size
for `run.py --quick`. `gate` names the limit that the program is held to (see `gate.py`).
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = HERE / "programs"


@dataclass(frozen=True)
class Program:
    """One row: a program, what it exercises, and the limit it is held to."""

    name: str
    kind: str
    quick: int
    gate: str = ""
    needs_numpy: bool = False

    @property
    def source(self) -> Path:
        """The Python source."""
        return PROGRAMS / f"{self.name}.py"

    @property
    def counterpart(self) -> Path:
        """The C++ source of the same algorithm."""
        return PROGRAMS / f"{self.name}.cpp"

    @cached_property
    def size(self) -> int:
        """The default size, read from the source without running it."""
        for node in ast.parse(self.source.read_text()).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SIZE":
                return int(ast.literal_eval(node.value))
        raise ValueError(f"{self.source}: no SIZE = <int> at the top level")


SUITE = (
    Program("collatz", "int loop", 3_000, gate="scalar"),
    Program("calendar_days", "int loop", 15_000, gate="scalar"),
    Program("xorshift", "int loop", 25_000, gate="scalar"),
    Program("miller_rabin", "wide ints", 300),
    Program("mandelbrot", "float loop", 60, gate="scalar"),
    Program("three_body", "float loop", 20_000, gate="scalar"),
    Program("newton", "float loop", 15_000, gate="scalar"),
    Program("monte_carlo", "float loop", 30_000, gate="scalar"),
    Program("mandelbrot_complex", "complex loop", 30),
    Program("bit_count", "int loop", 30_000, gate="scalar"),
    Program("fib", "recursion", 22, gate="recursion"),
    Program("tak", "recursion", 15),
    Program("queens", "recursion, lists", 8),
    Program("matrix_product", "nested lists", 60),
    Program("game_of_life", "nested lists", 10),
    Program("lu", "nested lists", 40),
    Program("local_alignment", "nested lists", 150),
    Program("shortest_paths", "nested lists", 40),
    Program("sieve", "list as table", 200_000),
    Program("knapsack", "list as table", 3_000),
    Program("quicksort", "list as table", 10_000),
    Program("fannkuch", "list as table", 7),
    Program("spectral_norm", "list as table", 30),
    Program("bodies_lists", "list as table", 400),
    Program("fourier", "list as table", 1_024),
    Program("prefix_sums", "list as table", 50_000),
    Program("binary_search", "list as table", 6_000),
    Program("priority_queue", "list as table", 4_000),
    Program("crc", "bytes", 40_000),
    Program("edit_distance", "strings, lists", 300),
    Program("word_count", "dict of str", 40_000),
    Program("memo_table", "dict of int", 20_000),
    Program("graph_search", "dict of lists", 5_000),
    Program("string_build", "strings", 8_000),
    Program("string_scan", "strings", 4_000),
    Program("format_rows", "strings", 8_000),
    Program("particles", "class", 400),
    Program("stack_machine", "class", 12_000),
    Program("closures", "closures", 70_000),
    Program("generators", "generators", 100_000),
    Program("exceptions", "exceptions", 35_000),
    Program("expression_parser", "application", 100),
    Program("template_engine", "application", 100),
    Program("script_interpreter", "application", 10),
    Program("event_simulation", "application", 600),
    Program("tree_walks", "application", 500),
    Program("route_graph", "application", 500),
    Program("log_report", "application", 400),
    Program("json_codec", "application", 40),
    Program("stencil", "NumPy elements", 5, gate="NumPy", needs_numpy=True),
    Program("running", "NumPy elements", 30_000, gate="NumPy", needs_numpy=True),
    Program("histogram", "NumPy elements", 30_000, gate="NumPy", needs_numpy=True),
    Program("bodies_arrays", "NumPy elements", 3, needs_numpy=True),
    Program("matrix_arrays", "NumPy elements", 40, needs_numpy=True),
    Program("cholesky", "NumPy elements", 40, needs_numpy=True),
    Program("convolution", "NumPy elements", 40, needs_numpy=True),
    Program("k_means", "NumPy elements", 150, needs_numpy=True),
    Program("life_arrays", "NumPy elements", 2, needs_numpy=True),
    Program("alignment_arrays", "NumPy elements", 100, needs_numpy=True),
    Program("sparse_product", "NumPy elements", 200, needs_numpy=True),
    Program("gauss_seidel", "NumPy elements", 2, needs_numpy=True),
)


def select(pattern: str) -> list[Program]:
    """Give the programs whose name or kind matches the regular expression `pattern`."""
    chosen = [row for row in SUITE if re.search(pattern, row.name) or re.search(pattern, row.kind)]
    if not chosen:
        names = ", ".join(row.name for row in SUITE)
        raise SystemExit(f"no program matches {pattern!r}; there are: {names}")
    return chosen
