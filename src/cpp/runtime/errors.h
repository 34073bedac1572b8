// Errors with CPython's own texts.
#pragma once

#include <Python.h>

namespace aipy::runtime {

// NameError or UnboundLocalError about `name`; `format` has one %s-like place for it.
void raise_name_error(PyObject* type, const char* format, PyObject* name);

inline constexpr const char* undefined_name = "name '%.200U' is not defined";
inline constexpr const char* unbound_local =
    "cannot access local variable '%U' where it is not associated with a value";
inline constexpr const char* unbound_free =
    "cannot access free variable '%U' where it is not associated with a value in enclosing scope";

}  // namespace aipy::runtime
