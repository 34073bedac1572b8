"""The command line: a flag for every row of `options.def`, and the program's own arguments.

Contract: flags come before the program. From the program's name on, every
argument belongs to the program, as under `python`.
"""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from aipy import _core
from aipy.cli.imports import EVERYTHING
from aipy.options import unknown_option

INCLUDE = "--include"

_EPILOG = """\
Every option can also be set as an environment variable: AIPY_<OPTION>, such as
AIPY_MODE=always. `python -m aipy` is the same as `aipy`.
"""


class Program:
    """A program to run: its file or module, and the arguments it is given.

    `include` are patterns of imported modules that are compiled too.
    """

    __slots__ = ("arguments", "include", "is_module", "target")

    def __init__(self, target: str, arguments: list[str], is_module: bool) -> None:
        self.target = target
        self.arguments = arguments
        self.is_module = is_module
        self.include: list[str] = []


class _RaisingParser(argparse.ArgumentParser):
    """A parser that reports bad flags as ValueError, for callers inside a program."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def make_parser() -> argparse.ArgumentParser:
    """The parser of the command `aipy` and of its subcommands."""
    parser = argparse.ArgumentParser(
        prog="aipy", description="Run Python programs as native code.", epilog=_EPILOG
    )
    parser.add_argument("--version", action="store_true", help="print aipy's version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, text in (
        ("run", "run a program with its own functions compiled"),
        ("explain", "run a program, then tell what became of each line of its functions"),
    ):
        command = commands.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            epilog=_EPILOG,
            usage=f"aipy {name} [FLAGS] (FILE | -m MODULE) [ARGUMENTS...]",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.add_argument(
            "-m", dest="module", metavar="MODULE", help="run a module, as python -m"
        )
        command.add_argument(
            "file", metavar="FILE", nargs="?", help="a file, directory or zip file"
        )
        imports = command.add_argument_group("imported modules")
        imports.add_argument(
            "--all",
            action="append_const",
            dest="include",
            const=EVERYTHING,
            help="compile every imported module that has a source file too",
        )
        imports.add_argument(
            INCLUDE,
            action="append",
            metavar="PATTERN",
            help="compile the imported modules of that name and what is in them too: json, "
            "mypackage, *.models; may be given several times",
        )
        add_option_flags(command)
    commands.add_parser("options", help="list all options with their values and meanings")
    return parser


def add_option_flags(parser: argparse.ArgumentParser) -> None:
    """Add a flag for each option, grouped as in the table; absent flags leave no trace."""
    groups: dict[str, Any] = {}
    for row in _core.options():
        title = row["group"] or "options"
        if title not in groups:
            groups[title] = parser.add_argument_group(title)
        settings: dict[str, Any] = {"dest": f"option_{row['name']}", "default": argparse.SUPPRESS}
        if row["type"] == "bool":
            settings["action"] = argparse.BooleanOptionalAction
        else:
            settings["metavar"] = row["type"].upper()
        help_text = f"{row['doc']} (default: {row['default'] or 'none'})".replace("%", "%%")
        groups[title].add_argument(flag_of(row["name"]), help=help_text, **settings)


def flag_of(option: str) -> str:
    """The flag of an option: `stress_guards` is `--stress-guards`."""
    return "--" + option.replace("_", "-")


def options_from_flags(flags: list[str]) -> dict[str, str]:
    """Options set by `flags`, as the native module's text; ValueError for a bad flag."""
    parser = _RaisingParser(prog=_MAGIC_PROG, add_help=False, allow_abbrev=False)
    add_option_flags(parser)
    return chosen_options(parser.parse_args(flags))


_MAGIC_PROG = "%%aipy"


def chosen_options(parsed: argparse.Namespace) -> dict[str, str]:
    """The options that flags were given for, as the native module's text."""
    chosen = {}
    for name, value in vars(parsed).items():
        if name.startswith("option_"):
            text = str(value).lower() if isinstance(value, bool) else str(value)
            chosen[name.removeprefix("option_")] = text
    return chosen


def split_program(arguments: list[str]) -> tuple[list[str], Program | None]:
    """Split a command's arguments into aipy's own flags and the program with its arguments.

    argparse cannot do this alone: it would take the program's flags for its own.
    """
    takes_value = {flag_of(row["name"]) for row in _core.options() if row["type"] != "bool"}
    takes_value.add(INCLUDE)
    position = 0
    while position < len(arguments):
        argument = arguments[position]
        if argument == "-m" and position + 1 < len(arguments):
            target, rest = arguments[position + 1], arguments[position + 2 :]
            return arguments[:position], Program(target, rest, is_module=True)
        if argument.startswith("-m") and not argument.startswith("--") and len(argument) > 2:
            return arguments[:position], Program(
                argument[2:], arguments[position + 1 :], is_module=True
            )
        if argument == "--" and position + 1 < len(arguments):
            target, rest = arguments[position + 1], arguments[position + 2 :]
            return arguments[:position], Program(target, rest, is_module=False)
        if not argument.startswith("-"):
            return arguments[:position], Program(
                argument, arguments[position + 1 :], is_module=False
            )
        position += 2 if argument in takes_value else 1
    return arguments, None


def explain_unknown_flag(flag: str) -> str:
    """The sentence for a flag that is no option's, with the nearest that is."""
    name = flag.lstrip("-").split("=")[0].replace("-", "_")
    return unknown_option(name, ["all", "include", *(row["name"] for row in _core.options())])
