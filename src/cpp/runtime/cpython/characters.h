// The strs of one character that CPython has one of each of.
#pragma once

#include "runtime/cpython/internal.h"

#include <internal/pycore_global_objects.h>
#include <internal/pycore_global_strings.h>
#include <internal/pycore_runtime.h>

namespace aipy::runtime::cpython {

// A new reference, as PyUnicode_FromOrdinal gives it; null with the exception set.
inline PyObject* character(Py_UCS4 code) {
    if (code < 128) return Py_NewRef(reinterpret_cast<PyObject*>(&_Py_SINGLETON(strings).ascii[code]));
    if (code < 256) return Py_NewRef(reinterpret_cast<PyObject*>(&_Py_SINGLETON(strings).latin1[code - 128]));
    return PyUnicode_FromOrdinal(static_cast<int>(code));
}

}  // namespace aipy::runtime::cpython
