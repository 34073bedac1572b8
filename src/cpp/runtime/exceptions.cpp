// Raising, catching, and the exception that is being handled.
#include "runtime/cpython/internal.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/helpers.h"

namespace aipy::runtime {

// A new instance for a class, the instance itself otherwise; null with TypeError (`complaint`) for anything else.
static PyObject* exception_instance(PyObject* raised, const char* complaint) {
    if (PyExceptionInstance_Check(raised)) return Py_NewRef(raised);
    if (!PyExceptionClass_Check(raised)) {
        PyErr_SetString(PyExc_TypeError, complaint);
        return nullptr;
    }
    PyObject* value = PyObject_CallNoArgs(raised);
    if (value != nullptr && !PyExceptionInstance_Check(value)) {
        PyErr_Format(PyExc_TypeError, "calling %R should have returned an instance of BaseException, not %R", raised,
                     Py_TYPE(value));
        Py_CLEAR(value);
    }
    return value;
}

static int raise_again() {
    PyObject* handled = PyErr_GetHandledException();
    if (handled == nullptr || handled == Py_None) {
        Py_XDECREF(handled);
        PyErr_SetString(PyExc_RuntimeError, "No active exception to reraise");
        return -1;
    }
    PyErr_SetRaisedException(handled);
    return -2;
}

static int set_cause(PyObject* value, PyObject* cause) {
    PyObject* instance = nullptr;
    if (cause != Py_None) {
        instance = exception_instance(cause, "exception causes must derive from BaseException");
        if (instance == nullptr) return -1;
    }
    PyException_SetCause(value, instance);
    return 0;
}

static bool is_exception_class(PyObject* type) { return PyExceptionClass_Check(type); }

static bool can_be_caught(PyObject* type) {
    if (!PyTuple_Check(type)) return is_exception_class(type);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type); ++i)
        if (!is_exception_class(PyTuple_GET_ITEM(type, i))) return false;
    return true;
}

}  // namespace aipy::runtime

using namespace aipy::runtime;

extern "C" {

// Always negative: -1 a new exception, -2 the handled one again, which keeps its traceback as it is (no entry for
// this line).
int rt_raise(PyObject* const* operands, int64_t count) noexcept {
    if (count == 0) return raise_again();
    PyObject* raised = operands[0];
    PyObject* value = exception_instance(raised, "exceptions must derive from BaseException");
    if (value == nullptr) return -1;
    if (count < 2 || operands[1] == nullptr || set_cause(value, operands[1]) == 0)
        PyErr_SetObject(PyExceptionClass_Check(raised) ? raised : reinterpret_cast<PyObject*>(Py_TYPE(value)), value);
    Py_DECREF(value);
    return -1;
}

// Always -2: see rt_raise.
int rt_reraise(PyObject* exception) noexcept {
    PyErr_SetRaisedException(Py_NewRef(exception));
    return -2;
}

PyObject* rt_push_exc(PyObject* exception) noexcept {
    _PyErr_StackItem* handled = aipy::runtime::cpython::thread_state()->exc_info;
    PyObject* previous = handled->exc_value;
    handled->exc_value = Py_NewRef(exception);
    return previous != nullptr ? previous : Py_NewRef(Py_None);
}

int rt_pop_exc(PyObject* previous) noexcept {
    _PyErr_StackItem* handled = aipy::runtime::cpython::thread_state()->exc_info;
    PyObject* old = handled->exc_value;
    handled->exc_value = previous == Py_None ? nullptr : Py_NewRef(previous);
    Py_XDECREF(old);
    return 0;
}

int rt_match_exc(PyObject* exception, PyObject* type) noexcept {
    if (!can_be_caught(type)) {
        PyErr_SetString(PyExc_TypeError, "catching classes that do not inherit from BaseException is not allowed");
        return -1;
    }
    return PyErr_GivenExceptionMatches(exception, type);
}

}  // extern "C"
