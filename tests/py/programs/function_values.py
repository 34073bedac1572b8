"""Functions that values hold: passed, closed over, kept in lists, made in loops; and what comes in their place."""

import types

TURNS = 60


def apply(f, n):
    total = 0
    for i in range(n):
        total += f(i)
    return total


def square(x):
    return x * x


def cube(x):
    return x * x * x


def half(x):
    return x / 2


def case_one_function():
    return [apply(square, TURNS) for _ in range(4)]


def case_several_functions():
    functions = [square, cube, half, abs, lambda x: x + 1, float]
    return [apply(f, TURNS) for f in functions for _ in range(3)]


def integrate(f, a, b, n):
    h = (b - a) / n
    s = 0.5 * (f(a) + f(b))
    for i in range(1, n):
        s += f(a + i * h)
    return s * h


def hyperbola(x):
    return 1.0 / x


def case_error_in_what_is_passed():
    out = [integrate(hyperbola, 1.0, 2.0, 20) for _ in range(3)]
    try:
        integrate(hyperbola, -1.0, 1.0, 2)
    except ZeroDivisionError as error:
        out.append(error.__traceback__.tb_next.tb_lineno - error.__traceback__.tb_lineno)
    return out, integrate(hyperbola, 0.0, 1.0, 20)


def solve(guess, steps):
    def value(x):
        return x * x - guess

    def slope(x):
        return (value(x + step) - value(x)) / step

    step = 0.001
    x = guess
    for _ in range(steps):
        x -= value(x) / slope(x)
    return x


def case_closures():
    return [solve(guess, 8) for guess in (2.0, 3.0, 4, 2**70, 0.5)]


def changing_cells(n):
    factor = 1

    def scaled(x):
        return x * factor

    total = 0
    for i in range(n):
        total += scaled(i)
        if i == n // 2:
            factor = 2.5
        elif i == n - 2:
            factor = 2**62
    return total


def unbound_cell(n):
    def later(x):
        return x + offset

    total = 0
    for i in range(n):
        if i == n - 5:
            total += later(i)
        offset = i
        total += later(i)
        if i >= n - 6:
            del offset
    return total


def case_cells_change():
    return [changing_cells(TURNS) for _ in range(3)]


def case_cell_is_empty():
    return unbound_cell(TURNS)


def make_adder(amount):
    def add(x):
        return x + amount

    return add


add_three = make_adder(3)


def with_global_closure(n):
    total = 0
    for i in range(n):
        total += add_three(i)
    return total


def case_closure_of_the_module():
    return [with_global_closure(TURNS) for _ in range(3)]


def many_closures(n):
    total = 0
    for i in range(n):
        f = make_adder(i)
        total += f(1) + f(i)
    return total


def case_closures_made_in_a_loop():
    return [many_closures(TURNS) for _ in range(3)], apply(make_adder(0.5), TURNS), apply(make_adder(2**62), 4)


def table_of_functions(n):
    table = [square, cube, half]
    total = 0
    for i in range(n):
        total += table[0](i) - table[i % 3](i)
    return total


def case_functions_in_a_list():
    return [table_of_functions(TURNS) for _ in range(3)]


def simpson(f, a, b, depth):
    middle = (a + b) / 2
    if depth == 0:
        return (b - a) / 6 * (f(a) + 4 * f(middle) + f(b))
    return simpson(f, a, middle, depth - 1) + simpson(f, middle, b, depth - 1)


def case_recursion_passes_it_on():
    return [simpson(f, 1.0, 2.0, 4) for f in (hyperbola, hyperbola, cube, half, hyperbola)]


def depth_first(edges, start):
    seen = [False] * len(edges)

    def visit(node):
        if seen[node]:
            return 0
        seen[node] = True
        count = 1
        for other in edges[node]:
            count += visit(other)
        return count

    return visit(start)


def case_closure_calls_itself():
    edges = [[(3 * i + k) % 40 for k in range(3)] for i in range(40)]
    return [depth_first(edges, start) for start in (0, 1, 7)]


def nested_power(base, exponent):
    def power(n):
        if n == 0:
            return 1
        return base * power(n - 1)

    return power(exponent)


def case_recursion_in_a_closure():
    return [nested_power(b, e) for b, e in ((2, 10), (3, 20), (2, 80), (1.5, 8), (2, 12))]


def passes(f, n):
    return apply(f, n) + apply(square, n)


def case_passed_on():
    return [passes(f, TURNS) for f in (square, square, cube, half, square)]


def case_another_code():
    def first(x):
        return x + 1

    def second(x):
        return x * 10

    out = [apply(first, TURNS) for _ in range(3)]
    first.__code__ = second.__code__
    return [*out, *[apply(first, TURNS) for _ in range(3)]]


def code_changes_inside(n):
    def first(x):
        return x + 1

    def second(x):
        return x * 10

    total = 0
    for i in range(n):
        total += first(i)
        if i == n // 2:
            first.__code__ = second.__code__
    return total


def case_code_changes_in_the_loop():
    return [code_changes_inside(TURNS) for _ in range(3)]


SCALE = 2


def scaled_by_global(x):
    return x * SCALE


def case_other_globals():
    other = types.FunctionType(scaled_by_global.__code__, {"SCALE": 5})
    return [apply(f, TURNS) for f in (scaled_by_global, scaled_by_global, scaled_by_global, other, other, other)]


def two(a, b=3):
    return a - b


def wrong_counts(f, n):
    total = 0
    for i in range(n):
        total += f(i) if i < n - 1 else f(i, 1)
    return total


def case_defaults_and_too_many():
    out = [wrong_counts(two, TURNS) for _ in range(3)]
    try:
        wrong_counts(square, TURNS)
    except TypeError as error:
        out.append(str(error))
    return out


class Callable:
    def __call__(self, x):
        return x - 1


def becomes_another_thing(n):
    f = square
    total = 0
    for i in range(n):
        total += f(i)
        if i == n // 2:
            f = Callable()
        elif i == n - 5:
            f = abs
    return total


def case_variable_is_bound_anew():
    return [becomes_another_thing(TURNS) for _ in range(3)]


def case_not_callable():
    return [apply(square, TURNS) for _ in range(3)], apply(5, 1)
