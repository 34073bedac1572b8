// Iterators by protocol.
#include "runtime/helpers.h"

extern "C" {

PyObject* rt_get_iter(PyObject* iterable) noexcept { return PyObject_GetIter(iterable); }

PyObject* rt_iter_next(PyObject* iterator) noexcept {
    PyObject* item = Py_TYPE(iterator)->tp_iternext(iterator);
    return item != nullptr ? item : rt_iter_next_slow(iterator);
}

// Exhausted, or an error: StopIteration means the former.
[[gnu::noinline]] PyObject* rt_iter_next_slow(PyObject*) noexcept {
    if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_StopIteration)) PyErr_Clear();
    return nullptr;
}

}  // extern "C"
