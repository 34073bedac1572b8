// What happens at a poll when something is pending, and at the recursion limit. Natively compiled only: it has data.
#include "runtime/cpython/internal.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/helpers.h"

#ifndef AIPY_RUNTIME_BITCODE

using namespace aipy::runtime::cpython;

namespace {

#if PY_VERSION_HEX < 0x030D0000
// 3.12 does not export what handles pending events. Its interpreter does so at the start of every Python function:
// an empty one is called, and its own traceback entry is taken away again. No Python code runs while it is made,
// because that would handle what is pending in the wrong place.
PyObject* make_empty_function() {
    PyObject* module = Py_CompileString("def poll(): pass", "<aipy>", Py_file_input);
    if (module == nullptr) return nullptr;
    PyObject* globals = PyDict_New();
    PyObject* code = PyTuple_GET_ITEM(reinterpret_cast<PyCodeObject*>(module)->co_consts, 0);
    PyObject* function = globals == nullptr ? nullptr : PyFunction_New(code, globals);
    Py_XDECREF(globals);
    Py_DECREF(module);
    return function;
}

int handle_pending(PyThreadState*) {
    static PyObject* empty = nullptr;
    if (empty == nullptr) empty = make_empty_function();
    if (empty == nullptr) return -1;
    PyObject* result = PyObject_CallNoArgs(empty);
    if (result != nullptr) {
        Py_DECREF(result);
        return 0;
    }
    PyObject* error = PyErr_GetRaisedException();
    PyObject* traceback = PyException_GetTraceback(error);
    if (traceback != nullptr) {
        PyObject* next = reinterpret_cast<PyObject*>(reinterpret_cast<PyTracebackObject*>(traceback)->tb_next);
        PyException_SetTraceback(error, next == nullptr ? Py_None : next);
        Py_DECREF(traceback);
    }
    PyErr_SetRaisedException(error);
    return -1;
}
#else
int handle_pending(PyThreadState* thread) { return _Py_HandlePending(thread); }
#endif

}  // namespace

extern "C" {

int rt_poll_slow() noexcept { return handle_pending(thread_state()); }

int rt_recursion_error() noexcept {
    PyThreadState* thread = thread_state();
    if (thread->recursion_headroom != 0) {
        if (remaining_depth(thread) < -50) Py_FatalError("Cannot recover from Python stack overflow.");
        return 0;
    }
    thread->recursion_headroom++;
    PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded");
    thread->recursion_headroom--;
    return -1;
}

}  // extern "C"

#endif  // AIPY_RUNTIME_BITCODE
