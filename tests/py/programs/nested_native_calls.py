"""Functions called by functions that are part of native code themselves: kinds, exits, errors, names that change."""

import sys

MASK = 0xFFFFFFFFFFFFFFFF
TURNS = 400


def square(x):
    return x * x


def distance(a, b):
    return square(a - b) + square(a + b)


def remainder(a, b):
    return distance(a, b) % 1000 + square(b)


def loops(n):
    total = 0
    for i in range(n):
        total += remainder(i, 7)
    return total


def mixed_kinds(n):
    total = 0
    for i in range(n):
        total += square(i) + distance(i, 3)
        total += square(i / 2) - distance(0.5, i)
    return total


def overflows_at_the_bottom(n, far):
    total = 0
    for i in range(n):
        total ^= remainder(i * far, i)
    return total


def halves(x):
    return 1.0 / x if x > 0 else check(x)


def check(x):
    if x < -5:
        raise ValueError(f"too small: {x}")
    return float(x)


def sums_halves(x, y):
    return halves(x) + check(y)


def raises_at_the_bottom(n, bad):
    total = 0.0
    for i in range(n):
        total += sums_halves(i - 3, bad if i == n - 1 else 2)
    return total


def step(state):
    return (state * 6364136223846793005 + 1442695040888963407) & MASK


def output(state):
    return (state >> 33) ^ step(state)


def random_numbers(n):
    state, found = 1, []
    for i in range(n):
        state = step(state)
        if i % 100 == 0:
            found.append(output(state))
        state ^= output(i) & 1
    return state, found


def signs(x):
    return floor_half(x) + floor_half(3 - x)


def floor_half(x):
    return x // 2 + x % 3


def both_signs(n):
    return [signs(i) + floor_half(i) for i in range(n)][-3:], sum_signs(n), sum_signs(-n)


def sum_signs(n):
    total = 0
    for i in range(abs(n)):
        total += signs(i if n > 0 else -i)
    return total


def is_even(n):
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    return False if n == 0 else is_even(n - 1)


def mutual(n):
    total = 0
    for i in range(n):
        if is_even(i % 20):
            total += 1
    return total


def power(x, n):
    if n == 0:
        return 1
    half = power(x, n // 2)
    return square(half) * x % 1000003 if n % 2 else square(half) % 1000003


def powers(n):
    total = 0
    for i in range(n):
        total += power(i, i % 9)
    return total


def first(x):
    return second(x) + 1


def second(x):
    return third(x) * 2


def third(x):
    return x - 3


def other_third(x):
    return x + 100


def rebinds(n):
    global third
    kept, total = third, 0
    try:
        for i in range(n):
            total += first(i)
            if i == n // 2:
                third = other_third
    finally:
        third = kept
    return total


def looks(x):
    names = []
    frame = sys._getframe()
    while frame is not None and len(names) < 3:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names


def needs_python(x):
    return len(looks(x)) + x


def calls_python(n):
    total = 0
    for i in range(n):
        total += needs_python(i) + square(i)
    return total, looks(1)[:2]


def case_values():
    return loops(TURNS), mixed_kinds(TURNS), loops(3), both_signs(TURNS), mutual(TURNS), powers(TURNS), loops(TURNS)


def case_exits():
    return [overflows_at_the_bottom(TURNS, far) for far in (1, 1, 3, 2**40, 2**70, 1)]


def case_words():
    return random_numbers(TURNS), random_numbers(TURNS + 1)


def case_rebinds():
    return [rebinds(TURNS) for _ in range(3)], first(5)


def case_python():
    return calls_python(TURNS)


def case_errors():
    results = []
    for bad in (2, 2, -6, 2, -7):
        try:
            results.append(raises_at_the_bottom(TURNS, bad))
        except ValueError as error:
            results.append((str(error), error.__traceback__.tb_next.tb_next.tb_next.tb_lineno))
    return results


def case_z_uncaught():
    raises_at_the_bottom(TURNS, 3)
    return raises_at_the_bottom(TURNS, -60)
