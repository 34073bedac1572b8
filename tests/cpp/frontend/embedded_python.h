// An embedded interpreter for the tests of one process, and functions made from source text.
#pragma once

#include <Python.h>
#include <gtest/gtest.h>

#include <string>

#include "frontend/python.h"

namespace aipy::frontend::testing {

class PythonEnvironment : public ::testing::Environment {
  public:
    void SetUp() override {
        PyConfig config;
        PyConfig_InitPythonConfig(&config);
        config.install_signal_handlers = 0;
        PyStatus status = Py_InitializeFromConfig(&config);
        PyConfig_Clear(&config);
        ASSERT_FALSE(PyStatus_Exception(status));
    }
};

// Runs a module of this text under a file name that only linecache knows, and gives its namespace.
inline Ref run_module(const std::string& text, const std::string& filename = "<test>") {
    Ref space = require(PyDict_New());
    Ref source = require(PyUnicode_FromString(text.c_str()));
    Ref name = require(PyUnicode_FromString(filename.c_str()));
    PyDict_SetItemString(space.get(), "__builtins__", PyEval_GetBuiltins());
    PyDict_SetItemString(space.get(), "source", source.get());
    PyDict_SetItemString(space.get(), "filename", name.get());
    const char* run =
        "import linecache\n"
        "linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)\n"
        "exec(compile(source, filename, 'exec'))\n";
    Ref done = Ref::steal(PyRun_String(run, Py_file_input, space.get(), space.get()));
    if (!done) PyErr_Print();
    EXPECT_TRUE(done);
    return space;
}

inline PyObject* item(const Ref& space, const char* name) { return PyDict_GetItemString(space.get(), name); }

}  // namespace aipy::frontend::testing
