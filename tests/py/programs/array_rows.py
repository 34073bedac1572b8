"""Arithmetic of arrays with fewer axes beside one with more: a row for each row of a grid."""

import numpy as np


def warm(function, *arguments):
    for _ in range(4):
        function(*arguments)


def shifted(points, centre):
    return (points - centre) * 2.0


def scaled(row, grid):
    return (row * row + 1.0) * grid - row


def moved(grid, row):
    grid += row * 2.0
    return grid


def layers(block, grid, row):
    return block * grid + row


def bounded(grid, row):
    return grid < row


def described(array):
    return array, array.dtype, array.shape, array.strides


GRID = np.sqrt(np.arange(12.0)).reshape(4, 3)
ROW = np.array([0.5, -1.0, 2.0])


def case_rows():
    warm(shifted, GRID, ROW)
    made = [described(shifted(grid, ROW)) for grid in (GRID, GRID[::2], GRID[:0], GRID[:1], np.asfortranarray(GRID), GRID[::-1])]
    return made, described(shifted(GRID, ROW[:1])), described(shifted(GRID[:, :1], ROW[:1])), described(shifted(ROW, ROW))


def case_expression_of_rows():
    warm(scaled, ROW, GRID)
    return described(scaled(ROW, GRID)), described(scaled(ROW.astype("f4"), GRID.astype("f4")))


def case_views():
    wide = np.linspace(0.0, 1.0, 24).reshape(4, 6)
    warm(shifted, wide[:, 1:4], wide[1, 2:5])
    made = [described(shifted(wide[:, 1:4], wide[1, 2:5])), described(shifted(wide[:, :3], wide[0, ::2]))]
    warm(shifted, GRID, wide[0, ::2])
    return made, described(shifted(GRID, wide[0, ::2])), described(shifted(GRID, wide[0, 2::-1]))


def case_in_place():
    warm(moved, GRID.copy(), ROW)
    own = GRID.copy()
    made = [moved(GRID.copy(), ROW), moved(own, own[0]), moved(GRID.copy(), ROW * np.inf)]
    try:
        moved(ROW.copy(), GRID)
    except ValueError as error:
        made.append(str(error))
    return made


def case_layers():
    block = np.arange(24.0).reshape(2, 4, 3)
    warm(layers, block, GRID, ROW)
    return described(layers(block, GRID, ROW)), described(layers(block[:, 1:], GRID[1:], ROW))


def case_shapes_differ():
    warm(shifted, GRID, ROW)
    made = []
    for other in (np.ones(4), np.ones((4, 1)), np.ones((1, 3)), np.ones((2, 4, 3)), np.ones(0)):
        try:
            made.append(described(shifted(GRID, other)))
        except ValueError as error:
            made.append(str(error))
    return made


def case_compared():
    warm(bounded, GRID, ROW)
    return described(bounded(GRID, ROW)), described(bounded(GRID, ROW * np.nan))
