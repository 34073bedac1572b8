"""Functions that call themselves, called from loops that take their bodies: depth, errors and tracebacks are CPython's."""

import sys
import traceback


def power(x, n):
    if n == 0:
        return 1
    half = power(x, n // 2)
    return half * half * x if n % 2 else half * half


def case_results_that_outgrow_a_register():
    out = []
    for n in (3, 7, 20, 39, 40, 41, 62, 5, 90):
        out.append(power(3, n))
    return out


def case_floats_then_ints():
    return [power(x, 11) for x in [1.5, 0.25, 1.0000001, 3, 2.5, True, -7]]


def quotient(n, divisor):
    if n < 10:
        return n // divisor
    return quotient(n - 7, divisor) + n // divisor


def case_errors_deep_inside():
    out = []
    for divisor in (3, 2, 1, 0, 5, 0, -4):
        try:
            out.append(quotient(40, divisor))
        except ZeroDivisionError as error:
            lines = [frame.lineno - quotient.__code__.co_firstlineno for frame in traceback.extract_tb(error.__traceback__)[1:]]
            out.append((str(error), lines))
    return out


def down(n, floor):
    if n <= floor:
        return n
    return down(n - 1, floor) + 1


def case_too_deep():
    out = []
    limit = sys.getrecursionlimit()
    for depth in (10, 50, limit + 50, 20, limit * 3, 30):
        try:
            out.append(down(depth, 0))
        except RecursionError as error:
            out.append(str(error).split(" while")[0])
    return out


def near_the_limit(n, m):
    if n > 0:
        return near_the_limit(n - 1, m)
    total = 0
    for i in range(m):
        total += down(i, 0)
    return total


def case_loop_near_the_limit():
    out = []
    for n in (5, 20, 5):
        out.append(near_the_limit(n, 40))
    return out


def counted(n, step):
    if n <= 0:
        return 0
    return counted(n - step, step) + 1


def case_name_bound_anew():
    global counted
    original = counted
    out = []
    try:
        for i in range(12):
            out.append(counted(20, 3))
            if i == 7:
                counted = lambda n, step: -1
    finally:
        counted = original
    return out


def even_levels(n, parity):
    if n == 0:
        return parity
    return even_levels(n - 1, not parity)


def case_bools():
    return [even_levels(n, n % 2 == 0) for n in range(9)]
