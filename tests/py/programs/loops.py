"""while, for, else, break, continue, nesting, and the value of a loop variable after its loop."""


def find(values, wanted):
    for i, value in enumerate(values):
        if value == wanted:
            result = i
            break
    else:
        result = "absent"
    return result


def while_else(limit, stop):
    i = 0
    while i < limit:
        if i == stop:
            break
        i += 1
    else:
        return "exhausted", i
    return "stopped", i


def skipping(limit):
    kept = []
    for i in range(limit):
        if i % 3 == 0:
            continue
        if i % 11 == 10:
            break
        kept.append(i)
    else:
        kept.append("end")
    return kept


def primes(limit):
    found = []
    for n in range(2, limit):
        for p in found:
            if p * p > n:
                found.append(n)
                break
            if n % p == 0:
                break
        else:
            found.append(n)
    return found


def nested_else(rows):
    out = []
    for row in rows:
        for cell in row:
            if cell < 0:
                out.append("negative")
                break
            if cell == 0:
                continue
            out.append(cell)
        else:
            out.append("row end")
            continue
        break
    else:
        out.append("all")
    return out


def infinite_with_break(limit):
    n = 0
    while True:
        n += 3
        if n > limit:
            break
    return n


def constant_conditions():
    out = []
    while 0:
        out.append("never")
    else:
        out.append("else")
    while 1:
        out.append("once")
        break
    for _ in ():
        out.append("never")
    else:
        out.append("empty for")
    return out


def variable_after(values):
    i = "before"
    for i in values:
        pass
    return i


def variable_rebound(count):
    seen = []
    for i in range(count):
        seen.append(i)
        i = i * 10
        seen.append(i)
    return seen, i


def triangle(n):
    total = 0
    for i in range(n):
        for j in range(i):
            if j == 5:
                break
            for k in range(j):
                if k == 2:
                    continue
                total += i * j - k
    return total


def countdown(n):
    out = []
    while n:
        out.append(n)
        n -= 1
    return out


def two_pointers(values):
    left, right = 0, len(values) - 1
    moves = 0
    while left < right:
        if values[left] <= values[right]:
            left += 1
        else:
            values[left], values[right] = values[right], values[left]
            right -= 1
        moves += 1
    return values, moves


def return_from_inside(matrix, wanted):
    for i in range(len(matrix)):
        for j in range(len(matrix[i])):
            if matrix[i][j] == wanted:
                return i, j
    return None


def targets_in_for():
    out = []
    data = [0, 0]
    for data[0] in range(3):
        out.append(list(data))
    for (a, b), *rest in [((1, 2), 3, 4), ((5, 6),)]:
        out.append((a, b, rest))
    return out, data


def while_with_call(values):
    out = []
    while len(values) > 1 and values.pop() != "stop":
        out.append(len(values))
    return out, values


def iterate_anything(things):
    out = []
    for thing in things:
        out.append(thing)
    return out


class Countdown:
    def __init__(self, start):
        self.left = start

    def __iter__(self):
        return self

    def __next__(self):
        if self.left == 0:
            raise StopIteration
        self.left -= 1
        return self.left


class OldStyle:
    def __getitem__(self, index):
        if index >= 4:
            raise IndexError(index)
        return index * index


class FailingIterator:
    def __init__(self):
        self.count = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.count += 1
        if self.count > 3:
            raise ValueError("iterator failed")
        return self.count


class NoIterator:
    def __iter__(self):
        return 5


def case_protocols():
    return iterate_anything(Countdown(4)), iterate_anything(OldStyle()), iterate_anything(iter([1, 2]))


def case_iterator_fails():
    return iterate_anything(FailingIterator())


def case_iter_returns_non_iterator():
    return iterate_anything(NoIterator())


def case_many_kinds_in_one_loop():
    out = []
    for things in ([1, 2], (3, 4), "ab", {"k": 1}, {7}, range(2), Countdown(2), iter((5,)), b"z", enumerate("x"),
                   zip([1], [2]), map(str, [1]), reversed([1, 2]), {"a": 1}.items()):  # fmt: skip
        out.append(iterate_anything(things))
    return out


CASES = [
    (find, [1, 2, 3], 3),
    (find, [1, 2, 3], 4),
    (find, [], 4),
    (while_else, 5, 3),
    (while_else, 5, 9),
    (while_else, 0, 0),
    (skipping, 8),
    (skipping, 40),
    (primes, 100),
    (nested_else, [[1, 2], [0, 3]]),
    (nested_else, [[1, 2], [-1, 3], [4]]),
    (nested_else, []),
    (infinite_with_break, 100),
    (infinite_with_break, 5000.5),
    (constant_conditions,),
    (variable_after, []),
    (variable_after, [1, 2]),
    (variable_after, range(5)),
    (variable_rebound, 4),
    (triangle, 15),
    (countdown, 5),
    (two_pointers, [5, 3, 8, 1, 9, 2]),
    (return_from_inside, [[1, 2], [3, 4]], 3),
    (return_from_inside, [[1, 2], [3, 4]], 5),
    (targets_in_for,),
    (while_with_call, [1, 2, "stop", 4, 5]),
    (iterate_anything, 5),
    (iterate_anything, None),
    (iterate_anything, [1, "a", None]),
]
