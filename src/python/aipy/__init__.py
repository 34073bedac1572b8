"""aipy: ordinary Python functions as native code inside ordinary CPython.

Contract: importing this package costs under 10 ms. So nothing here, nor in what
it imports, may pull in typing, inspect, dataclasses or NumPy; what only some
calls need is imported inside them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

try:
    import aipy._core  # noqa: F401 - fails here, with advice, when it was not built
except ImportError as error:
    raise ImportError(
        "aipy's native module, aipy._core, is missing or was built for another Python "
        f"({error}). Build and install it with `pip install .` in the project's folder; "
        "there, `make demo` also installs what the build needs."
    ) from error

from aipy._core import (  # noqa: E402 - once it was found
    DependenceError,
    get_num_threads,
    prange,
    set_num_threads,
)
from aipy.decorators import compile, wait  # noqa: E402

__all__ = [
    "DependenceError",
    "compile",
    "explain",
    "get_num_threads",
    "guvectorize",
    "prange",
    "set_num_threads",
    "stats",
    "vectorize",
    "wait",
]


def explain(obj: Any, /) -> Any:
    """Tell what became of each line of `obj`, and why.

    Parameters: `obj`, a function, method, class, module, or anything that was
    given to `aipy.compile`; for classes and modules every function defined there
    is told.

    Returns an `aipy.explanation.Explanation`, whose `str` is the text for people
    and whose `functions` are the same facts as dictionaries.

    Raises `TypeError` when `obj` is none of these.
    """
    from aipy.explanation import explain as explain_object

    return explain_object(obj)


def stats(obj: Any, /) -> dict[str, Any]:
    """Count what happened to `obj`: versions, guards failed, compile times, tier.

    Parameters: `obj`, as for `explain`.

    Returns the counts of the function as a dictionary (times in milliseconds,
    sizes in bytes); for a class or module, one such dictionary for each function,
    by qualified name.

    Raises `TypeError` when `obj` cannot have been compiled.
    """
    from aipy.explanation import stats_of

    return stats_of(obj)


def vectorize(*arguments: Any, **options: Any) -> Any:
    """Make a NumPy ufunc of a function of numbers; see `aipy.ufuncs.vectorize`.

    As a decorator, alone or with what it returns for which types:
    `@aipy.vectorize`, `@aipy.vectorize(["float64(float64, float64)"])`.
    """
    from aipy.ufuncs import vectorize as make

    return make(*arguments, **options)


def guvectorize(*arguments: Any, **options: Any) -> Any:
    """Make a generalised NumPy ufunc of a function of arrays; see `aipy.ufuncs.guvectorize`.

    As a decorator: `@aipy.guvectorize(["(float64[:], float64[:], float64[:])"], "(n),(n)->()")`.
    """
    from aipy.ufuncs import guvectorize as make

    return make(*arguments, **options)


def load_ipython_extension(shell: Any) -> None:
    """Entry point of `%load_ext aipy`: adds `%%aipy` to the IPython `shell`."""
    from aipy.jupyter import install

    install(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Entry point of `%unload_ext aipy`: removes `%%aipy` from the IPython `shell`."""
    from aipy.jupyter import uninstall

    uninstall(shell)


def __getattr__(name: str) -> str:
    """Find `__version__` when asked: reading package metadata costs milliseconds."""
    if name == "__version__":
        from importlib.metadata import version

        return version("ai-python-compiler")
    raise AttributeError(f"module 'aipy' has no attribute {name!r}")
