// How helpers call: arguments lie in an array with a free word before it, and keywords' names come apart.
#pragma once

#include "runtime/errors.h"
#include "runtime/helpers.h"

namespace aipy::runtime {

// As CPython's interpreter: what is pending is handled behind each call, in the caller.
inline PyObject* polled(PyObject* result) {
    if (__atomic_load_n(rt_poll_flags(), __ATOMIC_RELAXED) != 0) [[unlikely]]
        return rt_polled_slow(result);
    return result;
}

inline PyObject* vectorcall(PyObject* callable, PyObject* const* args, size_t nargsf, PyObject* kwnames) {
    PyTypeObject* type = Py_TYPE(callable);
    if ((type->tp_flags & Py_TPFLAGS_HAVE_VECTORCALL) == 0) return PyObject_Vectorcall(callable, args, nargsf, kwnames);
    auto entry = *reinterpret_cast<vectorcallfunc*>(reinterpret_cast<char*>(callable) + type->tp_vectorcall_offset);
    if (entry == nullptr) return PyObject_Vectorcall(callable, args, nargsf, kwnames);
    PyObject* result = entry(callable, args, nargsf, kwnames);
    return result != nullptr ? polled(result) : rt_call_result_error(callable);
}

inline size_t keyword_count(PyObject* kwnames) {
    return kwnames == nullptr ? 0 : static_cast<size_t>(PyTuple_GET_SIZE(kwnames));
}

// Calls an unbound method: `self` goes into the word before the arguments, which is free (see helpers.h).
inline PyObject* call_with_self(PyObject* method, PyObject* self, PyObject* const* args, int64_t count,
                                PyObject* kwnames) {
    PyObject** all = const_cast<PyObject**>(args) - 1;
    all[0] = self;
    return vectorcall(method, all, static_cast<size_t>(count) + 1 - keyword_count(kwnames), kwnames);
}

inline PyObject* call_free(PyObject* callable, PyObject* const* args, int64_t count, PyObject* kwnames) {
    size_t positional = static_cast<size_t>(count) - keyword_count(kwnames);
    return vectorcall(callable, args, positional | PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames);
}

}  // namespace aipy::runtime
