"""range with every kind of argument, its errors, and ranges that leave 64 bits."""

MAX = 2**63 - 1
MIN = -(2**63)


def loop_one(stop):
    return [i for i in range(stop)], sum_to(stop)


def sum_to(stop):
    total = 0
    for i in range(stop):
        total += i
    return total


def loop_two(start, stop):
    out = []
    for i in range(start, stop):
        out.append(i)
    return out


def loop_three(start, stop, step):
    out = []
    for i in range(start, stop, step):
        out.append(i)
    return out


def last_of(start, stop, step):
    i = "none"
    count = 0
    for i in range(start, stop, step):
        count += 1
        if count == 5:
            break
    return i, count


def nested(n):
    total = 0
    for i in range(n, 0, -1):
        for j in range(i, n, 2):
            total += i * j
    return total


def changed_bound(n):
    """The bound is taken once; changing it inside the loop has no effect."""
    seen = []
    for i in range(n):
        n = 0
        seen.append(i)
    return seen, n


def changed_step(step):
    seen = []
    for i in range(0, 20, step):
        step += 1
        seen.append((i, step))
    return seen


def range_object(stop):
    r = range(stop)
    total = 0
    for i in r:
        total += i
    for i in r:
        total -= i * 2
    return total, r, len(r), r == range(stop)


def sliced(r):
    return r[1:3], r[-1], list(r[::-1]), r.start, r.stop, r.step, r.index(r[0]), r.count(3)


def half_open(start, stop, step):
    r = range(start, stop, step)
    return len(r), bool(r), r[0], r[-1]


def enumerate_range(n):
    out = []
    for i, j in enumerate(range(10, 10 + n), 5):
        out.append(i * j)
    return out


def iterator_of(n):
    it = iter(range(n))
    out = [next(it), next(it)]
    for i in it:
        out.append(i * 100)
    return out, next(it, "done")


def fill(n, step):
    table = [0] * n
    for i in range(0, n, step):
        table[i] += 1
    for i in range(n - 1, -1, -step):
        table[i] += 2
    return table


def stepped_inside(n):
    """Another name steps the loop's own iterator."""
    it = iter(range(n))
    out = []
    for i in it:
        out.append(i)
        if i % 7 == 3:
            out.append(next(it, None))
    return out, next(it, "done")


def two_loops_one_iterator(n):
    it = iter(range(n))
    total = 0
    for i in it:
        for j in it:
            total += i * j
            if j % 5 == 4:
                break
    return total, next(it, "done")


def until(iterable, stop):
    """Over an iterator that the caller goes on with."""
    total = 0
    for i in iterable:
        total += i
        if i == stop:
            break
    return total


def goes_on_behind(n):
    it = iter(range(n))
    return until(it, n // 3), until(it, n // 2), until(iter(range(n)), n), list(it)


def slot_with_an_iterator(n):
    """A loop is entered while a local holds a range iterator that it steps by hand."""
    it = iter(range(0, 10 * n, 10))
    out = []
    for i in range(n):
        out.append(i + next(it))
    return out


CASES = [
    (stepped_inside, 300),
    (two_loops_one_iterator, 300),
    (goes_on_behind, 300),
    (slot_with_an_iterator, 300),
    (loop_one, 5),
    (loop_one, 0),
    (loop_one, -5),
    (loop_one, True),
    (loop_one, 5.0),
    (loop_one, "5"),
    (loop_one, None),
    (sum_to, 1000),
    (sum_to, 10**4),
    (loop_two, 3, 7),
    (loop_two, 7, 3),
    (loop_two, -3, 3),
    (loop_two, MAX - 2, MAX),
    (loop_two, MAX - 2, MAX + 3),
    (loop_two, MIN - 2, MIN + 2),
    (loop_two, 2**70, 2**70 + 3),
    (loop_two, 1, 2.5),
    (loop_two, 1, None),
    (loop_three, 0, 10, 3),
    (loop_three, 10, 0, -3),
    (loop_three, 0, 10, -1),
    (loop_three, 0, 10, 0),
    (loop_three, 0, -10, -4),
    (loop_three, MAX - 5, MAX, 2),
    (loop_three, MAX - 5, MAX, MAX),
    (loop_three, MIN + 5, MIN, -2),
    (loop_three, MIN, MAX, MAX),
    (loop_three, 0, 2**66, 2**65),
    (loop_three, 2**66, 0, -(2**65)),
    (loop_three, 0, 5, 1.0),
    (loop_three, False, True, True),
    (last_of, 0, 10**30, 1),
    (last_of, 0, 10**30, 10**29),
    (last_of, 5, 5, 1),
    (last_of, 0, MAX, 2**61),
    (nested, 14),
    (changed_bound, 4),
    (changed_step, 3),
    (range_object, 10),
    (range_object, 0),
    (sliced, range(5)),
    (sliced, range(10, 0, -2)),
    (half_open, 0, 10, 3),
    (half_open, 0, 0, 1),
    (half_open, MIN, MAX, 2),
    (enumerate_range, 5),
    (iterator_of, 4),
    (iterator_of, 2),
    (iterator_of, 1),
    (fill, 10, 3),
    (fill, 10, 1),
]
