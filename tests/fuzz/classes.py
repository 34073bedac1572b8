"""Programs of classes from a seed: methods found in several classes, which change between runs.

Contract: `generate(seed)` always gives the same text. A few classes, some derived from one
another, have methods that call one another, properties and attributes of several kinds; a class
of constants stands beside them. `main` calls methods of a list of instances, changes something
that inline caches and native code rest on, and calls them again. What is stored is cut, so that
every program ends within milliseconds.
"""

from __future__ import annotations

import random

_ATTRIBUTES = ("x", "y", "z")
_METHODS = ("first", "second", "third", "fourth")
_VALUES = ("1", "2", "-3", "0.5", "2.5", "10", "True")

_HEADING = '''\
"""Generated from seed {seed}."""

LOG = []


def cut(x):
    return x if -(2**66) < x < 2**66 else x % 1000003


class Known:
    ONE = 1
    HALF = 2.5
    NAME = "s"

    @staticmethod
    def same(x):
        return x

    @classmethod
    def of_class(cls, x):
        return cls.ONE, x'''

_TURN = """\
            try:
                value = item.{method}({argument})
                if isinstance(value, tuple):
                    total += value[0]
                elif value is not None:
                    total += value
                else:
                    total -= 1
            except (ValueError, TypeError, OverflowError) as error:
                found.append(str(error))"""

_RUN_HEAD = """\
def run(items, turns):
    found = []
    total = 0
    for turn in range(turns):
        for item in items:"""

_RUN_TAIL = """\
            total += item.wide
            if Known.ONE == 1:
                total += Known.HALF
            if abs(total) > 1e12:
                total = 0
        found.append(total)
    return found"""

_CHANGES = (
    "Known.ONE = {value}",
    "Known.same = staticmethod(lambda x: x * 2)",
    "{kind}.{method} = lambda self, a=1: a + 100",
    "items.append({kind}({value}, {other}, 2))",
    "hide(items[0], '{method}')",
    "move(items[-1], {kind})",
    "for item in items:\n        item.x = {value}",
    "pass",
)

_HELPERS = """\
def hide(item, name):
    try:
        setattr(item, name, lambda a=1: -a)
    except AttributeError:
        pass


def move(item, kind):
    try:
        item.__class__ = kind
    except TypeError:
        pass"""


def generate(seed: int) -> str:
    """The program of that seed, as source text."""
    return _Generator(random.Random(f"classes {seed}")).program(seed)


class _Generator:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.kinds: list[str] = []

    def program(self, seed: int) -> str:
        parts = [_HEADING.format(seed=seed)]
        parts += [self.kind(number) for number in range(self.chance.randint(2, 5))]
        parts += [self.run(), _HELPERS, self.main(), "CASES = [(main,), (main,)]"]
        return "\n\n\n".join(parts) + "\n"

    def kind(self, number: int) -> str:
        name = f"Kind{number}"
        base = self.chance.choice(self.kinds) if self.kinds and self.chance.random() < 0.7 else ""
        self.kinds.append(name)
        lines = [f"class {name}({base}):" if base else f"class {name}:"]
        if not base and self.chance.random() < 0.25:
            lines.append("    __slots__ = ('x', 'y', 'z')")
        lines.append("    def __init__(self, x, y, z):")
        lines += [f"        self.{attribute} = {attribute}" for attribute in _ATTRIBUTES]
        lines += [
            "",
            "    @property",
            "    def wide(self):",
            f"        return {self.value(1, '1')}",
        ]
        for level, method in enumerate(_METHODS):
            if not base or self.chance.random() < 0.5:
                lines += ["", f"    def {method}(self, a=1):"]
                lines += [f"        {line}" for line in self.body(level)]
        return "\n".join(lines)

    def body(self, level: int) -> list[str]:
        if level > 0 and self.chance.random() < 0.5:
            return self.calling_body(_METHODS[level - 1])
        kind = self.chance.randrange(8)
        if kind == 0:
            attribute = self.chance.choice(_ATTRIBUTES)
            return [f"self.{attribute} = cut({self.value(2)})", "return self.x"]
        if kind == 1:
            return [f"if {self.value(1)} > 40:", "    return None", f"return {self.value(2)}"]
        if kind == 2:
            return ["if a == 13:", "    raise ValueError(self.x)", f"return {self.value(2)}"]
        if kind == 3:
            return ["LOG.append(a)", "return len(LOG)"]
        if kind == 4:
            return [f"return {self.value(1)}, {self.value(1)}"]
        if kind == 5:
            return ["return None"]
        return [f"return {self.value(3)}"]

    def calling_body(self, method: str) -> list[str]:
        instead = self.chance.choice(("None", "3", "self.x"))
        lines = [f"given = self.{method}({self.value(1)})", "if given is None:"]
        lines += [f"    return {instead}", "if isinstance(given, tuple):", "    given = given[0]"]
        if self.chance.random() < 0.2:
            lines.append("self.y = cut(given)")
        return [*lines, f"return given {self.chance.choice('+-*')} {self.value(1)}"]

    def value(self, depth: int, parameter: str = "a") -> str:
        kind = self.chance.random()
        if depth <= 0 or kind < 0.25:
            leaves = (
                "self.x",
                "self.y",
                "self.z",
                parameter,
                "1",
                "0.5",
                "Known.ONE",
                "Known.HALF",
            )
            return self.chance.choice(leaves)
        left, right = self.value(depth - 1, parameter), self.value(depth - 1, parameter)
        if kind < 0.6:
            return f"({left} {self.chance.choice('+-*')} {right})"
        if kind < 0.7:
            return f"Known.same({left})"
        if kind < 0.75:
            return f"Known.of_class({left})[0]"
        if kind < 0.9:
            test = self.chance.choice(("<", "==", ">", "!="))
            return f"({left} if {left} {test} {right} else {right})"
        return f"abs({left})"

    def run(self) -> str:
        arguments = ("turn", "turn + 1", "2", "turn * 2 - 3")
        turns = [
            _TURN.format(method=method, argument=self.chance.choice(arguments))
            for method in _METHODS
        ]
        return "\n".join([_RUN_HEAD, *turns, _RUN_TAIL])

    def main(self) -> str:
        items = ", ".join(self.made() for _ in range(self.chance.randint(2, 7)))
        lines = ["def main():", "    found = []", f"    items = [{items}]"]
        for _ in range(self.chance.randint(3, 6)):
            lines.append(f"    found.append(run(items, {self.chance.randint(3, 16)}))")
            lines.append(f"    {self.change()}")
        return "\n".join([*lines, "    return found, len(LOG)"])

    def made(self) -> str:
        values = ", ".join(self.chance.choice(_VALUES) for _ in _ATTRIBUTES)
        return f"{self.chance.choice(self.kinds)}({values})"

    def change(self) -> str:
        return self.chance.choice(_CHANGES).format(
            value=self.chance.choice(_VALUES),
            other=self.chance.choice(_VALUES),
            kind=self.chance.choice(self.kinds),
            method=self.chance.choice(_METHODS),
        )
