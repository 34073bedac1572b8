// What a `with` statement calls: built-in functions that look up a manager's methods on its type, as CPython's `with`
// does. Lowering puts them into the function as constants and calls them.
#pragma once

#include <Python.h>

namespace aipy::frontend {

// All three are borrowed and live as long as the process.

// (manager) -> its bound __exit__, or __aexit__; TypeError when the manager lacks that or __enter__ (__aenter__).
PyObject* exit_finder(bool is_async);
// (manager) -> what its __enter__, or __aenter__, returns.
PyObject* enterer(bool is_async);
// (exit, exception) -> exit(type, exception, traceback).
PyObject* exception_passer();

}  // namespace aipy::frontend
