"""The command `aipy`: run a program compiled, explain it, list the options."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from aipy import _core
from aipy.cli import arguments
from aipy.cli.imports import pattern_problem


def main(argv: list[str] | None = None) -> int:
    """Carry out a command line (`sys.argv` by default) and return the exit code.

    A program that is run leaves through its own exceptions, `SystemExit` among them.
    """
    given = sys.argv[1:] if argv is None else argv
    parser = arguments.make_parser()
    if given[:1] == ["run"] or given[:1] == ["explain"]:
        return _run(parser, given[0], given[1:])
    parsed = parser.parse_args(given)
    if parsed.version:
        import aipy

        print(f"aipy {aipy.__version__}")
    elif parsed.command == "options":
        _print_options()
    else:
        parser.print_help()
        return 2
    return 0


def _run(parser: ArgumentParser, command: str, given: list[str]) -> int:
    flags, program = arguments.split_program(given)
    parsed, unknown = parser.parse_known_args([command, *flags])
    if unknown:
        parser.error(arguments.explain_unknown_flag(unknown[0]))
    if program is None:
        return parser.error(f"aipy {command} needs a program: a file, or -m and a module")
    for name, text in arguments.chosen_options(parsed).items():
        try:
            _core.set_option(name, text)
        except ValueError as error:
            parser.error(str(error))
    program.include = parsed.include or []
    for problem in filter(None, map(pattern_problem, program.include)):
        parser.error(problem)
    from aipy.cli.program import run

    if command == "explain":
        import atexit

        atexit.register(_explain_main)
    run(program)
    return 0


def _explain_main() -> None:
    """Explain the functions of the program that ran."""
    import aipy

    print(aipy.explain(sys.modules["__main__"]))


def _print_options() -> None:
    """Print every option with its environment variable, value and meaning."""
    group = None
    for row in _core.options():
        if row["group"] != group:
            group = row["group"]
            print(f"{group}:")
        variable = "AIPY_" + row["name"].upper()
        value = row["value"] or "none"
        print(f"  {row['name']} ({row['type']}, {variable}) = {value}\n      {row['doc']}")
