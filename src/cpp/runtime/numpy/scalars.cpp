// Boxing of NumPy scalars. NumPy is imported by the program before such a value can exist; its types are looked up
// once. Natively compiled only: it has data.
#define NO_IMPORT_ARRAY
#include <Python.h>

#include <numpy/ndarrayobject.h>

// Needs the types of the header above.
#include <numpy/arrayscalars.h>

#include "ir/type.h"
#include "runtime/helpers.h"
#include "support/check.h"

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
    if (object != nullptr) reinterpret_cast<Scalar*>(object)->obval = static_cast<decltype(Scalar::obval)>(value);
    return object;
}

// The class is looked up once.
#define NUMPY_SCALAR(kind, element, name, c_name, number, bits, numeric) \
    template <typename T>                                                \
    PyObject* make_##kind(T value) {                                     \
        static PyObject* type = numpy_attribute(name);                   \
        return make_scalar<Py##c_name##ScalarObject>(type, value);       \
    }
#include "ir/numpy_scalars.def"
#undef NUMPY_SCALAR

template <typename T>
PyObject* box(T value, int64_t wanted) {
#define NUMPY_SCALAR(kind, element, name, c_name, number, bits, numeric) \
    if (static_cast<aipy::ir::TypeKind>(wanted) == aipy::ir::TypeKind::kind) return make_##kind(value);
#include "ir/numpy_scalars.def"
#undef NUMPY_SCALAR
    AIPY_UNREACHABLE();
}

// np.geterr()["under"] == "ignore".
bool ignores_underflow() {
    PyObject* module = PyImport_ImportModule("numpy");
    PyObject* state = module == nullptr ? nullptr : PyObject_CallMethod(module, "geterr", nullptr);
    PyObject* underflow = state == nullptr ? nullptr : PyDict_GetItemString(state, "under");
    const bool ignored = underflow != nullptr && PyUnicode_CompareWithASCIIString(underflow, "ignore") == 0;
    PyErr_Clear();
    Py_XDECREF(state);
    Py_XDECREF(module);
    return ignored;
}

// The variable that NumPy keeps its error state in; null when it is not there.
PyObject* error_state_variable() {
    PyObject* module = PyImport_ImportModule("numpy._core.umath");
    PyObject* variable = module == nullptr ? nullptr : PyObject_GetAttrString(module, "_extobj_contextvar");
    PyErr_Clear();
    Py_XDECREF(module);
    return variable;
}

}  // namespace

extern "C" {

PyObject* rt_box_numpy_f64(double value, int64_t kind) noexcept { return box(value, kind); }

PyObject* rt_box_numpy_i64(int64_t value, int64_t kind) noexcept { return box(value, kind); }

// The state is an object that is not changed, only replaced: what was found of the last one still holds.
int rt_ignores_underflow() noexcept {
    static PyObject* variable = error_state_variable();
    static PyObject* known = nullptr;
    static int ignored = 0;
    PyObject* state = nullptr;
    if (variable == nullptr || PyContextVar_Get(variable, nullptr, &state) < 0 || state == nullptr) {
        PyErr_Clear();
        return ignores_underflow() ? 1 : 0;
    }
    if (state != known) {
        ignored = ignores_underflow() ? 1 : 0;
        Py_XSETREF(known, Py_NewRef(state));
    }
    Py_DECREF(state);
    return ignored;
}

PyObject* rt_box_numpy_bool(int value) noexcept {
    static PyObject* truth = numpy_attribute("True_");
    static PyObject* falsehood = numpy_attribute("False_");
    return Py_XNewRef(value != 0 ? truth : falsehood);
}

}  // extern "C"

#endif  // AIPY_RUNTIME_BITCODE
