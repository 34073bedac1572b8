"""Elements named by one index after another: a[i][j]. Bounds, views, what happens in between, stores, three axes."""

import numpy as np

TURNS = 12


def named(value):
    return type(value).__name__, repr(value)


def total(a):
    s = 0
    for i in range(len(a)):
        for j in range(len(a[i])):
            s += a[i][j]
    return named(s)


def from_the_end(a):
    s = 0.0
    for i in range(1, len(a) + 1):
        s += a[-i][-1] * a[i - 1][0]
    return named(s)


def fill(a, value):
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            a[i][j] = value + i - j
            a[i][j] += a[i - 1][j]
    return a.tolist()


def diagonal(a, n):
    s = 0
    for i in range(n):
        s += a[i][i]
    return named(s)


def first_out_of_bounds(a, n):
    s = 0
    for i in range(n):
        s += a[i][0]
    return s


def second_out_of_bounds(a, n):
    s = 0
    for j in range(n):
        s += a[0][j]
    return s


def three(a):
    s = 0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            s += a[i][j][1] + a[i, j][0] + a[i][j, 1]
    return named(s)


def index_array(a, at):
    s = 0
    for i in at:
        s += a[i][i]
    for i in range(len(at)):
        s += a[at[i]][at[i] - 1]
    return named(s)


def shrinks(a):
    a.shape = (a.size,)
    return 0


def shape_changes_in_between(a):
    s = 0
    for i in range(2):
        b = a.copy()
        s += b[i][shrinks(b)]
    return named(s)


def rows_kept(a):
    kept = []
    for i in range(len(a)):
        row = a[i]
        row[0] = a[i][1]
        kept.append(row)
    a[0][0] = 77
    return [row.tolist() for row in kept], kept[0].base is a


def not_finite(a):
    s = 0.0
    for i in range(len(a)):
        for j in range(len(a)):
            a[i][j] = a[i][j] * 1e200
            s += a[i][j]
    return named(s)


def swapped(a):
    for i in range(len(a)):
        a[i][0], a[i][1] = a[i][1], a[i][0]
    return a.tolist()


def arrays():
    base = np.arange(48)
    return [
        base.reshape(6, 8),
        base.reshape(6, 8)[::-2, 1:],
        base.reshape(6, 8).T,
        base.reshape(6, 8).astype(np.uint8),
        base.reshape(6, 8) / 7.0,
        (base.reshape(6, 8) / 7.0).astype(np.float32),
        base.reshape(6, 8) % 2 == 0,
        base.reshape(6, 8).tolist(),
        list(base.reshape(6, 8)),
    ]


def case_total():
    with np.errstate(all="ignore"):
        return [total(a) for a in arrays()], [total(np.ones((4, 4))) for _ in range(4)]


def case_from_the_end():
    return [from_the_end(np.arange(30.0).reshape(5, 6)) for _ in range(3)]


def case_fill():
    return [fill(np.zeros((3, 4), dtype=t), 5) for t in (float, float, np.int64, np.float32)]


def case_fill_read_only():
    a = np.zeros((3, 3))
    fill(a, 1)
    a.flags.writeable = False
    return fill(a, 2)


def case_diagonal():
    return [diagonal(np.arange(144).reshape(12, 12), TURNS) for _ in range(3)]


def case_first_out_of_bounds():
    a = np.arange(12).reshape(3, 4)
    first_out_of_bounds(a, 3)
    return first_out_of_bounds(a, 4)


def case_second_out_of_bounds():
    a = np.arange(12).reshape(3, 4)
    second_out_of_bounds(a, 4)
    return second_out_of_bounds(a, 5)


def case_three():
    return [three(np.arange(24).reshape(3, 4, 2)), three(np.arange(24.0).reshape(3, 4, 2)[::-1])]


def case_index_array():
    return [index_array(np.arange(100).reshape(10, 10), np.arange(9, dtype=t)) for t in ("i8", "i4", "u1", "i8")]


def case_shape_changes():
    return shape_changes_in_between(np.arange(4).reshape(2, 2))


def case_rows_kept():
    return rows_kept(np.arange(12.0).reshape(4, 3)), swapped(np.arange(12).reshape(6, 2))


def case_not_finite():
    return not_finite(np.full((3, 3), 1e150))
