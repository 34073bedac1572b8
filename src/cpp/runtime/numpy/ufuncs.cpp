// Ufuncs of one float or two, by the loop that NumPy itself would call for a contiguous array, without what NumPy does
// around it. A loop is tried once, on a few hundred numbers against the ufunc: where bits differ it is never used.
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
    void run(const char* first, const char* second, char* to, npy_intp count, const npy_intp* steps) const {
        char* arguments[] = {const_cast<char*>(first), const_cast<char*>(second), to};
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

// Of two arrays, an array and a number, a number and an array.
enum Shape : size_t { BothArrays, NumberSecond, NumberFirst };
struct PairUfunc {
    const char* name;
    Loop singles[3], doubles[3];
};

PairUfunc pair_ufuncs[] = {
#define NUMPY_PAIR_UFUNC(enumerator, name) {name, {}, {}},
#include "ir/numpy_pair_ufuncs.def"
#undef NUMPY_PAIR_UFUNC
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

const PyUFuncObject* known_ufunc(const char* name, int arguments) {
    PyObject* object = aipy::runtime::numpy::own_ufunc(name);
    if (object == nullptr) return nullptr;
    const auto* ufunc = reinterpret_cast<PyUFuncObject*>(object);
    return ufunc->nin == arguments && ufunc->nout == 1 ? ufunc : nullptr;
}

// Its loop of so many arguments and a result that are all of one type.
bool take_function(Loop& loop, const PyUFuncObject* ufunc, int number) {
    const int width = ufunc->nin + 1;
    for (int i = 0; i < ufunc->ntypes; ++i) {
        bool fits = true;
        for (int j = 0; j < width; ++j) fits &= ufunc->types[width * i + j] == number;
        if (!fits) continue;
        loop.function = ufunc->functions[i];
        loop.data = ufunc->data == nullptr ? nullptr : ufunc->data[i];
        return loop.function != nullptr;
    }
    return false;
}

void find_loop(Loop& loop, const Ufunc& row, int number, npy_intp size) {
    loop.state = Loop::State::Unusable;
    const PyUFuncObject* ufunc = known_ufunc(row.name, 1);
    if (ufunc == nullptr || !take_function(loop, ufunc, number)) return;
    auto* object = reinterpret_cast<PyObject*>(const_cast<PyUFuncObject*>(ufunc));
    if (agrees(loop, object, row.sample, number, size)) loop.state = Loop::State::Usable;
}

// ---- of two ---------------------------------------------------------------------------------------------------

struct Steps {
    npy_intp by[3];
    Steps(Shape shape, npy_intp size) : by{shape == NumberFirst ? 0 : size, shape == NumberSecond ? 0 : size, size} {}
};

char* bytes_of(PyObject* array) { return PyArray_BYTES(reinterpret_cast<PyArrayObject*>(array)); }

// Whether the loop gives the bits that the ufunc gives of two of its samples; notes whether it does so over the array.
bool agrees(Loop& loop, PyObject* ufunc, Shape shape, int number, npy_intp size) {
    const double plain = 0.75;
    const float single = 0.75F;
    const char* scalar =
        number == NPY_FLOAT ? reinterpret_cast<const char*>(&single) : reinterpret_cast<const char*>(&plain);
    PyObject* first = samples(0.25, number);
    PyObject* second = samples(0.375, number);
    PyObject* to = samples(0.25, number);
    PyObject* python_number = PyFloat_FromDouble(plain);
    PyObject* wanted = nullptr;
    bool same = false;
    if (first != nullptr && second != nullptr && to != nullptr && python_number != nullptr)
        wanted = PyObject_CallFunctionObjArgs(ufunc, shape == NumberFirst ? python_number : first,
                                              shape == NumberSecond ? python_number : second, nullptr);
    if (wanted != nullptr && PyArray_Check(wanted) &&
        PyArray_TYPE(reinterpret_cast<PyArrayObject*>(wanted)) == number) {
        auto is_wanted = [&](PyObject* array) {
            return std::memcmp(bytes_of(array), bytes_of(wanted), static_cast<size_t>(sample_count * size)) == 0;
        };
        const Steps steps(shape, size);
        const char* a = shape == NumberFirst ? scalar : bytes_of(first);
        const char* b = shape == NumberSecond ? scalar : bytes_of(second);
        loop.run(a, b, bytes_of(to), sample_count, steps.by);
        same = is_wanted(to);
        PyObject* array = shape == NumberFirst ? second : first;
        loop.run(a, b, bytes_of(array), sample_count, steps.by);
        loop.works_in_place = same && is_wanted(array);
    }
    PyErr_Clear();
    for (PyObject* object : {first, second, to, python_number, wanted}) Py_XDECREF(object);
    return same;
}

const Loop* usable_loop(int64_t index, Shape shape, ElementType element) {
    PairUfunc& row = pair_ufuncs[index];
    const bool single = element == ElementType::F32;
    Loop& loop = single ? row.singles[shape] : row.doubles[shape];
    if (loop.state == Loop::State::Unknown) {
        loop.state = Loop::State::Unusable;
        const int number = type_number(element);
        const PyUFuncObject* ufunc = known_ufunc(row.name, 2);
        auto* object = reinterpret_cast<PyObject*>(const_cast<PyUFuncObject*>(ufunc));
        if (ufunc != nullptr && take_function(loop, ufunc, number) &&
            agrees(loop, object, shape, number, single ? 4 : 8))
            loop.state = Loop::State::Usable;
    }
    return loop.state == Loop::State::Usable ? &loop : nullptr;
}

// The program has imported NumPy, or there would be no array.
bool has_numpy() { return PyArray_API != nullptr || _import_array() == 0; }

}  // namespace

namespace {

// Where the result of a loop over that array goes: over it, or into a new one. Null where NumPy is to do it.
PyObject* result_for(PyObject* array, const Loop& loop, bool reuses, int number) {
    auto* from = reinterpret_cast<PyArrayObject*>(array);
    PyObject* made = reuses && loop.works_in_place ? Py_NewRef(array)
                                                   : PyArray_SimpleNew(PyArray_NDIM(from), PyArray_DIMS(from), number);
    if (made == nullptr) PyErr_Clear();  // NumPy raises it again
    // A dtype that somebody has named the result would have, too.
    if (made != nullptr && PyArray_DESCR(reinterpret_cast<PyArrayObject*>(made)) != PyArray_DESCR(from)) Py_CLEAR(made);
    return made;
}

void clear_flags() {
    if (std::fetestexcept(watched) != 0) std::feclearexcept(FE_ALL_EXCEPT);
}

PyObject* pair_result(PyObject* array, const char* first, const char* second, Shape shape, const Loop& loop,
                      UfuncImm about) {
    PyObject* made = result_for(array, loop, about.reuses, type_number(about.element));
    if (made == nullptr) return nullptr;
    clear_flags();
    const npy_intp count = PyArray_SIZE(reinterpret_cast<PyArrayObject*>(array));
    const Steps steps(shape, about.element == ElementType::F32 ? 4 : 8);
    if (count > 0) loop.run(first, second, bytes_of(made), count, steps.by);
    if (std::fetestexcept(watched) != 0) Py_CLEAR(made);
    return made;
}

bool have_one_shape(PyArrayObject* a, PyArrayObject* b) {
    return PyArray_NDIM(a) == PyArray_NDIM(b) && PyArray_DESCR(a) == PyArray_DESCR(b) &&
           PyArray_CompareLists(PyArray_DIMS(a), PyArray_DIMS(b), PyArray_NDIM(a)) != 0;
}

}  // namespace

extern "C" {

// Of two contiguous arrays.
PyObject* rt_array_ufunc_pair(PyObject* first, PyObject* second, int64_t index, int64_t imm) noexcept {
    const UfuncImm about = UfuncImm::unpack(imm);
    if (!has_numpy()) {
        PyErr_Clear();
        return nullptr;
    }
    const Loop* loop = usable_loop(index, BothArrays, about.element);
    if (loop == nullptr ||
        !have_one_shape(reinterpret_cast<PyArrayObject*>(first), reinterpret_cast<PyArrayObject*>(second)))
        return nullptr;
    return pair_result(first, bytes_of(first), bytes_of(second), BothArrays, *loop, about);
}

// Of a contiguous array and a number.
PyObject* rt_array_ufunc_number(PyObject* array, double number, int64_t index, int64_t imm) noexcept {
    const UfuncImm about = UfuncImm::unpack(imm);
    if (!has_numpy()) {
        PyErr_Clear();
        return nullptr;
    }
    const Shape shape = about.number_first ? NumberFirst : NumberSecond;
    const Loop* loop = usable_loop(index, shape, about.element);
    if (loop == nullptr) return nullptr;
    const auto single = static_cast<float>(number);
    const char* scalar = about.element == ElementType::F32 ? reinterpret_cast<const char*>(&single)
                                                           : reinterpret_cast<const char*>(&number);
    return about.number_first ? pair_result(array, scalar, bytes_of(array), shape, *loop, about)
                              : pair_result(array, bytes_of(array), scalar, shape, *loop, about);
}

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
    PyObject* made = result_for(array, loop, about.reuses, number);
    if (made == nullptr) return nullptr;
    clear_flags();
    const npy_intp count = PyArray_SIZE(from);
    if (count > 0) loop.run(PyArray_BYTES(from), PyArray_BYTES(reinterpret_cast<PyArrayObject*>(made)), count, size);
    if (std::fetestexcept(watched) != 0) Py_CLEAR(made);
    return made;
}

}  // extern "C"

#endif  // AIPY_RUNTIME_BITCODE
