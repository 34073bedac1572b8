// aipy.prange: a range, for who loops over it in Python; native code of functions with the option `parallel` runs such
// loops on several threads.
#pragma once

#include <Python.h>

namespace aipy::runtime {

// The function of module `_core`: METH_FASTCALL, positional arguments only, as `range` takes them.
PyObject* prange(PyObject* module, PyObject* const* arguments, Py_ssize_t count);

bool is_prange(PyObject* object);

// aipy.DependenceError: iterations of a loop over prange depend on each other. New; null with an exception set.
PyObject* dependence_error();

}  // namespace aipy::runtime
