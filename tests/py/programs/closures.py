"""Closures over variables that change: cells shared, nonlocal, late binding, empty cells."""


def make_counter(start):
    count = start

    def step(by=1):
        nonlocal count
        count += by
        return count

    return step


def case_counter():
    step = make_counter(10)
    other = make_counter(0)
    out = []
    for i in range(20):
        out.append(step(i))
        if i % 3 == 0:
            out.append(other())
    return out


def case_counter_overflows():
    step = make_counter(2**63 - 3)
    return [step() for _ in range(6)]


def case_counter_changes_type():
    step = make_counter(0)
    return step(1), step(0.5), step(2**70), step(True)


def make_pair():
    value = 0

    def get():
        return value

    def set_to(new):
        nonlocal value
        value = new

    return get, set_to


def case_shared_cell():
    get, set_to = make_pair()
    out = []
    for new in (1, 2.5, "three", None, [4]):
        set_to(new)
        out.append(get())
    return out


def changes_while_loop_runs(count):
    limit = count
    log = []

    def lower():
        nonlocal limit
        limit -= 1

    i = 0
    while i < limit:
        log.append((i, limit))
        if i % 2:
            lower()
        i += 1
    return log


def case_changing_variable_in_outer_loop():
    total = 0

    def add(x):
        nonlocal total
        total += x

    for i in range(200):
        add(i)
        if i == 150:
            total = 0.5
    return total


def case_late_binding():
    functions = []
    for i in range(4):
        functions.append(lambda: i)
    return [f() for f in functions], i


def case_bound_by_default():
    functions = []
    for i in range(4):
        functions.append(lambda i=i: i * 10)
    return [f() for f in functions]


def case_fresh_cell_each_call():
    def make(n):
        def get():
            return n

        return get

    return [get() for get in [make(n) for n in range(5)]]


def case_empty_cell():
    def use():
        return later

    try:
        use()
    except NameError as error:
        first = type(error).__name__, str(error)
    later = "now"
    return first, use()


def case_deleted_cell():
    value = 1

    def use():
        return value

    before = use()
    del value
    return before, use()


def case_nonlocal_three_deep():
    x = 1

    def middle():
        def inner():
            nonlocal x
            x *= 3
            return x

        return inner

    inner = middle()
    return [inner() for _ in range(5)], x


def case_argument_is_a_cell():
    def outer(n):
        def bump():
            nonlocal n
            n += 1

        for _ in range(5):
            bump()
        return n

    return outer(1), outer(1.5), outer(2**63 - 2)


def case_recursive_closure():
    memo = {}

    def fib(n):
        if n not in memo:
            memo[n] = n if n < 2 else fib(n - 1) + fib(n - 2)
        return memo[n]

    return fib(50), len(memo)


def case_closure_in_loop_of_closures():
    def adder(n):
        return lambda x: x + n

    total = 0
    for n in range(20):
        total = adder(n)(total)
    return total


def compose(*functions):
    def composed(x):
        for function in functions:
            x = function(x)
        return x

    return composed


def case_compose():
    f = compose(lambda x: x + 1, lambda x: x * 2, str)
    return [f(i) for i in range(5)]


def decorated(function):
    calls = 0

    def wrapper(*args, **kwargs):
        nonlocal calls
        calls += 1
        return calls, function(*args, **kwargs)

    return wrapper


def case_decorator():
    @decorated
    def multiply(a, b=2):
        return a * b

    return multiply(3), multiply(3, b=5), multiply(a=1, b=1)


def case_decorator_error():
    @decorated
    def divide(a, b):
        return a / b

    divide(1, 2)
    return divide(1, 0)


def case_generator_expression_sees_changes():
    factor = 2
    values = (x * factor for x in range(4))
    first = next(values)
    factor = 100
    return first, list(values)


def case_cell_in_exception_handler():
    out = []

    def note():
        out.append(str(error))

    for i in range(3):
        try:
            raise ValueError(i)
        except ValueError as error:
            note()
    return out


def accumulate_with(function, values):
    total = 0
    for value in values:
        total = function(total, value)
    return total


def case_function_arguments():
    scale = 3
    return (
        accumulate_with(lambda a, b: a + b * scale, range(10)),
        accumulate_with(max, [3, 9, 2]),
        accumulate_with(lambda a, b: str(a) + str(b), [1, 2]),
    )


def average_so_far():
    total, count = 0.0, 0

    def add(x):
        nonlocal total, count
        total += x
        count += 1
        return total / count

    return add


def case_average():
    add = average_so_far()
    return [add(x) for x in (10, 20, 2.5, True)]


CASES = [(changes_while_loop_runs, 10), (changes_while_loop_runs, 0)]
