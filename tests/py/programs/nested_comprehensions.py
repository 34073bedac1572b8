"""Comprehensions in comprehensions and calls: what an outer loop makes anew while an inner one runs."""


def attempt(function, x):
    try:
        return function(x)
    except Exception as error:
        return str(error)


def plus(x):
    return x + 1


def inverse(x):
    return 1 / x


def case_lists_of_lists():
    return [[attempt(function, x) for x in [0, 1, 2, 3]] for function in [plus, inverse, plus]]


def case_sets_and_dicts():
    return [{x % 3: {x, y} for x in range(7)} for y in range(4)]


def pair(first, second):
    return [first, second]


def case_value_held_across_an_inner_loop():
    out = []
    for i in range(5):
        out.append(pair(plus(i) if i % 2 else -i, [x * i for x in range(6)]))
    return out


def case_three_deep():
    return [[[x + y + z for x in range(3)] for y in range(3)] for z in range(3)]
