"""Programs from a seed: typed, ending, and full of edges.

Contract: `generate(seed)` always gives the same text. The program holds functions
that call earlier ones, and CASES for the harness of `tests/py`. Types guide the
choice of expressions, so that most of them succeed; some raise, and that must agree
too. Every loop has a small bound and begins by cutting what grew in it, and the cost
of calls is counted, so that every program ends within milliseconds.

Expressions and simple statements are rows of templates (`templates.py`), whose slots
name the type to put there.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import classes
from templates import EXPRESSIONS, FOR_HEADERS, LITERALS, MUTATIONS, OPERATORS, TYPES

EDGES = (
    *(0, 1, -1, 2, 3, -7, 10, 63, 64, 255, 2**31, -(2**31), 2**32 - 1, 2**53 + 1),
    *(2**62, -(2**62), 2**63 - 1, -(2**63), 2**63, 2**64 + 3),
)

# How much work a call of a generated function may be, in statements.
_COST_LIMIT = 2000
_MOST_TRIPS = 12

# Stands in every program: what loops make grow is cut to this, past 64 bits but not far.
_CUT = """\
def cut(x):
    if isinstance(x, (str, list)):
        return x[:7]
    if isinstance(x, int) and not -(2**66) < x < 2**66:
        return x % 1000003
    return x"""

_SLOT = re.compile(r"<(\w+)>")


@dataclass
class Function:
    """A function made so far, which later ones may call."""

    name: str
    parameters: list[str]
    result: str
    cost: int
    is_generator: bool = False


@dataclass
class Scope:
    """What is known while a body is made: variables by name, loops around, work so far and left."""

    variables: dict[str, str]
    left: int = 0
    trips: int = 1
    loops: int = 0
    cost: int = 0
    assigned: list[set[str]] = field(default_factory=list)


def generate(seed: int) -> str:
    """The program of that seed, as source text: each tenth is one of classes."""
    if seed % 10 == 9:
        return classes.generate(seed)
    return _Generator(random.Random(seed)).program(seed)


def _indent(depth: int) -> str:
    return "    " * depth


class _Generator:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.functions: list[Function] = []
        self.result = "int"
        self.in_generator = False
        self.sets_global = False
        self.scope = Scope({})

    # ---- programs and functions

    def program(self, seed: int) -> str:
        heading = f'"""Generated from seed {seed}."""'
        parts = [heading, f"G = {self.chance.choice(EDGES)}", _CUT]
        parts += [self.function(number) for number in range(self.chance.randint(1, 3))]
        entry = self.functions[-1]
        called = entry.name
        if entry.is_generator:
            called = "listed"
            parts.append(f"def listed(*a):\n    return list({entry.name}(*a))")
        rows = [
            f"    ({', '.join([called, *self.arguments(entry)])}),"
            for _ in range(self.chance.randint(2, 4))
        ]
        parts.append("CASES = [\n" + "\n".join(rows) + "\n]")
        return "\n\n\n".join(parts) + "\n"

    def function(self, number: int) -> str:
        kinds = [self.chance.choice(TYPES) for _ in range(self.chance.randint(1, 4))]
        parameters = {f"p{i}": kind for i, kind in enumerate(kinds)}
        self.in_generator = number == 0 and self.chance.random() < 0.2
        self.result = "int" if self.in_generator else self.chance.choice(TYPES)
        self.scope = Scope(dict(parameters), left=self.chance.randint(5, 14))
        self.sets_global = False
        body = self.block(1, self.chance.randint(2, 6))
        last = "yield" if self.in_generator else "return"
        body.append(f"    {last} {self.expression(self.result, 2)}")
        if self.sets_global:
            body.insert(0, "    global G")
        made = Function(f"f{number}", kinds, self.result, self.scope.cost + 5, self.in_generator)
        self.functions.append(made)
        return f"def {made.name}({', '.join(parameters)}):\n" + "\n".join(body)

    def arguments(self, function: Function) -> list[str]:
        """Literal arguments, now and then of another type than the function expects."""
        return [
            self.literal(kind if self.chance.random() < 0.93 else self.chance.choice(TYPES))
            for kind in function.parameters
        ]

    # ---- statements

    def block(self, depth: int, count: int) -> list[str]:
        lines: list[str] = []
        for _ in range(count):
            if self.scope.left > 0 or not lines:
                lines.extend(self.statement(depth))
        return lines

    def statement(self, depth: int) -> list[str]:
        self.scope.cost += self.scope.trips
        self.scope.left -= 1
        choice = self.chance.random()
        makers: list[Callable[[int], list[str]]]
        if choice < 0.5 or depth > 3 or self.scope.left <= 0:
            makers = [self.assign] * 3 + [self.augment] * 2 + [self.mutate, self.unpack, self.show]
        elif choice < (0.8 if self.scope.loops else 0.92):
            makers = (
                [self.branch] * 2 + [self.for_loop] * 2 + [self.while_loop] + [self.attempt] * 2
            )
        else:
            makers = [self.leave] * 3 + [self.check, self.set_global, self.give]
        return self.chance.choice(makers)(depth)

    def bind(self, name: str, kind: str) -> None:
        self.scope.variables[name] = kind
        for names in self.scope.assigned:
            names.add(name)

    def assign(self, depth: int) -> list[str]:
        kind = self.chance.choice(TYPES)
        known = self.names(kind)
        if known and self.chance.random() < 0.5:
            name = self.chance.choice(known)
        elif self.scope.variables and self.chance.random() < 0.08:
            name = self.chance.choice(list(self.scope.variables))
        else:
            name = f"v{self.chance.randint(0, 9)}"
        line = f"{_indent(depth)}{name} = {self.expression(kind, 3)}"
        self.bind(name, kind)
        return [line]

    def augment(self, depth: int) -> list[str]:
        kind = self.chance.choice(("int", "int", "float", "str", "ints"))
        known = self.names(kind)
        if not known:
            return self.assign(depth)
        name = self.chance.choice(known)
        added = self.expression(kind, 2) + ("[:2]" if kind == "ints" else "")
        self.bind(name, kind)
        return [f"{_indent(depth)}{name} {self.chance.choice(OPERATORS[kind])} {added}"]

    def mutate(self, depth: int) -> list[str]:
        kind = self.chance.choice(tuple(MUTATIONS))
        known = self.names(kind)
        if not known:
            return self.assign(depth)
        name = self.chance.choice(known)
        self.bind(name, kind)
        return [_indent(depth) + self.fill(self.chance.choice(MUTATIONS[kind]), 1, name)]

    def unpack(self, depth: int) -> list[str]:
        a, b = (f"v{i}" for i in self.chance.sample(range(10), 2))
        first, second = "int", "float"
        values = self.expression("pair", 2)
        if self.chance.random() < 0.7:
            first, second = self.chance.choice(TYPES), self.chance.choice(TYPES)
            values = f"{self.expression(first, 2)}, {self.expression(second, 2)}"
        self.bind(a, first)
        self.bind(b, second)
        return [f"{_indent(depth)}{a}, {b} = {values}"]

    def show(self, depth: int) -> list[str]:
        return [f"{_indent(depth)}print({self.expression(self.chance.choice(TYPES), 2)})"]

    def set_global(self, depth: int) -> list[str]:
        self.sets_global = True
        return [f"{_indent(depth)}G = cut({self.expression('int', 1)})"]

    def give(self, depth: int) -> list[str]:
        if not self.in_generator:
            return self.show(depth)
        return [f"{_indent(depth)}yield {self.expression('int', 2)}"]

    def leave(self, depth: int) -> list[str]:
        """Something that ends the turn, the loop, or the function."""
        ways = [f"raise ValueError({self.expression(self.chance.choice(('int', 'str')), 1)})"]
        if not self.in_generator:
            ways.append(f"return {self.expression(self.result, 2)}")
        if self.scope.loops:
            ways += ["break", "break", "continue", "continue"]
        condition = self.expression("bool", 2)
        return [f"{_indent(depth)}if {condition}:", _indent(depth + 1) + self.chance.choice(ways)]

    def check(self, depth: int) -> list[str]:
        condition, message = self.expression("bool", 2), self.expression("int", 1)
        return [f"{_indent(depth)}assert {condition}, {message}"]

    def branch(self, depth: int) -> list[str]:
        lines = [f"{_indent(depth)}if {self.expression('bool', 3)}:", *self.inner(depth)]
        if self.chance.random() < 0.3:
            lines += [f"{_indent(depth)}elif {self.expression('bool', 2)}:", *self.inner(depth)]
        if self.chance.random() < 0.5:
            lines += [f"{_indent(depth)}else:", *self.inner(depth)]
        return lines

    def inner(self, depth: int) -> list[str]:
        """A nested block; what it alone binds is mostly not used after it."""
        before = dict(self.scope.variables)
        lines = self.block(depth + 1, self.chance.randint(1, 3))
        if self.chance.random() < 0.9:
            self.scope.variables = before
        return lines

    def for_loop(self, depth: int) -> list[str]:
        if self.scope.loops >= 2:
            return self.assign(depth)
        a, b = (f"v{i}" for i in self.chance.sample(range(10), 2))
        header, kinds = self.chance.choice(FOR_HEADERS)
        header = self.fill(header, 1).replace("@a", a).replace("@b", b)
        generators = [f for f in self.functions if f.is_generator and self.affordable(f)]
        lists = self.names("ints")
        if generators and self.chance.random() < 0.5:
            header, kinds = f"{a} in {self.call(self.chance.choice(generators))}", ("int",)
        elif lists and self.chance.random() < 0.15:
            header, kinds = f"{a} in {self.chance.choice(lists)}", ("int",)
        bound = dict(zip((a, b), kinds, strict=False))
        # A list that is looped over is cut as well: its loop may append to it.
        bound |= {name: "ints" for name in lists if header.endswith(f"in {name}")}
        return self.loop(depth, f"for {header}:", bound, _MOST_TRIPS, [])

    def while_loop(self, depth: int) -> list[str]:
        if self.scope.loops >= 2:
            return self.assign(depth)
        name, limit = f"n{depth}", self.chance.randint(2, 9)
        condition = f"{name} < {limit}"
        if self.chance.random() < 0.3:
            condition += f" and {self.expression('bool', 1)}"
        step = [f"{_indent(depth + 1)}{name} += 1"]
        start = f"{_indent(depth)}{name} = 0"
        return [start, *self.loop(depth, f"while {condition}:", {}, limit, step)]

    def loop(
        self, depth: int, header: str, bound: dict[str, str], trips: int, first: list[str]
    ) -> list[str]:
        """A loop whose body begins by cutting what grew in it, where `continue` cannot skip it."""
        before, outer_trips = dict(self.scope.variables), self.scope.trips
        self.scope.trips *= trips
        self.scope.loops += 1
        self.scope.assigned.append(set())
        for name, kind in bound.items():
            self.bind(name, kind)
        body = self.block(depth + 1, self.chance.randint(1, 4))
        carried = sorted(self.scope.assigned.pop() & before.keys())
        cuts = [f"{_indent(depth + 1)}{name} = cut({name})" for name in carried]
        self.scope.loops -= 1
        self.scope.trips = outer_trips
        self.scope.variables = before
        lines = [_indent(depth) + header, *first, *cuts, *body]
        if self.chance.random() < 0.2:
            lines += [f"{_indent(depth)}else:", *self.inner(depth)]
        return lines

    def attempt(self, depth: int) -> list[str]:
        lines = [f"{_indent(depth)}try:", *self.inner(depth)]
        kinds = (
            *("ZeroDivisionError", "(IndexError, KeyError)", "ValueError"),
            *("(TypeError, OverflowError)", "Exception"),
        )
        for kind in self.chance.sample(kinds, self.chance.randint(1, 2)):
            if self.chance.random() < 0.4:
                lines.append(f"{_indent(depth)}except {kind} as error:")
                lines.append(f"{_indent(depth + 1)}print(type(error).__name__, error)")
            else:
                lines.append(f"{_indent(depth)}except {kind}:")
            lines += self.inner(depth)
        if self.chance.random() < 0.2:
            lines += [f"{_indent(depth)}else:", *self.inner(depth)]
        if self.chance.random() < 0.2:
            lines += [f"{_indent(depth)}finally:", *self.show(depth + 1)]
        return lines

    # ---- expressions

    def expression(self, kind: str, depth: int) -> str:
        choice = self.chance.random()
        known = self.names(kind)
        if known and choice < (0.35 if depth > 0 else 0.8):
            return self.chance.choice(known)
        if depth <= 0 or choice > 0.92:
            return self.literal(kind)
        if choice > 0.86:
            return self.fill(f"(<{kind}> if <bool> else <{kind}>)", depth - 1)
        callees = [f for f in self.functions if f.result == kind and not f.is_generator]
        callees = [f for f in callees if self.affordable(f)]
        if callees and choice > 0.78:
            return self.call(self.chance.choice(callees))
        return self.fill(self.chance.choice(EXPRESSIONS[kind]), depth - 1)

    def fill(self, template: str, depth: int, name: str = "") -> str:
        """The template with each slot filled by an expression of the type it names."""

        def filled(slot: re.Match[str]) -> str:
            kind = slot[1]
            if kind == "small":
                return str(self.chance.randint(-3, 6))
            if kind == "few":
                return str(self.chance.randint(0, 9))
            if kind == "compare":
                return self.chance.choice(("<", "<=", "==", "!=", ">", ">="))
            if kind == "number":
                kind = self.chance.choice(("int", "float"))
            if kind == "any":
                kind = self.chance.choice(TYPES)
            flat = kind.startswith("flat_")
            return self.expression(kind.removeprefix("flat_"), 0 if flat else depth)

        return (
            _SLOT.sub(filled, template).replace("@", name) if name else _SLOT.sub(filled, template)
        )

    def call(self, function: Function) -> str:
        self.scope.cost += self.scope.trips * function.cost
        texts = [self.expression(parameter, 1) for parameter in function.parameters]
        for text in texts:
            if text in self.scope.variables:
                self.bind(text, self.scope.variables[text])
        return f"{function.name}({', '.join(texts)})"

    def affordable(self, function: Function) -> bool:
        return self.scope.cost + self.scope.trips * function.cost < _COST_LIMIT

    def literal(self, kind: str) -> str:
        chance = self.chance
        if kind == "int":
            value = chance.choice(EDGES) if chance.random() < 0.4 else chance.randint(-20, 20)
            return str(value) if value >= 0 else f"({value})"
        if kind == "float" and chance.random() < 0.6:
            return f"({chance.randint(-99, 99) / 8})"
        if kind == "pair":
            return f"({self.literal('int')}, {self.literal('float')})"
        if kind in ("ints", "floats"):
            items = [self.literal(kind.removesuffix("s")) for _ in range(chance.randint(0, 5))]
            return f"[{', '.join(items)}]"
        return chance.choice(LITERALS[kind])

    def names(self, kind: str) -> list[str]:
        return [name for name, known in self.scope.variables.items() if known == kind]


if __name__ == "__main__":
    import sys

    print(generate(int(sys.argv[1]) if len(sys.argv) > 1 else 0), end="")
