"""f-strings: conversions, format specs, nested specs, custom __format__, and errors inside."""


class Money:
    def __init__(self, amount):
        self.amount = amount

    def __format__(self, spec):
        return f"<{spec}|{self.amount}>"

    def __str__(self):
        return "money as str"

    def __repr__(self):
        return "money as repr"


class BadFormat:
    def __format__(self, spec):
        return 5


class BadRepr:
    def __repr__(self):
        raise ValueError("cannot show")


def plain(value):
    return f"{value}", f"<{value}>", f"{value}{value}", f"a{value}b{value}c"


def converted(value):
    return f"{value!r}", f"{value!s}", f"{value!a}", f"{value!r:>20}"


def formatted(value, spec):
    return f"{value:{spec}}"


def numbers(value):
    return f"{value:5}|{value:<8}|{value:^8}|{value:>8}|{value:+}|{value:08.3f}|{value:e}|{value:g}|{value:%}|{value:,}"


def integers(value):
    return f"{value:d}|{value:x}|{value:X}|{value:o}|{value:b}|{value:#x}|{value:_}|{value:c}|{value:010d}"


def texts(value):
    return f"{value:10}|{value:>10}|{value:^10}|{value:*<10}|{value:.2}|{value!r:.3}"


def expressions(a, b):
    return f"{a + b} {a * b = } {max(a, b)} {[a, b][0]} {'yes' if a < b else 'no'} {{literal}} { {'k': a}['k'] }"


def debug(value):
    return f"{value=} {value = !s} {value=:>5}"


def nested(value, width, precision):
    return f"{value:{width}.{precision}f} {value:{'>' if width > 5 else '<'}{width}}"


def in_loop(values):
    lines = []
    for i, value in enumerate(values):
        lines.append(f"{i:03d}: {value!r:<10} {'*' * (i % 4)}")
    return "\n".join(lines)


def order(log, a, b):
    return f"{log.append('first') or a}{log.append('second') or b}", log


def fails_in_middle(a, b):
    return f"{a} then {a / b} then {b}"


def empty():
    return f"", f"no fields", f"{''}", f"{None}"  # noqa: F541


def multiline(name, value):
    return f"""name: {name}
value: {
        value
    :>10}
end"""


def concatenated(a):
    return "plain " f"{a} " "plain again " f"{a!r}"


def join_numbers(count):
    text = ""
    for i in range(count):
        text = f"{text}{i}{',' if i < count - 1 else ''}"
    return text


CASES = [
    *[(plain, v) for v in (1, -2.5, "s", None, True, [1, "a"], 2**70, float("nan"), -0.0, 1j)],
    (plain, Money(3)),
    (plain, BadFormat()),
    (converted, "é\n'"),
    (converted, 1.0),
    (converted, Money(3)),
    (converted, BadRepr()),
    (formatted, 3.14159, ".2f"),
    (formatted, 42, "05d"),
    (formatted, 42, "s"),
    (formatted, "text", "d"),
    (formatted, "text", ""),
    (formatted, 42, ""),
    (formatted, None, ">5"),
    (formatted, [1], ">5"),
    (formatted, Money(7), "spec"),
    (formatted, 1.5, "z"),
    (formatted, True, "d"),
    (formatted, True, ""),
    (formatted, 5, 3),
    (numbers, 1234.5),
    (numbers, -7),
    (numbers, float("inf")),
    (numbers, "x"),
    (integers, 97),
    (integers, -1),
    (integers, 1.5),
    (texts, "hello"),
    (expressions, 3, 4),
    (expressions, 2.5, 2),
    (debug, 42),
    (debug, "text"),
    (nested, 3.14159, 10, 3),
    (nested, 3.14159, 4, 1),
    (nested, "x", 4, 1),
    (in_loop, [1, "two", 3.0, None, [4]]),
    (order, [], 1, 2),
    (fails_in_middle, 1, 2),
    (fails_in_middle, 1, 0),
    (fails_in_middle, "a", 1),
    (empty,),
    (multiline, "n", 5),
    (concatenated, "é"),
    (join_numbers, 20),
]
