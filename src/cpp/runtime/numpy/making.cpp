// Arrays made by generated code, through NumPy's C API. Natively compiled only: it has data.
#include <Python.h>

#include <numpy/arrayobject.h>

#include "ir/type.h"
#include "runtime/helpers.h"
#include "runtime/numpy/type_numbers.h"

#ifndef AIPY_RUNTIME_BITCODE

namespace {

using aipy::ir::ElementType;
using aipy::runtime::numpy::type_number;

// The program has imported NumPy, or there would be no array.
bool has_numpy() {
    if (PyArray_API != nullptr) return true;
    return _import_array() == 0;
}

}  // namespace

extern "C" {

PyObject* rt_array_new(PyObject* like, int64_t element) noexcept {
    const auto* shape = reinterpret_cast<const PyArrayObject_fields*>(like);
    PyObject* made =
        has_numpy() ? PyArray_SimpleNew(shape->nd, shape->dimensions, type_number(static_cast<ElementType>(element)))
                    : nullptr;
    if (made == nullptr) PyErr_Clear();  // NumPy raises it again
    return made;
}

// An exact array by what is a slice, or a tuple of slices and ints: no Python code runs.
PyObject* rt_array_view(PyObject* array, PyObject* key) noexcept {
    PyObject* made = PyObject_GetItem(array, key);
    if (made == nullptr) PyErr_Clear();  // NumPy raises it again
    return made;
}

}  // extern "C"

#endif  // AIPY_RUNTIME_BITCODE
