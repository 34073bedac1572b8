"""Globals, methods, attributes and classes that a callee changes while the loop runs."""

LIMIT = 10
STEP = 1
MODE = "plain"
TABLE = {"k": 1}


def reset():
    global LIMIT, STEP, MODE, helper, TABLE
    LIMIT, STEP, MODE, TABLE = 10, 1, "plain", {"k": 1}
    helper = first_helper


def first_helper(x):
    return x + 1


def second_helper(x):
    return x * 100


helper = first_helper


def change_limit(i):
    global LIMIT
    if i == 5:
        LIMIT = 20


def change_step_type(i):
    global STEP
    if i == 4:
        STEP = 0.5
    if i == 8:
        STEP = 2**62


def case_global_limit():
    reset()
    i = 0
    while i < LIMIT:
        change_limit(i)
        i += 1
    return i


def case_global_changes_type():
    reset()
    total = 0
    kinds = []
    for i in range(12):
        change_step_type(i)
        total += STEP
        kinds.append(type(total).__name__)
    return total, kinds


def swap_helper(i):
    global helper
    if i == 3:
        helper = second_helper
    if i == 6:
        helper = str
    if i == 8:
        helper = first_helper


def case_function_rebound():
    reset()
    out = []
    for i in range(10):
        swap_helper(i)
        out.append(helper(i))
    return out


def forget(name):
    del globals()[name]


def case_function_deleted():
    reset()
    out = []
    try:
        for i in range(10):
            if i == 4:
                forget("helper")
            out.append(helper(i))
    except NameError as error:
        out.append(str(error))
    reset()
    return out


def remove_global(i):
    if i == 5:
        globals().pop("TABLE")


def case_global_removed_in_callee():
    reset()
    total = 0
    try:
        for i in range(10):
            remove_global(i)
            total += TABLE["k"]
    except NameError as error:
        return total, str(error)
    finally:
        reset()


def case_code_replaced():
    def target(x):
        return x + 1

    def other(x):
        return x - 1

    out = []
    for i in range(8):
        if i == 4:
            target.__code__ = other.__code__
        out.append(target(i))
    return out


def case_defaults_replaced():
    def target(x, y=1):
        return x + y

    out = []
    for i in range(8):
        if i == 4:
            target.__defaults__ = (100,)
        out.append(target(i))
    return out


class Machine:
    gain = 2

    def __init__(self):
        self.total = 0

    def step(self, x):
        self.total += x * self.gain
        return self.total


def make_machine_class():
    return type("Machine", (), dict(Machine.__dict__))


def case_method_rebound_on_class():
    cls = make_machine_class()
    machine = cls()
    out = []
    for i in range(10):
        if i == 5:
            cls.step = lambda self, x: ("new", x)
        out.append(machine.step(i))
    return out


def case_class_attribute_changes():
    cls = make_machine_class()
    machine = cls()
    for i in range(10):
        if i == 5:
            cls.gain = 0.5
        machine.step(i)
    return machine.total


def case_instance_attribute_hides_class():
    cls = make_machine_class()
    machine = cls()
    for i in range(10):
        if i == 5:
            machine.gain = 1000
        if i == 8:
            del machine.gain
        machine.step(i)
    return machine.total


def case_method_on_instance():
    cls = make_machine_class()
    machine = cls()
    out = []
    for i in range(6):
        if i == 3:
            machine.step = lambda x: "own"
        out.append(machine.step(i))
    return out


def case_class_of_instance_changes():
    class Quiet:
        def step(self, x):
            return "quiet"

    cls = make_machine_class()
    machine = cls()
    out = []
    for i in range(6):
        if i == 3:
            machine.__class__ = Quiet
        out.append(machine.step(i))
    return out


def case_base_class_changes():
    class Base:
        def name(self):
            return "base"

    class Derived(Base):
        pass

    thing = Derived()
    out = []
    for i in range(9):
        if i == 3:
            Base.name = lambda self: "changed base"
        if i == 6:
            Derived.name = lambda self: "derived"
        out.append(thing.name())
    return out


def case_property_appears():
    class Thing:
        def __init__(self):
            self.value = 1

    thing = Thing()
    out = []
    for i in range(6):
        if i == 3:
            Thing.value = property(lambda self: "property")
        out.append(thing.value)
    return out


def case_getattr_appears():
    class Thing:
        pass

    thing = Thing()
    out = []
    for i in range(4):
        if i == 2:
            Thing.__getattr__ = lambda self, name: "fallback " + name
        try:
            out.append(thing.missing)
        except AttributeError as error:
            out.append(str(error))
    return out


def case_operator_changes():
    class Number:
        def __add__(self, other):
            return 1

    number = Number()
    total = 0
    for i in range(8):
        if i == 4:
            Number.__add__ = lambda self, other: 1000
        total += number + i
    return total


def case_many_class_changes():
    """More changes than a type has version tags for."""

    class Busy:
        value = 0

    busy = Busy()
    total = 0
    for i in range(1500):
        Busy.value = i
        total += busy.value
    return total


def change_during_argument(box):
    box["f"] = second_helper
    return 5


def case_callee_bound_before_arguments():
    reset()
    box = {"f": first_helper}
    out = []
    for _ in range(3):
        out.append(box["f"](change_during_argument(box)))
    return out


def case_global_changed_between_operands():
    reset()

    def bump():
        global STEP
        STEP = STEP + 10
        return STEP

    out = []
    for _ in range(4):
        out.append(STEP + bump() + STEP)
    reset()
    return out


def case_module_attribute():
    import types

    module = types.ModuleType("made")
    module.value = 1
    total = 0
    for i in range(10):
        if i == 5:
            module.value = 2.5
        total += module.value
    return total
