// Arrays made by generated code, through NumPy's C API. Natively compiled only: it has data.
#include <Python.h>

#include <numpy/arrayobject.h>

#include <algorithm>

#include "ir/array_program.h"
#include "ir/type.h"
#include "runtime/helpers.h"
#include "runtime/numpy/type_numbers.h"

#ifndef AIPY_RUNTIME_BITCODE

namespace {

using aipy::ir::AxisImm;
using aipy::ir::ElementType;
using aipy::runtime::numpy::type_number;

// The program has imported NumPy, or there would be no array.
bool has_numpy() {
    if (PyArray_API != nullptr) return true;
    return _import_array() == 0;
}

struct Shape {
    int rank = 0;
    npy_intp lengths[NPY_MAXDIMS];

    // As NumPy does it: axes of the length 1 are stretched. False where it raises.
    bool broadcast(PyObject* const* arrays, int64_t count) {
        for (int64_t i = 0; i < count; ++i) rank = std::max(rank, of(arrays[i])->nd);
        std::fill_n(lengths, rank, npy_intp{1});
        for (int64_t i = 0; i < count; ++i) {
            const int missing = rank - of(arrays[i])->nd;
            for (int axis = missing; axis < rank; ++axis) {
                const npy_intp own = of(arrays[i])->dimensions[axis - missing];
                if (own != 1 && lengths[axis] != 1 && own != lengths[axis]) return false;
                if (own != 1) lengths[axis] = own;
            }
        }
        return true;
    }

    PyObject* make(int64_t element) const {
        const int number = type_number(static_cast<ElementType>(element));
        PyObject* made = has_numpy() ? PyArray_SimpleNew(rank, lengths, number) : nullptr;
        if (made == nullptr) PyErr_Clear();  // NumPy raises it again
        return made;
    }

    static const PyArrayObject_fields* of(PyObject* array) {
        return reinterpret_cast<const PyArrayObject_fields*>(array);
    }
};

}  // namespace

extern "C" {

PyObject* rt_array_new(PyObject* const* arrays, int64_t count, int64_t element) noexcept {
    Shape shape;
    return shape.broadcast(arrays, count) ? shape.make(element) : nullptr;
}

PyObject* rt_array_new_shaped(const int64_t* lengths, int64_t rank, int64_t element) noexcept {
    Shape shape;
    shape.rank = static_cast<int>(rank);
    std::copy(lengths, lengths + rank, shape.lengths);
    return shape.make(element);
}

// The shape without an axis, or with 1 there.
PyObject* rt_array_new_reduced(PyObject* const* arrays, int64_t count, int64_t element, int64_t imm) noexcept {
    const AxisImm axis = AxisImm::unpack(imm);
    Shape shape;
    if (!shape.broadcast(arrays, count)) return nullptr;
    if (axis.keeps) {
        shape.lengths[axis.axis] = 1;
    } else {
        std::copy(shape.lengths + axis.axis + 1, shape.lengths + shape.rank, shape.lengths + axis.axis);
        --shape.rank;
    }
    return shape.make(element);
}

// An exact array by what is a slice, or a tuple of slices and ints: no Python code runs.
PyObject* rt_array_view(PyObject* array, PyObject* key) noexcept {
    PyObject* made = PyObject_GetItem(array, key);
    if (made == nullptr) PyErr_Clear();  // NumPy raises it again
    return made;
}

}  // extern "C"

#endif  // AIPY_RUNTIME_BITCODE
