// f-strings and concatenation.
#include "runtime/cpython/internal.h"
#include "runtime/helpers.h"

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

PyObject* rt_append_str(PyObject* first, PyObject* second) noexcept {
    PyUnicode_Append(&first, second);
    return first;
}

}  // extern "C"
