// Natively compiled only.
#include "runtime/cpython/internal.h"

#if PY_VERSION_HEX < 0x030C0000 && !defined(AIPY_RUNTIME_BITCODE)

#include "runtime/cpython/tracing.h"

namespace aipy::runtime::cpython {

namespace {

constexpr int nothing = -1;

// What tracing functions call it; `nothing`: they are not told.
int traced_as(Event event) {
    switch (event) {
        case Event::Start:
        case Event::Resume:
        case Event::Throw: return PyTrace_CALL;
        case Event::Return:
        case Event::Yield:
        case Event::Unwind: return PyTrace_RETURN;
        case Event::Line: return PyTrace_LINE;
        case Event::Instruction: return PyTrace_OPCODE;
        case Event::Raise: return PyTrace_EXCEPTION;
        case Event::Call: return PyTrace_C_CALL;
        case Event::CReturn: return PyTrace_C_RETURN;
        case Event::CRaise: return PyTrace_C_EXCEPTION;
        case Event::Handled:
        case Event::Reraise: return nothing;
    }
    return nothing;
}

bool is_call_of_c(int what) {
    return what == PyTrace_C_CALL || what == PyTrace_C_RETURN || what == PyTrace_C_EXCEPTION;
}

bool for_tracer(int what) { return what != nothing && !is_call_of_c(what); }

bool for_profiler(int what) { return what == PyTrace_CALL || what == PyTrace_RETURN || is_call_of_c(what); }

bool frame_wants(const PyFrameObject* frame, int what) {
    if (what == PyTrace_LINE) return frame->f_trace_lines != 0;
    return what != PyTrace_OPCODE || frame->f_trace_opcodes != 0;
}

// As CPython's call_trace.
bool call(PyThreadState* thread, Py_tracefunc function, PyObject* owner, int what, PyObject* argument) {
    PyFrameObject* frame = PyThreadState_GetFrame(thread);
    if (frame == nullptr) return true;
    bool told = true;
    if (frame_wants(frame, what)) {
        const int before = thread->tracing_what;
        // Nobody may jump: it is not CPython's loop that goes on.
        thread->tracing_what = what == PyTrace_LINE ? PyTrace_EXCEPTION : what;
        PyThreadState_EnterTracing(thread);
        frame->f_lineno = PyFrame_GetLineNumber(frame);
        told = function(owner, frame, what, argument) == 0;
        frame->f_lineno = 0;
        PyThreadState_LeaveTracing(thread);
        thread->tracing_what = before;
    }
    Py_DECREF(frame);
    return told;
}

// New: what the functions are given with the event; null with MemoryError. An unwinding call gives nothing.
PyObject* argument_of(Event event, int what, PyObject* const* arguments, size_t count) {
    PyObject* value = count > 2 ? arguments[2] : Py_None;
    if (what != PyTrace_EXCEPTION) return Py_NewRef(event == Event::Line ? Py_None : value);
    PyObject* traceback = PyException_GetTraceback(value);
    PyObject* made = PyTuple_Pack(3, Py_TYPE(value), value, traceback == nullptr ? Py_None : traceback);
    Py_XDECREF(traceback);
    return made;
}

}  // namespace

bool is_wanted(PyThreadState* thread, PyCodeObject*, Event event) {
    if (thread->tracing != 0) return false;
    const int what = traced_as(event);
    return (thread->c_tracefunc != nullptr && for_tracer(what)) ||
           (thread->c_profilefunc != nullptr && for_profiler(what));
}

bool tell_tools(PyThreadState* thread, PyCodeObject*, Event event, PyObject* const* arguments, size_t count) {
    const int what = traced_as(event);
    if (is_call_of_c(what) && !PyCFunction_Check(arguments[2])) return true;
    PyObject* argument = argument_of(event, what, arguments, count);
    if (argument == nullptr) return false;
    PyObject* shown = event == Event::Unwind ? nullptr : argument;
    bool told = true;
    if (thread->c_tracefunc != nullptr && for_tracer(what))
        told = call(thread, thread->c_tracefunc, thread->c_traceobj, what, shown);
    if (told && thread->c_profilefunc != nullptr && for_profiler(what))
        told = call(thread, thread->c_profilefunc, thread->c_profileobj, what, shown);
    Py_DECREF(argument);
    return told;
}

}  // namespace aipy::runtime::cpython

#endif
