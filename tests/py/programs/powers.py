"""`**` and pow(): int, float and complex results, and the special cases of IEEE 754."""

INF = float("inf")
NAN = float("nan")


def power(a, b):
    return a**b


def modular(a, b, m):
    return pow(a, b, m)


def square_all(values):
    total = 0
    for value in values:
        total += value**2
    return total


def horner(coefficients, x):
    result = 0
    for coefficient in coefficients:
        result = result * x + coefficient
    return result


def polynomial(coefficients, x):
    result = 0
    for i, coefficient in enumerate(coefficients):
        result += coefficient * x**i
    return result


def powers_of(base, count):
    return [base**i for i in range(count)]


def negative_exponents(base, count):
    return [base**-i for i in range(1, count)]


def in_place(x, exponent):
    x **= exponent
    return x


def tower(n):
    x = 2
    for _ in range(n):
        x = x**2
    return x


def case_special_floats():
    out = []
    for base in (0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, INF, -INF, NAN):
        for exponent in (0.0, -0.0, 1.0, -1.0, 2.0, 3.0, -2.0, 0.5, INF, -INF, NAN):
            try:
                out.append(power(base, exponent))
            except (ZeroDivisionError, OverflowError) as error:
                out.append((type(error).__name__, str(error)))
    return out


def case_square_roots():
    return [power(i, 0.5) for i in range(30)]


CASES = [
    (power, 2, 10),
    (power, 2, 62),
    (power, 2, 63),
    (power, 2, 64),
    (power, -2, 63),
    (power, -2, 64),
    (power, 3, 39),
    (power, 3, 40),
    (power, 3, 41),
    (power, 0, 0),
    (power, 0, 5),
    (power, 0, -1),
    (power, 1, -1),
    (power, 2, -1),
    (power, -2, -3),
    (power, 10, 25),
    (power, 10, -25),
    (power, True, 5),
    (power, True, True),
    (power, 2, True),
    (power, False, False),
    (power, 2, 0.5),
    (power, -2, 0.5),
    (power, -8, 1 / 3),
    (power, 2.5, 3),
    (power, -2.5, 3),
    (power, -2.5, 2.5),
    (power, 0.0, -1),
    (power, 0.0, -2.0),
    (power, -0.0, -3.0),
    (power, 10.0, 308),
    (power, 10.0, 309),
    (power, -10.0, 309),
    (power, 1e-200, 2),
    (power, 2, 1j),
    (power, 10**400, 0.5),
    (power, 10**400, 2),
    (power, "a", 2),
    (power, 2, "a"),
    (power, None, 2),
    (power, [1], 2),
    (modular, 3, 100, 7),
    (modular, 3, -1, 7),
    (modular, 2, -1, 4),
    (modular, 3, 5, 0),
    (modular, 3, 5, -7),
    (modular, 3.0, 5, 7),
    (square_all, list(range(50))),
    (square_all, [2**31, 2**32, 2**33]),
    (square_all, [0.1, 0.2, 3]),
    (square_all, [1, 2.5, 10**20]),
    (horner, [3, -2, 7, 1], 10),
    (horner, [3, -2, 7, 1], 10**7),
    (horner, [3, -2, 7, 1], 0.1),
    (polynomial, [3, -2, 7, 1], 10),
    (polynomial, [3, -2, 7, 1], 2**20),
    (polynomial, [3, -2, 7, 1], 0.1),
    (powers_of, 7, 30),
    (powers_of, -7, 30),
    (powers_of, 1.1, 30),
    (negative_exponents, 3, 8),
    (negative_exponents, 0, 3),
    (in_place, 3, 4),
    (in_place, 3, -4),
    (in_place, 9.0, 0.5),
    (tower, 5),
    (tower, 7),
]
