"""Loops over enumerate and zip, and over strs, without objects for their steps, and every way out of them."""


class Loud:
    log = []

    def __init__(self, name):
        self.name = name

    def __del__(self):
        self.log.append(self.name)


def weighted(items):
    total = 0
    for i, item in enumerate(items):
        total += i * item
    return total


def from_one(items):
    seen = []
    for i, item in enumerate(items, 1):
        seen.append((i, item))
    return seen


def from_far(items, start):
    out = []
    for i, item in enumerate(items, start):
        out.append(i)
    return out


def dot(a, b):
    total = 0
    for x, y in zip(a, b):
        total += x * y
    return total


def three(a, b, c):
    out = []
    for x, y, z in zip(a, b, c):
        out.append((z, y, x))
    return out


def pairs(a, b):
    out = []
    for pair in zip(a, b):
        out.append(pair)
    for pair in enumerate(a):
        out.append(pair)
    return out


def nested(rows, points):
    out = []
    for i, (x, y) in enumerate(points):
        for j, row in enumerate(rows):
            for cell in row:
                out.append((i, j, x * cell, y))
    return out


def distance(a, b):
    previous = list(range(len(b) + 1))
    for i, ca in enumerate(a, 1):
        current = [i]
        for j, cb in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (ca != cb)))
        previous = current
    return previous[-1]


def vowels(text):
    count = 0
    for c in text:
        if c in "aeiou":
            count += 1
        elif c == "!":
            return c
    return count


def change(items, other):
    seen = []
    for i, (x, y) in enumerate(zip(items, other)):
        seen.append((i, x, y))
    for i, x in enumerate(items):
        seen.append(x)
        if i == 1:
            items.append(0.5)
            del other[:]
        elif i == 3:
            items.clear()
    for x, y in zip(items, other):
        seen.append(y)
    return seen


def stop(a, b):
    for x, y in zip(a, b):
        if x == y:
            break
    else:
        return "none"
    return x, y


def failing(items):
    total = 0
    try:
        for i, x in enumerate(items):
            total += 6 // (x - i)
    except (ZeroDivisionError, TypeError) as error:
        return total, str(error)
    return total


def unpack_wrong(items):
    try:
        for i, x, y in enumerate(items):
            return i, x, y
    except ValueError as error:
        return str(error)


def dying(names):
    for i, one in enumerate([Loud(name) for name in names]):
        Loud.log.append(i)
    for one, name in zip([Loud(name) for name in names], names):
        Loud.log.append(name)
    Loud.log.append("behind")


def given_last(items):
    for i, one in enumerate(items):
        items.clear()
        one = None
        Loud.log.append(i)
    for one, name in zip(items, items):
        one = None
    return one


def twice(items):
    seen = []
    counted = enumerate(items)
    for i, x in counted:
        seen.append((i, x))
    for i, x in counted:
        seen.append("again")
    paired = zip(items, items)
    for _ in range(2):
        for x, y in paired:
            seen.append(x + y)
            if y == 2:
                break
    return seen, next(paired, None), next(counted, None)


def around(cells, n, x, y):
    seen = []
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        a, b = x + dx, y + dy
        if 0 <= a < n and 0 <= b < n:
            seen.append(cells[b * n + a])
    return seen


def block(cells, n, x, y):
    total = 0
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            if dx != 0 or dy != 0:
                total += cells[(y + dy) % n * n + (x + dx) % n]
    return total


def constants(scale):
    out = []
    for p in (2, 3, 5, 7, 11, 11):
        out.append(p * scale)
    for one in (2**31 - 1,):
        out.append(one * scale)
    for big in (1, 2**31):
        out.append(big * scale)
    for i, q in enumerate((4, -4), 3):
        out.append(i * q * scale)
    for r, s in zip((10, 20, 40), (0.5, "b", None)):
        out.append((r, s))
    for row in ((1, 2), (3, 4)):
        out.append(row)
    for a, b in ((1, 2), (3, "c")):
        out.append((b, a))
    for (k,) in ((5,), (6,)):
        out.append(k)
    try:
        for u, v in ((1, 2, 3), (4, 5, 6)):
            out.append(u)
    except ValueError as error:
        out.append(str(error))
    for m in (True, False):
        out.append(m)
    return out


def downwards(start, stop):
    seen = []
    for i in reversed(range(start, stop)):
        seen.append(i * 2)
        for j in reversed(range(i)):
            if j == 1:
                continue
            seen.append(i - j)
    down = reversed(range(stop))
    for i in down:
        if i == 2:
            break
    for i in down:
        seen.append(-i)
    for i in reversed(range(0, stop, 2)):
        seen.append(i)
    for x in reversed([start, "a"]):
        seen.append(x)
    return seen


def far_down(start):
    return_value = []
    for i in reversed(range(start, start + 2)):
        return_value.append(i)
    return return_value


def knapsack(weights, values, capacity):
    best = [0] * (capacity + 1)
    for w, v in zip(weights, values):
        for c in reversed(range(w, capacity + 1)):
            best[c] = max(best[c], best[c - w] + v)
    return best


def case_downwards():
    out = [downwards(*ends) for ends in ((0, 4), (2, 2), (3, 1), (-2, 1))]
    try:
        downwards(0.5, 1)
    except TypeError as error:
        out.append(str(error))
    return out, knapsack([3, 4, 2], [4, 5.5, 3], 9), far_down(-(2**63)), far_down(2**63 - 3), far_down(2**63)


def case_constants():
    cells = [i * i for i in range(9)]
    out = [around(cells, 3, x, y) for x, y in ((0, 0), (1, 1), (2, 1))]
    out.append([block(cells, 3, x, 1) for x in range(3)])
    out.append(around(["a", 0.5, None, 1], 2, 0, 0))
    return out, constants(1), constants(-2), constants(0.5)


def case_gone_through_once():
    return twice([1, 2, 3, 4]), twice((2, 2, 1))


def case_enumerate():
    out = [weighted(items) for items in ([3, 4, 5], (1, 2.5), b"abc", bytearray(b"x"), [], [2**70, 1])]
    out += [from_one("ab"), from_one([None]), from_far([1, 2], 2**31), from_far([1], 2**63), from_far((1,), -3)]
    return out


def case_zip():
    out = [dot([1, 2, 3], [4, 5]), dot((1.5, 2), b"ab"), dot([], [1])]
    out += [three("abc", [1, 2, 3], (0.5, None)), pairs([1, 2], "ab"), stop([1, 2], [3, 2]), stop("ab", "cd")]
    return out


def case_nested():
    return nested([[1, 2], [3]], [(1, 2), (0.5, "a")]), nested(["ab"], [(2, 3)])


def case_distance():
    return [distance("kitten", "sitting"), distance("", "ab"), distance("añ€𝄞", "a€𝄞𝄞"), distance([1, 2], (2, 2))]


def case_strs():
    return [vowels(text) for text in ("education", "été", "", "a!", "€𝄞")]


def case_changes():
    return [change([1, 2, 3, 4], [5, 6]), change([1], []), change(["a", "b", "c", "d", "e"], [1, 2, 3])]


def case_errors():
    return [failing([1, 2, 3]), failing([2, 1, 0]), failing([1, "a"]), unpack_wrong([1]), unpack_wrong([])]


def case_destructors():
    Loud.log.clear()
    dying("ab")
    given_last([Loud("c"), Loud("d")])
    return list(Loud.log)
