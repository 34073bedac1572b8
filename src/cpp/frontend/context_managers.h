// What a `with` statement calls: built-in functions that look up a manager's methods on its type, as CPython's `with`
// does. Lowering puts them into the function as constants and calls them.
#pragma once

#include <Python.h>

namespace aipy::frontend {

// All three are borrowed and live as long as the process.

// (manager) -> its bound __exit__; TypeError when the manager lacks __enter__ or __exit__.
PyObject* exit_finder();
// (manager) -> what its __enter__ returns.
PyObject* enterer();
// (exit, exception) -> exit(type, exception, traceback).
PyObject* exception_passer();

}  // namespace aipy::frontend
