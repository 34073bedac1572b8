"""Where frames stand that somebody keeps beyond their end; and what `with` and `eval` look up, once and where."""


def simple():
    1 / 0


def in_except():
    try:
        1 / 0
    except:
        1 / 0
        pass


def in_finally_except():
    try:
        1 / 0
    except:
        1 / 0
    finally:
        len("")


def in_named_except():
    try:
        1 / 0
    except Exception as error:
        1 / 0
        pass


def in_try():
    try:
        1 / 0
    finally:
        len("")


class BadExit:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        raise ValueError("exit")


def in_with_exit():
    with BadExit():
        1 / 0


def lines_after_raise(function):
    try:
        function()
    except Exception as error:
        traceback = error.__traceback__.tb_next
        lines = []
        while traceback is not None:
            frame = traceback.tb_frame
            lines.append((frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno))
            traceback = traceback.tb_next
        return lines


class Counted:
    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner):
        LOOKED_UP.append(self.function.__name__)
        return self.function.__get__(instance, owner)


LOOKED_UP = []


class Manager:
    def __init__(self, inner=None):
        self.inner = inner

    @Counted
    def __enter__(self):
        LOOKED_UP.append("entered")
        if self.inner:
            with self.inner:
                LOOKED_UP.append("inside")
        return self

    @Counted
    def __exit__(self, *error):
        LOOKED_UP.append("left")
        return True


def looked_up_once():
    LOOKED_UP.clear()
    with Manager(Manager()) as outer, Manager():
        LOOKED_UP.append(outer.inner is not None)
        raise KeyError
    return LOOKED_UP


def evaluated(*args, given=None):
    total = 3
    return [eval("args, total", given), eval("total", None, None), eval("1 + 2", {})]


def executed(given=None):
    out = []
    exec("out.append(given)", given)
    return out


CASES = [
    *[
        (lines_after_raise, function)
        for function in (
            simple, in_except, in_finally_except, in_named_except, in_try, in_with_exit
        )
    ],
    (looked_up_once,),
    (evaluated, 1, 2),
    (executed,),
]
