"""try/except/else/finally: handlers, values alive across, loops, nesting, names, control flow."""


class Own(Exception):
    pass


class Special(Own):
    pass


def thrower(kind):
    if kind == 1:
        raise ValueError("one")
    if kind == 2:
        raise KeyError("two")
    if kind == 3:
        raise Own("three", 3)
    if kind == 4:
        raise Special()
    if kind == 5:
        return 1 // 0
    if kind == 6:
        return [][5]
    if kind == 7:
        return {}["missing"]
    if kind == 8:
        return int("x")
    return kind


def which(kind):
    try:
        return thrower(kind)
    except ValueError as error:
        return "value", str(error)
    except (KeyError, IndexError) as error:
        return "lookup", error.args
    except Special:
        return "special"
    except Own as error:
        return "own", error.args
    except ZeroDivisionError:
        return "zero"


def case_every_kind():
    return [which(kind) for kind in range(9)]


def alive_across(count):
    """Values from before the try are used in the handler and after it."""
    total, last = 0, "none"
    for i in range(count):
        before = i * 2
        try:
            value = before
            value = 10 // (i % 3)
            total += value
        except ZeroDivisionError:
            total += before + value
            last = i
        total += 1
    return total, last, value


def float_alive_across(values):
    total = 0.5
    for value in values:
        scaled = total * 2.0
        try:
            total += 1.0 / value
        except ZeroDivisionError:
            total = scaled
    return total


def overflow_alive_across(count):
    big = 2**62
    for i in range(count):
        try:
            big = big + big // (i % 4)
        except ZeroDivisionError:
            big -= 1
    return big


def parse_all(texts):
    good, bad = [], 0
    for text in texts:
        try:
            number = int(text)
        except ValueError:
            bad += 1
            continue
        except TypeError:
            break
        else:
            good.append(number)
        good.append(-1)
    return good, bad


def with_finally(kind, log):
    try:
        log.append("try")
        thrower(kind)
    finally:
        log.append("finally")
    return log


def finally_order(kind):
    log = []
    try:
        try:
            log.append(1)
            thrower(kind)
            log.append(2)
        except KeyError:
            log.append(3)
        else:
            log.append(4)
        finally:
            log.append(5)
    except Exception as error:
        log.append(type(error).__name__)
    return log


def finally_overrides_return():
    try:
        return "try"
    finally:
        return "finally"  # noqa: B012


def finally_swallows(kind):
    for i in range(3):
        try:
            thrower(kind)
        finally:
            break  # noqa: B012
    return i


def return_value_taken_before_finally():
    x = 1
    try:
        return x
    finally:
        x = 2


def continue_in_finally():
    out = []
    for i in range(4):
        try:
            if i == 1:
                continue
            out.append(i)
        finally:
            out.append(-i)
    return out


def break_in_try(limit):
    log = []
    for i in range(limit):
        try:
            if i == 2:
                break
            log.append(i)
        finally:
            log.append("f")
    else:
        log.append("else")
    return log


def nested(kind):
    log = []
    try:
        try:
            thrower(kind)
        except ValueError:
            log.append("inner value")
            raise
        except KeyError:
            log.append("inner key")
            thrower(1)
    except ValueError as error:
        log.append(("outer", str(error), type(error.__context__).__name__))
    except Own:
        log.append("outer own")
    return log


def name_is_deleted():
    error = "before"
    try:
        raise ValueError("x")
    except ValueError as error:
        inside = str(error)
    try:
        return inside, error
    except UnboundLocalError as missing:
        return inside, str(missing)


def rebound_in_handler():
    try:
        raise ValueError("x")
    except ValueError as error:
        error = "rebound"
        kept = error
    return kept


def deleted_in_handler():
    try:
        raise ValueError("x")
    except ValueError as error:
        del error
    return "fine"


def uncaught(kind):
    try:
        thrower(kind)
    except (ValueError, KeyError):
        return "caught"


def handler_type_computed(kind, expected):
    try:
        thrower(kind)
    except expected as error:
        return type(error).__name__


def bad_handler_type():
    try:
        thrower(1)
    except "not a class":
        return "never"


def bad_handler_tuple():
    try:
        thrower(1)
    except (KeyError, 5):
        return "never"


def unused_bad_handler():
    try:
        return "no error"
    except undefined_name:  # noqa: F821
        return "never"


def loop_in_try(values):
    total = 0
    try:
        for value in values:
            total += 10 // value
    except ZeroDivisionError:
        return "stopped", total
    return "finished", total


def try_in_while(limit):
    i = errors = 0
    while i < limit:
        try:
            i += 1
            if i % 2:
                raise Own(i)
        except Own as error:
            errors += error.args[0]
    return i, errors


def retry(fail_times):
    attempts = 0
    while True:
        try:
            attempts += 1
            if attempts <= fail_times:
                raise ConnectionError(attempts)
            return attempts
        except ConnectionError as error:
            if error.args[0] >= 5:
                raise


def many_raises(count):
    caught = 0
    for i in range(count):
        try:
            if i % 3 == 0:
                raise ValueError(i)
            if i % 3 == 1:
                raise KeyError(i)
        except ValueError as error:
            caught += error.args[0]
        except KeyError:
            caught -= 1
    return caught


def raised_in_callee(depth):
    if depth == 0:
        raise Own("deep")
    return raised_in_callee(depth - 1)


def case_raised_in_callee():
    caught = 0
    for i in range(50):
        try:
            raised_in_callee(i % 4)
        except Own as error:
            caught += len(error.args[0])
    return caught


def case_bare_except():
    out = []
    for kind in range(9):
        try:
            out.append(thrower(kind))
        except:  # noqa: E722
            out.append("any")
    return out


def case_base_exception():
    out = []
    for kind in (KeyboardInterrupt, SystemExit, GeneratorExit):
        try:
            try:
                raise kind("x")
            except Exception:
                out.append("wrong")
        except BaseException as error:
            out.append(type(error).__name__)
    return out


def case_stop_iteration():
    it = iter([1, 2])
    out = []
    try:
        while True:
            out.append(next(it))
    except StopIteration as stop:
        out.append(stop.value)
    return out


def case_exception_is_kept():
    kept = None
    try:
        thrower(3)
    except Own as error:
        kept = error
    return kept.args, type(kept.__traceback__).__name__, kept.__traceback__.tb_lineno


def case_current_exception():
    import sys

    out = [sys.exc_info()[0]]
    try:
        thrower(1)
    except ValueError:
        out.append(sys.exc_info()[0].__name__)
        try:
            thrower(2)
        except KeyError:
            out.append(sys.exc_info()[0].__name__)
        out.append(sys.exc_info()[0].__name__)
    out.append(sys.exc_info()[0])
    return out


def case_callee_sees_exception():
    import sys

    def current():
        return sys.exc_info()[0]

    out = []
    for i in range(4):
        try:
            1 // (i % 2)
        except ZeroDivisionError:
            out.append(current().__name__)
        out.append(current())
    return out


CASES = [
    (alive_across, 30),
    (float_alive_across, [1.0, 0.0, 2.0, 0, 4]),
    (overflow_alive_across, 12),
    (parse_all, ["1", "x", "3"]),
    (parse_all, ["1", None, "3"]),
    (parse_all, []),
    *[(with_finally, kind, []) for kind in (0, 1, 4)],
    *[(finally_order, kind) for kind in (0, 1, 2, 5)],
    (finally_overrides_return,),
    (finally_swallows, 0),
    (finally_swallows, 1),
    (return_value_taken_before_finally,),
    (continue_in_finally,),
    (break_in_try, 2),
    (break_in_try, 5),
    *[(nested, kind) for kind in (0, 1, 2, 3)],
    (nested, 5),
    (name_is_deleted,),
    (rebound_in_handler,),
    (deleted_in_handler,),
    (uncaught, 1),
    (uncaught, 3),
    (uncaught, 5),
    (handler_type_computed, 1, (ValueError, KeyError)),
    (handler_type_computed, 3, Own),
    (handler_type_computed, 1, KeyError),
    (handler_type_computed, 2, ()),
    (bad_handler_type,),
    (bad_handler_tuple,),
    (unused_bad_handler,),
    (loop_in_try, [1, 2, 5]),
    (loop_in_try, [1, 2, 0, 5]),
    (loop_in_try, [1, "a"]),
    (try_in_while, 21),
    (retry, 3),
    (retry, 9),
    (many_raises, 90),
]
