"""Loops over the elements of arrays: types, ends, what else has such iterators, arrays that change or die meanwhile."""

import numpy as np

TURNS = 40


def named(value):
    return type(value).__name__, repr(value)


def total(values):
    s = 0
    for x in values:
        s += x
    return named(s)


def squares(values):
    s = 0.0
    for x in values:
        s += x * x
    return named(s)


def last(values):
    x = None
    for x in values:
        pass
    return named(x)


def counted(values, out):
    for x in values:
        out[x] += 1
    return out.tolist()


def positive(values):
    count = 0
    for x in values:
        if x > 0:
            count += 1
        else:
            break
    else:
        count = -count
    return count


def nested(a, b):
    s = 0.0
    for x in a:
        for y in b:
            s += x * y
        if s > 1e6:
            break
    return named(s)


def twice(values):
    it = iter(values)
    first = 0
    for x in it:
        first += x
        if first > 20:
            break
    rest = 0
    for x in it:
        rest += x
    return named(first), named(rest), next(it, "end"), list(it)


def grows(values):
    seen = []
    it = iter(values)
    for x in it:
        seen.append(x)
    values.resize(len(seen) + 2, refcheck=False)
    return seen, next(it, "end")


def written_meanwhile(values):
    s = 0
    for i, x in zip(range(len(values)), values):
        s += x
    for x in values:
        values[-1] = s
        s += x
    return named(s)


def of_temporary(n):
    s = 0
    for x in np.arange(n):
        s += x
    return named(s)


class Loud(np.ndarray):
    def __getitem__(self, index):
        return super().__getitem__(index) + 1

    def __iter__(self):
        return super().__iter__()


def arrays():
    return [
        np.arange(TURNS),
        np.arange(TURNS, dtype=np.int32),
        np.arange(TURNS, dtype=np.uint8),
        np.arange(TURNS, dtype=np.int16)[::-3],
        np.linspace(-1, 2, TURNS),
        np.linspace(-1, 2, TURNS, dtype=np.float32),
        np.arange(TURNS) % 3 == 0,
        np.array([2**64 - 1, 1, 2**63] * 5, dtype=np.uint64),
        np.arange(TURNS, dtype=np.longlong),
        np.arange(TURNS).astype(">i4"),
        np.arange(0),
        np.arange(6).reshape(3, 2),
        list(np.arange(TURNS)),
        tuple(np.arange(5.0)),
        [1, 2.5, 3],
        np.arange(5).view(Loud),
    ]


def case_sums():
    with np.errstate(all="ignore"):
        return [total(a) for a in arrays()], [squares(a) for a in arrays()], [last(a) for a in arrays()]


def case_one_kind():
    return [total(np.arange(TURNS)) for _ in range(5)], [squares(np.linspace(0, 1, TURNS)) for _ in range(5)]


def case_counted():
    return [counted((np.arange(TURNS) % 7).astype(t), np.zeros(9, dtype=np.int64)) for t in ("i4", "i8", "u1", "i8")]


def case_counted_out_of_range():
    return counted(np.array([1, 2, 9]), np.zeros(9, dtype=np.int64))


def case_left_early():
    return [positive(np.array([1, 2, -1, 3])), positive(np.arange(1, 20)), positive(np.arange(0)), positive([1, 2.5])]


def case_nested():
    return nested(np.arange(30.0), np.arange(20.0)), nested(np.arange(30.0), [1.0, 2.0])


def case_shared_iterator():
    return twice(np.arange(TURNS)), twice(np.arange(3)), twice(np.arange(TURNS))


def case_changed():
    return grows(np.arange(TURNS)), written_meanwhile(np.arange(TURNS)), written_meanwhile(np.arange(5))


def case_temporary():
    return [of_temporary(n) for n in (TURNS, 0, 1, TURNS)]
