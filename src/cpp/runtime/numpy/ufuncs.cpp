// Ufuncs of one float, by the loop that NumPy itself would call for a contiguous array, without what NumPy does around
// it. A loop is tried once, on a few hundred numbers against the ufunc: where bits differ it is never used.
//
// The loop sets the status flags of floating-point arithmetic; nothing else runs between clearing and reading them.
// Where one is set, NumPy does it again and warns.
#define NO_IMPORT_UFUNC
#include <Python.h>

#include <numpy/arrayobject.h>
#include <numpy/ufuncobject.h>

#include <cfenv>
#include <cstring>

#include "ir/array_program.h"
#include "ir/type.h"
#include "runtime/helpers.h"
#include "runtime/numpy/arrays.h"
#include "runtime/numpy/type_numbers.h"

#ifndef AIPY_RUNTIME_BITCODE

namespace {

using aipy::ir::ElementType;
using aipy::ir::UfuncImm;
using aipy::runtime::numpy::type_number;

struct Loop {
    enum class State : unsigned char { Unknown, Usable, Unusable } state = State::Unknown;
    PyUFuncGenericFunction function = nullptr;
    void* data = nullptr;
    bool works_in_place = false;

    void run(const char* from, char* to, npy_intp count, npy_intp size) const {
        char* arguments[] = {const_cast<char*>(from), to};
        const npy_intp steps[] = {size, size};
        function(arguments, &count, steps, data);
    }
};

struct Ufunc {
    const char* name;
    double sample;
    Loop singles, doubles;
};

Ufunc ufuncs[] = {
#define NUMPY_UFUNC(enumerator, name, number) {name, number, {}, {}},
#include "ir/numpy_ufuncs.def"
#undef NUMPY_UFUNC
};

constexpr int sample_count = 301;  // whole vectors of any width, and a rest
constexpr int watched = FE_DIVBYZERO | FE_OVERFLOW | FE_INVALID;

PyObject* samples(double first, int number) {
    npy_intp count = sample_count;
    PyObject* made = PyArray_SimpleNew(1, &count, number);
    if (made == nullptr) return nullptr;
    void* data = PyArray_DATA(reinterpret_cast<PyArrayObject*>(made));
    for (int i = 0; i < sample_count; ++i) {
        const double sample = first + i / 512.0 + i / 1e7;
        if (number == NPY_FLOAT)
            static_cast<float*>(data)[i] = static_cast<float>(sample);
        else
            static_cast<double*>(data)[i] = sample;
    }
    return made;
}

// Whether the loop gives the bits that the ufunc gives; notes whether it does so over its operand, too.
bool agrees(Loop& loop, PyObject* ufunc, double first, int number, npy_intp size) {
    PyObject* from = samples(first, number);
    PyObject* to = from == nullptr ? nullptr : samples(first, number);
    PyObject* wanted = to == nullptr ? nullptr : PyObject_CallOneArg(ufunc, from);
    bool same = false;
    if (wanted != nullptr && PyArray_Check(wanted)) {
        auto data = [](PyObject* array) { return PyArray_BYTES(reinterpret_cast<PyArrayObject*>(array)); };
        auto is_wanted = [&](PyObject* array) {
            return std::memcmp(data(array), data(wanted), static_cast<size_t>(sample_count * size)) == 0;
        };
        loop.run(data(from), data(to), sample_count, size);
        same = PyArray_TYPE(reinterpret_cast<PyArrayObject*>(wanted)) == number && is_wanted(to);
        loop.run(data(from), data(from), sample_count, size);
        loop.works_in_place = same && is_wanted(from);
    }
    PyErr_Clear();
    Py_XDECREF(from);
    Py_XDECREF(to);
    Py_XDECREF(wanted);
    return same;
}

void find_loop(Loop& loop, const Ufunc& row, int number, npy_intp size) {
    loop.state = Loop::State::Unusable;
    PyObject* object = aipy::runtime::numpy::own_ufunc(row.name);
    if (object == nullptr) return;
    const auto* ufunc = reinterpret_cast<PyUFuncObject*>(object);
    if (ufunc->nin != 1 || ufunc->nout != 1) return;
    for (int i = 0; i < ufunc->ntypes; ++i) {
        if (ufunc->types[2 * i] != number || ufunc->types[2 * i + 1] != number) continue;
        loop.function = ufunc->functions[i];
        loop.data = ufunc->data == nullptr ? nullptr : ufunc->data[i];
        if (loop.function != nullptr && agrees(loop, object, row.sample, number, size))
            loop.state = Loop::State::Usable;
        return;
    }
}

// The program has imported NumPy, or there would be no array.
bool has_numpy() { return PyArray_API != nullptr || _import_array() == 0; }

}  // namespace

extern "C" {

// Of a contiguous array.
PyObject* rt_array_ufunc(PyObject* array, int64_t index, int64_t imm) noexcept {
    Ufunc& row = ufuncs[index];
    const UfuncImm about = UfuncImm::unpack(imm);
    const bool single = about.element == ElementType::F32;
    Loop& loop = single ? row.singles : row.doubles;
    const npy_intp size = single ? 4 : 8;
    const int number = type_number(about.element);
    if (!has_numpy()) {
        PyErr_Clear();
        return nullptr;
    }
    if (loop.state == Loop::State::Unknown) find_loop(loop, row, number, size);
    if (loop.state != Loop::State::Usable) return nullptr;
    auto* from = reinterpret_cast<PyArrayObject*>(array);
    PyObject* made = about.reuses && loop.works_in_place
                         ? Py_NewRef(array)
                         : PyArray_SimpleNew(PyArray_NDIM(from), PyArray_DIMS(from), number);
    if (made == nullptr) PyErr_Clear();  // NumPy raises it again
    // A dtype that somebody has named the result would have, too.
    if (made != nullptr && PyArray_DESCR(reinterpret_cast<PyArrayObject*>(made)) != PyArray_DESCR(from)) Py_CLEAR(made);
    if (made == nullptr) return nullptr;
    if (std::fetestexcept(watched) != 0) std::feclearexcept(FE_ALL_EXCEPT);
    const npy_intp count = PyArray_SIZE(from);
    if (count > 0) loop.run(PyArray_BYTES(from), PyArray_BYTES(reinterpret_cast<PyArrayObject*>(made)), count, size);
    if (std::fetestexcept(watched) != 0) Py_CLEAR(made);
    return made;
}

}  // extern "C"

#endif  // AIPY_RUNTIME_BITCODE
