"""Ints that are not negative, until they are; and sums that are tested once for many iterations."""

LARGEST = 2**63 - 1
TURNS = 5000


def digits(n):
    total = 0
    while n:
        total += n % 10
        n //= 10
        if total > 10_000:
            return "endless"
        if n == -1:
            return total, n
    return total


def mean(a, b):
    return (a + b) // 2, (a - b) % 7, (a - b) // 3, a // b if b else None


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def item(values, index):
    return values[index]


def calls_with_naturals(n):
    return sum_of_gcds(n, 1) + sum_of_gcds(n, 7)


def sum_of_gcds(n, factor):
    total = 0
    for i in range(n):
        total += gcd(i * factor, i + 4)
    return total


def calls_with_both_signs(n):
    found = []
    for i in range(n):
        a = gcd(i, 12)
        b = gcd(i - 6, 18)
        c = gcd(-i, i - n)
        if i % 50 < 7:
            found.append((a, b, c))
    return found


def recursive(n):
    if n // 2 < -5:
        return n % 7
    return recursive(n - 3) + n % 5


def over_a_range(start, stop, step):
    total = 0
    for i in range(start, stop, step):
        total = total * 3 % 1009 + i // 4 + i % 5
    return total


def becomes_negative_in_the_loop(n):
    seen = []
    for _ in range(TURNS):
        seen.append((n // 10, n % 10))
        n -= 7
    return seen[:3], seen[-3:], n


def taken_over_with_both_signs():
    results = []
    for start in (0, 5, -20_000, 3, -1, 7):
        n, steps = start, 0
        while steps < TURNS:
            n = n + 3 if steps % 4 else n // 2
            steps += 1
        results.append((n, n % 11, n // 11))
    return results


def of_known_calls(values, n):
    size, away, most, least = len(values), abs(n), max(n, 3), min(n, 3)
    return size // 2, away // 3, away % 4, most // 2, least // 2, least % 2


def generator(n):
    while True:
        n = (yield n // 3, n % 3) or n - 1


def sends(values):
    numbers = generator(5)
    next(numbers)
    return [numbers.send(value) for value in values]


# ---- differences and squares ------------------------------------------------------------------------------


def subtractive_gcd(a, b):
    while a != b:
        if a > b:
            a -= b
        else:
            b -= a
        if a <= 0 or b <= 0:
            return a // 3, b // 3
    return a


def how_far(a, b):
    if a > b:
        away = a - b
    elif not a >= b:
        away = b - a
    else:
        away = a - b
    return away // 3, away % 5, (a - b) // 3, (b - a) % 5


def wrapped(a, b, modulus):
    total = a + b
    if total >= modulus:
        total -= modulus
    return total // 7, total % 7


def by_constants(n):
    found = []
    if n > 4:
        found += [(n - 5) // 2, (n - 6) // 2, (n - 5) % 3, (n - 6) % 3]
    if 3 <= n:
        found += [(n - 3) // 2, (n - 4) // 2]
    if n:
        found += [(n - 1) // 2, (n - 1) % 3, (n - 2) // 2]
    if n != 0:
        found += [(n - 1) // 2, (n - 2) // 2]
    if n == 7:
        found += [(n - 7) // 2, (n - 8) // 2]
    if not n < 9:
        found += [(n - 9) // 2, (n - 10) // 2]
    return found


def counted_down(n):
    total = 0
    while n > 0:
        n -= 1
        total += n // 3 + n % 3
    return total, n // 2


def changed_in_between(a, b):
    results = []
    for _ in range(4):
        if a > b:
            a = a - 3 * b - 1
            results.append(((a - b) // 2, (a - b) % 4))
        else:
            a, b = b, a
    return results


def squares(x, turns):
    total = 0
    for i in range(turns):
        y = x - i
        total += y * y // 3 + y * y % 7 + (y * i) // 5
    return total


def behind_branches(values, offset):
    total = 0
    for i in range(len(values)):
        if i > offset:
            total += values[i - offset]
        if i >= 4:
            total += values[i - 4] * 2
            total -= values[i - 5]
    return total


# ---- sums -------------------------------------------------------------------------------------------------


def count_from(total, turns):
    for i in range(turns):
        if i % 3 == 0:
            total += 1
    return total


def count_down_from(total, turns):
    for i in range(turns):
        if i % 3 == 0:
            total -= 2
        else:
            total = total - i % 2
    return total


def several_ways(total, other, turns):
    i = 0
    while i < turns:
        i += 1
        if i % 5 == 0:
            continue
        if i % 7 == 0:
            total += 10
            other -= 1
        elif i % 2:
            total += i & 15
        else:
            total = 1 + total
            if i % 1000 == 0:
                other = 0
    return total, other, i


def small_products(total, turns):
    for i in range(turns):
        for j in range(1, 4):
            total += (i % 10) * j - (i > j)
    return total


def leaves_in_the_middle(total, turns, stop):
    for i in range(turns):
        total += 1
        if total == stop:
            return "stopped", i, total
    return total


def sides_in_vain(x, turns):
    seen = 0
    for i in range(turns):
        if x > i * 3:
            y = 3 * x + 1
        else:
            y = x // 4
        if x % 2:
            x -= 7 * i
        else:
            y = y - 5
        seen ^= x if y < 0 else y
        if i & 4 and not i % 3:
            x = x + 11
    return x, y, seen


def products(x):
    return 2 * x, x * 3 + 1, 1000 * x - 7, x * 2 + 2**40, -x * 5, x * LARGEST, (7 * x + 1) // 2


def unpredictable(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def case_differences():
    pairs = [(12, 18), (7, 7), (100, 35), (0, 5), (5, 0), (9, 4), (4, 9)] * 6
    pairs += [(-12, 18), (12, -18), (-5, -9), (True, 3), (LARGEST, 1), (LARGEST, -1), (-LARGEST - 1, LARGEST)]
    results = [how_far(a, b) for a, b in pairs]
    results += [subtractive_gcd(a, b) for a, b in pairs if max(abs(a), abs(b)) < 200]
    results += [how_far(a, b) for a, b in [(2.5, 1), (1, 2.5), (LARGEST + 2, 1), (1, LARGEST + 2)]]
    results += [wrapped(a, b, 10) for a, b in [(3, 4), (9, 9), (5, 5)] * 15 + [(-3, 4), (-3, -9), (LARGEST, 5)]]
    results += [by_constants(n) for n in [*range(15)] * 4 + [-1, -7, True, LARGEST, LARGEST + 1, -LARGEST - 1]]
    results += [counted_down(n) for n in [30, 5, 0] * 15 + [-4, True]]
    results += [changed_in_between(a, b) for a, b in pairs]
    return results


def case_squares():
    results = [squares(x, 50) for x in [60, 20, 0] * 10 + [-5, 3_037_000_499, 3_037_000_550, -3_037_000_500]]
    results += [behind_branches(list(range(n)), offset) for n in (0, 3, 9, 40) for offset in (0, 1, 5)]
    return results


def case_signs():
    results = [digits(n) for n in [*range(60), 10**17, LARGEST, LARGEST + 1, True, -5, -12345, 12345, -1]]
    pairs = [(7, 2), (9, 4), (8, 3), (6, 1), (5, 5)] * 8 + [(-7, 2), (7, -2), (0, 0), (LARGEST, LARGEST), (-LARGEST - 1, -1)]
    results += [mean(a, b) for a, b in pairs]
    results += [gcd(a, b) for a, b in [(12, 18), (7, 0), (100, 35)] * 20 + [(-12, 18), (12, -18), (-LARGEST - 1, -1)]]
    results += [item([1, 2, 3], i) for i in [0, 1, 2] * 20 + [-1, -3, True]]
    return results


def case_errors():
    errors = []
    for values in ([1, 2], [], [1]):
        for index in [0, 1] * 20 + [-1, -2, -3, 2]:
            try:
                errors.append(item(values, index))
            except IndexError as error:
                errors.append(str(error))
    return errors


def case_calls():
    return calls_with_naturals(300), calls_with_both_signs(300), [recursive(n) for n in [*range(30), -1, -40]]


def case_loops():
    ranges = [(0, TURNS, 1), (5, TURNS, 3), (-TURNS, TURNS, 1), (TURNS, -TURNS, -1), (0, 0, 1), (3, TURNS, 1)]
    return [over_a_range(*of) for of in ranges], becomes_negative_in_the_loop(9000), taken_over_with_both_signs()


def case_calls_known():
    return [of_known_calls([1] * (n % 3), n) for n in [*range(40), -1, -7, -LARGEST, LARGEST]]


def case_generator():
    return sends([9, 8, 7, None, None, None, 2, None, None, None, -9, LARGEST, LARGEST + 5, None])


def case_sums():
    starts = [0, 1, -1, LARGEST - 5, LARGEST - TURNS, LARGEST - 10**9, -LARGEST, -LARGEST + TURNS, 2**70, True]
    return [
        [count_from(start, TURNS) for start in starts],
        [count_down_from(start, TURNS) for start in starts],
        [several_ways(start, -start, TURNS) for start in starts],
        [small_products(start, TURNS // 4) for start in starts],
        [leaves_in_the_middle(start, 9000, start + 8999) for start in starts],
        [count_from(start, TURNS) for start in starts],
        [sides_in_vain(start, TURNS // 5) for start in starts for _ in (0, 1)],
        [products(n // part + i) for part in (1, 2, 3, 7, 1000) for n in (LARGEST, -LARGEST - 1) for i in range(-2, 3)],
        [products(n) for n in [*range(-3, 20), LARGEST // 3 - 2**40, LARGEST // 2 - 2**39]],
        [unpredictable(n) for n in [*range(1, 300), 2**62 // 5 * 2 + 1]],
    ]
