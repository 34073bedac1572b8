"""Pure number loops of the kind that compile to machine code, over many argument types."""


def loop_sum(n, step):
    total = n - n
    i = 0
    while i < n:
        total += i * step
        i += 1
    return total


def two_variables(a, b, n):
    for i in range(n):
        a, b = a + b, a - b + i
        if a > 10**6 or a < -(10**6):
            a = a / 7 if i % 2 else a // 7
    return a, b


def conversions(n):
    total = 0
    for i in range(n):
        total += int(i * 0.7) + round(i / 3) + float(i) // 2 + bool(i % 3) + abs(i - 50)
    return total


def minimum_maximum(n):
    low, high = 10**9, -(10**9)
    for i in range(n):
        x = i * 37 % 101
        low = min(low, x)
        high = max(high, x, i)
    return low, high


def branches(n):
    a = b = c = 0
    for i in range(n):
        if i % 15 == 0:
            a += 1
        elif i % 5 == 0 or i % 7 == 0:
            b += i
        elif not i % 3 and i > 10:
            c -= i
        else:
            a ^= i
    return a, b, c


def float_chain(x, n):
    for _ in range(n):
        x = x * 1.1 - 0.3
        x = -x if x > 50 else x + 0.01
    return x


def digits_of_e(n):
    total, term = 1.0, 1.0
    for i in range(1, n):
        term /= i
        total += term
    return total


def triangle_numbers(limit):
    count = i = total = 0
    while total < limit:
        i += 1
        total += i
        if total % 3 == 0:
            count += 1
    return count, i, total


def is_prime(n):
    if n < 2:
        return False
    i = 2
    while i * i <= n:
        if n % i == 0:
            return False
        i += 1
    return True


def count_primes(limit):
    count = 0
    for n in range(limit):
        if is_prime(n):
            count += 1
    return count


def hypotenuse(a, b):
    return (a * a + b * b) ** 0.5


def distance_sum(n):
    total = 0.0
    for i in range(n):
        total += hypotenuse(i, i + 1)
    return total


def nested_break(n):
    found = None
    for a in range(1, n):
        for b in range(a, n):
            c = n - a - b
            if c < b:
                break
            if a * a + b * b == c * c:
                found = a, b, c
                break
        if found is not None:
            break
    return found


def mixed_accumulator(n):
    i_total, f_total, b_total = 0, 0.0, False
    for i in range(n):
        i_total += i
        f_total += i / 2
        b_total = b_total or i == n - 1
    return i_total, f_total, b_total


def alternating_sign(n):
    sign, total = 1, 0
    for i in range(n):
        total += sign * i
        sign = -sign
    return total


def josephus(n, k):
    survivor = 0
    for size in range(2, n + 1):
        survivor = (survivor + k) % size
    return survivor + 1


CASES = [
    (loop_sum, 200, 3),
    (loop_sum, 200, 0.5),
    (loop_sum, 200.5, 3),
    (loop_sum, 100, True),
    (loop_sum, 100, 2**60),
    (loop_sum, True, 5),
    (loop_sum, 100, 1j),
    (loop_sum, "x", 1),
    (two_variables, 1, 2, 60),
    (two_variables, 1.5, 2, 60),
    (two_variables, 2**62, -(2**62), 60),
    (conversions, 120),
    (minimum_maximum, 150),
    (branches, 300),
    (float_chain, 3.0, 100),
    (float_chain, 3, 100),
    (float_chain, float("inf"), 10),
    (float_chain, float("nan"), 10),
    (digits_of_e, 25),
    (triangle_numbers, 5000),
    (triangle_numbers, 99.5),
    (is_prime, 104729),
    (is_prime, 1.5),
    (is_prime, 97.0),
    (count_primes, 200),
    (hypotenuse, 3, 4),
    (hypotenuse, 3.0, 4.0),
    (hypotenuse, 2**40, 2**40),
    (hypotenuse, 10**200, 1),
    (distance_sum, 80),
    (nested_break, 60),
    (nested_break, 61),
    (mixed_accumulator, 90),
    (alternating_sign, 91),
    (josephus, 41, 3),
]
