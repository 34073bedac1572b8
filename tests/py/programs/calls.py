"""Calls of every shape: positional, keyword, default, starred, bound, built-in, callable objects."""


def plain(a, b):
    return a, b


def with_defaults(a, b=2, c="c"):
    return a, b, c


def keyword_only(a, *, b, c=3):
    return a, b, c


def positional_only(a, b=5, /, c=6):
    return a, b, c


def everything(a, b=1, /, c=2, *args, d, e=4, **kwargs):
    return a, b, c, args, d, e, kwargs


def gather(*args, **kwargs):
    return args, kwargs


def mutable_default(item, collected=[]):  # noqa: B006
    collected.append(item)
    return list(collected)


def case_plain():
    return plain(1, 2), plain(a=1, b=2), plain(1, b=2), plain(b=1, a=2), plain(*[1, 2]), plain(**{"a": 1, "b": 2})


def case_defaults():
    return with_defaults(1), with_defaults(1, 5), with_defaults(1, c=7), with_defaults(c=1, a=2), with_defaults(1, 2, 3)


def case_keyword_only():
    return keyword_only(1, b=2), keyword_only(1, c=5, b=4), keyword_only(a=1, b=2)


def case_positional_only():
    return positional_only(1), positional_only(1, 2), positional_only(1, 2, 3), positional_only(1, c=9)


def case_everything():
    return everything(0, d=1), everything(0, 1, 2, 3, 4, d=5, z=6), everything(0, c=3, d=1, a=9, b=8)


def case_gather():
    return gather(), gather(1, 2), gather(x=1), gather(1, *[2, 3], 4, *(), x=5, **{"y": 6}, **{})


def case_star_order():
    log = []

    def note(value):
        log.append(value)
        return value

    result = gather(note(1), *[note(2), note(3)], note(4), k=note(5), **{"m": note(6)})
    return result, log


def case_mutable_default():
    first = mutable_default("a")
    second = mutable_default("b")
    mutable_default.__defaults__[0].clear()
    return first, second


def case_call_in_loop():
    total = 0
    for i in range(300):
        a, b, c = with_defaults(i, c=i)
        total += a + b + c
        args, kwargs = gather(i, k=i)
        total += args[0] - kwargs["k"]
    return total


def case_arguments_are_copied():
    original = {"k": [1]}
    _, kwargs = gather(**original)
    kwargs["new"] = 1
    values = [1, 2]
    args, _ = gather(*values)
    return original, kwargs["k"] is original["k"], args, kwargs


class Adder:
    """Instances can be called."""

    def __init__(self, amount):
        self.amount = amount

    def __call__(self, x, *, times=1):
        return x + self.amount * times

    def method(self, x=0):
        return self.amount, x

    @classmethod
    def build(cls, amount):
        return cls(amount)

    @staticmethod
    def twice(x):
        return x * 2


def case_callable_instance():
    add = Adder(5)
    total = 0
    for i in range(100):
        total = add(total) - i
    return total, add(1, times=3)


def case_bound_methods():
    adder = Adder(2)
    method = adder.method
    twice = Adder.twice
    out = []
    for i in range(5):
        out.append(method(i))
        out.append(twice(i))
        out.append(Adder.method(adder, i))
        out.append(Adder.build(i).method())
    return out


def case_builtins():
    return [len("abc"), abs(-3), min(3, 1, 2), max([4, 5]), sum([1, 2], 10), sorted([2, 1], reverse=True), divmod(7, 2),
            isinstance(3, (str, int)), pow(2, 3), round(2.567, 2), ord("a"), chr(98), list(map(str, [1, 2])),
            list(filter(None, [0, 1, 2])), list(zip("ab", [1, 2])), any([0, 1]), all([]), hex(255), int("ff", 16),
            getattr(3, "real"), callable(len), type(3) is int, bool([]), str(1.5), repr("x"), hash(5), issubclass(bool, int)]  # fmt: skip


def apply(function, *args, **kwargs):
    return function(*args, **kwargs)


def case_apply():
    return [apply(plain, 1, 2), apply(plain, 1, b=2), apply(len, [1]), apply(int, "7"), apply(Adder(1), 2, times=4),
            apply("a-b".split, "-"), apply(lambda: 5), apply(dict, x=1), apply(Adder, 3).amount]  # fmt: skip


def case_many_callees_at_one_place():
    out = []
    for function in (len, str, list, tuple, sorted, reversed, set, "".join, lambda x: x, Adder(["z"]).build) * 3:
        result = function(["b", "a"])
        out.append(list(result) if not isinstance(result, (int, str, Adder)) else str(type(result).__name__))
    return out


def counter_in_attribute():
    counter_in_attribute.count = getattr(counter_in_attribute, "count", 0) + 1
    return counter_in_attribute.count


def case_function_attributes():
    counter_in_attribute.count = 0
    for _ in range(10):
        counter_in_attribute()
    return counter_in_attribute.count


def returns_nothing(x):
    x + 1


def returns_early(x):
    if x:
        return
    print("late")


def case_none_results():
    return returns_nothing(1), returns_early(1), returns_early(0)


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


def case_mutual():
    return [even(n) for n in range(20)], odd(301)


def order(log):
    def note(x):
        log.append(x)
        return x

    note(plain)(note(1), note(2))
    [note(3), note(4)][note(0)]
    note({})[note("k")] = note("v")
    return log


CASES = [(order, [])]
