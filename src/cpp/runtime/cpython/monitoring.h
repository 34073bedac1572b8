// Whether anybody watches Python code run: sys.settrace, sys.setprofile, sys.monitoring, and what is built on them.
#pragma once

#include "runtime/cpython/internal.h"

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

}  // namespace aipy::runtime::cpython
