"""The order of side effects inside expressions and statements."""

LOG = []


def t(name, value=None):
    LOG.append(name)
    return name if value is None else value


class Loud:
    """Logs every access."""

    def __init__(self, name):
        self.__dict__["name"] = name

    def __getattr__(self, attribute):
        LOG.append(f"{self.name}.{attribute}")
        return Loud(f"{self.name}.{attribute}")

    def __setattr__(self, attribute, value):
        LOG.append(f"{self.name}.{attribute}=")

    def __getitem__(self, key):
        LOG.append(f"{self.name}[{key}]")
        return Loud(f"{self.name}[{key}]")

    def __setitem__(self, key, value):
        LOG.append(f"{self.name}[{key}]=")

    def __call__(self, *args, **kwargs):
        LOG.append(f"{self.name}({len(args)},{sorted(kwargs)})")
        return self

    def __add__(self, other):
        LOG.append(f"{self.name}+")
        return self

    def __iadd__(self, other):
        LOG.append(f"{self.name}+=")
        return self

    def __iter__(self):
        LOG.append(f"iter {self.name}")
        return iter([1, 2])

    def __bool__(self):
        LOG.append(f"bool {self.name}")
        return True


def recorded(function):
    LOG.clear()
    try:
        result = function()
    except Exception as error:
        result = str(error)
    return (repr(result) if not isinstance(result, Loud) else result.name), list(LOG)


def binary():
    return t("a", 1) + t("b", 2) * t("c", 3) - t("d", 4) ** t("e", 2)


def display():
    return [t("a"), t("b")], (t("c"), t("d")), {t("k"): t("v"), t("k2"): t("v2")}, {t("s")}


def call():
    return t("f", max)(t("x", 1), *t("args", [2]), t("y", 3), **t("kwargs", {"key": abs}))


def assignment():
    a = b = t("value", 1)
    data = {}
    data[t("k1")] = data[t("k2")] = t("v")
    return a, b, data


def attribute_assignment():
    x = Loud("x")
    x.a.b = x.c
    x[t("i")].d = t("v")
    return None


def augmented():
    x = Loud("x")
    x.a += t("v")
    x[t("i")] += t("w")
    x.a.b[t("j")] += 1
    return None


def augmented_error():
    values = [1]
    values[t("i", 0)] += t("text", "s")


def conditional():
    return t("then") if t("condition", 0) else t("else")


def short_circuit():
    return t("a", 0) or t("b", 2) and t("c", 0) or t("d", 4)


def comparison_chain():
    return t("a", 1) < t("b", 3) < t("c", 2) < t("never", 9)


def subscript_chain():
    return Loud("x")[t("i")].attribute[t("j")](t("arg"), k=t("kw"))


def unpack_targets():
    x = Loud("x")
    x.a, x[t("i")], (x.b, *x.c) = t("v", (1, 2, (3, 4)))


def loop_header():
    x = Loud("x")
    for x.item in Loud("source"):
        LOG.append("body")
    return None


def slices():
    return Loud("x")[t("a", 1) : t("b", 2) : t("c", 3)]


def keyword_arguments():
    return Loud("f")(t("p"), k=t("first"), j=t("second"))


def comprehension():
    return [t("element", x) for x in t("source", [1, 2]) if t("filter", x)]


def dict_comprehension():
    return {t("key", x): t("value", x * 2) for x in t("source", [1, 2])}


def deletion():
    data = {1: 1, 2: 2}
    del data[t("a", 1)], data[t("b", 2)], data[t("c", 3)], data[t("never", 4)]


def fstring():
    return f"{t('a')}{t('b')!r:{t('c', 5)}}{t('d')}"


def assert_message():
    assert t("condition", 0), t("message")


def raise_from():
    raise t("exception", ValueError("x")) from t("cause", KeyError("y"))


def truth():
    x = Loud("x")
    if x.a and not x.b:
        return 1
    while x.c:
        break
    return x.d or x.e


def defaults():
    def inner(a=t("a"), *, b=t("b")):
        return a, b

    LOG.append("defined")
    return inner()


def walrus():
    return (y := t("a", 1)) + t("b", y + 1) + y


def return_in_loop():
    for i in t("source", [1, 2, 3]):
        if t("check", i) == 2:
            return t("result", i)
    return None


CASES = [
    (recorded, function)
    for function in (
        binary, display, call, assignment, attribute_assignment, augmented, augmented_error, conditional, short_circuit,
        comparison_chain, subscript_chain, unpack_targets, loop_header, slices, keyword_arguments, comprehension,
        dict_comprehension, deletion, fstring, assert_message, raise_from, truth, defaults, walrus, return_in_loop,
    )
]  # fmt: skip
