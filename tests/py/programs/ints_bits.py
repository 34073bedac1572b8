"""Shifts and bitwise operations, with counts that are negative, large, or not ints."""

MAX = 2**63 - 1
MIN = -(2**63)


def left(a, b):
    return a << b


def right(a, b):
    return a >> b


def bits(a, b):
    return a & b, a | b, a ^ b, ~a


def case_shift_table():
    out = []
    for a in (0, 1, -1, 5, -5, MAX, MIN, 2**70, -(2**70)):
        for b in (0, 1, 2, 31, 32, 62, 63, 64, 65, 100):
            out.append((left(a, b), right(a, b)))
    return out


def case_bit_table():
    values = (0, 1, -1, 5, -5, MAX, MIN, 2**64, -(2**64) + 3, True, False)
    return [bits(a, b) for a in values for b in values]


def population(n):
    count = 0
    while n:
        n &= n - 1
        count += 1
    return count


def reverse_bits(n, width):
    out = 0
    for _ in range(width):
        out = (out << 1) | (n & 1)
        n >>= 1
    return out


def shift_left_until(n):
    """Crosses the 64-bit edge inside the loop."""
    seen = []
    for i in range(70):
        seen.append(1 << i)
    return sum(seen), n << len(seen)


def xorshift(seed, steps):
    x = seed
    for _ in range(steps):
        x ^= (x << 13) & 0xFFFFFFFFFFFFFFFF
        x ^= x >> 7
        x ^= (x << 17) & 0xFFFFFFFFFFFFFFFF
    return x


def sieve_bits(limit):
    mask = (1 << limit) - 1
    i = 2
    while i * i < limit:
        if mask >> i & 1:
            for j in range(i * i, limit, i):
                mask &= ~(1 << j)
        i += 1
    return population(mask) - 2


def in_place(a, b):
    u = v = w = a
    u &= b
    v |= b
    w ^= b
    return u, v, w


def shift_in_place(a, counts):
    for count in counts:
        a <<= count
        a >>= count // 2
    return a


def shift_by_each(value, counts):
    out = []
    for count in counts:
        out.append(value << count)
    return out


def gray(limit):
    return [i ^ (i >> 1) for i in range(limit)]


def pack(red, green, blue):
    return red << 16 | green << 8 | blue


def unpack(color):
    return color >> 16 & 255, color >> 8 & 255, color & 255


def case_pack_colors():
    out = 0
    for i in range(60):
        r, g, b = unpack(pack(i, i * 2 % 256, i * 3 % 256))
        out += r * g - b
    return out


CASES = [
    (left, 1, -1),
    (left, 0, -1),
    (left, 1, 2.0),
    (left, 1.0, 2),
    (left, "a", 1),
    (left, True, 3),
    (left, 0, 10**20),
    (left, -1, 63),
    (left, -1, 64),
    (left, MAX, 1),
    (right, 1, -1),
    (right, 5, 10**20),
    (right, -5, 10**20),
    (right, 2**100, 90),
    (right, True, True),
    (right, 1, None),
    (bits, True, True),
    (bits, True, 2),
    (bits, 1.5, 2),
    (bits, {1}, {2}),
    (population, 2**63 - 1),
    (population, 2**90 - 7),
    (reverse_bits, 0b1011, 8),
    (reverse_bits, 2**63 + 1, 64),
    (shift_left_until, 1),
    (xorshift, 88172645463325252, 200),
    (sieve_bits, 200),
    (in_place, 12, 10),
    (in_place, -12, 2**65),
    (in_place, True, False),
    (shift_in_place, 3, [4, 5, 6]),
    (shift_in_place, 3, [40, 50, 60]),
    (shift_by_each, 1, [3, 62, 63, -1, 5]),
    (shift_by_each, 1, [3, 62, 63, 64]),
    (gray, 40),
]


def lengths(values):
    total = 0
    for value in values:
        total += value.bit_length() * 3 - value.bit_count()
    return total


def whole(x):
    return x.is_integer()


def case_methods_of_numbers():
    ints = [0, 1, -1, 5, -5, 2**62, 2**63 - 1, -(2**63), 2**70, True, False]
    floats = [1.0, 1.5, -0.0, 1e300, float("inf"), float("-inf"), float("nan"), -2.5]
    return (
        [lengths([n] * 3) for n in ints],
        lengths(range(-40, 40)),
        [(x, whole(x)) for x in floats],
    )


# Loops that take a number's bits away one by one, and some that only look like it.
def count_cleared(n, count):
    while n:
        n &= n - 1
        count += 1
    return n, count


def count_shifted(n, count):
    turns = 0
    while n > 0:
        count += n & 1
        turns += 3
        n >>= 1
    return n, count, turns


def count_halved(n, count):
    turns = 0
    while n > 0:
        count += n % 2
        turns -= 1
        n //= 2
    return n, count, turns


def weigh_bits(n, weight):
    total = 0
    while n:
        total += n & weight
        n >>= 1
    return total


def remember_last(n):
    last = None
    while n:
        last = n
        n &= n - 1
    return last


def case_bits_one_by_one():
    numbers = [0, 1, 2, 3, 255, 2**31, 2**62 + 5, 2**63 - 1, 12345678901]
    return [
        (count_cleared(n, 0), count_shifted(n, 0), count_halved(n, 5), weigh_bits(n, 2), remember_last(n))
        for n in numbers
    ]


def case_bits_of_other_numbers():
    numbers = [2**63, 2**64 - 1, 2**70 + 9, True, -1, -(2**40), -(2**63)]
    return [
        (n > 0 and count_cleared(n, 0), count_shifted(n, 1), count_halved(n, 2)) for n in numbers
    ]


def case_bits_counted_too_far():
    most = 2**63 - 3
    return [
        (count_cleared(n, most), count_shifted(n, most), count_halved(n, -(2**63)))
        for n in [0, 1, 3, 7, 2**62 + 1]
    ] + [count_cleared(6, 0.5)]
