"""Calls that do not fit: CPython's own TypeError texts and positions."""


def none():
    return "none"


def one(a):
    return a


def two(a, b):
    return a, b


def defaults(a, b=2, c=3):
    return a, b, c


def keyword_only(*, k):
    return k


def two_keyword_only(a, *, k, m):
    return a, k, m


def positional_only(a, b, /):
    return a, b


def variadic(a, *args, k=1):
    return a, args, k


class Thing:
    def __init__(self, size):
        self.size = size

    def method(self, x):
        return x

    def no_self():
        return 1

    @staticmethod
    def static(x):
        return x

    @property
    def prop(self):
        return self.size


def case_none_given_one():
    return none(1)


def case_one_given_none():
    return one()


def case_one_given_two():
    return one(1, 2)


def case_two_given_none():
    return two()


def case_two_missing_one():
    return two(1)


def case_two_given_three():
    return two(1, 2, 3)


def case_unknown_keyword():
    return two(1, 2, c=3)


def case_misspelt_keyword():
    return defaults(1, d=5)


def case_twice():
    return two(1, a=2)


def case_twice_by_stars():
    return two(1, **{"a": 2, "b": 3})


def case_keyword_repeated_in_stars():
    return two(a=1, **{"a": 2})


def case_defaults_too_many():
    return defaults(1, 2, 3, 4)


def case_defaults_too_few():
    return defaults(b=1)


def case_keyword_only_missing():
    return keyword_only()


def case_keyword_only_given_positional():
    return keyword_only(1)


def case_two_keyword_only_missing():
    return two_keyword_only(1)


def case_positional_only_by_keyword():
    return positional_only(a=1, b=2)


def case_positional_only_one_by_keyword():
    return positional_only(1, b=2)


def case_variadic_missing():
    return variadic(k=1)


def case_star_not_iterable():
    return two(*5)


def case_double_star_not_mapping():
    return two(**[1])


def case_double_star_bad_key():
    return variadic(1, **{2: 3})


def case_not_callable():
    f = 5
    return f(1)


def case_none_not_callable():
    return None(1)


def case_string_not_callable():
    return "text"("argument")


def case_init_missing():
    return Thing()


def case_init_too_many():
    return Thing(1, 2)


def case_method_missing():
    return Thing(1).method()


def case_method_too_many():
    return Thing(1).method(1, 2)


def case_method_without_self():
    return Thing(1).no_self()


def case_unbound_method():
    return Thing.method(1)


def case_static_missing():
    return Thing(1).static()


def case_property_called():
    return Thing(1).prop()


def case_no_attribute():
    return Thing(1).missing(2)


def case_close_attribute():
    return Thing(1).metod(2)


def case_no_attribute_of_int():
    return (5).missing


def case_no_attribute_of_none():
    return None.missing


def case_set_attribute_of_int():
    x = 5
    x.attribute = 1


def case_set_property():
    Thing(1).prop = 3


def case_delete_missing_attribute():
    thing = Thing(1)
    del thing.missing


def case_len_of_int():
    return len(5)


def case_builtin_wrong_count():
    return len()


def case_builtin_keyword():
    return len(obj=[1])


def case_int_of_list():
    return int([1])


def case_range_of_nothing():
    return range()


def case_error_after_many_good_calls():
    total = 0
    for i in range(200):
        total += two(i, i)[0] if i < 190 else two(i)
    return total


def case_error_in_nested_call():
    return two(one(none()), one(two(1)))


def case_error_from_argument():
    return two(1 / 0, one())
