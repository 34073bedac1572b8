"""Template strings: what they hold, and in which order it is worked out."""

from string.templatelib import Interpolation, Template

LOG = []


class Noted:
    def __init__(self, name):
        self.name = name

    def __format__(self, spec):
        LOG.append(("format", self.name, spec))
        return self.name

    def __repr__(self):
        LOG.append(("repr", self.name))
        return self.name


def noted(name):
    LOG.append(name)
    return Noted(name)


def shown(template):
    """A template as plain data."""
    assert type(template) is Template
    parts = [(part.expression, part.conversion, part.format_spec, repr(part.value)) for part in template.interpolations]
    return template.strings, parts, [type(part) is Interpolation for part in template.interpolations]


def plain(x, y):
    return shown(t"{x}"), shown(t"a{x}b{y}c"), shown(t"{x}{y}"), shown(t""), shown(t"only text")


def formats(x, width):
    return shown(t"{x!r}{x!s:>5}{x!a:{width}}{x:{width}.{width + 1}}")


def self_documenting(x):
    return shown(t"{x = }|{x + 1 =:>4}|{x!r:}")


def joined(x):
    return shown(t"a" t"b{x}" t"c"), shown(t"{{{x}}}")


def in_order():
    LOG.clear()
    template = t"{noted('first')}{noted('second')!r:{noted('width')}}"
    return list(LOG), template.strings, [part.format_spec for part in template.interpolations]


def nested(x):
    return shown(t"{t'inner {x}'.strings}"), shown(t"{f'{x}'}")


def raises(x):
    return t"{x}{1 / x}"


def concatenated(x):
    return shown(t"a{x}" + t"{x}b")


def in_loop(n):
    total = 0
    for i in range(n):
        template = t"{i} of {n}"
        total += template.interpolations[0].value
    return total, shown(template)


def captured(x):
    def inner(y):
        return t"{x}{y}"

    return shown(inner(x + 1)), shown((lambda z: t"{x}{z}")(3))


def in_generator(values):
    return [shown(template) for template in (t"<{value}>" for value in values)]


CASES = [
    (plain, 1, "y"), (plain, None, 2.5), (formats, 3.25, 8), (self_documenting, 4), (joined, "j"), (in_order,),
    (nested, 5), (raises, 2), (raises, 0), (concatenated, 6), (in_loop, 300), (captured, 7), (in_generator, [1, "two"]),
]  # fmt: skip
