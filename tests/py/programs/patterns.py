"""`match`: every pattern, what it asks its subject and in which order, what it binds, and its errors."""

import collections
import enum
from dataclasses import dataclass

LOG = []


def logged(function, *args):
    LOG.clear()
    try:
        LOG.append(function(*args))
    except Exception as error:
        LOG.append(repr(error))
    return list(LOG)


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


class Names:
    one = 1
    text = "text"


@dataclass
class Point:
    x: object
    y: object


class Slotted:
    __slots__ = ("a", "b")
    __match_args__ = ("a", "b")

    def __init__(self, a, b):
        self.a = a
        self.b = b


class Noisy:
    """Tells everything it is asked."""

    __match_args__ = ("first", "second")

    def __init__(self, name="noisy"):
        self.name = name

    def __getattr__(self, name):
        LOG.append(f"{self.__dict__['name']}.{name}")
        if name == "missing":
            raise AttributeError(name)
        if name == "broken":
            raise ValueError(name)
        return name

    def __eq__(self, other):
        LOG.append(f"{self.name} == {other!r}")
        return other == self.name

    __hash__ = None

    def __del__(self):
        LOG.append(f"{self.name} died")


class NoTruth:
    def __bool__(self):
        raise RuntimeError("no truth")


class Compared:
    def __eq__(self, other):
        return NoTruth()

    __hash__ = None


class FailsToCompare:
    def __eq__(self, other):
        raise ZeroDivisionError("==")

    __hash__ = None


class Meta(type):
    def __instancecheck__(cls, instance):
        LOG.append(f"is {instance!r} a {cls.__name__}?")
        if instance == "error":
            raise KeyError(instance)
        return instance == "yes"


class Judge(metaclass=Meta):
    pass


class ListOfArgs:
    __match_args__ = ["x"]
    x = 1


class NumberOfArgs:
    __match_args__ = (1,)


class TwiceX:
    __match_args__ = ("x", "x")
    x = 1


class ArgsRaise(type):
    @property
    def __match_args__(cls):
        raise OSError("no args")


class RaisingArgs(metaclass=ArgsRaise):
    pass


class Sequence(collections.abc.Sequence):
    def __init__(self, *items, length=None):
        self.items = items
        self.length = len(items) if length is None else length

    def __len__(self):
        LOG.append("len")
        return self.length

    def __getitem__(self, index):
        LOG.append(f"[{index}]")
        return self.items[index]


class NoLength(Sequence):
    def __len__(self):
        raise LookupError("no length")


class Mapping(collections.abc.Mapping):
    def __init__(self, items):
        self.items_ = items

    def __len__(self):
        LOG.append("len")
        return len(self.items_)

    def __iter__(self):
        LOG.append("iter")
        return iter(self.items_)

    def __getitem__(self, key):
        LOG.append(f"[{key!r}]")
        return self.items_[key]

    def get(self, key, default=None):
        LOG.append(f"get {key!r}")
        if key == "error":
            raise RuntimeError("get")
        return self.items_.get(key, default)


class OddMapping(dict):
    get = None


class Default(collections.defaultdict):
    def __missing__(self, key):
        raise AssertionError("asked for a default")


# ---- values and singletons


def number(x):
    match x:
        case 0:
            return "zero"
        case 1 | 2 | 3:
            return "few"
        case -1:
            return "minus one"
        case 2.5:
            return "float"
        case 1 + 2j:
            return "complex"
        case -1 - 2j:
            return "other complex"
        case 10_000_000_000_000_000_000_000:
            return "large"
    return "none of these"


def text(x):
    match x:
        case "":
            return "empty"
        case "a" | "b":
            return "letter"
        case "more " "letters":
            return "letters"
        case b"bytes":
            return "bytes"
        case _:
            return "other"


def singleton(x):
    match x:
        case True:
            return "true"
        case False:
            return "false"
        case None:
            return "none"
        case 1:
            return "one"
        case _:
            return x


def dotted(x):
    match x:
        case Colour.RED:
            return "red"
        case Colour.GREEN | Names.text:
            return "green or text"
        case Names.one:
            return "one"
        case Names.missing:
            return "never"


def counted(n):
    odd = small = other = 0
    for i in range(n):
        match i % 5:
            case 1 | 3:
                odd += 1
            case 0 | 2 if i < 10:
                small += 1
            case k:
                other += k
    return odd, small, other


def words(texts):
    found = {}
    for word in texts:
        match word:
            case "go" | "run":
                kind = 1
            case "stop":
                kind = 2
            case str():
                kind = 3
            case _:
                kind = 4
        found[kind] = found.get(kind, 0) + 1
    return found


def without_truth(x):
    match x:
        case 1:
            return "one"
        case _:
            return "other"


# ---- captures, wildcards, guards


def capture(x):
    match x:
        case y:
            pass
    return y


def only_wildcard(x):
    match x:
        case _:
            return 1


def guarded(x):
    match x:
        case int(n) if n > 10:
            return "large", n
        case int() | float() as n if n < 0:
            return "negative", n
        case n if n:
            return "true", n
        case _ if not x:
            return "empty", n
    return "other", n


def bound_after_all(x):
    a = b = "before"
    match x:
        case [a, b, 3]:
            return "first", a, b
        case [b, a, 4] if b == 1:
            return "second", a, b
        case [a, _, 4] if b == 1 / a:
            return "third", a, b
    return a, b


def unbound_name(x):
    match x:
        case [first, 1]:
            pass
    return first


def guard_raises(x):
    match x:
        case [a, b] if a / b:
            return a, b
        case [a, _]:
            return a
    return None


def constant_guards(x):
    match x:
        case 1 if False:
            return "never"
        case 1 if True:
            return "always"
        case _ if 0:
            return "never"
    return "end"


def subject_is_target(x):
    match x:
        case [x, [y, x2]]:
            return x, y, x2
        case {"x": x}:
            return x
        case (x,):
            pass
    return x


def walrus(x):
    match y := x:
        case [1, z] if (w := z):
            return y, z, w
    return y


def nested_function_captures(x):
    match x:
        case [a, b]:
            return [f() for f in (lambda: a, lambda: b)]
        case a:
            return (lambda: a)()


def into_global(x):
    global captured_global
    match x:
        case [_, captured_global]:
            return captured_global
    return None


class Private:
    def name(self, x):
        match x:
            case [__a, *__b]:
                return __a, __b, sorted(locals_of(__a, __b))
            case {"k": __a, **__b}:
                return __a, __b
            case Point(x=__a):
                return __a


def locals_of(*values):
    return map(repr, values)


def private(x):
    return Private().name(x)


# ---- or


def alternatives(x):
    match x:
        case [a, b] | (a, b, _) | [_, _, a, {"b": b}]:
            return a, b
        case [[a, b] | {"b": b, "a": a}, *c] | {"c": c, "l": [b, a]}:
            return a, b, c
        case (int() | str()) as a:
            return a
        case {"a": (1 | 2) as a} | {"b": a}:
            return a


def stored_order(x):
    out = {}
    match x:
        case ({"k": k} | [k]) as whole if out.setdefault("k", k) and out.setdefault("whole", whole):
            return out
        case _:
            return out


# ---- sequences


def sequences(x):
    match x:
        case []:
            return "empty"
        case [_]:
            return "one"
        case [1, a]:
            return "one and", a
        case [a, _] if a == 2:
            return "two and", a
        case (a, [b, c]):
            return a, b, c
        case [*_, 3]:
            return "three at the end"
        case [4, *_, last]:
            return "from four", last
        case [5, _, third, *_]:
            return "five", third
        case [6, *middle, _, 6]:
            return "sixes", middle
        case [_, _, _]:
            return "three"
        case [*items]:
            return items
        case str() | bytes():
            return "no sequence"
        case _:
            return "other"


def any_sequence(x):
    match x:
        case [*_]:
            return True
    return False


def pairs(rows):
    total = 0
    for row in rows:
        match row:
            case (0, y):
                total += y
            case (x, 0):
                total -= x
            case (x, y) if x > y:
                total += x * y
            case (x, _):
                total += x
    return total


def made_pair(a, b):
    match a, b:
        case 0, 0:
            return "origin"
        case 0, y:
            return "y", y
        case x, 0:
            return "x", x
        case x, y:
            return x, y


def fizzbuzz(n):
    out = []
    for i in range(n):
        match i % 3, i % 5:
            case 0, 0:
                out.append("fizzbuzz")
            case 0, _:
                out.append("fizz")
            case _, 0:
                out.append("buzz")
            case _:
                out.append(i)
    return out


# ---- mappings


def mappings(x):
    match x:
        case {"a": 1, "b": b}:
            return "ab", b
        case {"a": {"c": c}, **rest}:
            return "ac", c, rest
        case {1: one, 2.5: _, None: none, False: false}:
            return one, none, false
        case {Names.text: value, **rest}:
            return value, rest
        case {-1: minus, "": empty}:
            return minus, empty
        case {**everything} if len(everything) == 1:
            return everything
        case {}:
            return "mapping"
        case _:
            return "other"


def duplicate_key(x):
    match x:
        case {Names.one: a, 1: b}:
            return a, b


def duplicate_text(x):
    match x:
        case {"text": a, Names.text: b}:
            return a, b


def error_key(x):
    match x:
        case {"a": a, "error": b}:
            return a, b
        case {"a": a, **rest}:
            return a, rest


def unhashable_key(x, key):
    Names.key = key
    match x:
        case {Names.key: a}:
            return a


# ---- classes


def classes(x):
    match x:
        case bool(b):
            return "bool", b
        case int(n) | float(n):
            return "number", n
        case str(s) | bytes(s) | bytearray(s):
            return "text", s
        case list([a, *b]) | tuple([a, *b]):
            return "items", a, b
        case dict({"k": v}):
            return "dict", v
        case set(s) | frozenset(s):
            return "set", sorted(s)
        case Point(0, y):
            return "on y", y
        case Point(x=x, y=0):
            return "on x", x
        case Point(Point() as inner, y=Point(y=y)):
            return "nested", inner, y
        case Point():
            return "point"
        case Slotted(a, b=b):
            return "slotted", a, b
        case object(real=r, imag=i):
            return r, i
        case _:
            return "other"


def area(shapes):
    total = 0.0
    for shape in shapes:
        match shape:
            case Point(x=float(x), y=float(y)):
                total += x * y
            case Point(int(x), _):
                total += x
            case Slotted(a, b):
                total -= a * b
    return total


def asked(x):
    match x:
        case Noisy(missing=_):
            return "missing"
        case Noisy(1, second="other"):
            return "never"
        case Noisy(first, third=third):
            return first, third


def asked_twice(x):
    match x:
        case Noisy(a, first=b):
            return a, b


def asked_broken(x):
    match x:
        case Noisy(_, broken=b):
            return b


def noisily(function):
    return function(Noisy())


def judged(x):
    match x:
        case Judge():
            return "judged"
        case Judge(a):
            return a
        case _:
            return "not"


def no_class(x):
    match x:
        case Names.one():
            return 1


def too_many(x):
    match x:
        case int(a, b):
            return a, b


def none_allowed(x):
    match x:
        case Names(a):
            return a


def one_allowed(x):
    match x:
        case Point(a, b, c):
            return a, b, c


def list_of_args(x):
    match x:
        case ListOfArgs(a):
            return a


def number_of_args(x):
    match x:
        case NumberOfArgs(a):
            return a


def twice(x):
    match x:
        case TwiceX(a, b):
            return a, b


def raising_args(x):
    match x:
        case RaisingArgs(a):
            return a


def unknown_class(x):
    match x:
        case [
            1,
            Unknown(  # noqa: F821
                a
            ),
        ]:
            return a
        case _:
            return "not asked"


# ---- lives


def made():
    return [Noisy("a"), Noisy("b"), Noisy("c")]


def parts_die_in_turn():
    match made():
        case [_, "x", _]:
            LOG.append("never")
        case [_, "b", _]:
            LOG.append("matched")
    LOG.append("end")


def subject_lives_until_the_case():
    match made():
        case [_, b, _] if LOG.append("guard") is None:
            LOG.append("body")
            del b
            LOG.append("deleted")
        case _:
            pass
    LOG.append("end")


def captured_die_when_it_fails():
    match made():
        case [a, b, "never"]:
            return a, b
    LOG.append("end")


def alternatives_die():
    match made():
        case [_, "no", _] | [*_, "c"]:
            LOG.append("matched")
    LOG.append("end")


def temporary_values():
    match {"k": Noisy("value")}:
        case {"k": "no"}:
            pass
        case {"k": value, **rest}:
            LOG.append(len(rest))
            value = None
            LOG.append("gone")
    return value


def generator(items):
    for item in items:
        match item:
            case [a, b]:
                sent = yield a
                match sent:
                    case None:
                        yield b
                    case int(n) if n:
                        yield n
            case {"stop": value}:
                return value
            case x:
                yield x


def consumed(items):
    return list(generator(items))


def in_loop_with_jumps(items):
    out = []
    for item in items:
        match item:
            case 0:
                continue
            case "end":
                break
            case [x] if x:
                out.append(x)
            case [x]:
                try:
                    match x:
                        case 0:
                            raise ValueError(x)
                        case None:
                            continue
                except ValueError as error:
                    out.append(repr(error))
            case _:
                out.append(item)
    else:
        out.append("else")
    return out


def deep(x):
    match x:
        case [Point(x=[{"a": (1 | 2) as first}, *_], y=Point(y={"k": [*rest, last]})), *others] if first:
            return first, rest, last, others
        case [[[[[inner]]]]]:
            return inner
        case _:
            return None


NUMBERS = [0, 1, 3, 7, -1, 2.5, 1.0, 1 + 2j, -1 - 2j, 10**22, True, False, None, "1", float("nan")]

CASES = [
    *((number, x) for x in NUMBERS),
    *((text, x) for x in ("", "a", "b", "more letters", b"bytes", 1, None, bytearray(b"bytes"))),
    *((singleton, x) for x in (True, False, None, 0, 1, 1.0, "")),
    *((dotted, x) for x in (Colour.RED, Colour.GREEN, "text", 1, 2)),
    (counted, 40),
    (words, ["go", "stop", "x", "run", 3, None] * 5),
    (without_truth, Compared()), (without_truth, FailsToCompare()), (without_truth, 1), (without_truth, 2),
    *((function, x) for function in (capture, only_wildcard, guarded) for x in (11, -3, 0, -0.5, "", "x")),
    *((bound_after_all, x) for x in ([1, 2, 3], [1, 2, 4], [5, 6, 4], [0, 6, 4], [1, 2], None)),
    (unbound_name, [1, 1]), (unbound_name, [1, 2]),
    *((guard_raises, x) for x in ([1, 2], [0, 2], [1, 0], ["a", 1], 5)),
    (constant_guards, 1), (constant_guards, 2),
    *((subject_is_target, x) for x in ([1, [2, 3]], {"x": 5}, (7,), 8)),
    *((walrus, x) for x in ([1, 2], [1, 0], 3)),
    *((nested_function_captures, x) for x in ([1, 2], 3)),
    *((into_global, x) for x in ([1, 2], 3)),
    *((private, x) for x in ([1, 2, 3], {"k": 1, "l": 2}, Point(1, 2), 5)),
    *((alternatives, x) for x in ([1, 2], (3, 4, 5), [0, 0, 1, {"b": 2}], [[1, 2], 3, 4, 5], [{"a": 1, "b": 2}, 1, 1, 1],
                                  {"c": 1, "l": [2, 3]}, 7, "x", {"a": 2}, {"a": 3, "b": 4}, None, [[1], 2, 3, 4])),
    *((stored_order, x) for x in ({"k": 1}, [2], [0], 3)),
    *((sequences, x) for x in ([], [0], [1, 2], [2, 2], (0, [1, 2]), [0, 0, 3], [4, 1], (4, 2, 1), [5, 1, 2, 3, 4],
                               [6, 1, 2, 6], [6, 2, 6], [6, 6], [1, 1, 1], [0] * 5, "text", b"b", {}, 5, None,
                               range(3), bytearray(b"xy"), collections.deque([1, 5]))),
    *((any_sequence, x) for x in ([], "", range(0), {}, set(), Sequence())),
    (pairs, [(0, 1), (2, 0), (5, 3), (3, 5)] * 10), (pairs, [(0, 1), (2.5, 0), ("a", "b"), [1, 2]]),
    (pairs, [(0, 1), (1, 2, 3), 5, ("x", 0)]),
    *((made_pair, a, b) for a in (0, 1, "") for b in (0, 2.5)),
    (fizzbuzz, 31),
    *((mappings, x) for x in ({"a": 1, "b": 2}, {"a": {"c": 3}, "d": 4}, {1: 2, 2.5: 3, None: 4, False: 5}, {"text": 1},
                              {"text": 1, "more": 2}, {-1: 1, "": 2}, {"x": 1}, {}, {1: 1, 2: 2}, [], None,
                              collections.OrderedDict(a=1, b=5), collections.ChainMap({"a": 1}, {"b": 2}))),
    *((duplicate_key, x) for x in ({1: 2}, {}, {1: 2, 2: 3})),
    *((duplicate_text, x) for x in ({"text": 2}, {}, {"text": 2, "x": 3}, Mapping({"text": 1, "x": 2}))),
    *((error_key, x) for x in ({"a": 1, "error": 2}, {"a": 1}, {"b": 1, "c": 2}, OddMapping(a=1, b=2), OddMapping())),
    *((unhashable_key, {"a": 1}, key) for key in ("a", "b", [], Point(1, 2))),
    *((logged, error_key, Mapping(x)) for x in ({"a": 1, "error": 2}, {"a": 1}, {"b": 1, "c": 2}, {})),
    (logged, mappings, Mapping({"a": 1, "b": 2})), (logged, mappings, Mapping({"a": {"c": 3}, "d": 1})),
    (mappings, Default(int, a=1)), (mappings, Default(int)),
    *((classes, x) for x in (True, 1, 2.5, "s", b"b", bytearray(b"c"), [1, 2, 3], (4,), [], {"k": 1}, {"l": 1}, {2, 1},
                             frozenset({1}), Point(0, 5), Point(5, 0), Point(Point(1, 2), Point(3, 4)), Point(1, 1),
                             Slotted(1, 2), 1 + 2j, None, Slotted, int)),
    (area, [Point(1.5, 2.0), Point(3, None), Slotted(2, 3), Point("a", "b")] * 4),
    (logged, asked, 5), *((logged, noisily, function) for function in (asked, asked_twice, asked_broken)),
    (noisily, asked_twice), (noisily, asked_broken),
    *((logged, judged, x) for x in ("yes", "no", "error")), (judged, "error"),
    *((function, 1) for function in (no_class, too_many, none_allowed)), (none_allowed, Names()),
    (one_allowed, Point(1, 2)), (one_allowed, None), (list_of_args, ListOfArgs()), (list_of_args, 1),
    (number_of_args, NumberOfArgs()), (twice, TwiceX()), (raising_args, RaisingArgs()), (unknown_class, [1, 2]),
    (unknown_class, [2, 2]),
    *((logged, any_sequence, x) for x in (Sequence(1), Sequence())),
    *((logged, sequences, x) for x in (Sequence(1, 5), Sequence(4, 0, 5), Sequence(1, length=2), Sequence(6, 1, 6, 6))),
    (sequences, Sequence(1, length=2)), (sequences, NoLength(1)), (sequences, Sequence(4, length=5)),
    *((logged, function) for function in (parts_die_in_turn, subject_lives_until_the_case, captured_die_when_it_fails,
                                          alternatives_die, temporary_values)),
    (consumed, [[1, 2], 5, [3, 4], {"stop": 1}, 6]),
    (in_loop_with_jumps, [0, 1, [2], [0], [None], "x", 3]), (in_loop_with_jumps, [[1], "end", 2]),
    *((deep, x) for x in ([Point([{"a": 1}, 0], Point(0, {"k": [1, 2]})), 3], [Point([{"a": 3}], 0)], [[[[[1]]]]], 5)),
]  # fmt: skip
