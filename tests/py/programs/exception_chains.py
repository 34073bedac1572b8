"""__context__, __cause__, `from`, re-raising, notes, and how chains are printed."""


class Own(Exception):
    def __init__(self, code):
        super().__init__(f"code {code}")
        self.code = code


def context():
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("while handling")


def cause():
    try:
        {}["k"]
    except KeyError as error:
        raise ValueError("because") from error


def from_none():
    try:
        int("x")
    except ValueError:
        raise KeyError("hidden") from None


def from_class():
    raise ValueError("with cause") from KeyError


def from_wrong():
    raise ValueError("x") from "text"


def three_deep():
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            raise ValueError("second")
    except ValueError:
        raise Own(3)


def error_in_handler(kind):
    try:
        raise Own(1)
    except Own as error:
        return [1, 2][error.code + kind]


def reraise():
    try:
        {}["k"]
    except KeyError:
        raise


def reraise_named():
    try:
        {}["k"]
    except KeyError as error:
        raise error


def reraise_later():
    kept = None
    try:
        1 / 0
    except ZeroDivisionError as error:
        kept = error
    raise kept


def reraise_without():
    raise


def reraise_in_callee():
    try:
        1 / 0
    except ZeroDivisionError:
        reraise_without()


def context_is_cleared():
    """After the handler there is no current exception to become the context."""
    try:
        1 / 0
    except ZeroDivisionError:
        pass
    raise ValueError("alone")


def context_in_loop(count):
    out = []
    for i in range(count):
        try:
            try:
                [][i]
            except IndexError:
                raise Own(i)
        except Own as error:
            out.append((error.code, type(error.__context__).__name__, error.__cause__))
    return out


def context_in_finally():
    try:
        1 / 0
    finally:
        [][0]


def context_in_else():
    try:
        pass
    except ValueError:
        pass
    else:
        {}["else"]


def same_exception_again():
    try:
        raise Own(1)
    except Own as error:
        error.args = ("changed",)
        raise


def with_note():
    try:
        1 / 0
    except ZeroDivisionError as error:
        error.add_note("first note")
        error.add_note("second\nnote")
        raise


def with_traceback():
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError("borrowed").with_traceback(error.__traceback__) from None


def wrap(function):
    try:
        return function()
    except Exception as error:
        raise RuntimeError(f"wrapped {type(error).__name__}") from error


def case_wrapped_twice():
    return wrap(lambda: wrap(cause))


def context_through_call():
    try:
        raise Own(7)
    except Own:
        return helper_that_fails(2)


def helper_that_fails(n):
    values = [1]
    for i in range(n):
        values.append(values[i] + 1)
    return values[n + 5]


def cycle_is_broken():
    try:
        raise Own(1)
    except Own as first:
        try:
            raise Own(2)
        except Own as second:
            try:
                raise first
            except Own as again:
                return again is first, second.__context__, first.__context__ is second


def context_chain_lengths(count):
    lengths = []
    for i in range(count):
        try:
            try:
                if i % 2:
                    raise ValueError
                raise KeyError
            except LookupError:
                raise Own(i)
        except Exception as error:
            length, link = 0, error
            while link is not None:
                length, link = length + 1, link.__context__
            lengths.append(length)
    return lengths


CASES = [
    (context,),
    (cause,),
    (from_none,),
    (from_class,),
    (from_wrong,),
    (three_deep,),
    (error_in_handler, 0),
    (error_in_handler, 5),
    (reraise,),
    (reraise_named,),
    (reraise_later,),
    (reraise_without,),
    (reraise_in_callee,),
    (context_is_cleared,),
    (context_in_loop, 5),
    (context_in_finally,),
    (context_in_else,),
    (same_exception_again,),
    (with_note,),
    (with_traceback,),
    (wrap, from_none),
    (wrap, list),
    (context_through_call,),
    (cycle_is_broken,),
    (context_chain_lengths, 6),
]
