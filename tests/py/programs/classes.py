"""Attributes and methods: instances, slots, properties, descriptors, inheritance, special methods."""


class Point:
    origin = (0, 0)

    def __init__(self, x, y=0):
        self.x = x
        self.y = y

    def move(self, dx, dy=0):
        self.x += dx
        self.y += dy
        return self

    def norm(self):
        return (self.x * self.x + self.y * self.y) ** 0.5

    def __repr__(self):
        return f"Point({self.x!r}, {self.y!r})"


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a):
        self.a = a


class Account:
    def __init__(self, balance):
        self._balance = balance

    @property
    def balance(self):
        return self._balance

    @balance.setter
    def balance(self, value):
        if value < 0:
            raise ValueError(f"negative balance: {value}")
        self._balance = value

    @balance.deleter
    def balance(self):
        self._balance = 0


class Base:
    kind = "base"

    def describe(self):
        return "base " + self.name()

    def name(self):
        return "B"

    @classmethod
    def make(cls, *args):
        return cls(*args)


class Derived(Base):
    kind = "derived"

    def name(self):
        return "D(" + super().name() + ")"


class Third(Derived):
    def describe(self):
        return "third " + super().describe()


class Dynamic:
    def __init__(self):
        object.__setattr__(self, "log", [])

    def __getattr__(self, name):
        if name.startswith("x"):
            return len(name)
        raise AttributeError(f"no {name} here")

    def __setattr__(self, name, value):
        self.log.append((name, value))


class Everything:
    def __getattribute__(self, name):
        return "always " + name


class Descriptor:
    def __get__(self, instance, owner):
        return ("get", instance is None)

    def __set__(self, instance, value):
        instance.__dict__["stored"] = value


class NonData:
    def __get__(self, instance, owner):
        return "non-data"


class WithDescriptors:
    data = Descriptor()
    plain = NonData()


class Sequence:
    def __init__(self, items):
        self.items = items

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]

    def __setitem__(self, index, value):
        self.items[index] = value

    def __delitem__(self, index):
        del self.items[index]

    def __contains__(self, item):
        return item in self.items

    def __iter__(self):
        return iter(self.items)

    def __bool__(self):
        return True

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.items.append(exception[0])
        return True


def walk(count):
    p = Point(0, 0.5)
    for i in range(count):
        p.move(i, dy=0.25).move(1)
    return p, p.norm()


def case_walk():
    return walk(50)


def case_fields_change_type():
    p = Point(1)
    out = []
    for value in (2, 2.5, "s", None, 2**63, [1]):
        p.x = value
        out.append(p.x)
    return out, p


def case_int_field_overflows():
    p = Point(2**63 - 3)
    for _ in range(6):
        p.x += 1
    return p.x


def case_many_instances():
    points = [Point(i, -i) for i in range(50)]
    total = 0
    for p in points:
        total += p.x * 2 + p.y
    return total


def case_attributes_added_in_other_order():
    out = []
    for i in range(10):
        p = Point(i)
        if i % 2:
            p.extra = i
            p.more = "m"
        else:
            p.more = "n"
            p.extra = -i
        out.append((p.extra, p.more, list(p.__dict__)))
    return out


def case_attribute_deleted():
    p = Point(1, 2)
    del p.x
    p.x = 5
    keys = list(p.__dict__)
    del p.y
    try:
        return p.y
    except AttributeError as error:
        return keys, str(error)


def case_missing_attribute_in_loop():
    points = [Point(1), Point(2), Slotted(3), Point(4)]
    total = 0
    for p in points:
        total += p.x
    return total


def case_slots():
    s = Slotted(1)
    s.b = 2.5
    for i in range(10):
        s.a += i
    return s.a, s.b


def case_slot_unset():
    return Slotted(1).b


def case_slot_unknown():
    Slotted(1).c = 5


def case_property():
    account = Account(100)
    for i in range(20):
        account.balance -= i // 2
    del account.balance
    return account.balance, account._balance


def case_property_raises():
    account = Account(10)
    for i in range(10):
        account.balance -= i
    return account.balance


def case_inheritance():
    out = []
    for cls in (Base, Derived, Third):
        thing = cls.make()
        out.append((thing.describe(), thing.kind, type(thing).__name__, isinstance(thing, Derived)))
    return out


def case_many_classes_at_one_place():
    classes = [type(f"C{i}", (), {"value": i, "get": lambda self: self.value}) for i in range(7)]
    total = 0
    for i in range(70):
        total += classes[i % 7]().get()
    return total


def case_dynamic():
    d = Dynamic()
    d.attribute = 5
    d.other = 6
    return d.xyz, d.log, getattr(d, "nothing", "default"), hasattr(d, "x"), hasattr(d, "y")


def case_dynamic_missing():
    return Dynamic().nothing


def case_getattribute():
    e = Everything()
    return e.anything, e.__class__, e.x + "!"


def case_descriptors():
    thing = WithDescriptors()
    before = thing.data, thing.plain, WithDescriptors.data
    thing.data = 5
    thing.plain = "hidden"
    thing.__dict__["data"] = "ignored"
    return before, thing.data, thing.plain, thing.__dict__["stored"]


def case_sequence():
    s = Sequence([3, 1, 2])
    s[0] = 10
    s[1:2] = [7, 8]
    del s[-1]
    total = 0
    for item in s:
        total += item
    return total, len(s), s[0], s[-1], s[::2], 7 in s, 99 in s, bool(s), [*s], max(s)


def case_with():
    s = Sequence([])
    with s as t:
        t.items.append("in")
        1 / 0
    return s.items, s is t


def case_with_in_loop():
    s = Sequence([])
    total = 0
    for i in range(6):
        with s:
            total += 10 // (i % 3)
    return total, len(s.items)


def case_class_statement_in_function():
    offset = 10

    class Local:
        factor = 3

        def compute(self, x):
            return x * self.factor + offset

    return [Local().compute(i) for i in range(4)], Local.__qualname__


def case_private_names():
    class Hidden:
        def __init__(self):
            self.__secret = 5

        def reveal(self):
            return self.__secret, sorted(self.__dict__)

    return Hidden().reveal()


def case_methods_stored():
    p = Point(1)
    move = p.move
    moves = [p.move, Point(100).move]
    for i in range(6):
        move(i)
        moves[i % 2](1)
    return p, moves[1].__self__, move == p.move


def case_class_attribute_is_shared():
    class Shared:
        values = []
        count = 0

    a, b = Shared(), Shared()
    for i in range(4):
        a.values.append(i)
        a.count += 1
    return b.values, b.count, a.count, Shared.count


def case_comparison_by_identity():
    a, b = Point(1), Point(1)
    return a == b, a == a, a in [b, a], [b, a].index(a), a != b, {a: 1}.get(b)


def case_linked_list():
    head = None
    for i in range(10):
        node = Point(i)
        node.next = head
        head = node
    out = []
    while head is not None:
        out.append(head.x)
        head = head.next
    return out


def case_dataclass():
    from dataclasses import dataclass

    @dataclass
    class Item:
        name: str
        price: float = 1.5

    items = [Item("a"), Item("b", 2)]
    total = 0
    for item in items:
        total += item.price
    return total, items[0] == Item("a"), repr(items[1]).partition(".")[2]


class Keeps:
    def __init_subclass__(cls, **options):
        cls.options = options


def made_with(bases, options):
    class Made(Point, *bases, first=1, **options):
        size = len(bases)

    return [base.__name__ for base in Made.__mro__], Made.size, getattr(Made, "options", None)


def case_spread_bases():
    return made_with((Keeps,), {"second": 2}), made_with([Keeps, Slotted][:1], {})


def case_spread_twice_the_same_keyword():
    return made_with((Keeps,), {"first": 2})


def case_spread_bases_not_iterable():
    return made_with(3, {})


def case_spread_keywords_only():
    options = {"metaclass": type}

    class Made(**options):
        pass

    class Other(*()):
        pass

    return type(Made).__name__, Other.__bases__ == (object,)
