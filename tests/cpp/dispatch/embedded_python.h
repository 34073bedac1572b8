// Python inside a test: one interpreter for the whole process, and code to run in it.
#pragma once

#include <Python.h>
#include <gtest/gtest.h>

#include <string>

#include "dispatch/registry.h"

namespace aipy::dispatch {

class Python {
  public:
    Python() {
        if (Py_IsInitialized()) return;
        Py_Initialize();
        EXPECT_TRUE(initialise_registry());
    }

    // Runs statements in a namespace of their own, which the caller owns.
    PyObject* run(const std::string& text) const {
        PyObject* globals = PyDict_New();
        PyDict_SetItemString(globals, "__builtins__", PyEval_GetBuiltins());
        PyObject* result = PyRun_String(text.c_str(), Py_file_input, globals, globals);
        if (result == nullptr) PyErr_Print();
        EXPECT_NE(result, nullptr);
        Py_XDECREF(result);
        return globals;
    }
};

}  // namespace aipy::dispatch
