"""Recursion: shallow, deep, mutual, through methods and built-ins, and RecursionError."""

import sys


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def fib_with_types(n, one):
    if n < 2:
        return one * n
    return fib_with_types(n - 1, one) + fib_with_types(n - 2, one)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def factorial(n):
    return 1 if n <= 1 else n * factorial(n - 1)


def hanoi(n, source, target, spare, moves):
    if n == 0:
        return
    hanoi(n - 1, source, spare, target, moves)
    moves.append((source, target))
    hanoi(n - 1, spare, target, source, moves)


def case_hanoi():
    moves = []
    hanoi(5, "a", "c", "b", moves)
    return len(moves), moves[:5]


def permutations(values):
    if len(values) <= 1:
        return [values]
    out = []
    for i in range(len(values)):
        for rest in permutations(values[:i] + values[i + 1 :]):
            out.append([values[i]] + rest)
    return out


def quicksort(values):
    if len(values) <= 1:
        return values
    pivot = values[0]
    smaller = [v for v in values[1:] if v < pivot]
    larger = [v for v in values[1:] if v >= pivot]
    return quicksort(smaller) + [pivot] + quicksort(larger)


def flatten(tree):
    out = []
    for item in tree:
        if isinstance(item, list):
            out.extend(flatten(item))
        else:
            out.append(item)
    return out


def depth_first(graph, node, seen):
    if node in seen:
        return seen
    seen.append(node)
    for neighbour in graph[node]:
        depth_first(graph, neighbour, seen)
    return seen


def endless(n):
    return endless(n + 1) + 1


def ping(n):
    return pong(n + 1)


def pong(n):
    return ping(n + 1)


class Tree:
    def __init__(self, left, right):
        self.left = left
        self.right = right

    def count(self):
        total = 1
        if self.left is not None:
            total += self.left.count()
        if self.right is not None:
            total += self.right.count()
        return total

    def __len__(self):
        return len(self)


def make_tree(depth):
    return Tree(None, None) if depth == 0 else Tree(make_tree(depth - 1), make_tree(depth - 1))


def case_tree():
    return make_tree(6).count()


def caught_endless():
    try:
        endless(0)
    except RecursionError as error:
        return str(error)


def case_caught():
    return caught_endless()


def case_caught_again():
    return [caught_endless() for _ in range(3)]


def case_mutual_endless():
    try:
        ping(0)
    except RecursionError as error:
        return type(error).__name__, str(error)


def case_endless_len():
    try:
        return len(Tree(None, None))
    except RecursionError as error:
        return type(error).__name__


def reach(n, deepest):
    deepest[0] = n
    reach(n + 1, deepest)


def case_depth_is_the_limit():
    deepest = [0]
    try:
        reach(1, deepest)
    except RecursionError:
        pass
    return deepest[0]


def spelled(n):
    length = len(str(n))
    return length if n == 0 else length + spelled(n - 1)


def either(n, other):
    return other if n == 0 else either(n - 1, (other, n)[n % 2])


def case_depth_comes_back():
    before = case_depth_is_the_limit()
    found = [spelled(20) for _ in range(20)], [either(20, "") for _ in range(20)]
    return found, case_depth_is_the_limit() - before


def descend(n):
    return 0 if n == 0 else 1 + descend(n - 1)


def case_raised_limit():
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20000)
    try:
        return descend(9000)
    finally:
        sys.setrecursionlimit(limit)


def case_lowered_limit():
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(200)
    try:
        return descend(900)
    except RecursionError as error:
        return str(error)
    finally:
        sys.setrecursionlimit(limit)


def case_uncaught():
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(150)
    try:
        return endless(0)
    finally:
        sys.setrecursionlimit(limit)


def error_at_bottom(n):
    if n == 0:
        return 1 / n
    return error_at_bottom(n - 1)


def case_error_at_bottom():
    return error_at_bottom(6)


def caught_halfway(n):
    if n == 3:
        try:
            return caught_halfway(n - 1)
        except ZeroDivisionError as error:
            return str(error)
    return 1 / n if n == 0 else caught_halfway(n - 1) + "+"


def case_caught_halfway():
    return caught_halfway(6)


CASES = [
    (fib, 15),
    (fib, -3),
    (fib, 7.5),
    (fib, True),
    (fib_with_types, 10, 1.0),
    (fib_with_types, 10, 2**62),
    (fib_with_types, 8, "ab"),
    (fib_with_types, 6, [1]),
    (fib, "x"),
    (ackermann, 2, 3),
    (factorial, 20),
    (factorial, 25),
    (factorial, 5.0),
    (permutations, [1, 2, 3, 4]),
    (quicksort, [3, 6, 1, 8, 2, 9, 2]),
    (quicksort, [3, 1.5, True, 2**70]),
    (quicksort, [3, "a"]),
    (flatten, [1, [2, [3, [4]], 5], []]),
    (depth_first, {"a": "bc", "b": "d", "c": "d", "d": ""}, "a", []),
]
