// `except*`: exceptions taken apart and put together again.
#include "runtime/cpython/internal.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/helpers.h"

namespace aipy::runtime {

static bool for_each_type(PyObject* types, bool (*allows)(PyObject*)) {
    if (!PyTuple_Check(types)) return allows(types);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(types); ++i)
        if (!allows(PyTuple_GET_ITEM(types, i))) return false;
    return true;
}

static bool is_exception_class(PyObject* type) {
    if (PyExceptionClass_Check(type)) return true;
    PyErr_SetString(PyExc_TypeError, "catching classes that do not inherit from BaseException is not allowed");
    return false;
}

static bool is_no_group_class(PyObject* type) {
    int is_group = PyObject_IsSubclass(type, PyExc_BaseExceptionGroup);
    if (is_group > 0)
        PyErr_SetString(PyExc_TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead.");
    return is_group == 0;
}

// A pair of new parts; null for an error, which the first tells.
static PyObject* pair(PyObject* matched, PyObject* rest) {
    PyObject* parts = matched == nullptr ? nullptr : PyTuple_Pack(2, matched, rest);
    Py_XDECREF(matched);
    return parts;
}

// An exception that is no group counts as a group of one, which since 3.14 is raised where the clause stands.
static PyObject* as_group(PyObject* exception) {
    if (PyObject_TypeCheck(exception, reinterpret_cast<PyTypeObject*>(PyExc_BaseExceptionGroup)))
        return Py_NewRef(exception);
    PyObject* group = PyObject_CallFunction(PyExc_BaseExceptionGroup, "s(O)", "", exception);
    if (PY_VERSION_HEX < 0x030E0000 || group == nullptr) return group;
    PyErr_SetRaisedException(group);
    cpython::trace_current_frame(cpython::thread_state());
    return PyErr_GetRaisedException();
}

static PyObject* split_by_itself(PyObject* group, PyObject* types) {
    PyObject* parts = PyObject_CallMethod(group, "split", "(O)", types);
    if (parts == nullptr) return nullptr;
    const char* group_name = Py_TYPE(group)->tp_name;
    if (!PyTuple_CheckExact(parts))
        PyErr_Format(PyExc_TypeError, "%.200s.split must return a tuple, not %.200s", group_name,
                     Py_TYPE(parts)->tp_name);
    else if (PyTuple_GET_SIZE(parts) < 2)
        PyErr_Format(PyExc_TypeError, "%.200s.split must return a 2-tuple, got tuple of size %zd", group_name,
                     PyTuple_GET_SIZE(parts));
    else
        return parts;
    Py_DECREF(parts);
    return nullptr;
}

static PyObject* split(PyObject* exception, PyObject* types) {
    if (exception == Py_None) return PyTuple_Pack(2, Py_None, Py_None);
    if (PyErr_GivenExceptionMatches(exception, types)) return pair(as_group(exception), Py_None);
    if (PyObject_TypeCheck(exception, reinterpret_cast<PyTypeObject*>(PyExc_BaseExceptionGroup)))
        return split_by_itself(exception, types);
    return PyTuple_Pack(2, Py_None, exception);
}

}  // namespace aipy::runtime

using namespace aipy::runtime;

extern "C" {

[[gnu::noinline]] PyObject* rt_split_group(PyObject* exception, PyObject* types) noexcept {
    if (!for_each_type(types, is_exception_class) || !for_each_type(types, is_no_group_class)) return nullptr;
    PyObject* parts = split(exception, types);
    if (parts != nullptr && PyTuple_GET_ITEM(parts, 0) != Py_None)
        PyErr_SetHandledException(PyTuple_GET_ITEM(parts, 0));
    return parts;
}

[[gnu::noinline]] PyObject* rt_join_groups(PyObject* exception, PyObject* raised) noexcept {
    return cpython::join_groups(exception, raised);
}

}  // extern "C"
