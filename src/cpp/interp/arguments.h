// The calling convention of Python functions: from a vectorcall's arguments to parameters in slot order.
#pragma once

#include <Python.h>

#include <cstddef>

namespace aipy::interp {

// Parameters of one call. Most calls need no copy: `values` then is the caller's own array.
class BoundArguments {
  public:
    // Binds with CPython's rules: positional and keyword arguments, defaults, *args and **kwargs. On failure
    // `failed()` is true: with an exception set when memory ran out, and none when the call does not fit the
    // signature. Then nothing has run yet, and the caller lets `call_original` raise CPython's own TypeError.
    BoundArguments(PyFunctionObject* function, PyObject* const* args, size_t nargsf, PyObject* kwnames);
    ~BoundArguments();
    BoundArguments(const BoundArguments&) = delete;
    BoundArguments& operator=(const BoundArguments&) = delete;

    bool failed() const { return values_ == nullptr; }
    // One for each parameter in slot order; borrowed, alive as long as this object and the caller's arguments.
    PyObject* const* values() const { return values_; }

  private:
    static constexpr Py_ssize_t inline_parameters = 12;

    PyObject** buffer(Py_ssize_t count);
    bool place_keywords(PyFunctionObject* function, PyObject* const* args, Py_ssize_t positional, PyObject* kwnames);
    bool place_defaults(PyFunctionObject* function);

    PyObject* const* values_ = nullptr;
    PyObject** writable_ = nullptr;
    PyObject* rest_ = nullptr;      // *args
    PyObject* keywords_ = nullptr;  // **kwargs
    PyObject* inline_[inline_parameters];
};

// Calls the function's bytecode by CPython's own entry, whatever its vectorcall slot says.
PyObject* call_original(PyObject* function, PyObject* const* args, size_t nargsf, PyObject* kwnames);

}  // namespace aipy::interp
