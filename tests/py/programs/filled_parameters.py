"""Known functions called by keywords and with defaults left out, defaults that change, and free variables bound anew."""

TURNS = 40


def clamped(x, low=0.0, high=10.0):
    return low if x < low else high if x > high else x


def clamps(n):
    total = 0.0
    for i in range(n):
        total += clamped(i * 0.5) + clamped(i * 0.5, high=4.0) + clamped(high=2.5, x=i * 0.25)
        total -= clamped(i * 0.5, 1.0, high=3.0)
    return total


def case_defaults_and_keywords():
    return [clamps(TURNS) for _ in range(3)]


def stepped(x, step=1, *, scale=2):
    return (x + step) * scale


def positional(x, /, y=3, z=None):
    return x - y if z is None else x - y + z


def steps(n):
    total = 0
    for i in range(n):
        total += stepped(i) + stepped(i, scale=3) + positional(i) + positional(i, z=i) + positional(i, 2, 1)
    return total


def case_other_kinds_of_parameters():
    return [steps(TURNS) for _ in range(3)]


def kinds(n):
    total = 0
    for i in range(n):
        total += described(i)
        total += described(i, flag=True)
        total += described(i, name="long one")
        total += described(i, far=2**70 if i > n - 3 else 5)
    return total


def described(x, flag=False, name="x", far=2**65, nan=float("nan")):
    return x + flag + len(name) + (0 if far < 2**64 else 1) + (0 if nan == nan else 2)


def case_kinds_of_defaults():
    return [kinds(TURNS) for _ in range(3)]


def scaled(x, factor=2):
    return x * factor


def scales(n):
    total = 0
    for i in range(n):
        total += scaled(i)
    return total


def case_defaults_change():
    out = [scales(TURNS) for _ in range(3)]
    for changed in ((5,), (0.5,), (2**70,), (2,)):
        scaled.__defaults__ = changed
        out += [scales(TURNS) for _ in range(2)]
    scaled.__defaults__ = None
    try:
        out.append(scales(TURNS))
    except TypeError as error:
        out.append(str(error))
    scaled.__defaults__ = (2,)
    return out


def changes_in_the_loop(n):
    total = 0
    for i in range(n):
        total += scaled(i)
        if i == n // 2:
            scaled.__defaults__ = (10,)
    scaled.__defaults__ = (2,)
    return total


def case_defaults_change_in_the_loop():
    return [changes_in_the_loop(TURNS) for _ in range(3)]


def order(log, n):
    def seen(x):
        log.append(x)
        return x

    total = 0
    for i in range(n):
        total += positional(seen(i), z=seen(i + 1), y=seen(i + 2))
    return total


def case_order_of_arguments():
    log = []
    return [order(log, 6) for _ in range(3)], log


def repeats(n):
    total = 0
    for i in range(n):
        total += scaled(i, factor=3) if i < n - 1 else scaled(i, x=3)
    return total


def case_given_twice():
    return repeats(TURNS)


def inverse(x, shift=0):
    return 1 / (x - shift)


def inverses(n, shift):
    total = 0.0
    for i in range(1, n):
        total += inverse(i, shift=shift) + inverse(i)
    return total


def case_error_in_the_callee():
    return inverses(TURNS, 0.5), inverses(TURNS, -1), inverses(TURNS, 7)


def generator_of_numbers(seed):
    state = seed
    calls = 0

    def draw():
        nonlocal state, calls
        state = (1103515245 * state + 12345) & 0x7FFFFFFF
        calls += 1
        return state / 2147483648.0

    def count():
        return calls

    return draw, count


def estimate(n, seed):
    draw, count = generator_of_numbers(seed)
    hits = 0
    for _ in range(n):
        x = draw()
        y = draw()
        if x * x + y * y <= 1.0:
            hits += 1
    return hits, count()


def case_free_variable_bound_anew():
    return [estimate(TURNS, seed) for seed in (42, 7, 2**70)]


class Noisy:
    def __init__(self, log, name):
        self.log = log
        self.name = name

    def __del__(self):
        self.log.append(self.name)


def keeps_last(log, n):
    last = None
    count = 0

    def keep(value):
        nonlocal last, count
        last = value
        count += 1
        return count

    total = 0
    for i in range(n):
        total += keep(i)
        if i % 7 == 3:
            total += keep(Noisy(log, i))
            log.append("kept")
    del last
    return total


def case_what_is_replaced_dies():
    log = []
    return [keeps_last(log, 20) for _ in range(3)], log


def overflowing(n):
    product = 1

    def times(k):
        nonlocal product
        product *= k
        return product

    for i in range(1, n):
        times(i)
    return product


def case_free_variable_overflows():
    return [overflowing(TURNS) for _ in range(3)]
