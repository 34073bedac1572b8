// Arrays made by generated code, through NumPy's C API. Natively compiled only: it has data.
#include <Python.h>

#include <numpy/arrayobject.h>

#include "ir/type.h"
#include "runtime/helpers.h"
#include "support/check.h"

#ifndef AIPY_RUNTIME_BITCODE

namespace {

using aipy::ir::ElementType;

int type_number(ElementType element) {
    switch (element) {
        case ElementType::Bool: return NPY_BOOL;
        case ElementType::I8: return NPY_BYTE;
        case ElementType::U8: return NPY_UBYTE;
        case ElementType::I16: return NPY_SHORT;
        case ElementType::U16: return NPY_USHORT;
        case ElementType::I32: return NPY_INT;
        case ElementType::U32: return NPY_UINT;
        case ElementType::I64: return NPY_LONG;
        case ElementType::U64: return NPY_ULONG;
        case ElementType::F32: return NPY_FLOAT;
        case ElementType::F64: return NPY_DOUBLE;
        case ElementType::Other: break;
    }
    AIPY_UNREACHABLE();
}

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
