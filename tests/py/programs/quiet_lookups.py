"""Look-ups that run no Python code: characters, slices, dicts of strs, isinstance, methods of builtin classes."""


class Scanner:
    def __init__(self, text):
        self.text = text
        self.at = 0
        self.seen = {}

    def peek(self):
        return self.text[self.at]

    def is_number(self):
        return self.text[self.at].isdigit()

    def skip(self):
        while self.at < len(self.text) and self.text[self.at] in " \n":
            self.at += 1

    def word(self):
        start = self.at
        while self.at < len(self.text) and self.text[self.at].isalnum():
            self.at += 1
        return self.text[start : self.at]

    def count(self, word):
        if word in self.seen:
            self.seen[word] += 1
        else:
            self.seen[word] = 1
        return self.seen[word]

    def look(self, word):
        return self.seen.get(word, -1)


def words(text):
    scanner = Scanner(text)
    found = []
    while True:
        scanner.skip()
        if scanner.at >= len(text):
            return found, scanner.seen, scanner.look("zz")
        word = scanner.word()
        if not word:
            found.append((scanner.peek(), scanner.is_number(), ord(scanner.peek())))
            scanner.at += 1
        else:
            found.append((word, scanner.count(word), scanner.look(word)))


def characters(text, indices):
    out = []
    for index in indices:
        try:
            out.append(text[index])
        except IndexError as error:
            out.append(str(error))
    return out


def slices(text, bounds):
    out = []
    for start, stop, step in bounds:
        try:
            out.append((text[start:stop], text[start:stop:step], text[:stop]))
        except (ValueError, TypeError) as error:
            out.append(str(error))
    return out


def contains(containers, items):
    out = []
    for container in containers:
        for item in items:
            try:
                out.append(item in container)
            except TypeError as error:
                out.append(str(error))
    return out


class Base:
    pass


class Derived(Base):
    pass


class Liar:
    """Says that it is something else."""

    def __init__(self, log):
        self.log = log

    @property
    def __class__(self):
        self.log.append("asked")
        return Base


class Meta(type):
    def __instancecheck__(cls, instance):
        return instance == 5


class Fives(metaclass=Meta):
    pass


def kinds(values, wanted):
    out = []
    for value in values:
        for one in wanted:
            try:
                out.append(isinstance(value, one))
            except TypeError as error:
                out.append(str(error))
    return out


def methods(texts, part, width):
    out = []
    for text in texts:
        out.append((text.startswith(part), text.endswith(part, 1), text.find(part), text.count(part)))
        out.append((text.upper(), text.strip(), text.strip(part), text.replace(part, "-"), text.partition(part)))
        out.append((text.split(), text.split(part), text.splitlines(), text.ljust(width, "."), text.zfill(width)))
        out.append((part.join([text, "x"]), part.join((text, part)), text.removeprefix(part)))
        try:
            out.append(text.index(part))
        except ValueError as error:
            out.append(str(error))
    return out


def joined(parts, separator):
    out = []
    for part in parts:
        try:
            out.append(separator.join(part))
        except TypeError as error:
            out.append(str(error))
    return out


def numbers(texts):
    out = []
    for text in texts:
        try:
            out.append(str(int(text) + 1))
        except ValueError as error:
            out.append(str(error))
    return out


def codes(texts):
    out = []
    for text in texts:
        try:
            out.append(ord(text))
        except TypeError as error:
            out.append(str(error))
    return out


def views(table):
    table = dict(table)
    total = 0
    for key, value in table.items():
        total += len(key) * value
    return total, list(table.keys()), sorted(table.values())


class Dying:
    def __init__(self, log, name):
        self.log = log
        self.name = name

    def __del__(self):
        self.log.append(self.name)


def replaced_values(count):
    log = []
    table = {}
    for i in range(count):
        table["a"] = Dying(log, i) if i > count - 5 else i
        log.append("stored")
    return log


class Key:
    """A str's equal that is none, and has Python code for it."""

    def __init__(self, log):
        self.log = log

    def __hash__(self):
        return hash("a")

    def __eq__(self, other):
        self.log.append(other)
        return other == "a"


def odd_keys(count):
    log = []
    table = {"b": 1}
    out = []
    for i in range(count):
        if i == count - 6:
            table[Key(log)] = 7
        out.append(("a" in table, table.get("a"), table["b"]))
        table["b"] = i
    return out, log


class Holder:
    pass


def attributes_by_name(count):
    holder = Holder()
    holder.first = 0
    for i in range(count):
        holder.__dict__["first"] = holder.first + i
        if i == count - 3:
            holder.__dict__["second"] = 1
    return holder.first, holder.__dict__


limit = 3


def above(x):
    return x > limit


def changed_globals(count):
    table = globals()
    out = []
    for i in range(count):
        if i == count - 4:
            table["limit"] = 1000
        out.append(above(i))
    table["limit"] = 3
    return out


def case_z_missing():
    table = {"a": 1}
    for i in range(60):
        table["a" if i < 50 else "b"] += 1
        if i == 55:
            del table["b"]


def in_vain(value, key, tables):
    """Results that nobody uses: what would raise must raise all the same."""
    out = []
    for table in tables:
        try:
            table[key]
            out.append("found")
        except (IndexError, KeyError, TypeError) as error:
            out.append(str(error))
    for number in ("12", value):
        try:
            int(number)
            out.append("a number")
        except ValueError as error:
            out.append(str(error))
    try:
        ord(value)
        out.append("a character")
    except TypeError as error:
        out.append(str(error))
    value[key:key]
    isinstance(value, str)
    str(key)
    return out


CASES = [
    (words, "ab 12 ab\n( ab ) zwölf 12 ; " * 8),
    (words, ""),
    (characters, "abäc€", [0, 1, 2, 3, 4, -1, -5, 5, -6] * 6),
    (characters, "", [0] * 30),
    (slices, "abäcdef", [(1, 3, 1), (0, 10, 2), (None, -1, -1), (3, 1, 1), (1, 4, 0), (1, "x", 1)] * 6),
    (contains, ["abc", "", "ä"], ["a", "", "bc", "ab", "ä"] * 5),
    (contains, [{"a": 1, "b": 2}, {}], ["a", "b", "c"] * 8),
    (contains, [{"a": 1, 2: 3}, {1: 2}], ["a", "b", 2] * 8),
    (contains, ["abc"], ["a"] * 20 + [1, None] + ["b"] * 20),
    (kinds, [1, True, "a", None, 2.5, [1], (1,)] * 5, [int, str, (int, str), list, object]),
    (kinds, [Base(), Derived(), 5, Base] * 8, [Base, Derived, (Derived, int), Fives, type]),
    (kinds, [1] * 30, [3]),
    (methods, [" abc ", "abcabc", "", "a\nb", "ÄB"] * 6, "b", 7),
    (joined, [["a", "b"], ("a",), [], ["a", 1], [b"a"]] * 6, ", "),
    (numbers, ["1", "-22", " 3 ", "4_0", "12345678901234567890", "x", ""] * 6),
    (codes, ["a", "ä", "€", "", "ab"] * 8),
    (views, {"a": 1, "bb": 2}),
    (in_vain, "x", 0, ["ab", "a", ""] * 8),
    (in_vain, "xy", 3, ["abcd", "a"] * 8),
    (replaced_values, 60),
    (odd_keys, 60),
    (attributes_by_name, 60),
    (changed_globals, 60),
]


def case_liar():
    log = []
    out = []
    for i in range(60):
        out.append(isinstance(Liar(log) if i > 50 else i, Base))
    return out, log
