#include "frontend/context_managers.h"

#include "frontend/python.h"

namespace aipy::frontend {
namespace {

// The method of the object's type, bound to it, or null without an exception when there is none.
PyObject* special_method(PyObject* object, const char* name, bool* missing) {
    Ref text = Ref::steal(PyUnicode_InternFromString(name));
    if (!text) return nullptr;
    PyTypeObject* type = Py_TYPE(object);
    Ref method = Ref::borrow(_PyType_Lookup(type, text.get()));
    *missing = !method;
    if (!method) return nullptr;
    descrgetfunc bind = Py_TYPE(method.get())->tp_descr_get;
    return bind == nullptr ? method.release() : bind(method.get(), object, reinterpret_cast<PyObject*>(type));
}

PyObject* find_exit(PyObject*, PyObject* manager) {
    bool missing = false;
    Ref enter = Ref::steal(special_method(manager, "__enter__", &missing));
    if (missing)
        return PyErr_Format(PyExc_TypeError, "'%.200s' object does not support the context manager protocol",
                            Py_TYPE(manager)->tp_name);
    if (!enter) return nullptr;
    PyObject* exit = special_method(manager, "__exit__", &missing);
    if (missing)
        return PyErr_Format(PyExc_TypeError,
                            "'%.200s' object does not support the context manager protocol (missed __exit__ method)",
                            Py_TYPE(manager)->tp_name);
    return exit;
}

PyObject* enter(PyObject*, PyObject* manager) {
    bool missing = false;
    Ref method = Ref::steal(special_method(manager, "__enter__", &missing));
    if (missing) PyErr_SetString(PyExc_AttributeError, "__enter__");
    return method ? PyObject_CallNoArgs(method.get()) : nullptr;
}

PyObject* pass_exception(PyObject*, PyObject* const* arguments, Py_ssize_t) {
    PyObject *exit = arguments[0], *exception = arguments[1];
    Ref traceback = Ref::steal(PyException_GetTraceback(exception));
    PyObject* parts[] = {reinterpret_cast<PyObject*>(Py_TYPE(exception)), exception,
                         traceback ? traceback.get() : Py_None};
    return PyObject_Vectorcall(exit, parts, 3, nullptr);
}

PyMethodDef exit_finder_row = {"find_exit", find_exit, METH_O, nullptr};
PyMethodDef enterer_row = {"enter", enter, METH_O, nullptr};
PyMethodDef exception_passer_row = {"pass_exception",
                                    reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(pass_exception)),
                                    METH_FASTCALL, nullptr};

PyObject* made_once(PyObject*& kept, PyMethodDef& row) {
    if (kept == nullptr) kept = require(PyCFunction_New(&row, nullptr)).release();
    return kept;
}

}  // namespace

PyObject* exit_finder() {
    static PyObject* function = nullptr;
    return made_once(function, exit_finder_row);
}

PyObject* enterer() {
    static PyObject* function = nullptr;
    return made_once(function, enterer_row);
}

PyObject* exception_passer() {
    static PyObject* function = nullptr;
    return made_once(function, exception_passer_row);
}

}  // namespace aipy::frontend
