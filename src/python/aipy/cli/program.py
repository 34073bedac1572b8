"""Running a program as `python FILE` and `python -m MODULE` do, with its functions compiled.

Contract: the program finds `sys.argv`, `sys.path[0]`, `__main__` and its globals as
under `python`. An exception it does not catch passes through CPython's own exit
path, which sets the exit code and calls `sys.excepthook`; only aipy's frames are
taken off its traceback first. Functions are attached as they are created, so those
called while the program's module still runs are compiled too.
"""

from __future__ import annotations

import builtins
import os
import sys
from typing import Any

from aipy import _core
from aipy.cli.arguments import Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType, TracebackType


def run(program: Program) -> None:
    """Run `program`; every function it creates is attached, with the process's options.

    So are those of the imported modules that the program's `include` names.

    Raises what the program raises; for a file that cannot be opened, `SystemExit`
    with code 2 after one sentence on standard error, as `python`.
    """
    try:
        _core.run_with_frame_room(_run_module if program.is_module else _run_path, program)
    except BaseException as error:
        _hide_own_frames(error)
        raise


def _run_module(program: Program) -> None:
    import runpy

    _replace_path_zero(os.getcwd())
    sys.argv = ["-m", *program.arguments]
    _install_main()
    _watch(_files_of_module(program.target), program)
    runpy._run_module_as_main(program.target)  # type: ignore[attr-defined]


def _run_path(program: Program) -> None:
    path = program.target
    sys.argv = [path, *program.arguments]
    if _has_main_module(path):
        import runpy

        full_path = os.path.join(os.getcwd(), path)
        _replace_path_zero(full_path)
        _install_main()
        _watch([os.path.join(full_path, "")], program)
        runpy._run_module_as_main("__main__", False)  # type: ignore[attr-defined]
        return
    source = _read(path)
    full_path = os.path.join(os.getcwd(), path)
    _replace_path_zero(os.path.dirname(os.path.realpath(path)))
    main = _main_of_file(full_path)
    code = compile(source, full_path, "exec", dont_inherit=True)
    _watch([full_path], program)
    exec(code, vars(main))


def _watch(files: list[str], program: Program) -> None:
    if _core.get_option("mode") == "off":
        return
    _core.watch_functions(files, {})
    if program.include:
        from aipy.cli.imports import compile_imports

        compile_imports(program.include, files, {})


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        full_path = os.path.join(os.getcwd(), path)
        print(
            f"aipy: can't open file {full_path!r}: [Errno {error.errno}] {error.strerror}",
            file=sys.stderr,
        )
        raise SystemExit(2) from None


def _has_main_module(path: str) -> bool:
    """Whether `path` is a directory or zip file, which Python runs by its `__main__`."""
    if path.endswith(".py") or not os.path.exists(path):
        return False
    import pkgutil

    return pkgutil.get_importer(path) is not None


def _files_of_module(name: str) -> list[str]:
    """Where the program's own code lies: its top-level package's folders, or its file."""
    from importlib.util import find_spec

    try:
        spec = find_spec(name.partition(".")[0])
    except (ImportError, ValueError):
        spec = None
    if spec is None:
        return []
    if spec.submodule_search_locations is not None:
        return [os.path.join(folder, "") for folder in spec.submodule_search_locations]
    return [spec.origin] if spec.origin else []


def _replace_path_zero(folder: str) -> None:
    """Put `folder` where Python put the folder of aipy's own script."""
    if not sys.flags.safe_path:
        sys.path[0:1] = [folder]


def _install_main() -> ModuleType:
    """Install a fresh `__main__`; aipy's own stays alive in the frames that run it."""
    main = type(sys)("__main__")
    namespace: dict[str, Any] = main.__dict__
    namespace["__builtins__"] = builtins
    if sys.version_info < (3, 14):
        namespace["__annotations__"] = {}
    sys.modules["__main__"] = main
    return main


def _main_of_file(full_path: str) -> ModuleType:
    from importlib.machinery import SourceFileLoader

    main = _install_main()
    namespace: dict[str, Any] = main.__dict__
    namespace["__file__"] = full_path
    namespace["__loader__"] = SourceFileLoader("__main__", full_path)
    if sys.version_info < (3, 15):
        namespace["__cached__"] = None
    return main


def _hide_own_frames(error: BaseException) -> None:
    """Let the uncaught `error` be shown without the frames of aipy's that it passes.

    The exception goes on through them to CPython's exit path; just before it is
    shown, the traceback of the program alone is put back.
    """
    own = _program_part(error.__traceback__)
    original_hook = getattr(sys, "excepthook", None)
    if original_hook is None:
        return

    def show(kind: type[BaseException], value: BaseException, seen: TracebackType | None) -> None:
        sys.excepthook = original_hook
        if value is error:
            value.__traceback__ = sys.last_traceback = seen = own
        try:
            original_hook(kind, value, seen)
        except SystemExit:
            raise
        except BaseException as failure:
            _tell_failed_hook(failure, value)

    sys.excepthook = show


def _tell_failed_hook(failure: BaseException, value: BaseException) -> None:
    """Say what CPython says when `sys.excepthook` itself fails."""
    failure.__traceback__ = _program_part(failure.__traceback__)
    for title, error in (
        ("Error in sys.excepthook", failure),
        ("\nOriginal exception was", value),
    ):
        print(f"{title}:", file=sys.stderr)
        sys.__excepthook__(type(error), error, error.__traceback__)


def _program_part(traceback: TracebackType | None) -> TracebackType | None:
    """`traceback` without the frames of this file that it begins with."""
    while traceback is not None and traceback.tb_frame.f_code.co_filename == __file__:
        traceback = traceback.tb_next
    return traceback
