"""Numbers stored into lists and attributes: what only the list has is overwritten, what others have too is not."""


def scale(values, by):
    for i in range(len(values)):
        values[i] = values[i] * by + 0.5
    return values


def count_up(values, by):
    for i in range(len(values)):
        values[i] += by
    return values


def kept(values):
    before = values[0]
    others = list(values)
    for i in range(len(values)):
        values[i] = values[i] + 1000.25
    return before, others, values


def kept_ints(values):
    before = values[0]
    others = tuple(values)
    for i in range(len(values)):
        values[i] = values[i] * 3 + 1000
    return before, others, values, [value is small for value in values for small in (1000, 1003)]


def swaps(values):
    n = len(values)
    for i in range(n):
        for j in range(n - 1 - i):
            if values[j] > values[j + 1]:
                values[j], values[j + 1] = values[j + 1], values[j]
    return values


def over_others(values, new):
    for i in range(len(values)):
        values[i] = new + i
    return values


class Loud:
    log = []

    def __init__(self, name):
        self.name = name

    def __del__(self):
        Loud.log.append(self.name)


def over_the_dying(values):
    for i in range(len(values)):
        values[i] = i * 2.5
        Loud.log.append(i)
    return values


def small_again(values):
    for i in range(len(values)):
        values[i] = values[i] - 100_000
    return values, [value is other for value in values for other in (1, 2, 3)]


class Point:
    def __init__(self, x):
        self.x = x


def move(points, texts):
    for i in range(len(points)):
        points[i].x = texts[i]
    return [point.x for point in points]


def nested(rows):
    for i in range(len(rows)):
        row = rows[i]
        for j in range(len(row)):
            row[j] = row[j] * 0.5 + i
            rows[i][j] += 1
    return rows


def case_scale():
    return scale([1.0, 2.5, -3.0], 2.0), scale([1, 2, 3], 2), scale([1, 2.5, True, None][:3], 1.5)


def case_count_up():
    return count_up([1, 2, 3], 1), count_up([2**40, -(2**62), 2**62], 2**61), count_up([1, 2, 3], 0.5), count_up([100_000, 5], -99_999)


def case_kept():
    return kept([0.5, 1.5, 2.5]), kept_ints([100_000, 200_000, 1, 0])


def case_same_object_twice():
    one = [123456.75]
    values = one * 5
    count = [987654] * 5
    return scale(values, 1.0), one, count_up(count, 7), scale(values[:2] + values[:2], 0.25)


def case_swaps():
    return swaps([5.5, 1.25, 3.0, 2.0, -1.0]), swaps([500_000, 3, 70_000, 2, 1]), swaps(list("quick")), swaps([2, 1.5, True, 0])


def case_over_others():
    return [over_others(list(values), new) for values in ("abc", [None, 1, 2.5], [[], (), {}], [10**30, 1j, b"x"]) for new in (0, 0.25, 10**6)]


def case_over_the_dying():
    Loud.log = []
    return over_the_dying([Loud("a"), 1.0, Loud("b"), 2.0, Loud("c")]), list(Loud.log)


def case_small_again():
    return small_again([100_001, 100_002, 100_003, 250_000])


def case_attributes():
    return move([Point(1), Point("a"), Point(None)], ["x", "y", "z"]), move([Point("q"), Point(2.5)], [1, True])


def case_nested():
    return nested([[1.0, 2.0], [3.5, 4.5], [5, 6]])


def case_index_error():
    values = [1.0, 2.0]
    try:
        for i in range(4):
            values[i] = values[i - 1] * 2.0
    except IndexError as error:
        return str(error), values


def case_negative():
    values = [1.5, 2.5, 3.5]
    for i in range(-3, 0):
        values[i] = values[i] + 1
    return values
