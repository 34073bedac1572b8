"""What never ran while its function was watched: branches taken late, what follows a long loop, calls that only raise."""

import numpy as np

TURNS = 3000
TABLE = [2.5, 3.5]
NAMES = {"a": 1, "b": 2}


def after_a_long_loop(n):
    total = 0
    for i in range(n):
        total += i % 7
    values = list(range(total % 50))
    text = str(total)
    for v in values:
        total += v * len(text)
    ratio = float(text) / (len(values) or 1)
    while ratio > 1:
        ratio /= 2
    return total, ratio, text


def branch_taken_late():
    total = 0
    for i in range(TURNS):
        if i > TURNS - 60:
            total += TABLE[i & 1]
            if i == TURNS - 2:
                total = str(total)
                break
        else:
            total += i
    return total, i


def several_late_branches():
    total = 0
    for i in range(TURNS):
        if i == TURNS - 900:
            total += int("12")
        elif i == TURNS - 800:
            total -= len(str(i))
        elif i > TURNS - 100 and i % 3 == 0:
            total += NAMES["a"]
        elif i > TURNS - 90 and i % 3 == 1:
            total ^= NAMES.get("b")
        total += 1
    return total


def fails(n):
    return [1][n]


def only_raises_late():
    total = caught = 0
    for i in range(TURNS):
        try:
            if i % 500 == 499:
                total += fails(i)
            total += i
        except IndexError as error:
            caught += len(str(error))
    return total, caught


def raises_late_uncaught():
    total = 0
    for i in range(TURNS):
        if i == TURNS - 5:
            total += TABLE[i]
        total += 1
    return total


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


def objects_die_in_time():
    held = Loud("first")
    total = 0
    for i in range(TURNS):
        if i == TURNS - 3:
            held = Loud("second")
            total += len(held.name)
        total += 1
    print("behind the loop")
    held = None
    print("end")
    return total


def arrays_made_behind_a_loop(n):
    total = 0.0
    for i in range(n):
        total += i
    made = np.zeros(n)
    for i in range(n):
        made[i] = total / (i + 1)
    best = made[0]
    for i in range(len(made)):
        if made[i] < best:
            best = made[i]
    return total, type(best).__name__, float(best)


def inner_loop_seldom(n):
    total = 0
    for i in range(n):
        if i % 700 == 699:
            row = [i, i + 1, i + 2]
            for x in row:
                total += x
        total -= 1
    return total


def in_a_handler_late():
    seen = []
    for i in range(TURNS):
        try:
            if i % 997 == 996:
                raise KeyError(i)
        except KeyError as error:
            if i > 2000:
                seen.append(fails(error.args[0] % 1))
            else:
                seen.append(int(str(error)))
    return seen


def generator(n):
    last = 0
    for i in range(n):
        if i > n - 5:
            last += TABLE[i & 1]
        yield i
    yield last


def case_all():
    return [
        (after_a_long_loop(TURNS), after_a_long_loop(TURNS + 1)),
        branch_taken_late(),
        (several_late_branches(), several_late_branches()),
        only_raises_late(),
        (inner_loop_seldom(TURNS), inner_loop_seldom(2 * TURNS)),
        in_a_handler_late(),
        sum(generator(TURNS)),
    ]


def case_arrays():
    return arrays_made_behind_a_loop(TURNS), arrays_made_behind_a_loop(20)


case_raises_late_uncaught = raises_late_uncaught
case_objects_die_in_time = objects_die_in_time
