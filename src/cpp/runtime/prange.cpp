#include "runtime/prange.h"

#include <cstdlib>

#include "runtime/helpers.h"
#include "runtime/numpy/arrays.h"

namespace aipy::runtime {

PyObject* prange(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
    if (count < 1 || count > 3)
        return PyErr_Format(PyExc_TypeError, "prange expected %s argument%s, got %zd",
                            count < 1 ? "at least 1" : "at most 3", count < 1 ? "" : "s", count);
    return PyObject_Vectorcall(reinterpret_cast<PyObject*>(&PyRange_Type), arguments, static_cast<size_t>(count),
                               nullptr);
}

bool is_prange(PyObject* object) {
    if (!PyCFunction_CheckExact(object)) return false;
    return PyCFunction_GET_FUNCTION(object) == reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(prange));
}

PyObject* dependence_error() {
    static PyObject* error =
        PyErr_NewExceptionWithDoc("aipy.DependenceError", "Iterations of a loop over aipy.prange depend on each other.",
                                  PyExc_RuntimeError, nullptr);
    return Py_XNewRef(error);
}

namespace {

// An attribute that is an int; what is none counts as 0.
int64_t integer_of(PyObject* object, const char* name) {
    PyObject* value = PyObject_GetAttrString(object, name);
    const int64_t number = value == nullptr ? 0 : PyLong_AsLongLong(value);
    Py_XDECREF(value);
    if (PyErr_Occurred()) PyErr_Clear();
    return number;
}

// Whether some two iterations are `distance` apart.
bool has_two(PyObject* range, int64_t distance) {
    const Py_ssize_t length = PyObject_Size(range);
    if (length < 0) PyErr_Clear();
    if (length < 2 || distance == 0) return length >= 2;
    const int64_t step = integer_of(range, "step");
    if (step == 0 || step == INT64_MIN) return false;
    return distance % step == 0 && std::abs(distance / step) < length;
}

// Whether one index always gives one element, and there are elements.
bool has_elements(PyObject* object) {
    if (PyList_CheckExact(object)) return true;
    return numpy::observe(object).kind == ir::TypeKind::NDArray && integer_of(object, "size") > 0;
}

}  // namespace

}  // namespace aipy::runtime

using namespace aipy::runtime;

int rt_check_iterations(FunctionContext* context, PyObject* callable, PyObject* range, PyObject* const* operands,
                        int64_t count, PyObject* lines, int64_t distance) noexcept {
    if (!context->parallel || !is_prange(callable) || !PyRange_Check(range) || !has_two(range, distance)) return 0;
    if (count > 0 && !has_elements(operands[0])) return 0;
    for (int64_t i = 1; i < count; ++i)
        if (!PyLong_CheckExact(operands[i])) return 0;
    PyObject* error = dependence_error();
    if (error == nullptr) return -1;
    PyErr_Format(error,
                 "the iterations of this loop over aipy.prange depend on each other: %U; loop over range, or let each "
                 "iteration use only what it computes itself",
                 lines);
    Py_DECREF(error);
    return -1;
}
