"""Arithmetic over views of arrays: slices in one loop with what is done to them, whatever their strides."""

import numpy as np


def warm(function, *arguments):
    for _ in range(4):
        function(*arguments)


def smoothed(a):
    return 0.25 * (a[:-2] + 2.0 * a[1:-1] + a[2:])


def smooth(a):
    a[1:-1] = 0.25 * (a[:-2] + 2.0 * a[1:-1] + a[2:])
    return a


def laplacian(u):
    return u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4.0 * u[1:-1, 1:-1]


def cube(u):
    return u[1:, :-1, 1:] * 2.0 - u[:-1, 1:, :-1]


def every(a, step):
    return a[::step] * a[::step] + 1.0


def part(a, i, j):
    return a[i:j] + a[i:j] * 2.0


def row(u, i):
    return u[i, 1:] - u[i + 1, :-1]


def product_sum(a, b):
    return a * b + a


def described(array):
    return array, array.dtype, array.shape, array.strides


LINE = np.linspace(-1.0, 2.0, 11)
GRID = np.sqrt(np.arange(30.0)).reshape(5, 6)


def case_line():
    warm(smoothed, LINE)
    return [described(smoothed(a)) for a in (LINE, LINE[:3], LINE[:2], LINE[::2], LINE[::-1], LINE.astype("f4"))]


def case_in_place():
    warm(smooth, LINE.copy())
    return smooth(LINE.copy()), smooth(GRID.copy()), smooth(LINE.astype("f4"))


def case_grid():
    warm(laplacian, GRID)
    grids = (GRID, GRID.T, np.asfortranarray(GRID), GRID[:, ::2], GRID[::-1], GRID[:2], GRID[:3, :3], GRID[:3, :1], GRID[1:, 1:])
    return [described(laplacian(grid)) for grid in grids]


def case_transposed():
    warm(laplacian, GRID.T)
    return described(laplacian(GRID.T)), described(laplacian(GRID))


def case_three_axes():
    block = np.arange(60.0).reshape(3, 4, 5)
    warm(cube, block)
    made = [described(cube(block)), described(cube(block[:, :, ::2])), described(cube(block[:1]))]
    return made, described(cube(np.arange(12.0).reshape(2, 2, 3)))


def case_steps():
    warm(every, LINE, 2)
    return [described(every(LINE, step)) for step in (2, 3, 20, 1, -1, -2)]


def case_bad_step():
    warm(every, LINE, 2)
    made = []
    for step in (0, 1.5, None, np.int64(2)):
        try:
            made.append(described(every(LINE, step)))
        except (TypeError, ValueError) as error:
            made.append(str(error))
    return made


def case_bounds():
    warm(part, LINE, 2, 7)
    return [described(part(LINE, i, j)) for i, j in ((0, 0), (-4, 100), (5, 2), (None, 3), (2**70, 3))]


def case_rows():
    warm(row, GRID, 1)
    made = [described(row(GRID, 0))]
    try:
        row(GRID, 4)
    except IndexError as error:
        made.append(str(error))
    return made


def case_not_finite():
    warm(laplacian, GRID)
    bad = GRID.copy()
    bad[2, 2] = 1.7e308
    bad[1, 2] = 1.7e308
    return laplacian(bad), smoothed(bad[2])


def case_strided_operands():
    warm(product_sum, GRID[:, 1:], GRID[:, :-1])
    odd = np.lib.stride_tricks.as_strided(LINE, shape=(4, 5), strides=(8, 8))
    wide = np.broadcast_to(LINE[:5], (5, 5))
    made = [described(product_sum(a, a)) for a in (odd, wide, GRID[:, 1:], GRID[:, :1], GRID[:1, 1:], GRID[:0, 1:])]
    return made, described(product_sum(GRID[:, 1:], GRID[:, 1:].copy()))


def case_reversed():
    warm(product_sum, LINE[::2], LINE[::2])
    return described(product_sum(LINE[::-2], LINE[::-2])), described(product_sum(LINE[::-2], LINE[::2]))


def case_bytes():
    small = np.arange(20, dtype="u1").reshape(4, 5)
    warm(product_sum, small[:, 1:], small[:, 1:])
    return described(product_sum(small[:, 1:], small[:, :-1]))
