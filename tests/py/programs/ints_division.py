"""Floor division, modulo and divmod: signs, zero, the one quotient that overflows."""

MAX = 2**63 - 1
MIN = -(2**63)


def floor(a, b):
    return a // b


def modulo(a, b):
    return a % b


def both(a, b):
    return divmod(a, b)


def true(a, b):
    return a / b


def case_all_signs():
    out = []
    for a in (7, -7, 6, -6, 0, 1, -1, MAX, MIN, 2**70, -(2**70)):
        for b in (3, -3, 2, -2, 1, -1, 7, -7, MAX, MIN, 2**65):
            out.append((floor(a, b), modulo(a, b), both(a, b), true(a, b)))
    return out


def digits(n):
    out = []
    while n:
        n, digit = divmod(n, 10)
        out.append(digit)
    return out


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def modular_power(base, exponent, modulus):
    result = 1
    base %= modulus
    while exponent > 0:
        if exponent % 2 == 1:
            result = result * base % modulus
        exponent //= 2
        base = base * base % modulus
    return result


def clock(hours):
    return [(h % 12, h // 12, -h % 12, -h // 12) for h in hours]


def divide_each(values, divisor):
    out = []
    for value in values:
        out.append(value // divisor)
        out.append(value % divisor)
    return out


def divide_by_each(value, divisors):
    """Raises in the middle of the loop when a divisor is zero."""
    out = []
    for divisor in divisors:
        out.append(value // divisor)
    return out


def remainder_by_each(value, divisors):
    total = 0
    for divisor in divisors:
        total += value % divisor
    return total


def guarded(value, divisors):
    out = []
    for divisor in divisors:
        try:
            out.append(value // divisor)
        except ZeroDivisionError as error:
            out.append(str(error))
    return out


def in_place(a, b):
    x = a
    x //= b
    y = a
    y %= b
    return x, y


def digit_sum_of_powers(limit):
    total = 0
    for i in range(limit):
        n = i**5
        while n > 0:
            total += n % 10
            n //= 10
    return total


CASES = [
    (floor, 1, 0),
    (floor, MAX, 0),
    (floor, 2**70, 0),
    (floor, MIN, -1),
    (floor, MIN, 1),
    (floor, 7.5, 2),
    (floor, -7.5, 2),
    (floor, 7, 0.0),
    (floor, True, 0),
    (floor, True, True),
    (modulo, 1, 0),
    (modulo, 2**70, 0),
    (modulo, MIN, -1),
    (modulo, 5, -3),
    (modulo, -5.5, 3),
    (modulo, 5, 0.0),
    (modulo, "%d items", 3),
    (modulo, "%s and %s", (1, 2)),
    (both, 7, 0),
    (both, MIN, -1),
    (both, -7.5, 2.0),
    (both, 7.0, 0.0),
    (true, 1, 0),
    (true, 0, 5),
    (true, 0, -5),
    (true, MAX, MAX),
    (true, MAX, 3),
    (true, 2**53 + 1, 1),
    (true, 10**400, 10**399),
    (true, 10**400, 3),
    (true, 1, 10**400),
    (true, -1, 10**400),
    (true, 1, 0.0),
    (true, True, 2),
    (digits, 9876543210123456789),
    (digits, 10**25),
    (gcd, 1071, 462),
    (gcd, -1071, 462),
    (gcd, 2**80, 6**40),
    (collatz, 27),
    (collatz, 2**65),
    (modular_power, 3, 200, 1000007),
    (modular_power, 3, 200, 2**61 - 1),
    (modular_power, -3, 7, -11),
    (clock, [0, 1, 11, 12, 13, 25, -1]),
    (divide_each, [10, -10, 0, MIN, 2**64], -1),
    (divide_each, [10, -10, 0, MAX], 3),
    (divide_each, [10, -10], 0),
    (divide_by_each, 100, [1, 2, 3, 0, 4]),
    (divide_by_each, MIN, [1, 2, -1]),
    (remainder_by_each, 100, [7, -7, 1, 0]),
    (remainder_by_each, 100, [7, -7, 1]),
    (guarded, 100, [3, 0, -3, 0]),
    (guarded, 2**70, [3, 0, -3]),
    (in_place, 17, 5),
    (in_place, -17, 5),
    (in_place, 17, 0),
    (digit_sum_of_powers, 120),
]
