"""Names that are not there: UnboundLocalError, NameError, del, and their positions."""

import builtins

PRESENT = 5


def unbound_before_assignment():
    value = later
    later = 1
    return value, later


def unbound_in_branch(flag):
    if flag:
        x = 1
    return x


def unbound_loop_variable(values):
    for item in values:
        pass
    return item


def unbound_augmented():
    counter += 1
    return counter


def global_read_then_written():
    print("before")
    PRESENT = PRESENT + 1
    return PRESENT


def undefined_global():
    return PRESENT + no_such_name


def undefined_function(x):
    return no_such_function(x + 1)


def undefined_in_loop(values):
    total = 0
    for value in values:
        if value == 3:
            total += missing_here
        total += value
    return total


def deleted_local():
    x = [1]
    y = x
    del x
    return y, x


def deleted_twice():
    x = 1
    del x
    del x


def deleted_and_bound(count):
    out = []
    for i in range(count):
        x = i
        if i % 2:
            del x
            x = "again"
        out.append(x)
    return out


def deleted_in_loop(count):
    x = 0
    for i in range(count):
        if i == 3:
            del x
        x = x + i
    return x


def deleted_parameter(a, b):
    del a
    return b, a


def conditional_delete(flag):
    value = "kept"
    if flag:
        del value
    try:
        return value
    except UnboundLocalError as error:
        return str(error), error.name


def name_error_attributes():
    try:
        return not_there
    except NameError as error:
        return type(error).__name__, str(error), error.name


def close_name():
    presents = 3
    return present + presents


def global_statement(value):
    global WRITTEN
    WRITTEN = value
    return WRITTEN + 1


def global_deleted():
    global WRITTEN
    WRITTEN = 1
    del WRITTEN
    return WRITTEN


def exception_name_is_deleted():
    error = "outer"
    try:
        raise ValueError("x")
    except ValueError as error:
        pass
    return error


def loop_else_binding(values):
    for value in values:
        if value:
            result = value
            break
    return result


def hooked_import(n):
    """Nothing is imported by compiling."""
    asked = []
    plain = builtins.__import__

    def hook(name, *more, **named):
        asked.append(name)
        return plain(name, *more, **named)

    def never_called_before(x):
        return x + n

    builtins.__import__ = hook
    try:
        return never_called_before(1), never_called_before(2), asked
    finally:
        builtins.__import__ = plain


CASES = [
    (hooked_import, 3),
    (unbound_before_assignment,),
    (unbound_in_branch, True),
    (unbound_in_branch, False),
    (unbound_loop_variable, []),
    (unbound_loop_variable, [1, 2]),
    (unbound_augmented,),
    (global_read_then_written,),
    (undefined_global,),
    (undefined_function, 1),
    (undefined_in_loop, [1, 2]),
    (undefined_in_loop, [1, 2, 3, 4]),
    (deleted_local,),
    (deleted_twice,),
    (deleted_and_bound, 5),
    (deleted_in_loop, 3),
    (deleted_in_loop, 6),
    (deleted_parameter, 1, 2),
    (conditional_delete, True),
    (conditional_delete, False),
    (name_error_attributes,),
    (close_name,),
    (global_statement, 3),
    (global_deleted,),
    (exception_name_is_deleted,),
    (loop_else_binding, [0, 2]),
    (loop_else_binding, [0, 0]),
]
