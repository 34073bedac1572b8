"""Small complete programs of the usual kinds, each giving one checkable answer."""


def mandelbrot(size, limit):
    rows = []
    for y in range(size):
        row = 0
        for x in range(size):
            cr, ci = 3.0 * x / size - 2.0, 2.0 * y / size - 1.0
            zr = zi = 0.0
            n = 0
            while n < limit and zr * zr + zi * zi < 4.0:
                zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
                n += 1
            row += n
        rows.append(row)
    return rows


def nbody(steps):
    bodies = [[0.0, 0.0, 0.0, 0.0, 10.0], [1.0, 0.0, 0.0, 3.0, 1.0], [0.0, 2.0, -2.0, 0.0, 0.5]]
    for _ in range(steps):
        for i in range(len(bodies)):
            a = bodies[i]
            for j in range(i + 1, len(bodies)):
                b = bodies[j]
                dx, dy = a[0] - b[0], a[1] - b[1]
                force = 0.001 / (dx * dx + dy * dy) ** 1.5
                a[2] -= dx * b[4] * force
                a[3] -= dy * b[4] * force
                b[2] += dx * a[4] * force
                b[3] += dy * a[4] * force
        for body in bodies:
            body[0] += 0.001 * body[2]
            body[1] += 0.001 * body[3]
    return bodies


def edit_distance(a, b):
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            cost = 0 if x == y else 1
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost))
        previous = current
    return previous[-1]


def knapsack(weights, values, capacity):
    best = [0] * (capacity + 1)
    for i in range(len(weights)):
        for c in range(capacity, weights[i] - 1, -1):
            candidate = best[c - weights[i]] + values[i]
            if candidate > best[c]:
                best[c] = candidate
    return best[capacity], best


def queens(n):
    def place(row, columns, rising, falling):
        if row == n:
            return 1
        count = 0
        for column in range(n):
            if not (columns >> column & 1 or rising >> (row + column) & 1 or falling >> (row - column + n) & 1):
                count += place(
                    row + 1, columns | 1 << column, rising | 1 << (row + column), falling | 1 << (row - column + n)
                )
        return count

    return place(0, 0, 0, 0)


def shortest_paths(edges, start, count):
    distance = [float("inf")] * count
    distance[start] = 0
    for _ in range(count - 1):
        changed = False
        for a, b, weight in edges:
            if distance[a] + weight < distance[b]:
                distance[b] = distance[a] + weight
                changed = True
        if not changed:
            break
    return distance


def life(cells, width, height, generations):
    for _ in range(generations):
        fresh = [[0] * width for _ in range(height)]
        for y in range(height):
            for x in range(width):
                n = 0
                for dy in (-1, 0, 1):
                    for dx in (-1, 0, 1):
                        if dx or dy:
                            n += cells[(y + dy) % height][(x + dx) % width]
                fresh[y][x] = 1 if n == 3 or (n == 2 and cells[y][x]) else 0
        cells = fresh
    return cells


def tokenize(text):
    tokens, i = [], 0
    while i < len(text):
        c = text[i]
        if c.isdigit():
            j = i
            while j < len(text) and (text[j].isdigit() or text[j] == "."):
                j += 1
            tokens.append(float(text[i:j]) if "." in text[i:j] else int(text[i:j]))
            i = j
            continue
        if not c.isspace():
            tokens.append(c)
        i += 1
    return tokens


def evaluate(text):
    tokens = tokenize(text)
    position = 0

    def expression():
        nonlocal position
        value = term()
        while position < len(tokens) and tokens[position] in ("+", "-"):
            operator = tokens[position]
            position += 1
            value = value + term() if operator == "+" else value - term()
        return value

    def term():
        nonlocal position
        value = factor()
        while position < len(tokens) and tokens[position] in ("*", "/"):
            operator = tokens[position]
            position += 1
            value = value * factor() if operator == "*" else value / factor()
        return value

    def factor():
        nonlocal position
        if position >= len(tokens):
            raise SyntaxError("unexpected end")
        token = tokens[position]
        position += 1
        if token == "(":
            value = expression()
            position += 1
            return value
        if token == "-":
            return -factor()
        if isinstance(token, str):
            raise SyntaxError(f"unexpected {token!r}")
        return token

    return expression()


def brainfuck(program, steps):
    tape, out = [0] * 30, []
    pointer = position = count = 0
    while position < len(program) and count < steps:
        command = program[position]
        if command == ">":
            pointer += 1
        elif command == "<":
            pointer -= 1
        elif command == "+":
            tape[pointer] = (tape[pointer] + 1) % 256
        elif command == "-":
            tape[pointer] = (tape[pointer] - 1) % 256
        elif command == ".":
            out.append(chr(tape[pointer]))
        elif command == "[" and tape[pointer] == 0 or command == "]" and tape[pointer] != 0:
            depth = 1 if command == "[" else -1
            direction = depth
            while depth:
                position += direction
                depth += (program[position] == "[") - (program[position] == "]")
        position += 1
        count += 1
    return "".join(out), count


def simpson(function, a, b, n):
    h = (b - a) / n
    total = function(a) + function(b)
    for i in range(1, n):
        total += function(a + i * h) * (4 if i % 2 else 2)
    return total * h / 3


def gauss(matrix, right):
    n = len(matrix)
    for k in range(n):
        pivot = k
        for i in range(k + 1, n):
            if abs(matrix[i][k]) > abs(matrix[pivot][k]):
                pivot = i
        matrix[k], matrix[pivot] = matrix[pivot], matrix[k]
        right[k], right[pivot] = right[pivot], right[k]
        for i in range(k + 1, n):
            factor = matrix[i][k] / matrix[k][k]
            for j in range(k, n):
                matrix[i][j] -= factor * matrix[k][j]
            right[i] -= factor * right[k]
    solution = [0] * n
    for i in range(n - 1, -1, -1):
        rest = right[i]
        for j in range(i + 1, n):
            rest -= matrix[i][j] * solution[j]
        solution[i] = rest / matrix[i][i]
    return solution


def big_pi(digits):
    q, r, t, k, m, x = 1, 0, 1, 1, 3, 3
    out = []
    while len(out) < digits:
        if 4 * q + r - t < m * t:
            out.append(m)
            q, r, m = 10 * q, 10 * (r - m * t), 10 * (3 * q + r) // t - 10 * m
        else:
            q, r, t, k, m, x = q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2
    return out


def heap_sort(values):
    n = len(values)

    def sift(start, end):
        root = start
        while 2 * root + 1 <= end:
            child = 2 * root + 1
            if child + 1 <= end and values[child] < values[child + 1]:
                child += 1
            if values[root] >= values[child]:
                return
            values[root], values[child] = values[child], values[root]
            root = child

    for start in range(n // 2 - 1, -1, -1):
        sift(start, n - 1)
    for end in range(n - 1, 0, -1):
        values[0], values[end] = values[end], values[0]
        sift(0, end - 1)
    return values


def lcg(seed, n):
    out = []
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) % 2**31
        out.append(seed)
    return out


GLIDER = [[0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [1, 1, 1, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]

CASES = [
    (mandelbrot, 12, 30),
    (nbody, 40),
    (edit_distance, "kitten sitting", "sitting kitten"),
    (edit_distance, [1, 2, 3], [1, 3]),
    (knapsack, [1, 3, 4, 5], [1, 4, 5, 7], 12),
    (knapsack, [1, 3], [1.5, 2**62], 4),
    (queens, 6),
    (shortest_paths, [(0, 1, 4), (0, 2, 1), (2, 1, 2), (1, 3, 5)], 0, 5),
    (shortest_paths, [(0, 1, 0.5), (1, 2, 2**60)], 0, 3),
    (life, GLIDER, 5, 5, 9),
    (evaluate, "2 * (3 + 4) - 10 / 4"),
    (evaluate, "-(1.5 + 2) * 100000000000 * 100000000000"),
    (evaluate, "1 / (2 - 2)"),
    (evaluate, "1 + "),
    (evaluate, "1 + x"),
    (brainfuck, "++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.", 3000),
    (brainfuck, "+[]", 500),
    (simpson, abs, -1, 2, 30),
    (simpson, lambda x: x**3, 0, 1, 10),
    (gauss, [[2.0, 1.0, -1.0], [-3.0, -1.0, 2.0], [-2.0, 1.0, 2.0]], [8.0, -11.0, -3.0]),
    (gauss, [[1, 2], [2, 4]], [1, 2]),
    (big_pi, 30),
    (heap_sort, lcg(7, 60)),
    (heap_sort, [3.5, 1, True, 2**64, -1]),
]
