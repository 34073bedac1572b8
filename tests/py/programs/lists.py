"""Lists: indexes and slices of every sign, errors, mutation while iterating, methods, aliasing."""


def get(values, index):
    return values[index]


def put(values, index, item):
    values[index] = item
    return values


def remove(values, index):
    del values[index]
    return values


def cut(values, start, stop, step):
    return values[start:stop], values[start:stop:step], values[:stop], values[start:], values[::step]


def put_slice(values, start, stop, items):
    values[start:stop] = items
    return values


def put_extended(values, step, items):
    values[::step] = items
    return values


def remove_slice(values, start, stop, step):
    del values[start:stop:step]
    return values


def sum_backwards(values):
    total = 0
    for i in range(1, len(values) + 1):
        total += values[-i]
    return total


def bubble_sort(values):
    for i in range(len(values)):
        for j in range(len(values) - 1 - i):
            if values[j] > values[j + 1]:
                values[j], values[j + 1] = values[j + 1], values[j]
    return values


def prefix_sums(values):
    out = [0] * (len(values) + 1)
    for i in range(len(values)):
        out[i + 1] = out[i] + values[i]
    return out


def grows_while_iterating(values):
    for value in values:
        if len(values) < 12:
            values.append(value * 2)
    return values


def shrinks_while_iterating(values):
    seen = []
    for value in values:
        seen.append(value)
        values.remove(value)
    return seen, values


def cleared_while_iterating(values):
    seen = []
    for value in values:
        seen.append(value)
        if value == 3:
            values.clear()
    return seen, values


def replaced_while_iterating(values):
    seen = []
    for i, value in enumerate(values):
        if i == 0:
            values[1] = "replaced"
            values[2:] = [7, 8, 9, 10]
        seen.append(value)
    return seen


def popped_in_index_loop(values):
    out = []
    for i in range(len(values)):
        out.append(values[i])
        if i == 2:
            values.pop()
            values.pop()
    return out


def index_in_loop(values, indexes):
    out = []
    for index in indexes:
        out.append(values[index])
    return out


def store_in_loop(count, size):
    values = [0] * size
    for i in range(count):
        values[i] = i * i
    return values


def methods(values):
    values.append(4)
    values.extend((5, 6))
    values.insert(0, "first")
    values.insert(-1, "near end")
    values.insert(100, "last")
    popped = values.pop(), values.pop(0), values.pop(-2)
    values.reverse()
    return popped, values, values.index(5), values.count(4), values.copy() is values


def sorting(values):
    copy = sorted(values)
    values.sort(reverse=True)
    return copy, values


def sorting_by_key(words):
    words.sort(key=len)
    by_last = sorted(words, key=lambda word: word[-1], reverse=True)
    return words, by_last


def aliasing():
    row = [0] * 3
    grid = [row] * 3
    grid[0][0] = 1
    fresh = [[0] * 3 for _ in range(3)]
    fresh[0][0] = 1
    own = []
    own.append(own)
    return grid, fresh, own, grid[0] is grid[1]


def matrix_product(a, b):
    rows, inner, columns = len(a), len(b), len(b[0])
    out = []
    for i in range(rows):
        row = []
        for j in range(columns):
            total = 0
            for k in range(inner):
                total += a[i][k] * b[k][j]
            row.append(total)
        out.append(row)
    return out


def transpose(matrix):
    return [[row[i] for row in matrix] for i in range(len(matrix[0]))]


def concatenate(a, b):
    c = a + b
    a += b
    return a, c, a == c, a is c, a * 2, 2 * b, b * 0, b * -1


def identity_kept(count):
    first = [object(), 10**20, 1.5, "text", None]
    second = []
    for _ in range(count):
        second = []
        for item in first:
            second.append(item)
    return all(a is b for a, b in zip(first, second))


def stack_machine(program):
    stack = []
    for token in program:
        if token == "+":
            stack.append(stack.pop() + stack.pop())
        elif token == "*":
            stack.append(stack.pop() * stack.pop())
        elif token == "dup":
            stack.append(stack[-1])
        else:
            stack.append(token)
    return stack


def compare(a, b):
    return a == b, a != b, a < b, a <= b


def sieve(limit):
    flags = [True] * limit
    flags[0] = flags[1] = False
    i = 2
    while i * i < limit:
        if flags[i]:
            for j in range(i * i, limit, i):
                flags[j] = False
        i += 1
    return [i for i in range(limit) if flags[i]]


def queue(count):
    pending = [(0, 1)]
    out = []
    while pending:
        depth, value = pending.pop(0)
        out.append(value)
        if depth < count:
            pending.append((depth + 1, value * 2))
            if value % 3:
                pending.append((depth + 1, value + 5))
    return out


CASES = [
    *[(get, [10, 20, 30], i) for i in (0, 2, -1, -3, 3, -4, True, 2**63, -(2**70), 1.0, "1", None, [1])],
    (get, [], 0),
    (put, [1, 2], 0, "new"),
    (put, [1, 2], -2, "new"),
    (put, [1, 2], 2, "new"),
    (put, [1, 2], -3, "new"),
    (put, [1, 2], "0", 1),
    (put, (1, 2), 0, 1),
    (put, "ab", 0, "c"),
    (put, 5, 0, 1),
    (remove, [1, 2, 3], 1),
    (remove, [1, 2, 3], -3),
    (remove, [1, 2, 3], 3),
    (remove, (1, 2), 0),
    (cut, list(range(10)), 2, 7, 2),
    (cut, list(range(10)), -3, None, -1),
    (cut, list(range(10)), None, -100, -3),
    (cut, list(range(10)), 100, 200, 1),
    (cut, list(range(3)), 0, 2**80, 1),
    (cut, [1, 2], 0, 2, 0),
    (cut, [1, 2], "a", 2, 1),
    (cut, (1, 2, 3, 4), 1, 3, 2),
    (cut, "abcdef", -4, -1, 2),
    (cut, b"abcdef", 1, 4, -1),
    (put_slice, [1, 2, 3, 4], 1, 3, ["x"]),
    (put_slice, [1, 2, 3, 4], 1, 1, "abc"),
    (put_slice, [1, 2, 3, 4], 3, 1, [9]),
    (put_slice, [1, 2, 3, 4], 0, 2, 5),
    (put_extended, [1, 2, 3, 4], 2, "ab"),
    (put_extended, [1, 2, 3, 4], 2, "abc"),
    (put_extended, [1, 2, 3, 4], -1, (5, 6, 7, 8)),
    (remove_slice, list(range(10)), 1, 8, 3),
    (remove_slice, list(range(10)), None, None, -2),
    (sum_backwards, [1, 2, 3]),
    (sum_backwards, [1, 2.5, 3]),
    (bubble_sort, [5, 2, 9, 1, 5, 6]),
    (bubble_sort, [5, 2.5, 9, True, 2**70]),
    (bubble_sort, ["pear", "apple", "fig"]),
    (bubble_sort, [1, "a"]),
    (prefix_sums, [3, 1, 4, 1, 5]),
    (prefix_sums, [2**62, 2**62, 2**62]),
    (grows_while_iterating, [1, 2, 3]),
    (shrinks_while_iterating, [1, 2, 3, 4, 5]),
    (cleared_while_iterating, [1, 2, 3, 4]),
    (replaced_while_iterating, [1, 2, 3]),
    (popped_in_index_loop, [1, 2, 3, 4, 5]),
    (index_in_loop, [1, 2, 3], [0, -1, 2, -3]),
    (index_in_loop, [1, 2, 3], [0, -1, 3, -3]),
    (index_in_loop, [1, 2, 3], [0, -4]),
    (index_in_loop, "abc", [0, 1, 5]),
    (index_in_loop, (1, 2), [0, 1, 5]),
    (index_in_loop, {0: "a", 1: "b"}, [0, 1, 5]),
    (store_in_loop, 5, 5),
    (store_in_loop, 6, 5),
    (methods, [1, 2, 3]),
    (sorting, [3, 1.5, 2, True]),
    (sorting, [3, "a"]),
    (sorting_by_key, ["ccc", "a", "bb", "dd"]),
    (aliasing,),
    (matrix_product, [[1, 2], [3, 4]], [[5, 6], [7, 8]]),
    (matrix_product, [[1, 2.5]], [[5], [7]]),
    (matrix_product, [[1, 2]], [[5]]),
    (transpose, [[1, 2, 3], [4, 5, 6]]),
    (concatenate, [1], [2, 3]),
    (concatenate, [1], (2, 3)),
    (identity_kept, 30),
    (stack_machine, [1, 2, "+", "dup", "*"]),
    (stack_machine, [1, "+"]),
    (compare, [1, 2.0], [1.0, 2]),
    (compare, [1, [2]], [1, [3]]),
    (compare, [1], (1,)),
    (sieve, 60),
    (queue, 4),
]
