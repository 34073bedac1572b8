"""Slices as sources and as targets of arithmetic over whole arrays: views that nobody sees are not made."""

import warnings

import numpy as np

LINE = np.linspace(-1.0, 2.0, 11)
GRID = np.sqrt(np.arange(30.0)).reshape(5, 6)
BLOCK = np.sin(np.arange(60.0)).reshape(3, 4, 5)


def smooth(a):
    a[1:-1] = 0.25 * (a[:-2] + 2.0 * a[1:-1] + a[2:])
    return a


def relax(u, old):
    u[1:-1, 1:-1] = 0.25 * (old[2:, 1:-1] + old[:-2, 1:-1] + old[1:-1, 2:] + old[1:-1, :-2])
    return u


def push(u, h):
    u[1:-1, :] -= 0.5 * (h[1:, :] - h[:-1, :])
    return u


def grow(u, h, i):
    u[i] += h[i] * 2.0
    u[:, i] *= h[:, -i] - 1.0
    u[i:, 0] /= 3.0
    return u


def steps(a, b):
    a[::2] = b[1::2] * 2.0
    a[1::3] -= b[1::3]
    return a


def gray(picture):
    return 0.25 * picture[:, :, 0] + 0.5 * picture[:, :, 1] - picture[..., 2] + picture[:, :, 3]


def pairs(points, i, j):
    return points[:, None, :] - points[None, i:j, :], (points[1:, 0] * points[:-1, 1]).sum(), points[i, :].max()


def named(u, c):
    inner = u[1:-1, 1:-1]
    sides = u[2:, 1:-1] + u[:-2, 1:-1] - 2.0 * inner
    fresh = u.copy()
    fresh[1:-1, 1:-1] = inner + c * sides
    inner = None
    return fresh, np.sum(u)


def copies(a):
    made = np.zeros_like(a)
    made[1:] += a[:-1] * 2.0
    return made, np.ones_like(a * 2.0), np.copy(a), np.diff(a), np.diff(a * a) + 1


def outcome(function, *arguments):
    """Give what comes out and what the arrays hold then, or the error, and the warnings."""
    given = [a.copy(order="A") if isinstance(a, np.ndarray) else a for a in arguments]
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            made = function(*given)
        except (IndexError, ValueError, TypeError, FloatingPointError) as error:
            made = type(error).__name__, str(error)
    parts = [*(made if isinstance(made, tuple) else (made,)), *given]
    facts = [(p.dtype.str, p.shape, p.strides, p.tobytes()) if isinstance(p, np.ndarray) else repr(p) for p in parts]
    return facts, [(str(w.message), w.lineno) for w in seen]


def tried(function, *several):
    """Give the outcomes for all arguments, once the function knows the first."""
    for _ in range(4):
        outcome(function, *several[0])
    return [outcome(function, *arguments) for arguments in several]


def bad(array, value=1.7e308):
    array = array.copy()
    array.reshape(-1)[2:4] = value
    return array


def case_line():
    return tried(smooth, (LINE,), (LINE[:3],), (LINE[:2],), (LINE[:0],), (GRID,), (LINE.astype("f4"),), (bad(LINE),), (bad(LINE, np.nan),))


def case_plate():
    fixed = GRID.copy()
    fixed.flags.writeable = False
    made = tried(relax, (GRID, GRID * 2.0), (GRID[:2, :2], GRID[:2, :2]), (GRID, GRID[1:]), (GRID, bad(GRID)), (GRID.T, GRID.T))
    try:
        relax(fixed, GRID)
    except ValueError as error:
        made.append(str(error))
    with np.errstate(all="raise"):
        return made, outcome(relax, GRID, bad(GRID)), outcome(smooth, bad(LINE))


def case_shared_memory():
    made = []
    for shift in (0, 6, 7):
        for _ in range(4):
            base = np.arange(60.0)
            relax(base[:30].reshape(5, 6), base[shift : 30 + shift].reshape(5, 6))
            made.append(base.tobytes())
    return made


def case_in_place():
    wide = np.cos(np.arange(42.0)).reshape(7, 6)
    made = tried(push, (wide, np.ones((6, 6)) * GRID[0]), (wide, GRID), (wide.astype("f4"), wide[1:]), (wide, bad(wide[1:])))
    return made, tried(grow, (GRID, GRID, 2), (GRID, GRID, -1), (GRID, GRID, 5), (GRID, GRID, 7), (GRID, GRID, 2**70), (GRID, GRID, 1.5))


def case_ints():
    numbers = np.arange(30).reshape(5, 6)
    return tried(push, (np.ones((6, 6)), numbers), (numbers, numbers[1:])), tried(steps, (numbers[0], numbers[1]), (np.arange(9), np.arange(9)))


def case_steps():
    return tried(steps, (LINE[:10], LINE[1:]), (LINE[1:], LINE[1:]), (LINE[:9], LINE[:10]), (LINE[:1], LINE[:1]), (LINE[:10], bad(LINE[1:])))


def case_pictures():
    picture = np.arange(48.0).reshape(3, 4, 4)
    return tried(gray, (picture,), (picture.astype("u1"),), (picture[:, ::2],), (picture.T,), (picture[:, :, :2],), (picture[:0],))


def case_pairs():
    made = tried(pairs, (GRID, 0, 4), (GRID, 1, -1), (GRID, 3, 2), (GRID, -5, 100), (GRID, 5, 6), (GRID, np.int64(1), None))
    return made, tried(pairs, (GRID.T, 0, 4), (GRID[:, :2], 1, 3))


def case_named():
    return tried(named, (GRID, 0.1), (GRID, 1e308), (GRID[:2], 0.1), (GRID.astype("f4"), 0.5), (BLOCK, 0.5))


def case_copies():
    made = tried(copies, (LINE,), (bad(LINE, np.nan),), (LINE[:1],), (LINE[:0],), (LINE[::2],), (LINE > 0,))
    return made, tried(copies, (np.arange(5, dtype="u1"),), (np.arange(5),)), tried(copies, (GRID,), (GRID.T,), (bad(GRID),))


def raises_behind(u, i):
    left = u[:-1]
    made = left + u[1:] * 2.0
    return made[i] + left[i]


def case_locals_of_tracebacks():
    tried(raises_behind, (LINE, 1))
    try:
        raises_behind(LINE, 100)
    except IndexError as error:
        found = error.__traceback__.tb_next.tb_frame.f_locals
        return sorted(found), found["left"].tobytes(), found["left"].base is LINE, found["made"].tobytes()
