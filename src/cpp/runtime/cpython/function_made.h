// Where CPython does not tell of new functions (3.11), aipy's executors do. `on_function_made` is theirs who want to
// know; null: nobody does.
#pragma once

#include <Python.h>

namespace aipy::runtime::cpython {

#if PY_VERSION_HEX < 0x030C0000
extern void (*on_function_made)(PyObject* function);  // of_311.cpp
void tell_of_function(PyObject* function);
#else
inline void tell_of_function(PyObject*) {}
#endif

}  // namespace aipy::runtime::cpython
