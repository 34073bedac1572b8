"""What generated programs are made of: one row a template, one table a type.

Rules for new rows: a slot `<type>` is filled with an expression of that type,
`<flat_type>` with a name or literal, `<number>` with an int or float, `<any>` with any
type, `<small>` and `<few>` with plain numbers, `<compare>` with a comparison operator.
`@` is the variable a mutation is of, `@a` and `@b` the targets of a loop. A row may
raise; it may not make numbers or texts grow more than a few times, nor loop.
"""

# Types by how often they are chosen.
TYPES = ("int",) * 3 + ("float", "float", "bool", "str", "ints", "ints", "floats", "pair", "table")

EXPRESSIONS = {
    "int": (
        *("(<int> + <int>)", "(<int> - <int>)", "(<int> * <int>)") * 3,
        *(
            "(<int> // <int>)",
            "(<int> % <int>)",
            "divmod(<int>, <int>)[1]",
            "(<int> ** (<int> & 3))",
        ),
        *("(<int> & <int>)", "(<int> | <int>)", "(<int> ^ <int>)", "(~<int>)", "(-<int>)"),
        *("(<int> << (<int> & 31))", "(<int> >> (<int> & 63))", "abs(<int>)"),
        *("min(<int>, <int>)", "max(<int>, <int>)", "sum(<ints>)", "len(<ints>)", "len(<str>)"),
        *(
            "int(<float>)",
            "round(<float>)",
            "int(<bool>)",
            "int(str(<int>))",
            "ord((<str> or 'z')[0])",
        ),
        *("<ints>[<small>]", "(<flat_ints> or [7])[-1]", "<ints>.count(<int>)", "(<int> or <int>)"),
        *(
            "([<int>, <int>] + <flat_ints>)[<small> % 2]",
            "<table>.get(<str>, <int>)",
            "<pair>[0]",
            "G",
        ),
    ),
    "float": (
        *("(<float> + <float>)", "(<float> - <float>)", "(<float> * <float>)") * 2,
        *("(<float> / <float>)", "(<float> // <float>)", "(<float> % <float>)", "(<int> / <int>)"),
        *("(<float> + <int>)", "(<int> * <float>)", "(<int> + 0.5)", "float(<int>)"),
        *("(<float> ** 2)", "(<float> ** <float>)", "(-<float>)", "abs(<float>)"),
        *("min(<float>, <float>)", "max(<float>, <int>)", "round(<float>, 2)", "sum(<floats>)"),
        *("<floats>[<small>]", "(<flat_floats> or [0.5])[0]", "<pair>[1]"),
    ),
    "bool": (
        *("(<number> <compare> <number>)",) * 4,
        *("(<number> < <number> <= <int>)", "(<str> <compare> <str>)", "(<ints> == <ints>)"),
        *("(not <bool>)", "(<bool> and <bool>)", "(<bool> or <bool>)", "bool(<any>)"),
        *("(<number> in <ints>)", "(<str> in <str>)", "(<str> not in <table>)"),
        *("isinstance(<number>, int)", "(<any> == <any>)"),
    ),
    "str": (
        *("(<str> + <str>)", "(<str> * (<int> & 3))", "'-'.join([<str>, <str>])"),
        *("<str>[<int> % 4]", "<str>[<small>:<small>]", "<str>[::-1]", "chr(<int> % 1000)"),
        *(
            "str(<int>)",
            "repr(<float>)",
            "repr(<pair>)",
            "<str>.upper()",
            "<str>.replace('a', <str>)",
        ),
        *('f"{<flat_int>}|{<flat_float>!r:>6}"', 'f"{<flat_int>:x}"'),
    ),
    "ints": (
        *("[]", "[<int>, <int>]", "[<int>, <int>, <int>, <int>]", "(<ints> + <ints>)"),
        *("<ints>[<small>:<small>]", "<ints>[::-1]", "sorted(<ints>)", "list(<ints>)"),
        *("[x * <flat_int> for x in <ints>]", "[x for x in <ints> if x > <flat_int>]"),
        *(
            "(<ints> * (<flat_int> & 1))",
            "list(range(<flat_int> & 7))",
            "[i ^ 3 for i in range(<few>)]",
        ),
    ),
    "floats": (
        *("[]", "[<float>, <float>]", "[<float>, <int>, <float>]", "(<floats> + <floats>)"),
        *("<floats>[<small>:<small>]", "<floats>[::-1]", "sorted(<floats>)", "list(<floats>)"),
        *("[x * <flat_float> for x in <floats>]", "[x / 2 for x in <ints> if x > <flat_int>]"),
    ),
    "pair": ("(<int>, <float>)", "(<int>, <float>)", "(<pair>[0], <float>)"),
    "table": (
        *("{}", "{<str>: <int>}", "{<str>: <int>, <str>: <int>}", "dict(<table>)"),
        "{**<table>, <str>: <int>}",
    ),
}

LITERALS = {
    "float": (
        *("(0.0)", "(-0.0)", "(0.1)", "(1.5)", "(-2.5)", "(1e16)", "(1e308)", "(5e-324)", "(3.0)"),
        *("float('inf')", "float('nan')"),
    ),
    "bool": ("True", "False"),
    "str": ("''", "'a'", "'hello'", "'é😀'", "'x y'", "'42'"),
    "table": ("{}", "{'a': 1}", "{'a': 1, 'hello': -5, '': 2}"),
}

OPERATORS = {
    "int": ("+=", "-=", "*=", "//=", "%=", "&=", "|=", "^="),
    "float": ("+=", "-=", "*=", "/="),
    "str": ("+=",),
    "ints": ("+=",),
}

_LIST_MUTATIONS = (
    *("@.append(<item>)", "@.insert(<small>, <item>)", "@.pop()", "@.reverse()", "@.sort()"),
    *("@[<int> % (len(@) or 1)] = <item>", "@[<int> % (len(@) or 1)] += <item>"),
    *("@[<small>] = <item>", "del @[<small>]", "@[1:3] = [<item>]"),
)

MUTATIONS = {
    "ints": tuple(row.replace("<item>", "<int>") for row in _LIST_MUTATIONS),
    "floats": tuple(row.replace("<item>", "<float>") for row in _LIST_MUTATIONS),
    "table": (
        *("@[<str>] = <int>", "@.pop(<str>, None)", "del @[<str>]", "@.setdefault(<str>, <int>)"),
        "@.update(<table>)",
    ),
}

# Headers of for loops, with the types their targets get.
FOR_HEADERS = (
    ("@a in range(<few>)", ("int",)),
    ("@a in range(<flat_int> & 7)", ("int",)),
    ("@a in range(<few>, <small>, -2)", ("int",)),
    ("@a in <ints>[:9]", ("int",)),
    ("@a in <str>[:9]", ("str",)),
    ("@a, @b in enumerate(<floats>[:9])", ("int", "float")),
    ("@a, @b in <table>.items()", ("str", "int")),
    ("@a, @b in zip(<ints>[:9], <floats>)", ("int", "float")),
)
