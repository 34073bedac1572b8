// Exact ints and floats in machine form: the fast paths that operators share.
#pragma once

#include "runtime/cpython/internal.h"

namespace aipy::runtime {

inline bool both_floats(PyObject* a, PyObject* b) { return PyFloat_CheckExact(a) && PyFloat_CheckExact(b); }

// Exact ints of at most two digits: their sums fit 64 bits with room to spare.
inline bool is_short_exact_int(PyObject* object) {
    return PyLong_CheckExact(object) && cpython::is_short_int(cpython::int_tag(object));
}
inline bool both_short_ints(PyObject* a, PyObject* b) { return is_short_exact_int(a) && is_short_exact_int(b); }

// Python's // and %: the quotient rounds down, the remainder has the divisor's sign. No zero, no overflow.
inline int64_t floor_quotient(int64_t a, int64_t b) {
    int64_t quotient = a / b;
    return quotient - (a % b != 0 && (a ^ b) < 0);
}
inline int64_t floor_remainder(int64_t a, int64_t b) {
    int64_t remainder = a % b;
    return remainder + (remainder != 0 && (remainder ^ b) < 0 ? b : 0);
}

// CompareOp as in ir/op.h, which has CPython's numbers.
template <typename T>
inline bool compare_values(T a, T b, int64_t op) {
    switch (op) {
        case Py_LT: return a < b;
        case Py_LE: return a <= b;
        case Py_EQ: return a == b;
        case Py_NE: return a != b;
        case Py_GT: return a > b;
        default: return a >= b;
    }
}

}  // namespace aipy::runtime
