"""Arithmetic over whole arrays: chains in one loop, exact as NumPy's own operations one by one."""

import numpy as np


def warm(function, *arguments):
    for _ in range(4):
        function(*arguments)


def product_sum(a, b, c):
    return a * b + c


def scaled(x, y):
    return x - 0.5 * y


def quotient(a, b):
    return 1.0 / (a / b)


def negated(a, b):
    return -a - (-b)


def squares(a, b):
    return a**2 + b**2


def named(a, b):
    t = a * b
    return t + a


def used_twice(a, b):
    t = a * b
    return t + t * t, t


def between(a, b, values, i):
    return a * values[i] + b * (values[i + 1] + 1.0)


def compared(a, b):
    return a * 2 < b + 1, a == b, a != b, a / 4 >= b


def logic(a, b):
    return (a < b) & (b < 5) | ~(a == 1)


def looped(x, y, times):
    for _ in range(times):
        x = x * 0.5 + y
    return x


def called(a, b, function):
    return a * function(b) + b


def fresh(a):
    return np.array(a) * 2.0 + np.array(a)


ONES = np.linspace(0.5, 2.5, 7)
OTHER = np.linspace(-3.0, 1.25, 7)


def outer(a, b, c):
    return product_sum(a, b, c)


def described(array):
    return array, array.dtype, array.shape, array.strides, array.flags.writeable, type(array)


def case_chain():
    warm(product_sum, ONES, OTHER, ONES)
    return described(product_sum(ONES, OTHER, OTHER))


def case_number():
    warm(scaled, ONES, OTHER)
    return described(scaled(ONES, OTHER))


def case_shapes_differ():
    warm(product_sum, ONES, OTHER, ONES)
    shapes = (ONES[:1], ONES[:3], ONES.reshape(7, 1), np.float64(2), 3)
    made = []
    for other in shapes:
        try:
            made.append(described(np.asarray(product_sum(ONES, OTHER, other))))
        except ValueError as error:
            made.append(str(error))
    return made


def case_not_finite():
    warm(quotient, ONES, OTHER + 10)
    warm(product_sum, ONES, OTHER, ONES)
    bad = np.array([1.0, 0.0, -0.0, np.inf, -np.inf, np.nan, 1e308])
    return quotient(ONES, bad), quotient(bad, ONES), product_sum(bad, bad, bad), scaled(bad, bad)


def case_error_state():
    warm(product_sum, ONES, OTHER, ONES)
    big = ONES * 1e308
    with np.errstate(all="raise"):
        try:
            return product_sum(big, big, big)
        except FloatingPointError as error:
            return str(error)


def case_underflow():
    warm(product_sum, ONES, OTHER, ONES)
    small = ONES * 1e-300
    made = [product_sum(small, small, small)]
    with np.errstate(under="warn"):
        made.append(product_sum(small, small, small))
    made.append(product_sum(small, small, small))
    return made


def case_underflow_in_callee():
    warm(outer, ONES, OTHER, ONES)
    small = ONES * 1e-300
    with np.errstate(under="raise"):
        try:
            return outer(small, small, small)
        except FloatingPointError as error:
            return str(error)


def case_unary():
    warm(negated, ONES, OTHER)
    return negated(ONES, OTHER), negated(np.array([0.0, -0.0]), np.array([0.0, 0.0]))


def case_squares():
    warm(squares, ONES, OTHER)
    return squares(ONES, OTHER)


def case_names():
    warm(named, ONES, OTHER)
    warm(used_twice, ONES, OTHER)
    return named(ONES, OTHER), used_twice(ONES, OTHER)


def case_between():
    values = np.array([2.0, 3.0])
    warm(between, ONES, OTHER, values, 0)
    made = [between(ONES, OTHER, values, 0)]
    try:
        between(ONES, OTHER, values, 1)
    except IndexError as error:
        made.append(str(error))
    return made


def case_compared():
    ints = np.arange(7)
    warm(compared, ONES, OTHER)
    made = [compared(ONES, OTHER), compared(np.array([np.nan, np.inf]), np.array([1.0, np.inf]))]
    warm(compared, ints, ints[::-1].copy())
    return made, compared(ints, ints), [described(x) for x in compared(ints, ints * 2)]


def case_logic():
    ints = np.arange(7)
    warm(logic, ints, ints * 2)
    return logic(ints, ints * 2 - 3)


def case_looped():
    warm(looped, ONES, OTHER, 3)
    return looped(ONES, OTHER, 50), looped(ONES, OTHER, 0), looped(ONES, ONES * 1e308, 3)


def case_called():
    warm(called, ONES, OTHER, np.abs)
    return called(ONES, OTHER, np.negative)


def case_fresh():
    warm(fresh, [1.0, 2.0])
    return fresh([3.0, 4.0]), fresh([1, 2])


def case_other_arrays():
    made = []
    kinds = (
        ONES[::2],
        ONES[::-1],
        np.asfortranarray(ONES.reshape(1, 7)),
        np.zeros(0),
        np.array(2.5),
        ONES.astype(">f8"),
        ONES.astype(object),
        np.ma.masked_array(ONES, mask=ONES > 1),
        ONES.astype(complex),
        ONES.view(np.recarray),
    )
    for array in kinds:
        warm(product_sum, ONES, OTHER, ONES)
        made.append(described(product_sum(array, array, array)))
    return made


def case_read_only():
    fixed = ONES.copy()
    fixed.flags.writeable = False
    warm(product_sum, fixed, OTHER, fixed)
    return described(product_sum(fixed, fixed, fixed))


def case_two_axes():
    a, b = np.arange(12.0).reshape(3, 4), np.ones((3, 4))
    warm(product_sum, a, b, a)
    made = [described(product_sum(a, a, b)), described(product_sum(a[:0], a[:0], b[:0]))]
    made.append(described(product_sum(a.T, a.T, b.T)))
    return made, described(product_sum(a.reshape(1, 3, 4), b, a))


def case_named_dtype():
    odd = ONES.astype(np.dtype("f8", metadata={"a": 1}))
    warm(product_sum, ONES, OTHER, ONES)
    return product_sum(odd, odd, odd).dtype.metadata, product_sum(ONES, odd, ONES).dtype.metadata
