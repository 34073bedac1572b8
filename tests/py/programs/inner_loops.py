"""Values that wait, unfinished expressions, while a loop inside them runs: the loop may be entered as native code."""


def keyed_sets(n):
    return {i: {j for j in range(i) if j & 1} for i in range(n)}


def nested_lists(n):
    return [[(i, j) for j in range(i)] for i in range(n)]


def argument_before_loop(n):
    out = []
    for i in range(n):
        out.append((i * 3, str(i), sum([i * j for j in range(i % 7)])))
    return out


def sum_before_loop(n):
    total = 0
    for i in range(n):
        total = total + i * len([j for j in range(20) if (i + j) % 3])
    return total


def choice_before_loop(n):
    return [(i if i & 1 else -i / 2, [k for k in range(i)]) for i in range(n)]


def chained_before_loop(n):
    return [0 <= i <= len([j for j in range(n) if j > i]) for i in range(n)]


def objects_before_loop(n):
    return [("a" * i + "b", {str(i): [c for c in str(i) * 3]}) for i in range(n)]


def three_deep(n):
    return [(a, [(b, [(c, a + b) for c in range(b)]) for b in range(a)]) for a in range(n)]


def raises_inside(n):
    out = []
    for i in range(n):
        try:
            out.append((i, [12 // (j - 3) for j in range(i)]))
        except ZeroDivisionError:
            out.append((i, "zero"))
    return out


def leaves_inside(n):
    return [(i, [(i << j) for j in range(70)][-1]) for i in range(n)]


def constants_inside(n):
    return [("name", 1.5, i, ["x" for _ in range(i)], 10**30) for i in range(n)]


CASES = [
    (keyed_sets, 6),
    (keyed_sets, 60),
    (nested_lists, 12),
    (argument_before_loop, 50),
    (sum_before_loop, 60),
    (choice_before_loop, 30),
    (chained_before_loop, 30),
    (objects_before_loop, 25),
    (three_deep, 7),
    (raises_inside, 12),
    (leaves_inside, 12),
    (constants_inside, 20),
]
