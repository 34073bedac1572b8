"""When objects die: at rebinding, del, exit, exceptional exit, and not a moment earlier."""

LOG = []


class Tracker:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        LOG.append(self.name)

    def touch(self):
        LOG.append(self.name + " touched")
        return self

    def __add__(self, other):
        return Tracker(f"({self.name}+{other.name})")

    def __getitem__(self, index):
        return Tracker(f"{self.name}[{index}]")

    def __eq__(self, other):
        return True

    __hash__ = None


def note(text):
    LOG.append(text)


def logged(function):
    LOG.clear()
    try:
        function()
    except Exception as error:
        LOG.append(type(error).__name__)
        del error
    LOG.append("returned")
    return list(LOG)


def rebinding():
    x = Tracker("first")
    x = Tracker("second")
    note("rebound")
    x = 5
    note("number")
    return x


def deleting():
    a = Tracker("a")
    b = Tracker("b")
    c = a
    del a
    note("a deleted")
    del c
    note("c deleted")
    del b


def order_at_exit():
    third = Tracker("third")  # noqa: F841
    first = Tracker("first")  # noqa: F841
    second = Tracker("second")  # noqa: F841
    note("exit")


def order_at_exit_with_number(maybe=None):
    """A returned number gets its box before the first local dies."""
    third = Tracker("third")  # noqa: F841
    first = Tracker("first")  # noqa: F841
    second = Tracker("second")  # noqa: F841
    if maybe is not None:
        return maybe
    total = 0
    for i in range(30):
        total += i
    return total * 1000


def died_then_changed(limit=12):
    """What a destructor changes is seen right behind the rebinding that runs it."""
    global MODE
    MODE = "before"

    class Rebinding:
        def __del__(self):
            global MODE
            MODE = "after"

    out = []
    for i in range(limit):
        x = Rebinding()
        x = i
        out.append(MODE)
        MODE = x
    LOG.append(out)


def unused_until_exit():
    """The object is not used after its creation, yet lives until the function ends."""
    keep = Tracker("keep")  # noqa: F841
    total = 0
    for i in range(50):
        total += i
    note("loop done")
    return total


def temporaries():
    Tracker("statement")
    note("after statement")
    Tracker("chained").touch().touch()
    note("after chain")
    return (Tracker("x") + Tracker("y") + Tracker("z")).name


def temporaries_in_call():
    def take(a, b):
        note("inside")
        return 1

    take(Tracker("a"), Tracker("b"))
    note("after call")


def parameters():
    def take(x):
        note("inside")
        x = None
        note("rebound")

    take(Tracker("argument"))
    note("after")


def caller_keeps():
    def take(x):
        del x
        note("deleted in callee")

    mine = Tracker("mine")
    take(mine)
    note("after call")


def loop_variable():
    for item in [Tracker("1"), Tracker("2"), Tracker("3")]:
        note("body " + item.name)
    note("after loop")


def loop_variable_made():
    for i in range(3):
        item = Tracker(str(i))
        note("body " + item.name)
    note("after loop")


def loop_break():
    for i in range(5):
        item = Tracker(str(i))
        if i == 2:
            break
        note("kept " + item.name)
    note("after break")


def iterated_list_dies():
    for item in [Tracker("a"), Tracker("b")]:
        note(item.name)
        break
    note("after")
    item = None
    note("cleared")


def while_loop():
    x = Tracker("0")
    i = 0
    while i < 3:
        i += 1
        x = Tracker(str(i))
        note("bound " + str(i))
    note("end")


def in_containers():
    values = [Tracker("a"), Tracker("b"), Tracker("c")]
    values[1] = None
    note("stored over")
    values.pop()
    note("popped")
    values += [Tracker("d")]
    del values[0]
    note("deleted")
    values.clear()
    note("cleared")
    table = {"k": Tracker("k")}
    table["k"] = Tracker("k2")
    note("replaced")
    table.pop("k")
    note("end")


def attribute_rebound():
    class Box:
        pass

    box = Box()
    box.content = Tracker("one")
    box.content = Tracker("two")
    note("rebound")
    del box.content
    note("deleted")
    box.content = Tracker("three")
    box = None
    note("box gone")


def tuple_unpacking():
    a, b = Tracker("a"), Tracker("b")
    note("bound")
    a, b = b, a
    note("swapped")
    a, b = 1, 2
    note("rebound")


def exceptional_exit():
    local = Tracker("local")  # noqa: F841
    note("raising")
    raise ValueError("x")


def exceptional_exit_of_callee():
    outer = Tracker("outer")  # noqa: F841
    try:
        exceptional_exit()
    except ValueError:
        note("handling")
    note("handled")


def exception_keeps_locals():
    def fails():
        inner = Tracker("inner")  # noqa: F841
        raise ValueError("x")

    kept = None
    try:
        fails()
    except ValueError as error:
        kept = error
        note("kept")
    note("still alive")
    kept = None
    note("dropped")


def exception_variable():
    class Carrying(Exception):
        def __init__(self):
            self.thing = Tracker("thing")

    try:
        raise Carrying
    except Carrying as error:
        note("caught " + error.thing.name)
    note("after handler")


def error_between_temporaries():
    return [Tracker("a"), Tracker("b"), 1 / 0, Tracker("c")]


def error_in_arguments():
    return note2(Tracker("a"), Tracker("b"), [][0])


def note2(*args):
    return args


def early_return():
    a = Tracker("a")
    for i in range(3):
        b = Tracker("b" + str(i))  # noqa: F841
        if i == 1:
            return a.name
    return None


def returned_object():
    def make():
        helper = Tracker("helper")  # noqa: F841
        return Tracker("result")

    result = make()
    note("got " + result.name)


def closure_keeps():
    def make():
        captured = Tracker("captured")

        def get():
            return captured.name

        return get

    get = make()
    note(get())
    get = None
    note("closure gone")


def condition_temporaries():
    if Tracker("condition") == Tracker("other"):
        note("in branch")
    note("after if")
    while Tracker("while") == 1:
        note("in loop")
        break
    note("after while")
    x = Tracker("and") and 3
    note("after and")
    return x


def subscript_temporaries():
    x = Tracker("base")[1][2]
    note("bound " + x.name)


def fstring_temporaries():
    text = f"{Tracker('a').name} {Tracker('b').name}"
    note(text)


def global_rebound():
    global GLOBAL
    GLOBAL = Tracker("global 1")
    GLOBAL = Tracker("global 2")
    note("rebound")
    del GLOBAL
    note("deleted")


def destructor_changes_local_list():
    values = []

    class Appending:
        def __del__(self):
            values.append(len(values))

    x = Appending()
    x = Appending()
    x = None
    LOG.append(list(values))
    return x


def destructor_rebinds_global():
    global MODE
    MODE = "before"

    class Rebinding:
        def __del__(self):
            global MODE
            MODE = "after"

    out = []
    x = Rebinding()
    for i in range(6):
        if i == 3:
            x = None
        out.append(MODE)
    LOG.append(out)
    return x


def destructor_raises():
    import sys

    class Failing:
        def __del__(self):
            raise ValueError("in destructor")

    seen = []
    old = sys.unraisablehook
    sys.unraisablehook = lambda args: seen.append(str(args.exc_value))
    try:
        x = Failing()
        x = None
        note("goes on")
    finally:
        sys.unraisablehook = old
    LOG.append(seen)
    return x


def resurrected():
    saved = []

    class Phoenix:
        def __del__(self):
            saved.append(self)

    x = Phoenix()
    x = None
    LOG.append(len(saved))
    return x


def destructor_in_hot_loop():
    count = 0
    for i in range(200):
        x = Tracker("t") if i % 50 == 0 else i
        if i % 50 == 1:
            count += 1
    LOG.append(count)
    return x


def same_object_many_names():
    a = b = c = Tracker("shared")
    values = [a, b, c]
    a = b = None
    note("two gone")
    c = None
    note("three gone")
    values.clear()
    note("all gone")
    return a, b


def trackers(*names):
    return [Tracker(name) for name in names]


def unpacked_items_die_one_by_one():
    a, b = trackers("a", "b")
    note("unpacked")
    a = None
    note("a gone")
    b, *c = (Tracker("c"),)
    note("b gone")
    return a, c


def unpacked_locals_die():
    a, b = Tracker("a"), Tracker("b")
    a, b = Tracker("c"), Tracker("d")
    note("two")
    a, b, c = 1, 2, Tracker("e")
    note("three")
    a, b, c = Tracker("f"), Tracker("g"), Tracker("h")
    a, b, c = 1, 2, 3
    note("constants")
    a, b = b, a = Tracker("i"), Tracker("j")
    note("twice")
    return c


def unpacked_elsewhere_die(numbers=(1, 2)):
    global GLOBAL
    box = [Tracker("a"), Tracker("b")]
    box[0], box[1] = Tracker("c"), Tracker("d")
    note("items")
    GLOBAL, local = Tracker("e"), Tracker("f")
    GLOBAL, local = numbers[0], numbers[1]
    note("a global")
    seen = Tracker("g"), Tracker("h")
    seen, other = None, Tracker("i")
    return box, local, other, lambda: seen


def generator_locals_die():
    def steps():
        first, second = Tracker("first"), Tracker("second")
        yield first.name
        note("goes on")
        yield second.name

    for name in steps():
        note(name)
    closed = steps()
    next(closed)
    closed.close()
    note("closed")


CASES = [
    (logged, function)
    for function in (
        rebinding, deleting, order_at_exit, order_at_exit_with_number, died_then_changed, unused_until_exit, temporaries, temporaries_in_call,
        caller_keeps, loop_variable, loop_variable_made, loop_break, iterated_list_dies, while_loop, in_containers,
        attribute_rebound, tuple_unpacking, exceptional_exit, exceptional_exit_of_callee, exception_keeps_locals,
        exception_variable, error_between_temporaries, error_in_arguments, early_return, returned_object, closure_keeps,
        condition_temporaries, subscript_temporaries, fstring_temporaries, global_rebound, destructor_changes_local_list,
        destructor_rebinds_global, destructor_raises, resurrected, destructor_in_hot_loop, same_object_many_names,
        unpacked_items_die_one_by_one, unpacked_locals_die, unpacked_elsewhere_die, generator_locals_die,
    )
]  # fmt: skip


def collect_in_place(count):
    out = []
    for i in range(count):
        out += [Tracker(f"{i}.{k}") for k in (1, 2)]
    note("collected")
    return len(out)


def case_list_grown_by_comprehensions_dies():
    return logged(lambda: collect_in_place(2))
