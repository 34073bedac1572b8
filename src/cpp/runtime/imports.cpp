// import statements inside functions.
#include "runtime/helpers.h"

using namespace aipy::runtime;

namespace aipy::runtime {

static PyObject* import_function(FunctionContext* context) {
    PyObject* builtins = context->builtins;
    PyObject* name = PyUnicode_InternFromString("__import__");
    if (name == nullptr) return nullptr;
    PyObject* found =
        PyDict_Check(builtins) ? Py_XNewRef(PyDict_GetItemWithError(builtins, name)) : PyObject_GetItem(builtins, name);
    Py_DECREF(name);
    if (found == nullptr && (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_KeyError)))
        PyErr_SetString(PyExc_ImportError, "__import__ not found");
    return found;
}

// CPython's own `from … import name`, given this module, so that its fallbacks and messages are those of the version
// at hand.
static PyObject* import_from_by_statement(PyObject* module, PyObject* name) {
    PyObject* source = PyUnicode_FromFormat("from aipy import %U as found", name);
    PyObject* importer = nullptr;
    PyObject* globals = PyDict_New();
    PyObject* builtins = PyDict_New();
    PyObject* give = PyRun_String("lambda module: lambda *a: module", Py_eval_input, globals, globals);
    if (give != nullptr) importer = PyObject_CallOneArg(give, module);
    PyObject* result = nullptr;
    if (source != nullptr && importer != nullptr && builtins != nullptr &&
        PyDict_SetItemString(builtins, "__import__", importer) == 0 &&
        PyDict_SetItemString(globals, "__builtins__", builtins) == 0) {
        PyObject* ran = PyRun_String(PyUnicode_AsUTF8(source), Py_file_input, globals, globals);
        if (ran != nullptr) result = Py_XNewRef(PyDict_GetItemString(globals, "found"));
        Py_XDECREF(ran);
    }
    if (result == nullptr && PyErr_Occurred()) {
        PyObject* error = PyErr_GetRaisedException();
        PyException_SetTraceback(error, Py_None);
        PyErr_SetRaisedException(error);
    }
    Py_XDECREF(give);
    Py_XDECREF(builtins);
    Py_XDECREF(globals);
    Py_XDECREF(importer);
    Py_XDECREF(source);
    return result;
}

}  // namespace aipy::runtime

extern "C" {

PyObject* rt_import_name(FunctionContext* context, PyObject* level, PyObject* names, PyObject* name) noexcept {
    PyObject* function = import_function(context);
    if (function == nullptr) return nullptr;
    PyObject* args[] = {name, context->globals, Py_None, names, level};
    PyObject* module = PyObject_Vectorcall(function, args, 5, nullptr);
    Py_DECREF(function);
    return module;
}

PyObject* rt_import_from(PyObject* module, PyObject* name) noexcept {
    PyObject* value = PyObject_GetAttr(module, name);
    if (value != nullptr || !PyErr_ExceptionMatches(PyExc_AttributeError)) return value;
    PyErr_Clear();
    return import_from_by_statement(module, name);
}

}  // extern "C"
