// Boxing of NumPy scalars. NumPy is imported by the program before such a value can exist; its types are looked up
// once. Natively compiled only: it has data.
#define NO_IMPORT_ARRAY
#include <Python.h>

#include <numpy/ndarrayobject.h>

// Needs the types of the header above.
#include <numpy/arrayscalars.h>

#include "runtime/helpers.h"

#ifndef AIPY_RUNTIME_BITCODE

namespace {

PyObject* numpy_attribute(const char* name) {
    PyObject* module = PyImport_ImportModule("numpy");
    PyObject* found = module == nullptr ? nullptr : PyObject_GetAttrString(module, name);
    Py_XDECREF(module);
    return found;
}

template <typename Scalar, typename T>
PyObject* make_scalar(PyObject* type, T value) {
    if (type == nullptr) return nullptr;
    auto* object = reinterpret_cast<PyTypeObject*>(type)->tp_alloc(reinterpret_cast<PyTypeObject*>(type), 0);
    if (object != nullptr) reinterpret_cast<Scalar*>(object)->obval = value;
    return object;
}

}  // namespace

extern "C" {

PyObject* rt_box_numpy_f64(double value) noexcept {
    static PyObject* type = numpy_attribute("float64");
    return make_scalar<PyDoubleScalarObject>(type, value);
}

PyObject* rt_box_numpy_i64(int64_t value) noexcept {
    static PyObject* type = numpy_attribute("int64");
    return make_scalar<PyLongScalarObject>(type, value);
}

PyObject* rt_box_numpy_bool(int value) noexcept {
    static PyObject* truth = numpy_attribute("True_");
    static PyObject* falsehood = numpy_attribute("False_");
    return Py_XNewRef(value != 0 ? truth : falsehood);
}

}  // extern "C"

#endif  // AIPY_RUNTIME_BITCODE
