// f-strings and concatenation.
#include <cstring>

#include "runtime/cpython/str_keys.h"
#include "runtime/helpers.h"
#include "runtime/numbers.h"

using namespace aipy::runtime;

namespace aipy::runtime {

// Whether the second's characters fit behind the first's in the first's own memory, and nobody would see it change:
// the same conditions as CPython's.
static inline bool can_append_in_place(PyObject* first, PyObject* second) {
    if (Py_REFCNT(first) != 1 || first == second || PyUnicode_CHECK_INTERNED(first)) return false;
    if (reinterpret_cast<PyASCIIObject*>(first)->hash != -1) return false;
    return PyUnicode_KIND(first) == PyUnicode_KIND(second) && PyUnicode_IS_ASCII(first) >= PyUnicode_IS_ASCII(second) &&
           PyUnicode_IS_COMPACT(first);
}

static inline PyObject* append_in_place(PyObject* first, PyObject* second) {
    Py_ssize_t length = PyUnicode_GET_LENGTH(first), more = PyUnicode_GET_LENGTH(second);
    if (length > PY_SSIZE_T_MAX - more) {
        PyErr_SetString(PyExc_OverflowError, "strings are too large to concat");
        return nullptr;
    }
    if (more == 0) return first;
    if (PyUnicode_Resize(&first, length + more) < 0) return nullptr;
    auto kind = static_cast<size_t>(PyUnicode_KIND(first));
    std::memcpy(static_cast<char*>(PyUnicode_DATA(first)) + static_cast<size_t>(length) * kind, PyUnicode_DATA(second),
                static_cast<size_t>(more) * kind);
    return first;
}

static inline bool equal(PyObject* a, PyObject* b) {
    if (a == b) return true;
    if (PyUnicode_GET_LENGTH(a) == 1 && PyUnicode_GET_LENGTH(b) == 1)  // most are characters taken out of others
        return PyUnicode_READ_CHAR(a, 0) == PyUnicode_READ_CHAR(b, 0);
    return cpython::same_text(a, b);
}

}  // namespace aipy::runtime

extern "C" {

PyObject* rt_build_string(PyObject* const* parts, int64_t count) noexcept {
    PyObject* empty = PyUnicode_New(0, 0);
    if (empty == nullptr) return nullptr;
    PyObject* result = _PyUnicode_JoinArray(empty, parts, count);
    Py_DECREF(empty);
    return result;
}

// `conversion`: none, or !s, !r, !a, as the AST's character or as bytecode's number. `spec` may be null.
PyObject* rt_format_value(PyObject* value, PyObject* spec, int64_t conversion) noexcept {
    PyObject* converted = nullptr;
    switch (conversion) {
        case 1:
        case 's': converted = PyObject_Str(value); break;
        case 2:
        case 'r': converted = PyObject_Repr(value); break;
        case 3:
        case 'a': converted = PyObject_ASCII(value); break;
        default: converted = Py_NewRef(value);
    }
    if (converted == nullptr || (spec == nullptr && PyUnicode_CheckExact(converted))) return converted;
    PyObject* result = PyObject_Format(converted, spec);
    Py_DECREF(converted);
    return result;
}

PyObject* rt_str_append(PyObject* first, PyObject* second) noexcept {
    if (can_append_in_place(first, second)) return append_in_place(first, second);
    PyObject* result = PyUnicode_Concat(first, second);
    if (result != nullptr) Py_DECREF(first);
    return result;
}

int rt_str_compare(PyObject* a, PyObject* b, int64_t op) noexcept {
    auto wanted = static_cast<aipy::ir::CompareOp>(op);
    if (wanted == aipy::ir::CompareOp::Equal) return equal(a, b);
    if (wanted == aipy::ir::CompareOp::NotEqual) return !equal(a, b);
    return compare_values(a == b ? 0 : PyUnicode_Compare(a, b), 0, op);
}

}  // extern "C"
