"""Methods as native calls: objects as arguments and results, recursion over objects, and every way out of them."""

import numpy as np


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def dot(self, other):
        return self.x * other.x + self.y * other.y

    def move(self, dx, dy):
        self.x += dx
        self.y += dy

    def longer(self, other):
        if self.dot(self) >= other.dot(other):
            return self
        return other

    def first_of(self, items):
        self.x = items[0]
        return items[0] + len(items)

    def put(self, items, index, value):
        items[index] = value
        self.last = value
        return len(items)

    def at(self, array, i):
        return array[i] * self.x

    def keep(self, value):
        self.kept = value
        return self.x

    def keep_in(self, items, value):
        items[0] = value
        return self.x

    def last_of(self):
        kept = self.kept
        self.kept = None
        return len(kept)

    def moved_by(self, dx):
        self.move(dx + 1, dx * 2)
        return self.x

    def scaled(self, by):
        self.y = self.y * by
        return self.y / (by - 3)


class Stack:
    def __init__(self):
        self.items = []
        self.most = 0

    def push(self, value):
        self.items.append(value)
        if len(self.items) > self.most:
            self.most = len(self.items)

    def pop(self):
        return self.items.pop()

    def peek(self):
        return self.items[-1]


class Tree:
    def __init__(self, left, value, right):
        self.left = left
        self.value = value
        self.right = right

    def total(self):
        result = self.value
        if self.left is not None:
            result += self.left.total()
        if self.right is not None:
            result += self.right.total()
        return result

    def depth(self):
        left = self.left.depth() if self.left is not None else 0
        right = self.right.depth() if self.right is not None else 0
        return 1 + (left if left > right else right)


class Dying:
    log = []

    def __init__(self, name):
        self.name = name

    def __del__(self):
        self.log.append(self.name)


def total_of(node):
    if node is None:
        return 0
    return node.value + total_of(node.left) + total_of(node.right)


def grow(depth, value=1):
    if depth == 0:
        return None
    return Tree(grow(depth - 1, value * 2), value, grow(depth - 1, value * 2 + 1))


def case_numbers():
    a, b = Vector(1.0, 2.0), Vector(0.5, -1.0)
    total = 0.0
    for i in range(60):
        a.move(0.25, b.dot(a) * 0.01)
        total += a.dot(b)
    return a.x, a.y, total


def case_kinds_of_arguments_change():
    a = Vector(1, 2)
    out = []
    for dx in (1, 0.5, 2**62, 2**70, True, 1 + 1j):
        for _ in range(15):
            a.move(dx, 1)
        out.append((a.x, a.y))
        a.x = 1
    return out


def case_objects_are_results():
    vectors = [Vector(i * 7 % 11, i * 5 % 13) for i in range(40)]
    best = vectors[0]
    for vector in vectors:
        best = best.longer(vector)
    return vectors.index(best), best.x, best.y


def case_stack():
    stack = Stack()
    out = []
    for i in range(80):
        stack.push(i * 3)
        stack.push(stack.peek() + 1)
        out.append(stack.pop() - stack.pop() if i % 3 else stack.pop())
    while stack.items:
        stack.pop()
    try:
        stack.pop()
    except IndexError as error:
        out.append(str(error))
    return out, stack.most


def case_stack_of_everything():
    stack = Stack()
    out = []
    for i in range(40):
        for value in (i, i * 0.5, str(i), None, [i]):
            stack.push(value)
        out.append([stack.pop() for _ in range(3)])
    return out, stack.items


def case_trees():
    tree = grow(6)
    return [(tree.total(), tree.depth(), total_of(tree)) for _ in range(12)]


def case_trees_of_floats_and_big_ints():
    out = []
    for value in (0.5, 2**62, 2**70, 1):
        tree = grow(4, value)
        out.append([(tree.total(), total_of(tree)) for _ in range(6)])
    return out


def case_other_node_in_the_tree():
    class Leaf:
        def total(self):
            return "leaf"

        def depth(self):
            return 100

    tree = grow(5)
    out = []
    for i in range(20):
        if i == 10:
            tree.left.left = Leaf()
        try:
            out.append((tree.total(), tree.depth()))
        except TypeError as error:
            out.append(str(error))
        out.append(tree.depth())
    return out


def chain(length):
    node = None
    for i in range(length):
        node = Tree(node, i, None)
    return node


def case_deep():
    out = []
    short = chain(100)
    for _ in range(10):
        out.append((short.total(), total_of(short)))
    long = chain(20_000)
    try:
        long.total()
    except RecursionError as error:
        out.append(str(error)[:32])
    try:
        total_of(long)
    except RecursionError as error:
        out.append(str(error)[:32])
    return out


def case_method_changes_meanwhile():
    class Changing:
        def __init__(self):
            self.x = 0

        def step(self):
            self.x += 1
            return self.x

        def twice(self):
            return self.step() + self.step()

    changing = Changing()
    out = []
    for i in range(90):
        out.append(changing.twice())
        if i == 30:
            Changing.step = lambda self: -1
        if i == 45:
            changing.step = lambda: "own"
        if i == 60:
            del changing.step
        if i == 75:
            Changing.step.__code__ = (lambda self: 7).__code__
    return out


def case_subclass():
    class Louder(Vector):
        def dot(self, other):
            return -1.0

    a, b = Vector(1.0, 2.0), Louder(3.0, 4.0)
    out = []
    for i in range(60):
        if i > 40:
            a, b = b, a
        out.append(a.longer(b) is a)
    return out


def case_lists_and_arrays():
    a = Vector(0, 0)
    items = [5, 6, 7]
    array = np.arange(4.0)
    out = []
    for i in range(50):
        out.append(a.first_of(items))
        out.append(a.put(items, i % 3, i))
        out.append(a.at(array, i % 4))
    out.append(a.first_of((1.5, 2)))
    out.append(a.put(items, 0, "text"))
    out.append(a.at(np.arange(4), 1))
    try:
        a.at(array, 4)
    except IndexError as error:
        out.append(str(error))
    return out, items, a.last


def case_lists_grow_in_native_code():
    stack = Stack()
    items = stack.items
    total, lengths = 0, []
    for i in range(3000):
        stack.push(i)
        total += items[i] + items[-1] + len(items)
    for i in range(1500):
        stack.pop()
        total += items[-1] + len(items)
    for i in range(2000):
        try:
            total += items[i]
        except IndexError as error:
            lengths.append((i, str(error)))
            break
        stack.push(i)
        stack.pop()
        stack.pop()
    return total, lengths, len(items)


def case_lists_shrink_in_a_nest():
    out = []
    for size in (40, 400, 25):
        stack = Stack()
        items = stack.items
        for i in range(size):
            stack.push(i)
        total = 0
        try:
            for i in range(10):
                for j in range(size // 10):
                    total += items[i * 2 + j]
                    stack.pop()
        except IndexError as error:
            out.append(str(error))
        out.append((total, len(items)))
    return out


def case_death_in_native_code():
    log = Dying.log
    del log[:]
    a = Vector(0, 0)
    items = [None, None]
    for i in range(40):
        a.put(items, i % 2, Dying(i) if i % 5 == 0 else i)
        log.append(("put", i))
    a.last = None
    return list(log)


def case_last_references_in_native_code():
    a = Vector(0, 0)
    log, items, out = Dying.log, [0], []
    del log[:]
    for i in range(60):
        out.append(a.keep(i if i < 50 else [i]))
        out.append(a.keep_in(items, i if i < 50 else [i]))
    a.keep(0)
    for i in range(60):
        kept = [i, i]
        a.keep(kept)
        if i > 50:
            kept = None
        out.append(a.last_of())
    for i in range(60):
        a.keep(Dying(i) if i > 50 else i)
        log.append(("kept", i))
    return out, items, list(log)


def case_methods_of_methods():
    a = Vector(0, 0)
    return [a.moved_by(i) for i in range(60)], a.y


def case_errors():
    a = Vector(1.0, 1.0)
    out = []
    for i in range(60):
        try:
            out.append(a.scaled(i % 6))
        except ZeroDivisionError as error:
            out.append((str(error), error.__traceback__.tb_next.tb_lineno - case_errors.__code__.co_firstlineno))
        a.y = 1.0
    return out


def case_missing_attribute():
    vectors = [Vector(1.0, 2.0) for _ in range(40)]
    del vectors[30].y
    out = []
    for vector in vectors:
        try:
            out.append(vector.dot(vectors[0]))
        except AttributeError as error:
            out.append(str(error))
    return out


def case_z_uncaught():
    a = Vector(1.0, 1.0)
    for i in range(60):
        a.scaled(i - 40)
