"""Operators of user classes: forward, reflected, in place, NotImplemented, and their errors."""

CALLS = []


class Traced:
    """Answers every operator with its name, and logs the call."""

    def __init__(self, name):
        self.name = name

    def _log(self, operator, other):
        CALLS.append((self.name, operator, getattr(other, "name", other)))
        return f"{self.name}{operator}"

    def __add__(self, other):
        return self._log("+", other)

    def __radd__(self, other):
        return self._log("r+", other)

    def __sub__(self, other):
        return self._log("-", other)

    def __rsub__(self, other):
        return self._log("r-", other)

    def __mul__(self, other):
        return self._log("*", other)

    def __rmul__(self, other):
        return self._log("r*", other)

    def __truediv__(self, other):
        return self._log("/", other)

    def __rtruediv__(self, other):
        return self._log("r/", other)

    def __floordiv__(self, other):
        return self._log("//", other)

    def __mod__(self, other):
        return self._log("%", other)

    def __pow__(self, other):
        return self._log("**", other)

    def __rpow__(self, other):
        return self._log("r**", other)

    def __matmul__(self, other):
        return self._log("@", other)

    def __rmatmul__(self, other):
        return self._log("r@", other)

    def __lshift__(self, other):
        return self._log("<<", other)

    def __rshift__(self, other):
        return self._log(">>", other)

    def __and__(self, other):
        return self._log("&", other)

    def __or__(self, other):
        return self._log("|", other)

    def __xor__(self, other):
        return self._log("^", other)

    def __neg__(self):
        return self._log("neg", None)

    def __pos__(self):
        return self._log("pos", None)

    def __invert__(self):
        return self._log("~", None)

    def __lt__(self, other):
        return self._log("<", other)

    def __gt__(self, other):
        return self._log(">", other)

    def __le__(self, other):
        return self._log("<=", other)

    def __ge__(self, other):
        return self._log(">=", other)

    def __eq__(self, other):
        return self._log("==", other)

    def __ne__(self, other):
        return self._log("!=", other)

    __hash__ = None

    def __contains__(self, item):
        CALLS.append((self.name, "in", item))
        return "yes"

    def __getitem__(self, key):
        return self._log("[]", key)

    def __setitem__(self, key, value):
        CALLS.append((self.name, "[]=", key, value))

    def __delitem__(self, key):
        CALLS.append((self.name, "del[]", key))


class Child(Traced):
    """A subclass on the right: its reflected operators come first."""

    def __radd__(self, other):
        return self._log("child r+", other)


class Refusing:
    def __add__(self, other):
        return NotImplemented

    def __radd__(self, other):
        return NotImplemented

    def __lt__(self, other):
        return NotImplemented

    def __eq__(self, other):
        return NotImplemented

    def __iadd__(self, other):
        return NotImplemented


class Counter:
    def __init__(self, start):
        self.value = start
        self.history = []

    def __iadd__(self, other):
        self.history.append(other)
        self.value += other
        return self

    def __isub__(self, other):
        return ("replaced", other)


class Vector:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

    __hash__ = None


def all_binary(a, b):
    CALLS.clear()
    results = [a + b, a - b, a * b, a / b, a // b, a % b, a**b, a @ b, a << b, a >> b, a & b, a | b, a ^ b]
    return results, list(CALLS)


def all_comparisons(a, b):
    CALLS.clear()
    return [a < b, a > b, a <= b, a >= b, a == b, a != b], list(CALLS)


def all_unary(a):
    CALLS.clear()
    return [-a, +a, ~a], list(CALLS)


def reflected(number, a):
    CALLS.clear()
    return [number + a, number - a, number * a, number / a, number**a, number @ a, number < a], list(CALLS)


def case_binary():
    return all_binary(Traced("a"), Traced("b"))


def case_binary_with_number():
    return all_binary(Traced("a"), 3)


def case_comparisons():
    return all_comparisons(Traced("a"), Traced("b")), all_comparisons(3, Traced("b"))


def case_unary():
    return all_unary(Traced("a"))


def case_reflected():
    return [reflected(n, Traced("a")) for n in (3, 2.5, True, "s", 2**70)]


def case_subclass_first():
    CALLS.clear()
    return Traced("parent") + Child("child"), Child("c") + Child("d"), list(CALLS)


def case_containers():
    CALLS.clear()
    a = Traced("a")
    a[1] = 2
    del a["k"]
    return 3 in a, 3 not in a, a[1:2], a[1, 2], a[...], list(CALLS)


def case_refused_add():
    return Refusing() + 1


def case_refused_radd():
    return 1 + Refusing()


def case_refused_less():
    return Refusing() < Refusing()


def case_refused_iadd():
    x = Refusing()
    x += 1
    return x


def case_refused_equal():
    a, b = Refusing(), Refusing()
    return a == b, a == a, a != b


def case_in_place_keeps_object():
    c = d = Counter(10)
    for i in range(20):
        c += i
    return c is d, c.value, len(c.history)


def case_in_place_replaces():
    c = Counter(1)
    c -= 5
    return c


def case_list_in_place():
    a = b = [1]
    a += [2]
    a *= 2
    c = a
    a = a + [3]
    return a, b, c is b


def case_in_place_on_targets():
    class Box:
        pass

    box = Box()
    box.n = 1
    data = {"k": [1, 2, 3]}
    for i in range(5):
        box.n += i
        data["k"][i % 3] *= 2
    return box.n, data


def case_tuple_in_place_error():
    data = ([1],)
    try:
        data[0] += [2]
    except TypeError as error:
        return str(error), data


def case_vectors():
    position = Vector(0, 0)
    step = Vector(1, 0.5)
    for i in range(30):
        position = position + step * i + 2 * step
    return position.x, position.y, position == Vector(495, 247.5)


class Index:
    def __index__(self):
        return 2


def case_index_protocol():
    values = [10, 20, 30, 40]
    return values[Index()], values[: Index()], "abc"[Index()], hex(Index()), list(range(Index())), values * Index()


def unsupported(a, b, which):
    if which == 0:
        return a + b
    if which == 1:
        return a - b
    if which == 2:
        return a * b
    if which == 3:
        return a / b
    if which == 4:
        return a // b
    if which == 5:
        return a % b
    if which == 6:
        return a**b
    if which == 7:
        return a @ b
    if which == 8:
        return a << b
    if which == 9:
        return a & b
    if which == 10:
        return a < b
    if which == 11:
        return a >= b
    if which == 12:
        a += b
    if which == 13:
        a -= b
    if which == 14:
        a **= b
    if which == 15:
        a |= b
    return a


def negated(a):
    return -a


def inverted(a):
    return ~a


CASES = [(unsupported, a, b, w) for a, b in ((1, "x"), (None, 1.5), ([], {}), ("a", 1)) for w in range(16)]
CASES += [(negated, "x"), (negated, None), (inverted, 1.5), (inverted, [])]
