"""NumPy elements read and written in loops: dtypes, indexes, strides, bounds, read-only, 0-d."""

import numpy as np

DTYPES = ("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32",
          "float64", "complex64", "complex128")  # fmt: skip


def read_all(a):
    out = []
    for i in range(len(a)):
        out.append(a[i])
    return out


def iterate(a):
    out = []
    for x in a:
        out.append(x)
    return out


def write_all(a, value):
    for i in range(len(a)):
        a[i] = value
    return a


def add_one(a):
    for i in range(len(a)):
        a[i] += 1
    return a


def total(a):
    s = 0
    for i in range(a.shape[0]):
        s = s + a[i]
    return s


def total_of_float(a):
    s = 0.0
    for x in a:
        s += x
    return s


def case_read_dtypes():
    return [read_all(np.arange(4).astype(dtype)) for dtype in DTYPES]


def case_iterate_dtypes():
    return [iterate(np.arange(3).astype(dtype)) for dtype in DTYPES]


def case_write_dtypes():
    return [write_all(np.zeros(3, dtype), 1) for dtype in DTYPES]


def case_write_float_to_dtypes():
    return [write_all(np.zeros(2, dtype), 1.75) for dtype in DTYPES]


def case_add_one_dtypes():
    return [add_one(np.ones(2, dtype)) for dtype in DTYPES if dtype != "bool"]


def case_total_dtypes():
    return [total(np.arange(5).astype(dtype)) for dtype in DTYPES]


def case_alternating_dtypes():
    out = []
    for dtype in ("int64", "float64", "int64", "float32", "float64", "int8"):
        out.append(total(np.arange(30).astype(dtype)))
    return out


def case_float_total():
    return [total_of_float(np.linspace(0, 1, 20).astype(d)) for d in ("float64", "float32", "float16")]


def get(a, index):
    return a[index]


def put(a, index, value):
    a[index] = value
    return a


def numbers(n=5):
    return np.arange(n, dtype=np.int64) * 10


def case_index_negative():
    a = numbers()
    return [get(a, i) for i in (-1, -5, 0, 4)]


def case_index_too_large():
    return get(numbers(), 5)


def case_index_too_small():
    return get(numbers(), -6)


def case_index_huge():
    return get(numbers(), 2**70)


def case_index_float():
    return get(numbers(), 1.0)


def case_index_string():
    return get(numbers(), "field")


def case_index_kinds():
    a = numbers()
    return get(a, True), get(a, None), get(a, np.int8(2)), get(a, slice(1, 3)), get(a, ...), get(a, [0, 2]), get(a, a > 20)


def case_out_of_bounds_in_loop():
    a = numbers()
    out = 0
    for i in range(7):
        out += a[i]
    return out


def case_write_out_of_bounds():
    a = numbers()
    for i in range(7):
        a[i] = i
    return a


def case_write_before_error_is_kept():
    a = numbers()
    try:
        for i in range(7):
            a[i] = -i
    except IndexError as error:
        return a, str(error)


def case_two_dimensions():
    a = np.arange(12, dtype=np.float64).reshape(3, 4)
    out = np.zeros((4, 3))
    for i in range(3):
        for j in range(4):
            out[j, i] = a[i, j] * 2 + a[i][j]
    return out, a[-1, -2], a[1]


def case_two_dimensions_out_of_bounds():
    a = np.zeros((3, 4))
    return a[1, 4]


def case_two_dimensions_first_axis():
    a = np.zeros((3, 4))
    return a[3, 0]


def case_too_many_indices():
    return np.zeros((3, 4))[0, 0, 0]


def case_three_dimensions():
    a = np.arange(24).reshape(2, 3, 4)
    s = 0
    for i in range(2):
        for j in range(3):
            for k in range(4):
                s += a[i, j, k] * (i + 2 * j + 3 * k)
    return s


def case_strided():
    base = np.arange(20)
    out = []
    for view in (base[::2], base[::-1], base[5:15:3], base[::-3], base.reshape(4, 5)[:, 2], base.reshape(4, 5).T[1]):
        out.append(read_all(view))
        write_all(view, 7)
    return out, base


def case_broadcast():
    return read_all(np.broadcast_to(np.int64(5), (3,)))


def case_write_broadcast():
    return put(np.broadcast_to(np.int64(5), (3,)), 0, 1)


def case_read_only():
    a = numbers()
    a.flags.writeable = False
    first = get(a, 1)
    try:
        put(a, 1, 5)
    except ValueError as error:
        return first, str(error), a


def case_read_only_in_loop():
    a = numbers()
    for i in range(5):
        if i == 3:
            a.flags.writeable = False
        a[i] = i
    return a


def case_zero_dimensions():
    a = np.array(5.5)
    before = a[()]
    a[()] = 2
    return before, a, a.shape


def case_zero_dimensions_indexed():
    return np.array(5.5)[0]


def case_zero_dimensions_iterated():
    return iterate(np.array(5))


def case_zero_dimensions_len():
    return len(np.array(5))


def case_empty():
    return read_all(np.zeros(0)), total(np.zeros(0)), iterate(np.zeros((0, 3)))


def case_empty_index():
    return np.zeros(0)[0]


def case_byte_order():
    return read_all(np.arange(3, dtype=">i4")), total(np.arange(4, dtype=">f8")), write_all(np.zeros(2, ">i2"), 258)


def case_unaligned():
    raw = np.zeros(25, np.uint8)
    a = raw[1:25].view(np.float64)
    for i in range(3):
        a[i] = i + 0.5
    return read_all(a), raw


def case_objects():
    a = np.array([1, "two", None, 2.5], dtype=object)
    a[0] = [1]
    return read_all(a), a


def case_strings():
    a = np.array(["ab", "cde"])
    a[0] = "long text"
    return read_all(a)


def case_dates():
    return read_all(np.array(["2020-01-01", "2021-02-03"], dtype="datetime64[D]"))


def case_structured():
    a = np.zeros(2, dtype=[("x", "i4"), ("y", "f8")])
    for i in range(2):
        a[i]["x"] = i + 1
        a["y"][i] = i / 2
    return a["x"], a["y"], a[1]["x"]


def write_each(dtype, values):
    a = np.zeros(len(values), dtype)
    for i in range(len(values)):
        a[i] = values[i]
    return a


def case_write_overflow():
    return write_each("int8", [1, 200])


def case_write_negative_to_unsigned():
    return write_each("uint8", [1, -1])


def case_write_huge():
    return write_each("int64", [1, 2**63])


def case_write_huge_float():
    return write_each("float64", [1, 10**400])


def case_write_float_overflow():
    return write_each("float32", [1.5, 1e300, float("nan")])


def case_write_nan_to_int():
    return write_each("int64", [1.5, float("nan")])


def case_write_text():
    return write_each("float64", [1.5, "2.5"])


def case_write_bad_text():
    return write_each("float64", [1.5, "x"])


def case_write_none():
    return write_each("float64", [1.5, None])


def case_write_none_to_int():
    return write_each("int64", [1, None])


def case_write_complex():
    return write_each("float64", [1.5, 2j])


def case_write_sequence():
    return write_each("float64", [1.5, [1, 2]])


def case_write_scalars():
    return write_each("float64", [np.int8(3), np.float32(0.1), np.bool_(True), True, np.array(4)])


def smooth(a, steps):
    b = a.copy()
    for _ in range(steps):
        for i in range(1, len(a) - 1):
            b[i] = (a[i - 1] + a[i] + a[i + 1]) / 3
        a, b = b, a
    return a


def case_smooth():
    return smooth(np.linspace(0, 1, 12) ** 2, 5)


def matmul(a, b):
    n, m, k = a.shape[0], b.shape[1], a.shape[1]
    out = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            s = 0.0
            for p in range(k):
                s += a[i, p] * b[p, j]
            out[i, j] = s
    return out


def case_matmul():
    return matmul(np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4))


def case_histogram():
    counts = np.zeros(7, np.int64)
    for value in np.arange(50) ** 2 % 7:
        counts[value] += 1
    return counts


def case_array_replaced_in_loop():
    a = np.arange(5)
    out = []
    for i in range(5):
        if i == 2:
            a = np.arange(5) * 0.5
        if i == 4:
            a = [9] * 5
        out.append(a[i])
    return out


def case_array_resized_in_loop():
    a = np.arange(6)
    a = a.copy()
    out = []
    try:
        for i in range(6):
            if i == 3:
                a.resize(4, refcheck=False)
            out.append(a[i])
    except IndexError as error:
        return out, str(error)


def case_shape_changed_in_loop():
    a = np.arange(6.0)
    out = []
    for i in range(3):
        if i == 1:
            a.shape = (3, 2)
        out.append(a[i])
    return out


def case_dtype_changed_in_loop():
    a = np.arange(6.0)
    out = []
    for i in range(6):
        if i == 4:
            a.dtype = np.int64
        out.append(a[i])
    return out


class Changing:
    def __init__(self, array):
        self.array = array

    def __del__(self):
        self.array.flags.writeable = False


def case_destructor_changes_array():
    a = np.arange(20.0)
    thing = Changing(a)
    try:
        for i in range(20):
            if i == 15:
                thing = None
            a[i] = -i
    except ValueError as error:
        return str(error), a, thing


def case_handler_finds_changed_array():
    a = np.arange(20.0)

    def change(i):
        if i == 15:
            a.shape = (4, 5)
            raise KeyError(i)

    out = []
    for i in range(3):
        a[i] = i
    for i in range(20):
        try:
            change(i)
        except KeyError:
            out.append(a[0])
            a[1] = 7
        if i > 17:
            out.append(a[2])
    return out, a


class Sub(np.ndarray):
    def __getitem__(self, index):
        return "item", index


def case_subclass():
    return read_all(np.arange(3).view(Sub))
