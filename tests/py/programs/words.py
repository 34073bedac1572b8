"""Ints around 2**63 and 2**64 that masks cut: hashes and generators of random numbers, and every way out of them."""

import numpy as np

MASK = 0xFFFFFFFFFFFFFFFF
LOW = 2**32 - 1
PRIME = 1099511628211

EDGES = [
    0,
    1,
    63,
    64,
    2**32,
    2**62,
    2**63 - 1,
    2**63,
    2**63 + 1,
    2**64 - 2,
    2**64 - 1,
    2**64,
    2**64 + 1,
    2**127,
    -1,
    -2,
    -(2**63),
    -(2**63) - 1,
    -(2**64),
    True,
    False,
]


def case_fnv():
    state = 14695981039346656037
    for i in range(60):
        state ^= i
        state = (state * PRIME) & MASK
    return state


def case_fnv_of_bytes():
    out = []
    for data in (b"", b"a", b"hash", bytes(range(40))):
        state = 14695981039346656037
        for byte in data:
            state = ((state ^ byte) * PRIME) % 2**64
        out.append(state)
    return out


def case_linear_congruential():
    state, total = 1, 0
    for _ in range(50):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        total += state >> 33
    return state, total


def case_local_names_of_the_mask():
    mask = 2**64 - 1
    modulus = 2**64
    half = 1 << 63
    x, y, z = 88172645463325252, 3, 5
    for i in range(50):
        x ^= (x << 13) & mask
        x ^= x >> 7
        x ^= x << 17 & mask
        y = (y * 0x9E3779B97F4A7C15 + i) % modulus
        z = (z * y ^ half) & mask
    return x, y, z


def rotated(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


def case_rotations():
    out = []
    for k in (1, 7, 13, 31, 63, 0, 64):
        x = 0x0123456789ABCDEF
        for _ in range(6):
            x = rotated(x, k) ^ 0x8000000000000001
        out.append(x)
    return out


def mixed(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def case_splitmix():
    state, out = 42, 0
    for _ in range(40):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        out ^= mixed(state)
    return state, out


def case_words_across_calls():
    return [mixed(x) for x in EDGES]


def chain(x, y):
    return (x * y + (x ^ y) - (x << 3) + (y << 64) - (y << 70)) & MASK


def case_chain():
    return [chain(x, y) for x in EDGES for y in EDGES]


def shifts(x, n):
    word = x & MASK
    return word >> n, (word << n) & MASK, ((x + 1) << n) & MASK, (x ^ (word >> n)) & MASK


def case_shifts():
    out = []
    for n in (0, 1, 31, 63, 64, 65, 200, True, -1):
        for x in EDGES:
            try:
                out.append(shifts(x, n))
            except ValueError as error:
                out.append(str(error))
    return out


def case_constant_shifts():
    out = []
    for x in EDGES:
        w = (x * 3) & MASK
        out.append((w >> 0, w >> 1, w >> 63, w >> 64, w >> 65, (w << 0) & MASK, (w << 63) & MASK, (w << 64) & MASK))
    return out


def divided(x, y):
    word = (x * 5 + 1) & MASK
    return word // y, word % y, word // 7, word % 7, word // 2**63, word % (2**63 + 25), word // 1, word % 1


def case_division():
    out = []
    for y in (1, 2, 3, 10, 2**62, 2**63 - 1, 2**63, 2**64 - 1, 2**64, -1, -3, 0, True, 1.5):
        for x in EDGES:
            try:
                out.append(divided(x, y))
            except ZeroDivisionError as error:
                out.append(str(error))
    return out


def logic(x, y):
    word = (x + 1) & MASK
    return word & y, word | y, word ^ y, y & word, y | word, y ^ word, word & -8, word | 1, word ^ 1, word & LOW


def case_logic():
    return [logic(x, y) for x in EDGES for y in EDGES]


def compared(x, y):
    word = (x + 1) & MASK
    other = (y * 3) & MASK
    return (
        word < y,
        word <= y,
        word == y,
        y != word,
        y > word,
        word >= y,
        word < other,
        word == other,
        word > 0,
        word == 2**63,
        word < 2**64,
        word > 0.5,
        word == 1.0,
    )


def case_comparisons():
    return [compared(x, y) for x in EDGES for y in EDGES]


def case_other_arithmetic():
    out = []
    for x in EDGES:
        w = (x * 7 + 3) & MASK
        out.append((w + 1, w - 1, w * 2, w**2, -w, ~w, +w, w / 3, w + 0.5, 2.0 * w, abs(w), min(w, 5), max(w, 5)))
        out.append((w + x, w - x, w * x, divmod(w, 1000), float(w), int(w), bool(w), not w, pow(w, 2, 97)))
    return out


def case_text_and_hashes():
    out = []
    for x in EDGES:
        w = (x * 11 + 1) & MASK
        out.append((str(w), repr(w), f"{w:x}", f"{w!r:>22}", hash(w), hex(w), w.bit_length(), isinstance(w, int)))
    return out


def case_containers():
    seen, table, queue = set(), {}, []
    state = 1
    for i in range(40):
        state = (state * 6364136223846793005 + i) & MASK
        seen.add(state)
        table[state] = i
        queue.append(state)
        queue[i // 2] = state ^ 1
    return sorted(seen)[:5], list(table.items())[-3:], queue[:8], (state, [state]) == (queue[-1], [state])


def case_index():
    items = list(range(17))
    state, total = 7, 0
    for _ in range(60):
        state = (state * 6364136223846793005 + 1) & MASK
        total += items[state % 17] + items[state >> 60] - items[state & 15]
    try:
        items[state | 2**63]
    except IndexError as error:
        return total, str(error)
    return total


def case_range_of_words():
    first = (2**64 - 4) & MASK
    return list(range(first, first + 6)), len(range(2**63 + first % 3, 2**63 + 5)), [i & MASK for i in range(-3, 3)]


def words_of(state):
    for i in range(30):
        state = (state ^ (state << 13)) & MASK
        state ^= state >> 7
        yield state
        state = (state + i) & MASK


def case_generator():
    return list(words_of(2**63 + 5)), sum(words_of(1)) & MASK


def case_a_word_or_something_else():
    out = []
    for x in EDGES:
        w = (x * 3) & MASK
        if x == 63:
            w = 1.5
        if x == 64:
            w = "text"
        if x is True:
            w = None
        if x == -1:
            w = -5
        out.append(w)
        out.append(w if w else x)
    return out


def case_small_first_then_large():
    state, total = 0, 0
    for i in range(200):
        state = (state + (i << (i // 4))) & MASK
        total = (total ^ state) & MASK
    return state, total


def case_sums_outgrow():
    state, total = 9, 0
    for _ in range(30):
        state = (state * 0x2545F4914F6CDD1D) & MASK
        total += state
        total -= state >> 1
    return total


def case_horner_with_items():
    values = [3, 2**40, -7, True, 2**63 - 1, 5, 0, -1] * 4
    state = 17
    for i in range(len(values)):
        state = (state * 31 + values[i]) & MASK
    return state


def case_items_that_are_no_ints():
    out = []
    for values in ([1, 2, 3, 4.5], [1, 2**70, 2], [5, "x"], [1, None]):
        state = 5
        try:
            for i in range(len(values)):
                state = (state * 31 + values[i]) & MASK
        except TypeError as error:
            out.append(str(error))
        out.append(state)
    return out


def effect(log, x):
    log.append(x)
    return x


def case_effects_in_between():
    log = []
    state = 1
    for i in range(30):
        state = (state * PRIME + effect(log, i - 3)) & MASK
    return state, log


def case_unbound():
    out = []
    for n in (3, 0):
        try:
            for i in range(n):
                late = (i * PRIME) & MASK
            out.append((n * PRIME + late) & MASK)
            del late
        except UnboundLocalError as error:
            out.append(str(error))
    return out


def truncated(x, mask):
    return (x * PRIME + 1) & mask


def case_masks_that_change():
    out = []
    for mask in (LOW, MASK, 2**63 - 1, 255, 2**63, -1, -256, 2**64, 2**65 - 1, 0, True):
        out.extend(truncated(x, mask) for x in (3, 2**63 - 1, 2**64 - 1, -5))
    return out


def masked_by_items(start, masks):
    for mask in masks:
        start = 6 - start & mask
    return start


def case_masks_from_items():
    lists = ([15], [15, 2**62], [-(2**63)], [2**63 - 1, -1], [-8, 3], [2**64 - 1, 7], [True, -2])
    return [masked_by_items(x, masks) for x in (2**31, 8, 2**63 - 1, -5) for masks in lists]


def power_modulo(base, exponent):
    result = 1
    while exponent:
        if exponent & 1:
            result = result * base & MASK
        base = base * base & MASK
        exponent >>= 1
    return result


def case_powers():
    return [power_modulo(x, e) for x in EDGES for e in (0, 1, 5, 64, 2**63 + 1)]


def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, (a + b) & MASK
    return a


def case_fibonacci():
    return [fibonacci(n) for n in (0, 1, 2, 90, 93, 94, 95, 150)]


class Wrapped(int):
    def __and__(self, other):
        return "and", int(self) & other

    def __mul__(self, other):
        return Wrapped(int(self) * other)


def case_subclass():
    return [chain_of(x) for x in (1, 2, Wrapped(3), 4, Wrapped(2**63))]


def chain_of(x):
    return (x * 3) & MASK


def stored(array, x):
    word = (x * 3) & MASK
    array[0] = word
    array[word % 3] = array[0]
    return word ^ 1, float(array[0]), array[0] == word


def case_arrays():
    out = []
    for kind in (np.uint64, np.int64, np.float64, np.float32, np.int8, np.bool_, object):
        for x in (1, 2**62, 2**63 - 1, 2**64 - 1, 5):
            try:
                out.append(stored(np.zeros(3, kind), x))
            except OverflowError as error:
                out.append(str(error))
    return out


def beside(word, scalar):
    word = (word * 3) & MASK
    return word & scalar, word ^ scalar, word >> scalar, word + scalar, word < scalar, (word * scalar) & MASK


def case_numpy_scalars():
    out = []
    for scalar in (np.int64(5), np.uint64(7), np.int8(3), np.float64(1.5), np.bool_(True)):
        for x in (1, 2**61, 2**62):
            try:
                out.append(beside(x, scalar))
            except (TypeError, OverflowError) as error:
                out.append(str(error))
    return out


# ---- what leaves, raises or looks in the middle of a chain ------------------------------------------------------


def rotated(word, count):
    return ((word << count) | (word >> (64 - count))) & MASK


def case_rotations():
    out = []
    for count in [27, 31, 1, 63, 0, 64] * 6 + [65, -1, 2**70]:
        try:
            out.append([rotated(edge, count) for edge in (1, 2**63 + 5, 0x243F6A8885A308D3)])
        except (ValueError, OverflowError, MemoryError) as error:
            out.append((type(error).__name__, str(error)))
    return out


def hash_items(items, count):
    word = 17
    for i in range(count):
        word = (word * PRIME + items[i]) & MASK
    return word


def hash_text(text):
    word = 5381
    for c in text:
        word = (word * 33 + ord(c)) & MASK
    return word


def case_hashes():
    lists = [[1, 2, 3] * 30, [2**62] * 9, [5, 2.5], [5, -3], [5, 2**64 + 1], [5, -(2**70)], [True, False], [5, "x"], []]
    out = [hash_text(text) for text in ["", "a", "straße" * 40, "\U0001f600"]]
    for items in lists * 2:
        for count in (len(items), len(items) + 1):
            try:
                out.append(hash_items(items, count))
            except (TypeError, IndexError) as error:
                out.append((type(error).__name__, str(error)))
    return out


def case_uncaught_in_a_chain():
    for turns in (60, 3, 3):
        hash_items([7] * turns, turns)
    return hash_items([7] * 60, 61)


def kept_in_a_variable(items, turns):
    seen = []
    word = 1
    for i in range(turns):
        product = word * PRIME
        product -= items[i % 3]
        word = (product ^ 5) & MASK
        if i == turns - 2:
            seen.append(word)
    return word, product, seen


def not_kept(items, turns):
    word = 1
    for i in range(turns):
        product = word * PRIME
        total = product + items[i % len(items)]
        word = (total << 3) & MASK
    return word


def case_variables():
    kept = [kept_in_a_variable(items, 40) for items in ([1, 2, 3], [1, 2, 2**80], [1, 2, 3])]
    return kept, [not_kept(items, 40) for items in ([1, 2], [1, 2**65], [True], [-4, 9])]


def grow(n, at):
    word = n
    for i in range(60):
        word = (word * PRIME * PRIME - (i + word // (at - i)) * 3) & MASK
    return word


def case_division_in_a_chain():
    out = []
    for at in (100, 100, 61, 30, 0, -5):
        try:
            out.append(grow(12345, at))
        except ZeroDivisionError as error:
            out.append((str(error), error.__traceback__.tb_next.tb_frame.f_locals["word"]))
    return out
