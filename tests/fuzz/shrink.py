"""Makes a program that differs smaller, as long as it goes on differing.

The idea: try every way of cutting the syntax tree a little (drop a statement, put a
compound statement's body in its place, put an operand in place of its operation, a
plain constant in place of anything), keep what still differs, and start over, until
no cut works or the attempts are used up. It ends because each kept cut makes the
text shorter.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator


def shrink(source: str, differs: Callable[[str], bool], attempts: int = 200) -> str:
    """The smallest program found from `source` for which `differs` still holds.

    Parameters: `differs`, called with at most `attempts` candidate sources.
    """
    best = ast.unparse(ast.parse(source))
    if not differs(best):
        return source
    left = attempts - 1
    again = True
    while again and left > 0:
        again = False
        for candidate in _smaller(best):
            if left <= 0:
                break
            left -= 1
            if differs(candidate):
                best, again = candidate, True
                break
    return best


def _smaller(source: str) -> Iterator[str]:
    """Programs a little smaller than `source`, those with most cut away first."""
    tree = ast.parse(source)
    seen = {source}
    for cut in (_without_statements, _with_bodies_lifted, _with_operands_lifted, _with_constants):
        for candidate in cut(tree):
            text = ast.unparse(ast.fix_missing_locations(candidate))
            if len(text) < len(source) and text not in seen:
                seen.add(text)
                yield text


def _bodies(tree: ast.AST) -> Iterator[tuple[ast.AST, str, list[ast.stmt]]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody", "handlers"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body:
                yield node, name, body


def _changed(tree: ast.AST, number: int, change: Callable[[list[ast.stmt]], None]) -> ast.AST:
    """A copy of `tree` whose body of that number is changed."""
    fresh = copy.deepcopy(tree)
    node, name, body = list(_bodies(fresh))[number]
    change(body)
    if not body and name == "body":
        body.append(ast.Pass())
    if isinstance(node, ast.Try) and not node.handlers and not node.finalbody:
        node.finalbody.append(ast.Pass())
    return fresh


def _without_statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Each body without half of its statements, then without each one of them."""
    bodies = [(number, len(body)) for number, (_, _, body) in enumerate(_bodies(tree))]
    for number, length in bodies:
        for start in (0, length // 2) if length > 3 else ():
            end = start + length // 2

            def drop_half(body: list[ast.stmt], start: int = start, end: int = end) -> None:
                del body[start:end]

            yield _changed(tree, number, drop_half)
    for number, length in bodies:
        for position in reversed(range(length)):

            def drop(body: list[ast.stmt], position: int = position) -> None:
                del body[position]

            yield _changed(tree, number, drop)


def _with_bodies_lifted(tree: ast.AST) -> Iterator[ast.AST]:
    """Compound statements replaced by one of their own bodies."""
    for number, (_, name, body) in enumerate(_bodies(tree)):
        if name == "handlers":
            continue
        for position, statement in enumerate(body):
            for part in ("body", "orelse", "finalbody"):
                if isinstance(statement, (ast.If, ast.For, ast.While, ast.Try)) and getattr(
                    statement, part, None
                ):

                    def lift(
                        body: list[ast.stmt], position: int = position, part: str = part
                    ) -> None:
                        body[position : position + 1] = getattr(body[position], part)

                    yield _changed(tree, number, lift)


def _expressions(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.expr]]:
    """Every expression with the place that holds it: node, field, index."""
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                yield node, name, None, value
            elif isinstance(value, list):
                for index, item in enumerate(value):
                    if isinstance(item, ast.expr):
                        yield node, name, index, item


def _replaced(tree: ast.AST, number: int, replacement: ast.expr | None) -> ast.AST:
    """A copy of `tree` with the expression of that number replaced, or dropped from its list."""
    fresh = copy.deepcopy(tree)
    node, name, index, _ = list(_expressions(fresh))[number]
    if index is None:
        setattr(node, name, replacement)
    elif replacement is None:
        del getattr(node, name)[index]
    else:
        getattr(node, name)[index] = replacement
    return fresh


def _is_read(expression: ast.expr) -> bool:
    return isinstance(getattr(expression, "ctx", ast.Load()), ast.Load)


def _with_operands_lifted(tree: ast.AST) -> Iterator[ast.AST]:
    for number, (node, _, index, expression) in enumerate(_expressions(tree)):
        if not _is_read(expression):
            continue
        for child in ast.iter_child_nodes(expression):
            if isinstance(child, ast.expr) and not isinstance(child, (ast.Slice, ast.Starred)):
                yield _replaced(tree, number, child)
        if index is not None and isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) > 1:
            yield _replaced(tree, number, None)


def _with_constants(tree: ast.AST) -> Iterator[ast.AST]:
    for number, (node, _, _, expression) in enumerate(_expressions(tree)):
        plain = isinstance(expression, (ast.Constant, ast.Name)) or isinstance(node, ast.JoinedStr)
        if _is_read(expression) and not plain and not isinstance(expression, ast.Slice):
            yield _replaced(tree, number, ast.Constant(0))
