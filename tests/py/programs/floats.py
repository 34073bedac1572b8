"""Floats: signed zero, infinities, NaN, division by zero, conversions and rounding."""

INF = float("inf")
NAN = float("nan")
SPECIAL = [0.0, -0.0, 1.0, -1.5, 1e308, -1e308, 5e-324, INF, -INF, NAN]


def arithmetic(a, b):
    return a + b, a - b, a * b


def divide(a, b):
    return a / b


def floor_divide(a, b):
    return a // b, a % b


def compare(a, b):
    return a < b, a <= b, a == b, a != b, a > b, a >= b


def case_special_arithmetic():
    return [arithmetic(a, b) for a in SPECIAL for b in SPECIAL]


def case_special_comparison():
    return [compare(a, b) for a in SPECIAL for b in SPECIAL]


def case_special_division():
    out = []
    for a in SPECIAL:
        for b in SPECIAL:
            try:
                out.append(divide(a, b))
                out.append(floor_divide(a, b))
            except ZeroDivisionError as error:
                out.append(str(error))
    return out


def case_signed_zero():
    zero, negative = 0.0, -0.0
    return [zero, negative, -zero, zero * -1, negative + zero, negative + negative, 0 * -1.0, -0.0 * 1,
            abs(negative), negative == zero, 0.0 - 0.0, -0.0 - 0.0, round(-0.4), round(-0.4, 0)]  # fmt: skip


def case_nan_identity():
    x = NAN
    values = [x]
    return x is values[0], x == x, x in values, values == [x], values.index(x), {x: 1}[x]


def mean(values):
    total = 0.0
    for value in values:
        total += value
    return total / len(values)


def harmonic(n):
    total = 0.0
    for i in range(1, n + 1):
        total += 1.0 / i
    return total


def leibniz(n):
    total, sign = 0.0, 1.0
    for i in range(n):
        total += sign / (2 * i + 1)
        sign = -sign
    return 4 * total


def reciprocal_sum(values):
    total = 0.0
    for value in values:
        total += 1 / value
    return total


def newton(x, steps):
    guess = x
    for _ in range(steps):
        guess = 0.5 * (guess + x / guess)
    return guess


def kahan(values):
    total = compensation = 0.0
    for value in values:
        corrected = value - compensation
        summed = total + corrected
        compensation = (summed - total) - corrected
        total = summed
    return total


def no_contraction(a, b, c, d):
    """A fused multiply-add would give another last digit."""
    return a * b - c * d, a * b + c, c - a * b


def overflow_to_infinity(x):
    steps = 0
    while x < INF:
        x *= 10.0
        steps += 1
    return x, steps


def underflow(x):
    steps = 0
    while x > 0.0:
        x /= 2.0
        steps += 1
    return x, steps


def minimum_with_nan(values):
    least = values[0]
    for value in values:
        if value < least:
            least = value
    return least, min(values), max(values)


def conversions(x):
    return int(x), bool(x), float(x), str(x), repr(x), round(x), hash(x)


def rounding(x, digits):
    return round(x, digits), round(x), int(x), x // 1, x % 1


def case_is_integer():
    return [x.is_integer() for x in (0.0, -0.0, 1.5, 2.0, INF)], (0.1).as_integer_ratio(), (2.5).hex()


CASES = [
    (divide, 1.0, 0.0),
    (divide, 0.0, 0.0),
    (divide, 1, 0.0),
    (divide, 1.0, 0),
    (divide, INF, 0),
    (divide, 1.0, -0.0),
    (floor_divide, 1.0, 0.0),
    (floor_divide, -7.5, 2.0),
    (floor_divide, 7.5, -2.0),
    (floor_divide, -0.0, 3.0),
    (floor_divide, 1e308, 1e-308),
    (floor_divide, INF, 2.0),
    (floor_divide, 3.0, INF),
    (floor_divide, -3.0, INF),
    (mean, [1.0, 2.5, 4.0]),
    (mean, [1, 2, 4]),
    (mean, [True, False, 1.5]),
    (mean, []),
    (mean, [1e308, 1e308]),
    (mean, [1.0, "x"]),
    (harmonic, 1000),
    (leibniz, 1000),
    (reciprocal_sum, [1.0, 2.0, 4.0]),
    (reciprocal_sum, [1.0, 2.0, 0.0, 4.0]),
    (reciprocal_sum, [1, 2, 0]),
    (newton, 2.0, 8),
    (newton, 0.0, 3),
    (kahan, [0.1] * 100),
    (no_contraction, 1.0000001, 1.0000001, 1.0000002, 0.9999999),
    (no_contraction, 0.1, 0.1, 0.01, 1.0),
    (overflow_to_infinity, 1.5),
    (underflow, 1.5),
    (minimum_with_nan, [3.0, NAN, 1.0]),
    (minimum_with_nan, [NAN, 3.0, 1.0]),
    (minimum_with_nan, [-0.0, 0.0]),
    (minimum_with_nan, [0.0, -0.0]),
    (conversions, 2.5),
    (conversions, -2.5),
    (conversions, -0.0),
    (conversions, 1e22),
    (conversions, 2.0**70),
    (conversions, INF),
    (conversions, NAN),
    (rounding, 2.675, 2),
    (rounding, 0.5, 0),
    (rounding, 1.5, 0),
    (rounding, -2.5, 0),
    (rounding, 12345.678, -2),
    (rounding, 1e300, 5),
]
