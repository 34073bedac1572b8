"""Loops that take a bit from a natural in each iteration: they end soon, unless the number was no natural."""

LARGEST = 2**63 - 1
NUMBERS = (0, 1, 2, 3, 255, 2**32, LARGEST - 1, LARGEST)


def ones(n):
    total = 0
    while n:
        n &= n - 1
        total += 1
        if total > 100:
            return "endless"
    return total


def ones_reversed(n, total):
    while 0 < n:
        n = (n - 1) & n
        total += 1
    return total, n


def bits(n):
    made = []
    while n > 0:
        made.append(n & 1)
        n >>= 1
    return made


def digits(n, base_sum):
    while n != 0:
        base_sum += n % 10
        n //= 10
    return base_sum


def ones_of_all(count, start):
    total = start
    for i in range(count):
        v = i
        while v:
            v &= v - 1
            total += 1
    return total


def no_shorter(n, shift, rounds):
    while n:
        n >>= shift
        rounds -= 1
        if rounds == 0:
            return n, "still"
    return n, rounds


def case_naturals():
    return [(ones(n), ones_reversed(n, 7), bits(n), digits(n, 0)) for n in NUMBERS]


def case_loops_in_loops():
    return [
        (ones_of_all(64, 0), no_shorter(5, 1, 9), no_shorter(5, 0, 9)) for _ in range(3)
    ]


def case_no_naturals():
    return (
        ones(2**64 - 1),
        ones_reversed(2**70 - 1, 0),
        digits(2**64, 1),
        ones(-1),
        ones(-8),
        ones(-(2**63)),
        bits(-5),
    )


def case_sums():
    return (
        ones_of_all(9, LARGEST - 5),
        digits(999, LARGEST - 20),
        ones_reversed(LARGEST, LARGEST - 3),
    )


def case_shifts():
    made = []
    for shift in (1, -1, 64, 70):
        try:
            made.append(no_shorter(5, shift, 9))
        except ValueError as error:
            made.append(str(error))
    return made
