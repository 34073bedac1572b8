"""Integers at the edges of 64 bits: every operation leaves the machine word exactly."""

MAX = 2**63 - 1
MIN = -(2**63)
EDGES = [0, 1, -1, 2, -2, 2**31, -(2**31), 2**32 + 1, 2**62, -(2**62), MAX, MAX - 1, MIN, MIN + 1]
BIG = [2**63, 2**64 - 1, 2**64, -(2**63) - 1, 10**30, -(10**30)]


def add(a, b):
    return a + b


def subtract(a, b):
    return a - b


def multiply(a, b):
    return a * b


def negate(a):
    return -a, +a, ~a, abs(a)


def pairs():
    return [(a, b) for a in EDGES + BIG for b in (1, -1, 2, 3, MAX, MIN, 2**32, 2**63)]


def case_add_pairs():
    out = []
    for a, b in pairs():
        out.append(add(a, b))
        out.append(subtract(a, b))
    return out


def case_multiply_pairs():
    out = []
    for a, b in pairs():
        out.append(multiply(a, b))
    return out


def case_unary():
    return [negate(value) for value in EDGES + BIG]


def count_up(start, steps):
    total = start
    for _ in range(steps):
        total += 1
    return total


def count_down(start, steps):
    total = start
    for _ in range(steps):
        total -= 1
    return total


def double(start, steps):
    for _ in range(steps):
        start = start * 2
    return start


def factorial(n):
    result = 1
    for i in range(2, n + 1):
        result *= i
    return result


def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def sum_of_squares(values):
    total = 0
    for value in values:
        total += value * value
    return total


def cross_and_return(steps):
    """Go past the edge and come back to small numbers in the same loop."""
    x = MAX - 3
    seen = []
    for i in range(steps):
        x = x + 1 if i < steps // 2 else x - 1
        if x > MAX:
            seen.append(x - MAX)
    return x, seen


def overflow_in_middle_of_expression(a, b, c):
    return a * b - c * b + (a + b) * (c - a)


def negate_in_loop(start, steps):
    x = start
    for _ in range(steps):
        x = -x
        x = x - 1 if x < 0 else x
    return x


def absolute_sum(values):
    total = 0
    for value in values:
        total += abs(value)
    return total


def mixed_minimum(values):
    least, most = values[0], values[0]
    for value in values:
        if value < least:
            least = value
        if value > most:
            most = value
    return least, most, most - least


def wrap_by_hand(seed, steps):
    """A linear congruential generator, masked as C programs would wrap."""
    state = seed
    out = 0
    for _ in range(steps):
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        out ^= state >> 33
    return state, out


def augmented(a, b):
    x = a
    x += b
    y = a
    y -= b
    z = a
    z *= b
    return x, y, z


CASES = [
    (count_up, MAX - 5, 10),
    (count_up, MAX, 1),
    (count_up, -5, 10),
    (count_up, 2**62, 100),
    (count_up, 2**64, 100),
    (count_down, MIN + 5, 10),
    (count_down, MIN, 1),
    (count_down, 2**63 + 5, 10),
    (double, 1, 62),
    (double, 1, 63),
    (double, 1, 64),
    (double, -1, 63),
    (double, -1, 64),
    (double, 3, 200),
    (factorial, 5),
    (factorial, 20),
    (factorial, 21),
    (factorial, 60),
    (fibonacci, 90),
    (fibonacci, 92),
    (fibonacci, 93),
    (fibonacci, 300),
    (sum_of_squares, [1, 2, 3]),
    (sum_of_squares, [2**31, 2**31, 2**31]),
    (sum_of_squares, [3037000499, 3037000500, -3037000500]),
    (cross_and_return, 10),
    (cross_and_return, 40),
    (overflow_in_middle_of_expression, 2**40, 2**30, 3),
    (overflow_in_middle_of_expression, 5, 7, 11),
    (overflow_in_middle_of_expression, MIN, -1, MAX),
    (negate_in_loop, MAX, 9),
    (negate_in_loop, MIN, 9),
    (absolute_sum, [MIN, MAX, -1]),
    (absolute_sum, [-3, 4, -5]),
    (mixed_minimum, [3, MIN, MAX, 2**70, -(2**70)]),
    (wrap_by_hand, 42, 500),
    (augmented, MAX, 1),
    (augmented, MIN, MIN),
    (augmented, 7, -3),
]
