"""Loops that run long before something unexpected happens: types, overflow, errors, rebinding, bounds."""

FACTOR = 2
TURNS = 3000


def set_factor(value):
    global FACTOR
    FACTOR = value


def int_to_float_late():
    total = 0
    for i in range(TURNS):
        total += i if i != TURNS - 10 else 0.5
    return total


def overflow_late():
    x = 2**63 - TURNS
    for _ in range(TURNS + 5):
        x += 1
    return x


def product_overflows():
    x, turns = 1, 0
    while turns < TURNS:
        x = x * 3 % 1000003 if turns < TURNS - 5 else x * 10**15
        turns += 1
    return x


def zero_division_late():
    total = 0
    for i in range(TURNS):
        total += 1000 // (TURNS - 7 - i)
    return total


def caught_late():
    total = caught = 0
    for i in range(TURNS):
        try:
            total += 1000 // (i % 997)
        except ZeroDivisionError:
            caught += 1
            total -= i
    return total, caught


def index_error_late():
    values = list(range(TURNS - 4))
    total = 0
    for i in range(TURNS):
        total += values[i]
    return total


def list_holds_other_type_late():
    values = [1] * TURNS
    values[-2] = 2.5
    values[-1] = 2**70
    total = 0
    for value in values:
        total += value
    return total


def global_changes_late():
    set_factor(2)
    total = 0
    for i in range(TURNS):
        if i == TURNS - 20:
            set_factor(0.25)
        if i == TURNS - 10:
            set_factor(2**62)
        total += i * FACTOR
    set_factor(2)
    return total


def nested_hot():
    total = 0
    for i in range(60):
        for j in range(60):
            total += i ^ j
            if i == 58 and j == 30:
                total = float(total)
                total = int(total) if j % 2 else total
    return total


def float_becomes_int():
    x = 0.0
    for i in range(TURNS):
        if i == TURNS - 3:
            x = int(x)
        x = x + 0.5 if i < TURNS - 3 else x + 1
    return x


def none_appears():
    last = 0
    for i in range(TURNS):
        last = i if i < TURNS - 2 else None
    return last


def string_grows():
    text = ""
    for i in range(TURNS):
        text += "x" if i % 100 else "é" if i > TURNS - 200 else "y"
    return len(text), text[-150:]


def dict_counts():
    counts = {}
    for i in range(TURNS):
        key = i % 7 if i < TURNS - 9 else str(i % 7)
        counts[key] = counts.get(key, 0) + 1
    return counts


def callee_changes_type(x):
    return x + 1 if x < TURNS - 5 else str(x)


def calls_return_other_type():
    total = 0
    for i in range(TURNS):
        result = callee_changes_type(i)
        total += result if isinstance(result, int) else len(result)
    return total


def branch_never_taken_before():
    total = 0
    log = []
    for i in range(TURNS):
        if i > TURNS - 4:
            log.append(f"late {i}")
            total = total * 2.0
        else:
            total += i
    return total, log


def range_with_huge_numbers():
    total = 0
    for i in range(2**63 - 100, 2**63 + 100, 7):
        total += i
    return total


def while_with_many_variables():
    a, b, c, d, e = 0, 1.0, "s", [0], (1, 2)
    n = 0
    while n < TURNS:
        a += n
        b = b * 1.0001
        if n % 500 == 0:
            c += str(n)
            d.append(n)
            e = (e[1], n)
        n += 1
    return a, b, c, d, e


def condition_is_object():
    values = [1] * (TURNS - 1) + [""]
    count = 0
    while values[count]:
        count += 1
    return count


def comparison_changes_type():
    count = 0
    for i in range(TURNS):
        limit = 50 if i < TURNS - 3 else 50.5
        if i % 100 < limit:
            count += 1
    return count


def modulo_of_negative_late():
    x, total = TURNS, 0
    for _ in range(2 * TURNS):
        x -= 1
        total += x % 7 + x // 3
    return total


def shift_overflows_late():
    total = 0
    for i in range(TURNS):
        total ^= 1 << (i % 40 if i < TURNS - 2 else 70)
    return total


def two_loops_after_each_other():
    total = 0
    for i in range(TURNS):
        total += i
    total = total / 3
    for i in range(TURNS):
        total -= i
    return total, i


def swap_overflows_late():
    a, b = 0, 1
    for i in range(TURNS):
        a, b = b, a + b if i < 40 or i > TURNS - 80 else b
    return a, b


def float_swap_divides_by_zero_late():
    a, b, caught = 1.5, 2.5, 0
    for i in range(TURNS):
        try:
            a, b = b, a / (TURNS - 2.0 - i) + b % 7.0
        except ZeroDivisionError:
            caught += 1
    return a, b, caught


def case_all():
    out = []
    for function in (
        int_to_float_late, overflow_late, product_overflows, caught_late, list_holds_other_type_late, global_changes_late,
        nested_hot, float_becomes_int, none_appears, string_grows, dict_counts, calls_return_other_type,
        branch_never_taken_before, range_with_huge_numbers, while_with_many_variables, condition_is_object,
        comparison_changes_type, modulo_of_negative_late, shift_overflows_late, two_loops_after_each_other,
        swap_overflows_late, float_swap_divides_by_zero_late,
    ):  # fmt: skip
        out.append((function.__name__, function()))
    return out


case_zero_division_late = zero_division_late
case_index_error_late = index_error_late
