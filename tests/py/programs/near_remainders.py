"""Remainders of what lies near its divisor's multiples of 0 and 1, and far from them."""

LARGEST = 2**63 - 1
LEAST = -(2**63)


def remainders(numbers, divisor):
    made = []
    for number in numbers:
        made.append(number % divisor)
    return made


def remainder_of_natural(number, divisor):
    total = 0
    for k in range(3):
        total += (number + k) % divisor
    return total


def both(number, divisor):
    digits = []
    while number:
        digits.append(number % divisor)
        number //= divisor
    return digits


def ring(size, turns, step):
    place = 0
    seen = [0] * size
    for _ in range(turns):
        seen[place] += 1
        place = (place + step) % size
    return seen


def modular_sum(values, modulus):
    total = 0
    for value in values:
        total = (total + value) % modulus
    return total


def common(a, b):
    while b:
        a, b = b, a % b
    return a


NUMBERS = (0, 1, 6, 7, 8, 13, 14, 15, -1, -6, -7, -8, -14, -15, LARGEST, LEAST, LARGEST - 6, LEAST + 7)
DIVISORS = (7, 1, 2, -7, -1, LARGEST, LARGEST - 1, LEAST, LEAST + 1, 2**62)


def case_all():
    return [remainders(NUMBERS, divisor) for divisor in DIVISORS]


def case_zero():
    made = []
    for divisor in (5, 5, 0, 5):
        try:
            made.append(remainders(NUMBERS, divisor))
        except ZeroDivisionError as error:
            made.append(str(error))
    return made


def case_large():
    return remainders((3, 2**64, -(2**64)), 7), remainders((3, 4), 2**65)


def case_naturals():
    return [remainder_of_natural(n, d) for n in (0, 5, 19, LARGEST - 3) for d in (1, 2, 5, 20, LARGEST)]


def case_digits():
    return [both(n, d) for n in (0, 1, 12345, LARGEST) for d in (2, 10, 255)]


def case_rings():
    return [ring(size, 20, step) for size in (1, 2, 7) for step in (1, -1, 3, -9)]


def case_sums():
    values = [i * 37 % 101 for i in range(30)]
    return [modular_sum(values, modulus) for modulus in (101, 3, 1, -5, 10**9 + 7)]


def case_common():
    return [common(a, b) for a in (0, 12, 1071, LARGEST) for b in (1, 18, 462, 5**20)]
