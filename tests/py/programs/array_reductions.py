"""Sums, extremes and means of whole arrays and along an axis, with the expressions they are taken of: bits, warnings and
errors as NumPy's own."""

import warnings

import numpy as np


def warm(function, *arguments):
    for _ in range(4):
        function(*arguments)


def total(x):
    return x.sum()


def total_of(x, y):
    return np.sum(x * y)


def extremes(x):
    return x.min(), x.max(), np.min(x), np.max(x), np.amin(x), np.amax(x)


def places(x):
    return x.argmin(), np.argmax(x)


def moments(x):
    return x.mean(), np.mean(x), x.var(), np.std(x)


def product(x):
    return x.prod()


def truths(x, y):
    return (x > y).any(), np.all(x < y), (x == y).sum()


def norm(x, y):
    d = x - y
    return np.sqrt((d * d).sum())


def normalised(x):
    return (x - x.mean()) / x.std()


def by_axis(x):
    return (
        x.sum(axis=0),
        x.sum(axis=1),
        x.sum(axis=-1),
        np.mean(x, axis=0),
        np.mean(x, 1),
        x.max(axis=0),
        x.min(axis=1),
        np.sum(x, axis=1, keepdims=True),
        np.prod(x, axis=0),
    )


def squares_by_axis(x, y):
    return ((x - y) ** 2).sum(axis=-1), (x * y).sum(axis=0), np.sqrt(((x - y) ** 2).sum(axis=1))


def truths_by_axis(x, y):
    return (x > y).any(axis=0), (x > y).all(axis=1), (x > y).sum(axis=1)


def middle(x):
    return x.sum(axis=1), x.mean(axis=1), x.max(axis=1), x.sum(axis=0), x.sum(axis=2)


def inner(u):
    return (u[1:-1, 1:-1] * 2.0).sum(), (u[1:, :-1] - u[:-1, 1:]).max(), u[1:-1, 1:-1].sum(axis=0), u[:, 1:].sum(axis=1)


def in_loop(x, times):
    s = 0.0
    for _ in range(times):
        s += x.sum()
        x = x * 0.5 + 1.0
    return s


def bits(value):
    array = np.asarray(value)
    return array.tolist() if array.dtype == object else array.tobytes(), type(value), array.dtype, array.shape


def wild(count, seed=1):
    rng = np.random.default_rng(seed)
    return rng.standard_normal(count) * 10.0 ** rng.uniform(-5, 5, count)


def tried(function, *arguments):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            made = function(*arguments)
        except (ValueError, TypeError, FloatingPointError) as error:
            made = type(error).__name__, str(error)
    return made, [str(w.message) for w in seen]


X = wild(100)
Y = wild(100, 2)


def case_every_length():
    made = []
    for kind in ("f8", "f4"):
        x = wild(1500).astype(kind)
        warm(total, x)
        made += [bits(total(x[:n])) for n in range(1, 300)]
        made += [bits(total(x[:n])) for n in (511, 512, 513, 777, 1000, 1023, 1024, 1025, 1499, 1500)]
    return made


def case_long():
    x, y = wild(100_000), wild(100_000, 5)
    warm(total_of, X, Y)
    warm(total, X)
    return [bits(total_of(x[:n], y[:n])) for n in (10_000, 99_999, 100_000)], bits(total(x))


def case_dtypes():
    made = []
    for kind in ("bool", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8", "c16", "q", "Q", "O", ">f8", "f2"):
        x = (np.arange(50) % 7 + 1).astype(kind)
        for function in (total, extremes, places, moments, product):
            for _ in range(4):
                result = tried(function, x)
            value, seen = result
            typed = value if isinstance(value, tuple) else (value,)
            made.append((kind, function.__name__, [bits(one) for one in typed], seen))
    return made


def case_extremes():
    warm(extremes, X)
    warm(places, X)
    made = [extremes(X[:n]) + places(X[:n]) for n in (1, 2, 15, 16, 17, 31, 32, 33, 100)]
    for bad in (np.nan, np.inf, -np.inf, 0.0, -0.0):
        x = X.copy()
        x[37] = bad
        made.append((extremes(x), places(x), places(np.full(300, bad)), bits(total(x))))
    return made


def case_zeros():
    warm(extremes, X)
    warm(total, X)
    made = []
    for x in ([0.0, -0.0] * 20, [-0.0] * 30, [0.0] * 30, [-0.0], [-0.0, 1.0], [-1.0, -0.0, 0.0]):
        x = np.array(x)
        made += [bits(value) for value in extremes(x)] + [bits(total(x)), bits(moments(x)[0])]
    return made


def case_empty():
    for function in (total, extremes, places, moments, product):
        warm(function, X)
    empty = np.zeros(0)
    return [tried(function, empty) for function in (total, extremes, places, moments, product)]


def case_not_finite():
    for function in (total, moments, product):
        warm(function, X)
    warm(total_of, X, X)
    big = np.full(20, 1e308)
    odd = np.array([1.0, np.nan, np.inf, -np.inf])
    made = [tried(function, x) for function in (total, moments, product) for x in (big, odd, odd[:2], odd[2:])]
    return made, tried(total_of, big, big), tried(total_of, odd, odd)


def case_error_state():
    warm(total, X)
    warm(total_of, X, X)
    big = np.full(20, 1e308)
    with np.errstate(all="raise"):
        return tried(total, big), tried(total_of, big, big), tried(total_of, X * 1e-200, X * 1e-200)


def case_hidden():
    def least(x, y):
        return (x * y).min(), (x / y < 2.0).any()

    warm(least, np.abs(X), np.abs(Y))
    return tried(least, np.full(9, 1e308), np.full(9, 1e308)), tried(least, np.zeros(9), np.zeros(9))


def case_truths():
    warm(truths, X, Y)
    a, b = np.zeros(5000), np.zeros(5000)
    made = [truths(a, b)]
    a[4999] = 1.0
    made.append(truths(a, b))
    ints = np.arange(100)
    warm(truths, ints, ints)
    return made, truths(ints, ints[::-1].copy()), [bits(value) for value in truths(ints, ints)]


def case_expressions():
    warm(norm, X, Y)
    warm(normalised, X)
    return bits(norm(X, Y)), bits(normalised(X)), bits(normalised(wild(5000)))


def case_moments():
    warm(moments, X)
    made = [[bits(value) for value in moments(wild(n))] for n in (1, 2, 9, 128, 129, 1000, 20_000)]
    ints = np.arange(-50, 950)
    warm(moments, ints)
    return made, [bits(value) for value in moments(ints)], [bits(value) for value in moments(ints * 2**40)]


def case_axes():
    made = []
    for shape in ((7, 9), (9, 7), (200, 3), (3, 200), (1, 5), (5, 1), (1, 1), (130, 140)):
        x = wild(shape[0] * shape[1]).reshape(shape)
        y = wild(shape[0] * shape[1], 3).reshape(shape)
        warm(by_axis, x)
        warm(squares_by_axis, x, y)
        warm(truths_by_axis, x, y)
        made += [bits(value) for value in by_axis(x) + squares_by_axis(x, y) + truths_by_axis(x, y)]
    return made


def case_axes_of_ints():
    made = []
    for kind in ("i8", "u1", "i4", "f4", "bool", "u8", "q"):
        x = (np.arange(60) % 11).reshape(6, 10).astype(kind)
        for _ in range(4):
            result = tried(by_axis, x)
        made.append([bits(value) for value in result[0]] if isinstance(result[0][0], np.ndarray) else result)
    return made


def case_axes_not_finite():
    x = wild(60).reshape(6, 10)
    warm(by_axis, x)
    made = []
    for bad in (np.nan, np.inf, -0.0, 1.7e308):
        y = x.copy()
        y[2, 3] = y[3, 3] = y[2, 4] = bad
        result, seen = tried(by_axis, y)
        made.append(([bits(value) for value in result], seen))
    result, seen = tried(by_axis, -np.zeros((6, 10)))
    return made, [bits(value) for value in result], seen, tried(by_axis, x[:0]), tried(by_axis, x[:, :0])


def case_three_axes():
    x = wild(3 * 40 * 5).reshape(3, 40, 5)
    warm(middle, x)
    made = [[bits(value) for value in middle(y)] for y in (x, x[:1], x[:, :1], x[:, :, :1], x[:, :, 1:], x[::2])]
    return made, [bits(value) for value in middle(np.asfortranarray(x))]


def case_views():
    u = wild(400).reshape(20, 20)
    warm(inner, u)
    made = [[bits(value) for value in inner(v)] for v in (u, u.T, u[:3], u[:, :4], u[::2], u[:, ::-1])]
    warm(total, X[::3])
    return made, [bits(total(v)) for v in (X[::3], X[::-1], X[:0:2], X[5:6])]


def case_loop():
    warm(in_loop, X, 3)
    return bits(in_loop(X, 50)), bits(in_loop(X, 0))


def case_others():
    warm(total, X)
    masked = np.ma.masked_array(X, mask=X > 1)
    made = [tried(total, masked), tried(total, np.array(2.5)), tried(total, np.float64(2.5)), tried(total, 3)]
    warm(total_of, X, X)
    return made, tried(total_of, masked, X), tried(total_of, 2.0, 3.0), tried(total_of, [1.0], np.ones(3))


def case_replaced():
    warm(total_of, X, X)
    own = np.sum
    try:
        np.sum = len
        made = total_of(X, X)
    finally:
        np.sum = own
    return made, bits(total_of(X, X))


def case_keywords():
    def unusual(x, out):
        np.sum(x, axis=0, out=out)
        return x.sum(dtype="f4"), x.sum(axis=(0, 1)), x.max(initial=5.0), x.mean(where=x > 0), x.std(ddof=1), x.sum(axis=None)

    x = wild(60).reshape(6, 10)
    warm(unusual, x, np.zeros(10))
    return [bits(value) for value in unusual(x, np.zeros(10))]


def case_bad_axis():
    def wrong(x):
        return x.sum(axis=2)

    def place(x):
        return x.argmax(axis=0), x.var(axis=1)

    x = wild(60).reshape(6, 10)
    for _ in range(4):
        made = tried(wrong, x)
    warm(place, x)
    return made, [bits(value) for value in place(x)]


def freedom(x):
    return x.std(ddof=1), np.var(x, ddof=2), x.var(), np.std(x * 1.0, ddof=0)


def deviations_by_axis(x):
    return (
        x.std(axis=0),
        x.var(axis=-1),
        np.std(x, axis=1, ddof=1),
        np.var(x, axis=0, ddof=2, keepdims=True),
        x.std(axis=1, keepdims=True),
        (x - x.mean(axis=0)) / x.std(axis=0),
    )


def places_by_axis(x, y):
    return (
        x.argmin(axis=1),
        np.argmax(x, axis=-1),
        np.argmin(x, axis=1, keepdims=True),
        ((x - y) ** 2).argmin(axis=1),
        x.argmin(axis=0),
    )


def nearest(points, centres):
    differences = points[:, None, :] - centres[None, :, :]
    return (differences**2).sum(axis=2).argmin(axis=1)


def case_freedom():
    made = []
    for count in (1, 2, 3, 7, 8, 100, 129, 1000):
        x = wild(count, count)
        warm(freedom, wild(50))
        made += [tried(freedom, x), tried(freedom, np.arange(count)), tried(freedom, np.zeros(count))]
    return made


def case_deviations_by_axis():
    made = []
    for shape in ((6, 10), (3, 200), (200, 3), (1, 5), (5, 1), (2, 2), (0, 4)):
        x = wild(max(1, shape[0] * shape[1])).reshape(-1)[: shape[0] * shape[1]].reshape(shape)
        warm(deviations_by_axis, wild(60).reshape(6, 10))
        made += [tried(deviations_by_axis, x), tried(deviations_by_axis, np.asfortranarray(x))]
    cube = wild(120).reshape(4, 5, 6)
    warm(deviations_by_axis, cube)
    return [*made, tried(deviations_by_axis, cube), tried(deviations_by_axis, np.arange(60).reshape(6, 10))]


def case_places_by_axis():
    made = []
    for x in (wild(60).reshape(6, 10), np.arange(60).reshape(6, 10) % 7, wild(3000).reshape(3, 1000)):
        y = x[::-1].copy()
        warm(places_by_axis, x, y)
        made.append(tried(places_by_axis, x, y))
        made.append(tried(places_by_axis, x[:, :1], y[:, :1]))
        made.append(tried(places_by_axis, x[:, 2:], y[:, 2:]))
    x = wild(60).reshape(6, 10)
    x[2, 3], x[4, 9] = np.nan, np.inf
    made += [tried(places_by_axis, x, y) for y in (x.copy(), x[::-1].copy())]
    return made


def case_nearest():
    points, centres = wild(400).reshape(200, 2), wild(10, 5).reshape(5, 2)
    warm(nearest, points, centres)
    return bits(nearest(points, centres)), bits(nearest(points[:1], centres)), bits(nearest(points, centres[:1]))
