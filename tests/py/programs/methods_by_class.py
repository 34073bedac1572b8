"""Methods and properties of instances of several classes: the same function, several, and what stops native calls."""

LOG = []


class Shape:
    sides = 0

    def __init__(self, size):
        self.size = size

    def scale(self, by):
        return self.size * by

    def area(self):
        return 0

    def name(self):
        return None

    @property
    def width(self):
        return self.size

    def corners(self, start):
        return start, self.sides


class Square(Shape):
    sides = 4

    def area(self):
        return self.size * self.size

    def name(self):
        return "square"

    @property
    def width(self):
        return self.size * 2


class Circle(Shape):
    sides = 1

    def area(self):
        return self.size * self.size * 3.5

    def name(self):
        return self.size

    @property
    def width(self):
        return self.size * 0.5

    def corners(self, start):
        return start + 0.5, 0


class Slotted:
    __slots__ = ("size",)

    def __init__(self, size):
        self.size = size

    def scale(self, by):
        return by - self.size

    def area(self):
        return self.size + 1

    def name(self):
        return self.size > 2

    @property
    def width(self):
        return self.size + 7

    def corners(self, start):
        return start, start


class Raising(Shape):
    def area(self):
        if self.size > 3:
            raise ValueError(self.size)
        return self.size

    def scale(self, by):
        return self.size // by


class Looking(Shape):
    """Runs any code."""

    def area(self):
        LOG.append(self.size)
        return len(LOG)

    def scale(self, by):
        LOG.append(by)
        return by


def shared(items, by):
    total = 0
    for item in items:
        total += item.scale(by)
    return total


def areas(items):
    total = 0
    for item in items:
        total += item.area()
    return total


def names(items):
    found = []
    for item in items:
        found.append(item.name())
    return found


def widths(items):
    total = 0
    for item in items:
        total += item.width
    return total


def corners(items):
    total = 0
    for item in items:
        first, second = item.corners(2)
        total += first * second
    return total


def computed(items, by):
    """The method is found before its argument is computed, which may change everything."""
    total = 0
    for item in items:
        total += item.scale(by() if callable(by) else by + 1)
    return total


def handled(items):
    found = []
    for item in items:
        try:
            found.append(item.area())
        except ValueError as error:
            found.append(("raised", error.args, error.__traceback__.tb_lineno > 0))
    return found


def shapes(*classes, count=12):
    return [classes[i % len(classes)](i % 5 + 1) for i in range(count)]


def where_it_fits(items):
    """As deep as can be, where the call of a method may be one too many."""
    try:
        return where_it_fits(items)
    except RecursionError:
        return areas(items)


def case_recursion_limit():
    items = shapes(Shape, Square, Slotted)
    return [areas(items) for _ in range(4)], [where_it_fits(items) for _ in range(3)]


def case_one_function_of_several_classes():
    both = shapes(Shape, Square, Circle)
    return [shared(both, 3) for _ in range(4)], shared(both, 2.5)


def case_several_functions():
    mixed = shapes(Square, Slotted, Raising)
    return [shared(mixed, 3) for _ in range(4)], [areas(shapes(Shape, Square, Slotted)) for _ in range(4)]


def case_results_of_several_kinds():
    return [areas(shapes(Square, Circle)) for _ in range(4)], [names(shapes(Shape, Square, Circle, Slotted)) for _ in range(4)]


def case_getters():
    return [widths(shapes(Shape, Square, Circle, Slotted)) for _ in range(4)]


def case_tuples():
    return [corners(shapes(Shape, Square, Circle, Slotted)) for _ in range(4)]


def case_a_fifth_class():
    known = shapes(Shape, Square, Circle, Slotted)
    result = [areas(known) for _ in range(4)]
    result.append(areas(shapes(Shape, Raising, Looking, Square, count=8)))
    LOG.clear()
    return result, areas(known)


def case_own_attributes_hide_methods():
    items = shapes(Shape, Square, Circle)
    before = [shared(items, 2) for _ in range(4)]
    items[4].scale = lambda by: 1000 * by
    return before, shared(items, 2), shared(items, 3)


def case_classes_change():
    items = shapes(Square, Slotted)
    before = [areas(items) for _ in range(4)]
    old = Square.area
    try:
        Square.area = lambda self: -self.size
        during = [areas(items) for _ in range(3)]
    finally:
        Square.area = old
    return before, during, areas(items)


def case_arguments_change_classes():
    items = shapes(Square, Slotted, count=6)
    before = [computed(items, 2) for _ in range(4)]
    old = Shape.scale

    def change():
        Shape.scale = lambda self, by: 100
        return 5

    try:
        during = computed(items, change)
    finally:
        Shape.scale = old
    return before, during, computed(items, 2)


def case_an_object_changes_its_class():
    items = shapes(Shape, Square, Circle, count=6)
    before = [areas(items) for _ in range(4)]
    items[0].__class__ = Raising
    items[1].__class__ = Circle
    return before, areas(items)


def case_exceptions():
    items = shapes(Shape, Raising, Square, count=10)
    return [handled(items) for _ in range(4)]


def case_any_code():
    items = shapes(Looking, Square, count=6)
    result = [areas(items) for _ in range(4)], [shared(items, 2) for _ in range(4)], list(LOG)
    LOG.clear()
    return result


def case_not_an_instance():
    items = shapes(Shape, Square)
    for _ in range(4):
        areas(items)
    try:
        areas([*items, 5])
    except AttributeError as error:
        return str(error)
