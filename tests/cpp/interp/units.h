// Units from IR text, and Python functions whose frames they show; one embedded interpreter for the process.
#pragma once

#include <Python.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "interp/unit.h"
#include "ir/parse.h"
#include "python_object.h"

namespace aipy::interp::testing {

inline const auto* const environment = ::testing::AddGlobalTestEnvironment(new test_support::PythonEnvironment);

using test_support::Object;

// The value of `name` after running `source`.
inline Object from_source(const char* source, const char* name = "f") {
    Object space(PyDict_New());
    PyDict_SetItemString(space.get(), "__builtins__", PyEval_GetBuiltins());
    Object ran(PyRun_String(source, Py_file_input, space.get(), space.get()));
    if (!ran) PyErr_Print();
    return Object(Py_XNewRef(PyDict_GetItemString(space.get(), name)));
}

inline Object evaluate(const char* expression) {
    Object space(PyDict_New());
    PyDict_SetItemString(space.get(), "__builtins__", PyEval_GetBuiltins());
    return Object(PyRun_String(expression, Py_eval_input, space.get(), space.get()));
}

inline PyObject* constant_object(const ir::Constant& constant) {
    if (constant.type.kind == ir::TypeKind::Int) return PyLong_FromLongLong(constant.integer);
    if (constant.type.kind == ir::TypeKind::Float) return PyFloat_FromDouble(constant.number);
    if (constant.type.kind == ir::TypeKind::Str) return PyUnicode_InternFromString(constant.text.c_str());
    return Py_NewRef(Py_None);
}

// `text` is generic IR with its lifetimes; `function` has the same parameters and locals.
inline std::unique_ptr<Unit> make_unit(const char* text, const Object& function) {
    std::string error;
    std::optional<ir::Function> parsed = ir::parse(text, error);
    if (!parsed) {
        ADD_FAILURE() << error;
        return nullptr;
    }
    std::vector<PyObject*> objects;
    for (size_t i = 0; i < parsed->constants.size(); ++i) {
        parsed->constants[i].handle = static_cast<uint32_t>(i);
        objects.push_back(constant_object(parsed->constants[i]));
    }
    return std::make_unique<Unit>(std::move(*parsed), std::move(objects),
                                  reinterpret_cast<PyFunctionObject*>(function.get()));
}

template <typename... Arguments>
Object call(Unit& unit, const Object& function, const Arguments&... arguments) {
    PyObject* values[] = {arguments.get()..., nullptr};
    return Object(run(unit, function.get(), values));
}

inline std::string repr(const Object& object) {
    if (!object) return "<null>";
    Object text(PyObject_Repr(object.get()));
    return PyUnicode_AsUTF8(text.get());
}

// Type and text of the exception set, which is cleared.
inline std::string take_error() {
    Object error(PyErr_GetRaisedException());
    return error ? repr(error) : "<no error>";
}

}  // namespace aipy::interp::testing
