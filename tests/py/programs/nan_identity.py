"""NaN is found by its object: in `in`, `==` of containers, keys of dicts, `is`."""

NAN = float("nan")


class Cell:
    def __init__(self, value):
        self.value = value

    def get(self):
        return self.value


def item(values, i):
    return values[i]


def case_items():
    values = [1.0, 2.5, NAN, 3.0]
    found = [item(values, i % 4) for i in range(40)]
    return [x in values for x in found], found == values * 10, [x is NAN for x in found]


def attribute(cell):
    return cell.value


def case_attributes():
    cells = [Cell(1.5), Cell(NAN), Cell(2.5)] * 10
    found = [attribute(cell) for cell in cells] + [cell.get() for cell in cells]
    return [x is NAN for x in found], [x in (NAN,) for x in found]


def last_of(values):
    last = 0.0
    for value in values:
        last = value
    return last


def case_last():
    return [last_of([1.0, 2.0] * n + [NAN]) is NAN for n in range(30)]


def least(values):
    best = values[0]
    for value in values:
        if not value >= best:
            best = value
    return best


def case_least():
    return [least([3.0, 1.0, x, 2.0]) in (x,) for x in [0.5, NAN] * 20]


def either(flag, x):
    chosen = x if flag else 1.0
    return chosen


def case_arguments():
    return [either(i % 3, x) is NAN for i in range(30) for x in (NAN, 2.0)]


def kept_twice(x, y):
    total = x - y
    values = []
    for i in range(3):
        values.append(total)
    return total, values


def case_computed():
    infinity = float("inf")
    found = []
    for x in [1.0, infinity] * 20:
        total, values = kept_twice(x, infinity)
        found.append(
            (
                total in values,
                values == [total] * 3,
                len({id(v) for v in values if v != v}),
            )
        )
    return found


def behind_an_exit(values, i):
    x = values[i]
    y = x + 1.0
    z = [len(values)] * 3
    return x, y, z[i]


def case_behind_an_exit():
    values = [1.0, NAN, 2.0]
    found = []
    for i in [0, 1, 2] * 12:
        x, y, z = behind_an_exit(values, i)
        found.append((x in values, y in values, z))
    return found


def filtered(values):
    total = 0.0
    for value in values:
        if value == value:
            total += value
    return total


def case_filtered():
    return [filtered([1.0, NAN, 2.0] * n) for n in range(20)]


def yielding(values):
    for i in range(len(values)):
        x = values[i]
        yield x * 2
        yield x


def case_generator():
    values = [1.0, NAN, 2.0] * 10
    return [x is NAN for x in yielding(values)]


def passed_on(values, i):
    return item(values, i), attribute(Cell(values[i]))


def case_passed_on():
    values = [1.0, NAN, 2.0]
    return [passed_on(values, i) == (values[i], values[i]) for i in [0, 1, 2] * 12]


def unpacked(pair):
    a, b = pair
    return b, a


def case_unpacked():
    return [unpacked((NAN, 1.0)) == (1.0, NAN) for _ in range(20)]


def keys(table, x):
    for _ in range(3):
        y = x
    return table.get(y)


def case_keys():
    return [keys({NAN: 1, 2.0: 2}, x) for x in [NAN, 2.0] * 12]
