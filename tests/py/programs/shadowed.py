"""Built-ins that are shadowed or rebound: before, during and after a running loop."""

import builtins


def restore_after(function):
    """Put module globals back, so that every run starts the same."""

    def restored():
        saved = {name: globals()[name] for name in ("range", "len", "abs", "print") if name in globals()}
        try:
            return function()
        finally:
            for name in ("range", "len", "abs", "print"):
                globals().pop(name, None)
            globals().update(saved)

    restored.__name__ = function.__name__
    return restored


def shadow(name, value):
    globals()[name] = value


def unshadow(name):
    del globals()[name]


def use_range(n):
    total = 0
    for i in range(n):
        total += i
    return total


def use_len(values):
    return [len(value) for value in values]


def use_abs_in_loop(n):
    out = []
    for i in range(-n, n):
        if i == 0:
            shadow("abs", lambda x: ("mine", x))
        out.append(abs(i))
    return out


@restore_after
def case_abs_rebound_in_loop():
    return use_abs_in_loop(5)


@restore_after
def case_range_rebound_between_calls():
    first = use_range(10)
    shadow("range", lambda n: [100, 200])
    second = use_range(10)
    unshadow("range")
    return first, second, use_range(10)


@restore_after
def case_range_rebound_in_its_own_loop():
    out = []
    for i in range(4):
        out.append(("outer", i))
        for j in range(2):
            out.append(("inner", j))
        if i == 1:
            shadow("range", lambda n: iter(["shadow"]))
    return out


@restore_after
def case_len_rebound():
    before = use_len(["a", "bb"])
    shadow("len", lambda value: -1)
    after = use_len(["a", "bb"])
    return before, after


def case_builtin_module_changed():
    original = builtins.abs
    out = []
    try:
        for i in range(6):
            if i == 3:
                builtins.abs = lambda x: "changed"
            out.append(abs(-i))
    finally:
        builtins.abs = original
    return out, abs(-1)


def case_builtin_removed():
    original = builtins.max
    try:
        del builtins.max
        return max(1, 2)
    finally:
        builtins.max = original


def case_builtin_added():
    builtins.brand_new = 7
    try:
        total = 0
        for i in range(5):
            total += brand_new  # noqa: F821
            builtins.brand_new += 1
        return total
    finally:
        del builtins.brand_new


def parameter_shadows(range, len):
    return [range(i) for i in len]


def local_shadows(values):
    sum = 0
    for value in values:
        sum += value
    max = "local"
    return sum, max


def local_shadows_too_late(values):
    total = sum(values)
    sum = 3
    return total, sum


def isinstance_shadowed(value, isinstance=lambda value, kind: "shadowed"):
    return isinstance(value, int)


class Namespace:
    len = staticmethod(lambda value: "class")

    def method(self, value):
        return len(value), self.len(value)


def case_class_scope():
    return Namespace().method("abc")


def case_type_names_rebound():
    int = float
    return int("3"), int is float


CASES = [
    (use_range, 20),
    (use_len, [[1], "ab", (), {}]),
    (use_len, [[1], 5]),
    (parameter_shadows, str, [1, 2]),
    (local_shadows, [1, 2, 3]),
    (local_shadows_too_late, [1, 2]),
    (isinstance_shadowed, 3),
]
