// The array of an operand that dies takes the result, as NumPy does it for CPython's temporaries: a large array that is
// made anew costs more than the operation. NumPy itself looks at the C stack and does so for CPython alone. Natively
// compiled only.
#include <Python.h>

#include <numpy/arrayobject.h>

#include <algorithm>

#include "ir/op.h"
#include "runtime/helpers.h"
#include "runtime/numpy/arrays.h"

#ifndef AIPY_RUNTIME_BITCODE

namespace {

using aipy::ir::Operator;

using Array = PyArrayObject_fields;

// As in NumPy: below it the allocator is quick.
constexpr npy_intp worth_reusing = 256 * 1024;

const Array* exact_array(PyObject* object) {
    const bool is_exact = Py_TYPE(object) == aipy::runtime::numpy::array_class();
    return is_exact ? reinterpret_cast<const Array*>(object) : nullptr;
}

npy_intp bytes_of(const Array& array) {
    npy_intp bytes = PyDataType_ELSIZE(array.descr);
    for (int axis = 0; axis < array.nd; ++axis) bytes *= array.dimensions[axis];
    return bytes;
}

// Nobody else has it or its elements.
bool can_be_overwritten(PyObject* object) {
    const Array* array = exact_array(object);
    if (array == nullptr || Py_REFCNT(object) != 1 || !PyTypeNum_ISNUMBER(array->descr->type_num)) return false;
    constexpr int needed = NPY_ARRAY_OWNDATA | NPY_ARRAY_WRITEABLE | NPY_ARRAY_ALIGNED | NPY_ARRAY_C_CONTIGUOUS;
    if ((array->flags & needed) != needed || (array->flags & NPY_ARRAY_WRITEBACKIFCOPY) != 0) return false;
    return array->descr->byteorder != NPY_OPPBYTE && bytes_of(*array) >= worth_reusing;
}

// The result with the other operand has the array's dtype, shape and order.
bool leaves_it_as_it_is(const Array& array, PyObject* other) {
    const int number = array.descr->type_num;
    if (PyFloat_CheckExact(other)) return PyTypeNum_ISFLOAT(number) || PyTypeNum_ISCOMPLEX(number);
    if (PyComplex_CheckExact(other)) return PyTypeNum_ISCOMPLEX(number);
    if (PyLong_CheckExact(other)) return true;
    const Array* second = exact_array(other);
    return second != nullptr && second->descr == array.descr && second->nd == array.nd &&
           (second->flags & NPY_ARRAY_C_CONTIGUOUS) != 0 &&
           std::equal(array.dimensions, array.dimensions + array.nd, second->dimensions);
}

struct InPlace {
    binaryfunc run = nullptr;
    bool commutes = false;
};

InPlace in_place(PyNumberMethods& methods, Operator op, int number) {
    const bool divides = PyTypeNum_ISFLOAT(number) || PyTypeNum_ISCOMPLEX(number);
    const bool has_bits = PyTypeNum_ISINTEGER(number);
    switch (op) {
        case Operator::Add: return {methods.nb_inplace_add, true};
        case Operator::Multiply: return {methods.nb_inplace_multiply, true};
        case Operator::Subtract: return {methods.nb_inplace_subtract};
        case Operator::TrueDivide: return {divides ? methods.nb_inplace_true_divide : nullptr};
        case Operator::FloorDivide: return {methods.nb_inplace_floor_divide};
        case Operator::And: return {has_bits ? methods.nb_inplace_and : nullptr, true};
        case Operator::Or: return {has_bits ? methods.nb_inplace_or : nullptr, true};
        case Operator::Xor: return {has_bits ? methods.nb_inplace_xor : nullptr, true};
        default: return {};
    }
}

}  // namespace

extern "C" {

// Computes into an operand that dies, of which `op` tells; `done` says whether it did, or raised in doing so.
PyObject* rt_reuse_array(PyObject* left, PyObject* right, int64_t op, int64_t* done) noexcept {
    using aipy::ir::left_dies, aipy::ir::right_dies, aipy::ir::operator_mask;
    if (exact_array(left) == nullptr && exact_array(right) == nullptr) return nullptr;
    auto way_into = [op](PyObject* kept, PyObject* other) -> InPlace {
        if (!can_be_overwritten(kept) || !leaves_it_as_it_is(*exact_array(kept), other)) return {};
        return in_place(*Py_TYPE(kept)->tp_as_number, static_cast<Operator>(op & operator_mask),
                        exact_array(kept)->descr->type_num);
    };
    const InPlace into_left = (op & left_dies) != 0 ? way_into(left, right) : InPlace{};
    if (into_left.run != nullptr) return *done = 1, into_left.run(left, right);
    const InPlace into_right = (op & right_dies) != 0 ? way_into(right, left) : InPlace{};
    if (into_right.run != nullptr && into_right.commutes) return *done = 1, into_right.run(right, left);
    return nullptr;
}

}  // extern "C"

#endif  // AIPY_RUNTIME_BITCODE
