// Whether anybody watches Python code run: sys.settrace, sys.setprofile, sys.monitoring, and what is built on them.
#pragma once

#include <iterator>

#include "runtime/cpython/internal.h"

#if PY_VERSION_HEX < 0x030C0000
#include "runtime/cpython/tracing.h"
#else

#include <internal/pycore_instruments.h>

namespace aipy::runtime::cpython {

// Changes whenever someone begins or ends to watch, any code or one code object's.
inline uint64_t monitoring_version(PyThreadState* thread) {
#if PY_VERSION_HEX >= 0x030D0000
    return thread->interp->ceval.instrumentation_version;
#else
    return thread->interp->monitoring_version;
#endif
}

template <typename Monitors>
inline bool any_tool(const Monitors& monitors) {
    for (uint8_t tools : monitors.tools)
        if (tools != 0) return true;
    return false;
}

// Whether events of this code object are wanted. (Tracing and profiling are tools of sys.monitoring's.)
inline bool is_monitored(PyThreadState* thread, PyCodeObject* code) {
    if (any_tool(thread->interp->monitors)) return true;
    return code->_co_monitoring != nullptr && any_tool(code->_co_monitoring->local_monitors);
}

// What tools of sys.monitoring's can be told.
enum class Event : uint8_t {
    Start = PY_MONITORING_EVENT_PY_START,
    Resume = PY_MONITORING_EVENT_PY_RESUME,
    Return = PY_MONITORING_EVENT_PY_RETURN,
    Yield = PY_MONITORING_EVENT_PY_YIELD,
    Line = PY_MONITORING_EVENT_LINE,
    Instruction = PY_MONITORING_EVENT_INSTRUCTION,
    Raise = PY_MONITORING_EVENT_RAISE,
    Handled = PY_MONITORING_EVENT_EXCEPTION_HANDLED,
    Unwind = PY_MONITORING_EVENT_PY_UNWIND,
    Throw = PY_MONITORING_EVENT_PY_THROW,
    Reraise = PY_MONITORING_EVENT_RERAISE,
    Call = PY_MONITORING_EVENT_CALL,
    CReturn = PY_MONITORING_EVENT_C_RETURN,
    CRaise = PY_MONITORING_EVENT_C_RAISE,
};

// The tools that want this event of the code, one bit each.
inline unsigned tools_for(PyThreadState* thread, PyCodeObject* code, Event event) {
    // How a call of C ends is told to those who want calls.
    const bool ends_call = event == Event::CReturn || event == Event::CRaise;
    const auto place = static_cast<size_t>(ends_call ? Event::Call : event);
    unsigned tools = thread->interp->monitors.tools[place];
    if (code->_co_monitoring == nullptr) return tools;
    const auto& local = code->_co_monitoring->local_monitors.tools;
    return place < std::size(local) ? tools | local[place] : tools;
}

// Whether anybody is to be told of it now: not of what a tool itself does.
inline bool is_wanted(PyThreadState* thread, PyCodeObject* code, Event event) {
    return thread->tracing == 0 && tools_for(thread, code, event) != 0;
}

// Tells the tools, in CPython's order. False with the exception that one raised; the others are then not told.
inline bool tell_tools(PyThreadState* thread, PyCodeObject* code, Event event, PyObject* const* arguments,
                       size_t count) {
    const unsigned tools = tools_for(thread, code, event);
    for (int tool = PY_MONITORING_TOOL_IDS - 1; tool >= 0; --tool) {
        PyObject* callback = thread->interp->monitoring_callables[tool][static_cast<size_t>(event)];
        if ((tools >> tool & 1U) == 0 || callback == nullptr) continue;
        Py_INCREF(callback);
        ++thread->tracing;
        PyObject* answer = PyObject_Vectorcall(callback, arguments, count, nullptr);
        --thread->tracing;
        Py_DECREF(callback);
        if (answer == nullptr) return false;
        Py_DECREF(answer);
    }
    return true;
}

}  // namespace aipy::runtime::cpython

#endif  // PY_VERSION_HEX < 0x030C0000
