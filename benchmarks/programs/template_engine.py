"""A template engine: templates with loops, conditions and filters become trees and are rendered."""

import sys

SIZE = 1_500

PAGE = """<h1>{{ title|upper }}</h1>
{% for user in users %}<section id="{{ user.id }}">
<h2>{{ user.name|title }}{% if user.active %} (active){% else %} (gone){% end %}</h2>
{% if user.orders %}<ul>
{% for order in user.orders %}<li class="{{ order.state|lower }}">{{ order.item|escape }}: \
{{ order.count }} x {{ order.price|money }}\
{% if order.note %} <i>{{ order.note|escape }}</i>{% end %}</li>
{% end %}</ul>
{% else %}<p>{{ nothing|default }}</p>
{% end %}</section>
{% end %}<footer>{{ users|length }} of {{ site.name }}</footer>
"""


class TemplateError(Exception):
    pass


class Text:
    def __init__(self, text):
        self.text = text

    def render(self, context, out):
        out.append(self.text)


class Value:
    def __init__(self, expression, filters):
        first, *rest = expression.split("|")
        self.path = first.strip().split(".")
        self.filters = [filters[name.strip()] for name in rest]

    def find(self, context):
        value = context.get(self.path[0])
        for part in self.path[1:]:
            if isinstance(value, dict):
                value = value[part]
            else:
                value = getattr(value, part)
        return value

    def render(self, context, out):
        value = self.find(context)
        for apply in self.filters:
            value = apply(value)
        out.append(value if isinstance(value, str) else str(value))


class Condition:
    def __init__(self, value, then, otherwise):
        self.value = value
        self.then = then
        self.otherwise = otherwise

    def render(self, context, out):
        for node in self.then if self.value.find(context) else self.otherwise:
            node.render(context, out)


class Loop:
    def __init__(self, name, value, body):
        self.name = name
        self.value = value
        self.body = body

    def render(self, context, out):
        for item in self.value.find(context):
            inner = {**context, self.name: item}
            for node in self.body:
                node.render(inner, out)


def pieces_of(source):
    position = 0
    while True:
        start = source.find("{", position)
        if start < 0:
            break
        opening = source[start : start + 2]
        if opening not in ("{{", "{%"):
            raise TemplateError(f"a single brace at {start}")
        if start > position:
            yield "text", source[position:start]
        end = source.index("}}" if opening == "{{" else "%}", start)
        yield ("value" if opening == "{{" else "tag"), source[start + 2 : end].strip()
        position = end + 2
    yield "text", source[position:]


class Template:
    def __init__(self, source, filters):
        self.filters = filters
        self.pieces = pieces_of(source)
        self.nodes, ending = self.parse()
        if ending is not None:
            raise TemplateError(f"unexpected {ending}")

    def parse(self):
        nodes = []
        for kind, content in self.pieces:
            if kind == "text":
                nodes.append(Text(content))
            elif kind == "value":
                nodes.append(Value(content, self.filters))
            elif content.startswith("for "):
                name, _, value = content[4:].partition(" in ")
                body, _ = self.parse()
                nodes.append(Loop(name.strip(), Value(value, self.filters), body))
            elif content.startswith("if "):
                then, ending = self.parse()
                otherwise = self.parse()[0] if ending == "else" else []
                nodes.append(Condition(Value(content[3:], self.filters), then, otherwise))
            else:
                return nodes, content
        return nodes, None

    def render(self, **context):
        out = []
        for node in self.nodes:
            node.render(context, out)
        return "".join(out)


class User:
    def __init__(self, number, name, active, orders=()):
        self.id = number
        self.name = name
        self.active = active
        self.orders = list(orders)


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def money_in(currency):
    def money(cents):
        return f"{cents // 100}.{cents % 100:02} {currency}"

    return money


FILTERS = {
    "upper": str.upper,
    "lower": str.lower,
    "title": lambda text: " ".join(word.capitalize() for word in text.split()),
    "escape": escape,
    "money": money_in("EUR"),
    "length": len,
    "default": lambda value: "-" if value is None else value,
}
ITEMS = ("nuts & bolts", "a <b> b", "plain paper", "oil > water", "tea")
STATES = ("OPEN", "Sent", "BACK")


def users_of(count):
    for number in range(count):
        user = User(number, f"ada {ITEMS[number % 5][:3]} no{number}", active=number % 3 != 0)
        for index in range(number * 7 % 5):
            user.orders.append(
                {
                    "item": ITEMS[(number + index) % 5],
                    "count": index + 1,
                    "price": (number * 37 + index * 11) % 9973,
                    "state": STATES[(number + index) % 3],
                    "note": f"<{number}>" if index == 2 else "",
                }
            )
        yield user


def main(count):
    checksum = 0
    users = list(users_of(count))
    for round in range(8):
        template = Template(PAGE, FILTERS)
        page = template.render(title=f"round {round}", users=users, site={"name": "shop"})
        for line in page.splitlines():
            found = len(line) * 7 + line.count("a") + ord(line[-1])
            checksum = (checksum * 31 + found) % 1_000_000_007
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
