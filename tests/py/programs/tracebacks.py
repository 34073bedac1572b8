"""Where errors are: lines and columns of every kind of operation, long expressions, deep calls."""


def in_long_expression(a, b, c):
    return (a + b) * (b / c) + (a * (b - 1) // (c + 0))


def in_multiline_expression(a, b, c):
    return (
        a
        + b
        * c
        + (
            a / b
        )
    )


def in_multiline_call(a, b):
    return max(
        a,
        b[0],
        a / 0,
    )


def in_subscripts(data, k):
    return data["a"][k]["c"] + data["b"][k]


def in_attributes(x):
    return x.real.imag.missing.real


def in_chained_calls(text):
    return text.strip().upper().nothing().lower()


def in_comparison(a, b, c):
    return a < b <= c


def in_unary(x):
    return 1 + -x


def in_not(x):
    return not x


def in_condition(x, y):
    if x and y.value > 3:
        return 1
    return 0


def in_ternary(x):
    return "a" if x > 0 else "b" + x


def in_in_place(x, y):
    x += 1
    x *= y
    x -= y
    return x


def in_in_place_subscript(data, key):
    data[key] += 1
    return data


def in_in_place_attribute(thing):
    thing.value -= 1
    return thing


def in_for_header(n):
    for i in range(n / 2):
        pass


def in_for_not_iterable(x):
    total = 0
    for item in x:
        total += item
    return total


def in_for_body(values):
    total = 0
    for i, value in enumerate(values):
        total = total + value * i
    return total


def in_while_condition(x):
    while x < 5:
        x += "1" if x == 3 else 1
    return x


def in_unpacking(x):
    a, (b, c) = x
    return a + b + c


def in_slice(x, y):
    return x[1:y]


def in_store(x, i):
    x[i] = 1


def in_delete(x, i):
    del x[i]


def in_list_display(a):
    return [1, a + 1, a["k"]]


def in_dict_display(a):
    return {"x": 1, a: 2, "y": a + 1}


def in_tuple_display(a):
    return a, a + 1, -a


def in_fstring(a):
    return f"start {a + 1} end {a['x']:>5}"


def in_keyword_argument(a):
    return dict(x=1, y=a + 1)


def in_star_argument(a):
    return max(*a, 1)


def in_assert(a):
    assert a + 1 > 0, a
    return a


def in_raise(a):
    raise ValueError(a + 1)


def in_return_of_call(a):
    return helper(a)


def helper(a):
    b = a * 2
    return deeper(b, a)


def deeper(b, a):
    for i in range(3):
        if i == 2:
            return b / (a - a)
    return None


def in_unicode_line(é):
    return "ünï😀" + é + "x"


def in_lambda(a):
    return (lambda x: x + a)(1)


def in_comprehension(values):
    return [10 // value for value in values if value is not None]


def in_nested_comprehension(rows):
    return [[10 // value for value in row] for row in rows]


def in_walrus(a):
    if (b := a + 1) > 2:
        return b.missing
    return b


def in_global_call(a):
    return undefined_helper(a)


def in_with(a):
    with a:
        pass


def in_import():
    import no_such_module_anywhere

    return no_such_module_anywhere


def in_import_from():
    from math import no_such_name

    return no_such_name


def in_print(a):
    print("before")
    print("value", a / 0)
    print("after")


def in_same_line(a): return a + 1; return 2  # noqa: E701, E702


def in_very_long_line(a):
    return aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa(a) + bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb(a) + cccccccccccccccccc(a)


def aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa(a):
    return a


def bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb(a):
    return a


def cccccccccccccccccc(a):
    return a[0]


def late_in_loop(count):
    """The error comes long after the loop became hot."""
    values = list(range(count))
    values[count - 3] = None
    total = 0
    for i in range(count):
        total += values[i] * 2
    return total


def same_line_in_loop(values):
    out = []
    for value in values:
        try:
            out.append(1 / value if value != 1 else value["k"])
        except (ZeroDivisionError, TypeError) as error:
            position = error.__traceback__
            columns = list(position.tb_frame.f_code.co_positions())[position.tb_lasti // 2]
            out.append((type(error).__name__, position.tb_lineno, columns))
    return out


CASES = [
    (in_long_expression, 1, 2, 0),
    (in_long_expression, 1, "x", 0),
    (in_long_expression, 1, 2, "x"),
    (in_multiline_expression, 1, 0, 2),
    (in_multiline_expression, 1, "a", "b"),
    (in_multiline_call, 1, [2]),
    (in_multiline_call, 1, []),
    (in_subscripts, {"a": [{"c": 1}], "b": []}, 0),
    (in_subscripts, {"a": []}, 0),
    (in_subscripts, {}, 0),
    (in_attributes, 5),
    (in_chained_calls, " x "),
    (in_comparison, 1, 2, "a"),
    (in_comparison, "a", 2, 3),
    (in_unary, "x"),
    (in_not, 0),
    (in_condition, 1, 2),
    (in_ternary, -1),
    (in_in_place, 1, 2),
    (in_in_place, 1, "x"),
    (in_in_place, 1, None),
    (in_in_place, "x", 1),
    (in_in_place_subscript, {}, "k"),
    (in_in_place_subscript, {"k": "v"}, "k"),
    (in_in_place_attribute, 5),
    (in_for_header, 4),
    (in_for_not_iterable, 5),
    (in_for_not_iterable, [1, "a"]),
    (in_for_body, [1, 2, None]),
    (in_while_condition, 0),
    (in_while_condition, "a"),
    (in_unpacking, (1, 2)),
    (in_unpacking, (1, (2, 3, 4))),
    (in_unpacking, (1, (2, "x"))),
    (in_slice, [1], "a"),
    (in_slice, 5, 1),
    (in_store, [1], 5),
    (in_store, "text", 0),
    (in_delete, [1], 5),
    (in_delete, {}, "k"),
    (in_list_display, 1),
    (in_list_display, "x"),
    (in_dict_display, []),
    (in_dict_display, "k"),
    (in_tuple_display, "x"),
    (in_fstring, 1),
    (in_fstring, "x"),
    (in_keyword_argument, "x"),
    (in_star_argument, 5),
    (in_assert, "x"),
    (in_raise, "x"),
    (in_return_of_call, 3),
    (in_return_of_call, None),
    (in_unicode_line, 5),
    (in_lambda, "x"),
    (in_comprehension, [1, 0]),
    (in_nested_comprehension, [[1], [2, 0]]),
    (in_walrus, 5),
    (in_walrus, "x"),
    (in_global_call, 1),
    (in_with, 5),
    (in_import,),
    (in_import_from,),
    (in_print, 1),
    (in_same_line, "x"),
    (in_very_long_line, 5),
    (late_in_loop, 400),
    (same_line_in_loop, [1, 0, 2, 1, 0]),
]
