"""Loops over lists and tuples, and `in` on them, without Python code in between, and every way out of that."""


class Loud:
    log = []

    def __init__(self, name):
        self.name = name

    def __del__(self):
        self.log.append(self.name)


class Equal:
    """Equal to every str."""

    def __eq__(self, other):
        return isinstance(other, str)

    __hash__ = None


def total(items):
    result = 0
    for item in items:
        result += item
    return result


def joined(items):
    result = ""
    for item in items:
        result += item
    else:
        result += "."
    return result


def among(text, items):
    return text in items


def call_total(rows):
    result = 0
    for row in rows:
        result += total(row)
    return result


def case_lists_and_tuples():
    out = []
    for _ in range(30):
        out.append(total([1, 2, 3]))
        out.append(total((4, 5)))
        out.append(total([]))
        out.append(call_total([[1, 2], [3], []]))
    return out[-4:], sum(out)


def case_other_iterables():
    out = [total([i, 2 * i]) for i in range(40)]
    out.append(total({1: 2, 3: 4}))
    out.append(total(i for i in range(4)))
    out.append(total(range(5)))
    out.append(total({7}))
    out.append(total(iter([1, 2, 3])))
    half = iter([1, 2, 3])
    next(half)
    out.append(total(half))
    out.append(total(half))
    return out


def case_items_change():
    out = []
    for i in range(60):
        row = [i, i + 1] if i < 50 else [i, 0.5, 2**70]
        out.append(total(row))
    for bad in ([1, "a"], (None,)):
        try:
            out.append(total(bad))
        except TypeError as error:
            out.append(str(error))
    return out[-4:]


def case_lists_change_while_they_are_walked():
    out = []
    for i in range(40):
        items = [1, 2, 3]
        for item in items:
            out.append(item)
            if item < 3 and i > 30:
                items.append(item + 5)
            if item == 6:
                items.clear()
    return out[-12:]


def last_of(make):
    for item in make():
        name = item.name
    return name


def case_sequences_that_end_with_their_loops():
    Loud.log.clear()
    out = []
    for i in range(40):
        out.append(last_of(lambda i=i: [Loud(i), Loud(-i)]))
        out.append(len(Loud.log))
    return out[-6:], Loud.log[:8]


def release_order(count):
    log = []

    class Item:
        def __del__(self):
            log.append("item")

    for _ in range(count):
        for item in [Item(), Item()]:
            log.append("body")
        log.append("behind")
        del item
    return log


def case_when_items_end():
    return release_order(3), len(release_order(40))


def broken(items, limit):
    for item in items:
        if item > limit:
            break
    else:
        return None
    return item


def case_breaks():
    return [broken([1, 5, i], 4 if i % 2 else 100) for i in range(60)][-4:]


def case_strings():
    return [joined(["a", "b"]) for _ in range(40)][-1], joined("xyz"), joined(("p", "q"))


def case_among():
    out = []
    for i in range(60):
        text = "+-*"[i % 3]
        out.append(among(text, ("+", "-")))
        out.append(among(text, ["*", 1, None, 2.5]))
        out.append(among(text * 2, ("++", "--")))
    out.append(among("a", ("b", Equal())))
    out.append(among("a", (Equal(), "a")))
    out.append(among("a", ()))
    out.append(among(5, ("a", 5)))
    return out[-10:], sum(out)


def nested(rows):
    out = []
    for row in rows:
        for left, right in row:
            if left in ("a", "b"):
                out.append((left, right))
    return out


def case_nested():
    rows = [[("a", 1), ("c", 2)], [("b", 3)], []]
    return [nested(rows) for _ in range(40)][-1]
