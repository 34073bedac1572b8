"""The native module, in types. Its functions take and give plain Python objects."""

from collections.abc import Callable, Sequence
from typing import Any, SupportsIndex, TypedDict

class DependenceError(RuntimeError):
    """Iterations of a loop over `prange` depend on each other."""

class OptionRow(TypedDict):
    name: str
    type: str
    default: str
    value: str
    doc: str
    group: str

class LineFacts(TypedDict):
    line: int
    notes: list[str]

class VersionFacts(TypedDict, total=False):
    entry: str
    types: str
    exits: int
    guards: int
    compile_ms: float
    native_bytes: int
    state: str

class FunctionFacts(TypedDict):
    name: str
    file: str
    first_line: int
    state: str
    reason: str
    reason_text: str
    reason_line: int
    lines: list[LineFacts]
    versions: list[VersionFacts]
    dropped: list[str]

def attach(func: Callable[..., Any], options: dict[str, str], /) -> str:
    """Let aipy run `func`; "" or the name of the reason why it stays with CPython."""

def detach(func: Callable[..., Any], /) -> None:
    """Give `func` back to CPython."""

def is_attached(func: Callable[..., Any], /) -> bool:
    """Whether calls of `func` enter aipy."""

def watch_functions(filename_prefixes: list[str], options: dict[str, str], /) -> None:
    """Attach every function created from now on whose `co_filename` starts so."""

def unwatch_functions() -> None:
    """Stop attaching functions as they are created; those attached stay so."""

def run_with_frame_room(func: Callable[..., Any], /, *args: object) -> Any:
    """Call it, with CPython's frames in one large piece of memory meanwhile."""

def explain(func: Callable[..., Any], /) -> FunctionFacts:
    """What became of `func`, line by line."""

def stats(func: Callable[..., Any], /) -> dict[str, Any]:
    """What `func` did so far, in numbers."""

def wait(timeout_seconds: float, /) -> bool:
    """Wait for background compilations; False when the time ran out first."""

def options() -> list[OptionRow]:
    """The rows of `options.def` with their present values."""

def set_option(name: str, text: str, /) -> None:
    """Set an option for the process; ValueError when the option or value is unknown."""

def get_option(name: str, /) -> str:
    """An option's present value."""

def exit_counts() -> dict[str, int]:
    """For each row of ops.def that may leave native code, how often it was left there."""

def choose_guard(number: int, /) -> None:
    """Name the guard that fails where the option stress_guards is "chosen"."""

def take_guards_entered() -> int:
    """Of the versions entered since the last call: the guards of the one that has most."""

def dump(func: Callable[..., Any], stage: str, /) -> str:
    """`func` as text at "ir", "passes", "typed", "llvm" or "asm"."""

def prange(
    start_or_stop: SupportsIndex, stop: SupportsIndex = ..., step: SupportsIndex = ..., /
) -> range:
    """A range whose iterations do not depend on each other: parallel=True runs them on threads."""

def set_num_threads(count: int, /) -> None:
    """How many threads run parallel loops; ValueError unless it is between 1 and 1024."""

def get_num_threads() -> int:
    """How many threads run parallel loops."""

def make_ufunc(
    name: str,
    doc: str,
    inputs: int,
    outputs: int,
    layout: str,
    loops: Sequence[tuple[Sequence[int], Callable[..., Any]]],
    identity: Any,
    /,
) -> Any:
    """A `numpy.ufunc` whose inner loops are Python functions (runtime/numpy/made_ufuncs.h)."""
