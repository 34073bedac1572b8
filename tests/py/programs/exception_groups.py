"""`except*`: what each clause takes, what is raised in the end, and who sees what of it."""

import sys
import traceback
import weakref

LOG = []


def logged(function, *args):
    LOG.clear()
    try:
        LOG.append(function(*args))
    except BaseException as error:
        LOG.append(told(error))
    return list(LOG)


def told(error, depth=5):
    """An exception with all that belongs to it, as plain data."""
    if error is None or depth == 0:
        return None
    depth -= 1
    parts = [told(part, depth) for part in error.exceptions] if isinstance(error, BaseExceptionGroup) else []
    entries = [(entry.name, entry.lineno, entry.colno) for entry in traceback.extract_tb(error.__traceback__)]
    notes = getattr(error, "__notes__", [])
    return repr(error), parts, entries, told(error.__cause__, depth), told(error.__context__, depth), notes


def handled():
    return told(sys.exc_info()[1])


class Stop(Exception):
    pass


class Fatal(BaseException):
    pass


class OwnGroup(ExceptionGroup):
    def derive(self, excs):
        LOG.append(("derive", len(excs)))
        return OwnGroup(self.message, excs)


class OddSplit(ExceptionGroup):
    def split(self, types):
        raise LookupError("split")


def group(*errors):
    return ExceptionGroup("group", errors)


def nested():
    return group(ValueError(1), group(TypeError(2), ValueError(3), group(Stop(4))), OSError(5))


def throw(error):
    raise error


def one_clause(error):
    try:
        throw(error)
    except* ValueError as caught:
        LOG.append(told(caught))
    return "after"


def two_clauses(error):
    try:
        throw(error)
    except* (ValueError, Stop) as caught:
        LOG.append(("first", told(caught), handled()))
    except* TypeError:
        LOG.append(("second", handled()))
    except* OSError as caught:
        LOG.append(("third", told(caught)))
    else:
        LOG.append("else")
    finally:
        LOG.append(("finally", handled()))
    return "after", handled()


def no_error():
    try:
        LOG.append("body")
    except* ValueError:
        LOG.append("never")
    else:
        LOG.append("else")
    return "after"


def raises_in_clauses(error):
    try:
        throw(error)
    except* ValueError:
        throw(KeyError("from the first"))
    except* TypeError as caught:
        raise Stop("from the second") from caught
    except* OSError:
        raise


def reraises(error):
    try:
        throw(error)
    except* ValueError:
        raise
    except* TypeError as caught:
        LOG.append(told(caught))


def reraises_by_name(error):
    try:
        throw(error)
    except* ValueError as caught:
        raise caught
    except* Stop as caught:
        raise caught.exceptions[0]


def inside_another(error):
    try:
        try:
            throw(error)
        except* ValueError:
            LOG.append(("inner", handled()))
    except* TypeError:
        LOG.append(("outer", handled()))
        try:
            throw(group(Stop("within")))
        except* Stop as caught:
            LOG.append(("within", told(caught)))
        LOG.append(("outer again", handled()))
    return handled()


def inside_except(error):
    try:
        raise KeyError("first")
    except KeyError:
        try:
            throw(error)
        except* ValueError:
            LOG.append(handled())
        return handled()


def name_is_gone(error):
    caught = "before"
    try:
        throw(error)
    except* ValueError as caught:
        pass
    return caught


def name_is_deleted(error):
    try:
        throw(error)
    except* ValueError as caught:
        del caught
    except* TypeError as caught:
        caught = None
    return "after"


def name_is_captured(error):
    found = []
    try:
        throw(error)
    except* ValueError as caught:
        found.append(lambda: caught)
        LOG.append(told(found[0]()))
    return found[0]()


def bad_type(error, types):
    try:
        throw(error)
    except* types:
        LOG.append("never")


def type_raises(error):
    try:
        throw(error)
    except* ValueError:
        LOG.append("first")
    except* missing_name:  # noqa: F821
        LOG.append("never")


def jumps_within(errors):
    out = []
    for error in errors:
        try:
            throw(error)
        except* ValueError as caught:
            for part in caught.exceptions:
                if part.args[0] == 2:
                    continue
                if part.args[0] == 4:
                    break
                out.append(part.args[0])
            else:
                out.append("else")
        except* TypeError:
            out.append("type")
        if len(out) > 10:
            break
    return out


def lives(error):
    gone = weakref.ref(error)
    kept = error = group(error, TypeError(1))
    try:
        throw(kept)
    except* ValueError as caught:
        kept = error = None
        LOG.append(gone() is not None)
    except* TypeError:
        LOG.append(gone() is not None)
    return gone() is None


def generator(error):
    try:
        yield 1
        throw(error)
    except* ValueError as caught:
        yield told(caught)
        LOG.append(handled())
    except* TypeError:
        sent = yield handled()
        LOG.append(sent)
    yield handled()


def stepped(error):
    steps = generator(error)
    out = [next(steps), next(steps)]
    try:
        out.append(steps.send("sent"))
        out.extend(steps)
    except BaseException as raised:
        out.append(told(raised))
    return out


def thrown_into(error):
    steps = generator(group(ValueError(0)))
    next(steps)
    return [steps.throw(error), *steps]


def traceback_is_dropped(error):
    try:
        throw(error)
    except* ValueError as caught:
        error.__traceback__ = None
        raise Stop("new") from None


def with_finally(error):
    try:
        throw(error)
    except* ValueError:
        throw(OSError("in the clause"))
    finally:
        LOG.append(handled())


def returns_around(errors):
    for error in errors:
        try:
            try:
                throw(error)
            except* ValueError:
                LOG.append("inner")
        except BaseException as raised:
            return told(raised)
    return "none"


def noted(error):
    error.add_note("a note")
    try:
        throw(error)
    except* ValueError as caught:
        caught.add_note("of the clause")
        LOG.append(told(caught))


ERRORS = (
    lambda: group(ValueError(1)),
    lambda: group(ValueError(1), TypeError(2)),
    nested,
    lambda: group(Stop(1)),
    lambda: ValueError("naked"),
    lambda: Stop("naked"),
    lambda: TypeError("naked"),
    lambda: BaseExceptionGroup("base", [Fatal(1), ValueError(2)]),
    lambda: Fatal("naked"),
    lambda: OwnGroup("own", [ValueError(1), TypeError(2)]),
)
FUNCTIONS = (
    one_clause, two_clauses, raises_in_clauses, reraises, reraises_by_name, inside_another, inside_except, name_is_gone,
    name_is_deleted, name_is_captured, type_raises, with_finally, traceback_is_dropped, stepped, noted, thrown_into,
)  # fmt: skip


def logged_with(function, make):
    return logged(function, make())


def raised_with(function, make):
    return function(make())


CASES = [
    *((logged_with, function, make) for function in FUNCTIONS for make in ERRORS),
    *((function, make()) for function in (one_clause, raises_in_clauses, reraises, type_raises) for make in ERRORS),
    (logged, no_error),
    *((logged, bad_type, error, types) for error in (group(ValueError(1)), ValueError(1))
      for types in (int, 5, ExceptionGroup, (ValueError, BaseExceptionGroup), (ValueError, int), (), Exception)),
    (bad_type, group(ValueError(1)), 5), (bad_type, group(ValueError(1)), ExceptionGroup),
    (logged, one_clause, OddSplit("odd", [TypeError(1)])), (one_clause, OddSplit("odd", [TypeError(1)])),
    (jumps_within, [group(ValueError(1), ValueError(2), ValueError(3)), group(ValueError(4)), TypeError(1)] * 4),
    (logged, lives, ValueError(1)),
    (logged, returns_around, [group(ValueError(1)), group(ValueError(1), Stop(2))]),
]  # fmt: skip
