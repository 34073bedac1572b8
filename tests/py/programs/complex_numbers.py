"""Complex numbers as their parts in registers, and every way out of that."""

NAN = float("nan")
INF = float("inf")


def escape(w, h, limit):
    total = 0
    for j in range(h):
        for i in range(w):
            c = complex(-2.0 + 3.0 * i / w, -1.0 + 2.0 * j / h)
            z = 0j
            n = 0
            while n < limit and abs(z) <= 2.0:
                z = z * z + c
                n += 1
            total += n
    return total


def operate(a, b):
    return [a + b, a - b, a * b, -a, a == b, a != b, bool(a), a.real, b.imag, a.conjugate()]


def divide(a, b):
    try:
        return a / b
    except ZeroDivisionError as error:
        return str(error)


def powers(z):
    return [z**1, z**2, z**3, z**5]


def mixed(z, x):
    return [z + x, x + z, z - x, x - z, z * x, x * z, z == x, x != z, divide(z, x), divide(x, z)]


def magnitude(z):
    try:
        return abs(z)
    except OverflowError as error:
        return str(error)


def horner(coefficients, z):
    total = 0j
    for c in coefficients:
        total = total * z + c
    return total


def steps(z, n):
    seen = []
    for i in range(n):
        if z:
            seen.append(z)
        z = z * 1j + (0.5 if i % 2 else 1)
    return seen, z


def maybe_bound(n):
    for i in range(n):
        z = complex(i, -i)
    return z


def same(z, n):
    kept = [z]
    for _ in range(n):
        w = z
        kept.append(w)
    return [k is z for k in kept]


def nan_found(n):
    out = []
    for i in range(n):
        z = complex(i, NAN if i == 2 else 0.0)
        row = [z]
        out.append(z in row)
    return out


def case_escape():
    return escape(9, 6, 12)


def case_operators():
    numbers = [1 + 2j, -0.0 - 0.0j, 0j, complex(INF, 1), complex(NAN, 0), 1e200 + 1e200j]
    return [repr(operate(a, b)) for a in numbers for b in numbers]


def case_mixed():
    reals = [2, -1, True, 0.5, -0.0, INF, 2**53 + 1]
    return [repr(mixed(z, x)) for z in (1 + 2j, complex(-0.0, -0.0), complex(INF, NAN)) for x in reals]


def case_divide():
    numbers = [1 + 2j, 3 - 4j, 0j, complex(INF, 1), complex(0.0, -2.0)]
    return [repr(divide(a, b)) for a in numbers for b in numbers]


def case_powers():
    out = [repr(powers(z)) for z in (1 + 2j, -0.5j, 0j, complex(-0.0, 1))]
    try:
        out.append(powers(1e200 + 1e200j))
    except OverflowError as error:
        out.append(str(error))
    return out


def case_magnitudes():
    return [repr(magnitude(z)) for z in (3 + 4j, 0j, complex(INF, NAN), complex(NAN, 1), 1e308 + 1.7e308j)]


def case_loops():
    out = [horner([1j, 2 + 1j, 0.5 + 0j], 1 - 1j), horner([1j, 2, 0.5], 2j)]
    out.append([steps(1 + 0j, n) for n in (0, 1, 5)])
    out.append(maybe_bound(3))
    try:
        maybe_bound(0)
    except UnboundLocalError as error:
        out.append(str(error))
    return repr(out)


def case_kinds_change():
    return [repr(horner(c, z)) for z in (1j, 2, 0.5) for c in ([1j, 2j], [1, 2.5], [2**70, 1j])]


def case_identity():
    return same(complex(NAN, 1.0), 3), nan_found(4)
