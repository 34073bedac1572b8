"""Lists that only their function sees hold plain numbers, until somebody else sees them or something else comes."""

import gc
import math
import sys


def sieve(n):
    flags = [1] * (n + 1)
    for i in range(2, n + 1):
        if flags[i]:
            for j in range(i * i, n + 1, i):
                flags[j] = 0
    return sum(flags) - 2


def totients(n):
    phi = list(range(n + 1))
    for i in range(2, n + 1):
        if phi[i] == i:
            for j in range(i, n + 1, i):
                phi[j] -= phi[j] // i
    return phi


def growing(factor, n):
    values = [factor]
    for i in range(n):
        values.append(values[-1] * factor)
    return values, len(values)


def bigger(values):
    made = [0]
    for value in values:
        made.append(made[-1] + value * 2)
    return made


def both(n):
    evens = [0] * n
    halves = [0.5] * n
    for i in range(n):
        evens[i] = 2 * i
        halves[i] += i
    return evens, halves, n, sum(evens)


def nest(n, m, step):
    sums = [0] * 6
    terms = [0.5] * 6
    for _ in range(3):
        for i in range(n):
            for j in range(i, m):
                sums[j] += step * i
                terms[j - 1] = terms[j - 1] * 0.5 + sums[i]
    return sums, terms


def copied(n):
    values = list(range(n))
    total = 0
    for i in range(n):
        other = list(values)
        other[i] += 10
        other.append(i)
        values[i] = other[0] + len(other)
        total += sum(other)
    return total, values


def mixed(n):
    both_kinds = [18, 12.375]
    first = [1] * n
    first.append(0.5)
    chosen = [1.0, 2.0] if n > 2 else [3, 4]
    return both_kinds, first, chosen, [True, 2], [n, n / 2]


def powers(factor, n):
    values = [factor]
    for i in range(n):
        values.append(values[i] * factor)
    return values


def last_power(factor, n):
    values = [factor, 1]
    for i in range(n):
        values[0] = values[0] * factor
        values[1] += 1
    return values[0] + values[1]


def quotients(values):
    made = [0.0] * len(values)
    for i in range(len(values)):
        made[i] = values[i] * 0.5
    return made[0], sum(made), min(made), max(made)


def means(values):
    made = [1.5 for _ in values]
    for i in range(len(values)):
        made[i] += values[i] / 4
    return made


def slices(n):
    values = list(range(n))
    first = values[:]
    inner = values[1:-1]
    tail = values[-3:]
    none = values[5:2]
    first[0] = 100
    return values[0], first[0], len(inner), len(tail), len(none), sum(values[2:4]), inner


def ranges(start, stop, step):
    values = list(range(start, stop, step))
    total = 0
    for value in values:
        total = total * 3 + value
    return total, len(values)


def stack(n):
    waiting = [n]
    seen = 0
    while waiting:
        value = waiting.pop()
        seen += value
        if value > 1:
            waiting.append(value - 1)
            waiting.append(value // 2)
    return seen


def pop_all(n):
    values = [0] * n
    for i in range(n + 1):
        values.pop()
    return n


def walks(n):
    squares = [i * i for i in range(n)]
    halves = [i * 0.5 for i in range(n)]
    total = 0.0
    for i, square in enumerate(squares):
        total += i * square
    for square, half in zip(squares, halves):
        total += square * half
    for half in halves:
        total -= half
    return total, min(squares), max(squares), sum(halves)


def least_of_none(n):
    values = [0] * n
    return min(values)


def sum_of_none(n):
    values = [0.5] * n
    return sum(values), sum(values[1:])


def aliases(n):
    first = [0] * n
    second = first
    third = first if n > 2 else [7]
    second[0] = 5
    third[-1] += 2
    return first, second is first, third


def swapped(n):
    a = [1.0] * n
    b = [0.0] * n
    for i in range(3):
        for j in range(n):
            b[j] = a[j] * 2.0 + j
        a, b = b, a
    return a[0] + a[-1], b


def fill_with(values):
    made = [0] * len(values)
    for i in range(len(values)):
        made[i] = values[i]
    return made


def look(change):
    names = sys._getframe(1).f_locals
    seen = names["values"]
    before = list(seen)
    if change:
        seen[0] = "changed"
        seen.append(None)
    return before


def shown(n, change):
    values = [3] * n
    shows = []
    for i in range(n):
        values[i] = values[i - 1] + i
        if i == 1:
            shows.append(look(change))
    return values[0], len(values), shows


def failing(n):
    values = [0.25] * 3
    for i in range(n):
        values[i] = values[i] + i
    return values


def handled(n):
    values = [1] * 3
    tries = 0
    for i in range(n):
        try:
            values[i] += 10 // (i - 1)
        except (IndexError, ZeroDivisionError) as error:
            tries += len(str(error))
            values[0] += 1
    return values, tries


def captured(n):
    values = [0] * n
    get = lambda i: values[i]
    for i in range(n):
        values[i] = i * i
    return get(n - 1) + values[0]


def passed_on(n):
    values = [0.5] * n
    for i in range(n):
        values[i] += i
    return sorted(values, reverse=True), repr(values), tuple(values)


def rows(n):
    made = []
    for i in range(n):
        row = [0] * n
        for j in range(n):
            row[j] = i * j
        made.append(row)
    return made


def unbound(n):
    for i in range(n):
        values = [i] * 3
        values[1] += 5
    return values[0] + values[1]


def deleted(n):
    values = [1] * n
    total = sum(values)
    del values
    return total


def halves(n):
    return [i / 2 for i in range(n)]


def signed_zero(n):
    values = [-0.0] * n
    values[0] = 0.0
    return values, min(values), max(values), sum(values[1:])


def distances(n):
    far = [1e300] * n
    far[0] = 0.0
    for _ in range(n):
        for i in range(1, n):
            if far[i - 1] + i < far[i]:
                far[i] = far[i - 1] + i
    return far


def case_ints():
    return sieve(60), totients(30), ranges(0, 10, 1), ranges(10, -10, -3), ranges(3, 3, 1), ranges(-5, 9, 4)


def case_growth():
    return growing(3, 5), powers(-7, 6), sys.getsizeof(powers(2, 9)) == sys.getsizeof([]) + 16 * 8


def case_big_ints():
    return bigger([1, 2, 3]), bigger([2**61, 2**61, 1]), bigger([1, 0.5]), last_power(10, 25), powers(2**40, 3), last_power(-(2**62), 1), growing(2**63, 1)


def case_floats():
    return quotients([1.0, 3.0, -2.5]), means([1.0, 2.5, 4.0]), distances(6), sum_of_sums()


def sum_of_sums():
    values = [0.1] * 10
    values[3] = 1e100
    values[7] = -1e100
    return sum(values), sum([0.1] * 10)


def case_nan():
    nan = math.nan
    made = fill_with([1.0, nan, 2.0])
    return made[1] is nan, [str(x) for x in quotients([nan, 1.0])], [str(x) for x in means([nan, 2.0])], nan in fill_with([nan])


NAN = math.nan


def constant_nan(table):
    return [table.get(x) for x in [NAN, 2.0] * 3]


def case_constant_nan():
    return constant_nan({NAN: 1, 2.0: 2}), [NAN, 0.5][0] is NAN


def case_slices():
    return slices(8), slices(5), slices(3)


def case_both():
    evens, halves, n, total = both(4)
    return evens, halves, n, total, gc.is_tracked(evens), evens is halves


def case_nest():
    made = [nest(6, 6, 1), nest(3, 2, 5), nest(2, 5, 2**60)]
    for n, m in ((6, 7), (7, 6), (8, 9)):
        try:
            made.append(nest(n, m, 3))
        except IndexError as error:
            frame = error.__traceback__.tb_next.tb_frame
            made.append((str(error), frame.f_locals["sums"], frame.f_locals["i"], frame.f_locals["j"]))
    return made


def case_copied():
    return copied(5), copied(1), copied(0)


def case_mixed():
    return mixed(2), mixed(3)


def case_stack():
    return stack(9), stack(1)


def case_pop_of_none():
    try:
        pop_all(3)
    except IndexError as error:
        return str(error)


def case_walks():
    return walks(5), walks(1)


def case_of_none():
    errors = []
    for n in (2, 0):
        try:
            errors.append(least_of_none(n))
        except ValueError as error:
            errors.append(str(error))
    return errors, sum_of_none(3), sum_of_none(1), sum_of_none(0)


def case_aliases():
    first, same, third = aliases(3)
    return first, same, third is first, aliases(2)[2], swapped(3)


def case_others_come():
    return [fill_with(values) for values in ([1, 2], [1, True], [0.5, 2], [None, "x"], [2**70, 1], (4, 5))]


def case_shown():
    return shown(4, False), shown(4, True)


def case_traceback():
    try:
        failing(5)
    except IndexError as error:
        frame = error.__traceback__.tb_next.tb_frame
        return str(error), frame.f_locals["values"], error.__traceback__.tb_next.tb_lineno


def case_handled():
    return handled(5)


def case_seen_by_others():
    return captured(5), passed_on(4), rows(3), unbound(3), deleted(4)


def case_collected():
    made = halves(4)
    gc.collect()
    return made, gc.is_tracked(made), signed_zero(3), str(signed_zero(2)[1:])


def drained(n):
    waiting = []
    for i in range(n):
        waiting.append(i * 3)
    found = 0
    while waiting:
        found = found * 7 + waiting.pop()
    return found


def case_drained():
    """Entered often: of the guards that fail at random, each is the only one now and then."""
    return [drained(i % 5) for i in range(80)]
