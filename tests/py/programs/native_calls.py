"""Calls of small functions that become part of the caller's code: errors, tracebacks, frames and changes are CPython's."""

import sys
import warnings

import numpy as np


def square(x):
    return x * x


def case_ints_that_outgrow_a_register():
    out = []
    value = 3
    for _ in range(9):
        value = square(value)
        out.append(value)
    return out


def case_kinds_that_change():
    return [square(x) for x in [1, 2, 3, 4.5, 2.5, True, 2**40, 10**20, 7]]


def divide(a, b):
    return a // b


def divide_all(values):
    total = 0
    for value in values:
        total += divide(100, value)
    return total


def case_errors_inside():
    out = []
    for values in ([1, 2, 3], [5, 4, 0, 1], [7, 7]):
        try:
            out.append(divide_all(values))
        except ZeroDivisionError as error:
            out.append((str(error), error.__traceback__.tb_next.tb_lineno))
    return out


def case_error_not_caught():
    total = 0
    for i in range(30, -2, -1):
        total += divide(7, i)
    return total


def checked_root(x):
    if x < 0:
        raise ValueError(f"no root of {x}")
    return x**0.5


def case_raise_inside():
    out = []
    for x in (4.0, 9.0, -1.0, 16.0, -2.0, -3.0, -4.0, 25.0):
        try:
            out.append(checked_root(x))
        except ValueError as error:
            out.append(str(error))
    return out


def steps(n):
    count = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        count += 1
    return count


def case_loops_inside():
    return [steps(n) for n in range(1, 60)], max(steps(n) for n in range(1, 500))


def is_small(x):
    return x < 10


def case_truth_of_a_result():
    count = 0
    for i in range(40):
        if is_small(i) and not is_small(i + 5):
            count += i
    return count


def twice(x):
    return x + x


def outer(x):
    return twice(x) + square(x)


def case_two_levels():
    return [outer(x) for x in (1, 2, 3, 1.5, 2**62, 5, 6, 7)]


def changing(x):
    return x + 1


def other(x):
    return x - 1


def case_function_replaced_between_calls():
    global changing
    original = changing
    out = []
    for i in range(30):
        if i == 15:
            changing = other
        out.append(changing(i))
    changing = original
    return out


def with_new_code(x):
    return x * 2


def case_code_replaced():
    original = with_new_code.__code__
    out = []
    for i in range(30):
        if i == 20:
            with_new_code.__code__ = other.__code__
        out.append(with_new_code(i))
    with_new_code.__code__ = original
    return out


SCALE = 3


def scaled(x):
    return x * SCALE


def case_global_of_the_callee_changes():
    global SCALE
    out = []
    for i in range(30):
        if i == 11:
            SCALE = 5
        if i == 22:
            SCALE = "ab"
        out.append(scaled(i))
    SCALE = 3
    return out


def add(a, b=10, *, c=100):
    return a + b + c


def two(a, b):
    return a - b


def case_arguments_of_all_sorts():
    out = []
    for i in range(12):
        out.append((add(i), add(i, 1), add(i, c=2), two(b=i, a=1), two(i, 3)))
    try:
        two(1)
    except TypeError as error:
        out.append(str(error))
    return out


def deep(n):
    return step_down(n - 1) if n > 0 else 0


def step_down(n):
    return deep(n) + 1 if n > 0 else 0


def leaf(n):
    return n + 1


def descend(n):
    if n == 0:
        return leaf(n)
    return descend(n - 1) + leaf(n) - n


def case_recursion_limit():
    limit = sys.getrecursionlimit()
    out = [deep(20), descend(20)]
    try:
        descend(limit * 10)
    except RecursionError as error:
        out.append(str(error))
    out.append(descend(30))
    out.append(sys.getrecursionlimit() == limit)
    return out


def grow(x, y):
    return x * y


def lines_of_warnings(start):
    seen = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value = np.float64(start)
        for _ in range(12):
            value = grow(value, value)
        seen.append(float(value))
    return seen, [(str(w.message), w.lineno) for w in caught]


def case_numpy_scalars_warn_inside():
    return [lines_of_warnings(x) for x in (1.5, 1e10, 1e200)]


def where_am_i(x):
    return sys._getframe(1).f_lineno - sys._getframe(2).f_lineno, x


def middle(x):
    return where_am_i(x)


def case_frames():
    out = []
    for i in range(6):
        out.append(middle(i))
    return out


def power_of_two(x):
    return x * x


def apart(a, b):
    return power_of_two(a - b) + power_of_two(a + b)


def remainders(a, b):
    return apart(a, b) % 1000 + apart(b, a) // 7


def sum_of_remainders(start, turns):
    total = 0
    for i in range(start, start + turns):
        total += remainders(i, 7)
    return total


# Bodies within bodies, whose innermost leaves in the middle.
def case_bodies_in_bodies():
    return [sum_of_remainders(start, 40) for start in [5] * 20 + [-9, 2_147_483_630, 3_037_000_480, -(2**31) - 20, 2**63 - 20]]
