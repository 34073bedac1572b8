"""Functions of math and builtins that compiled code knows: every bit, and every error, is CPython's."""

import math
import struct
from math import cos, exp

INF = float("inf")
NAN = float("nan")
EDGES = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, 2.5, -2.5, 3.7, -3.7, 1e-310, 710.0, -745.5, 1e18, 9.3e18, 1e300, INF, -INF, NAN]
INTS = [0, 1, -1, 7, 2**53 + 1, -(2**63), 2**63 - 1, 2**70, True]


def bits(value):
    return struct.pack("d", value) if isinstance(value, float) and value == value else repr(value)


def attempt(function, *arguments):
    try:
        return type(function(*arguments)).__name__, bits(function(*arguments))
    except Exception as error:
        return type(error).__name__, str(error)


def trigonometry(x):
    return math.sin(x) + math.cos(x) * math.tan(x) - math.atan(x)


def inverse(x):
    return math.asin(x) + math.acos(x)


def hyperbolic(x):
    return math.sinh(x) + math.cosh(x) - math.tanh(x) + math.asinh(x)


def area(x):
    return math.acosh(x) + math.atanh(1.0 / x)


def exponential(x):
    return exp(x) + math.exp2(x) + math.expm1(x)


def logarithms(x):
    return math.log(x) + math.log2(x) + math.log10(x) + math.log1p(x)


def error_functions(x):
    return math.erf(x) + math.erfc(x) + math.cbrt(x)


def two(x, y):
    return math.pow(x, y) + math.atan2(y, x) + math.fmod(x, y) + math.copysign(x, y)


def power(x, y):
    return math.pow(x, y)


def arc(x, y):
    return math.atan2(x, y)


def remainder(x, y):
    return math.fmod(x, y)


def roots(x):
    return math.sqrt(x) + math.fabs(x)


def down(x):
    return math.floor(x)


def up(x):
    return math.ceil(x)


def cut(x):
    return math.trunc(x)


def near(x):
    return round(x)


def classify(x):
    return math.isnan(x), math.isinf(x), math.isfinite(x)


def as_bool(x):
    return bool(x), int(bool(x))


def least(x, y, z):
    return min(x, y, z), max(x, y, z), min(x, y), abs(x)


ONE = [trigonometry, inverse, hyperbolic, area, exponential, logarithms, error_functions, roots]
TWO = [two, power, arc, remainder]


def case_one_argument():
    return [[attempt(function, x) for x in EDGES + INTS] for function in ONE]


def case_two_arguments():
    return [[attempt(function, x, y) for x in EDGES for y in EDGES + [3, -2]] for function in TWO]


def case_rounding():
    functions = [down, up, cut, near, classify, as_bool]
    return [[attempt(function, x) for x in EDGES + INTS] for function in functions]


def case_extremes():
    numbers = [0.0, -0.0, 1.5, NAN, INF]
    floats = [attempt(least, x, y, z) for x in numbers for y in numbers for z in numbers]
    integers = [attempt(least, x, y, z) for x in (1, -(2**63), 2**64) for y in (2, -3) for z in (0, 5)]
    return floats, integers, attempt(least, 1, 2.0, True)


def wave(n):
    total = 0.0
    for i in range(n):
        total += math.sin(i) * cos(i * 0.5)
        if math.isnan(total):
            return i
    return total


def case_loop():
    return [bits(wave(n)) for n in (0, 1, 50, 3000)]


def case_domain_error_in_a_loop():
    out = []
    for x in (4.0, 1.0, 0.25, -1.0, -4.0, 9.0):
        out.append(attempt(roots, x))
        out.append(attempt(logarithms, x))
    return out


def distance(x, y):
    return math.sqrt(x * x + y * y)


def case_replaced_attribute():
    before = [distance(3.0, float(i)) for i in range(20)]
    original = math.sqrt
    math.sqrt = lambda value: -value
    try:
        during = [distance(3.0, float(i)) for i in range(5)]
    finally:
        math.sqrt = original
    return before, during, [distance(3.0, float(i)) for i in range(5)]


class FakeMath:
    @staticmethod
    def sqrt(value):
        return "fake", value


def case_replaced_module():
    global math
    before = [distance(3.0, float(i)) for i in range(20)]
    module = math
    math = FakeMath
    try:
        during = [distance(3.0, float(i)) for i in range(5)]
    finally:
        math = module
    return before, during, [distance(3.0, float(i)) for i in range(5)]


class Number(float):
    def __floor__(self):
        return "floored"

    def __float__(self):
        return 2.0


def case_subclass():
    return [attempt(function, Number(1.5)) for function in (down, up, cut, near, roots, trigonometry)]
